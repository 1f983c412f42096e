// The whole state on a fake host, started: what tests of its parts begin with.
import { AppState } from '../state/app.svelte';
import { FakeHost } from './fake_host';

/** `prepare` changes what the host answers, before it is asked. */
export async function startApp(prepare: (host: FakeHost) => void = () => undefined) {
  const host = new FakeHost();
  prepare(host);
  const app = new AppState(host);
  await app.start();
  return { host, app };
}
