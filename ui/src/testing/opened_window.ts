// The window on a fake host: what tests of its views begin with.
import { render, screen } from '@testing-library/svelte';
import App from '../App.svelte';
import { AppState } from '../state/app.svelte';
import { FakeHost } from './fake_host';

/** `prepare` changes what the host answers, before it is asked. */
export async function openWindow(prepare: (host: FakeHost) => void = () => undefined) {
  const host = new FakeHost();
  prepare(host);
  const app = new AppState(host);
  render(App, { props: { app } });
  await app.start();
  return { host, app };
}

export const testid = (id: string) => screen.findByTestId(id);
