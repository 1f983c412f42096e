// A failure says what to do.
import { beforeEach, describe, expect, test } from 'vitest';
import type { FakeHost } from '../testing/fake_host';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  ({ host, app } = await startApp());
});

describe('messages', () => {
  test('a failure shows its hint and leads on', async () => {
    host.failures.remove_key = { code: 'keychain_unavailable', message: 'locked', hint: 'Unlock it.' };
    expect(await app.toasts.attempt(() => app.keys.remove('key-1'))).toBe(false);
    const [toast] = app.toasts.list;
    expect(toast).toMatchObject({ tone: 'error', text: 'Locked.', hint: 'Unlock it.' });
    toast?.action?.run();
    expect(app.navigation.view).toBe('keys');
  });
});
