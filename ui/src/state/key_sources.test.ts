// Keys that come in together: what is asked of the core, when, and what is kept.
import { beforeEach, describe, expect, test } from 'vitest';
import type { FakeHost } from '../testing/fake_host';
import { keysPreview } from '../testing/fake_views';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  ({ host, app } = await startApp());
});

describe('keys that come in together', () => {
  test('what can be kept is chosen at first, and only what is chosen is kept', async () => {
    await app.keySources.read({ type: 'text', text: '[]' });
    expect(app.keySources.chosen).toEqual([0, 2]);
    app.keySources.toggle(0);
    const keys = await app.keySources.keep('session');
    expect(keys?.keys.map((key) => key.id)).toEqual(['c']);
    expect(host.requestsOf('import_keys')).toEqual([{ token: 'preview-1', choose: [2], ids: [], replace: [], lifetime: 'session' }]);
    expect(app.keySources.preview).toBeNull();
  });

  test('a key takes the place of the one that has its id where it is chosen to', async () => {
    const problem = { code: 'duplicate_key', message: 'the id is taken', hint: 'Select it.' } as const;
    host.preview = { ...keysPreview(), entries: keysPreview().entries.map((entry, at) => (at === 0 ? { ...entry, problem, replaces: 'handle-1' } : entry)) };
    await app.keySources.read({ type: 'text', text: '[]' });
    expect(app.keySources.chosen).toEqual([2]);
    expect(app.keySources.replacing).toEqual([]);
    app.keySources.toggle(0);
    expect(app.keySources.replacing).toEqual([0]);
    await app.keySources.keep('session');
    expect(host.requestsOf('import_keys')).toEqual([{ token: 'preview-1', choose: [0, 2], ids: [], replace: [0], lifetime: 'session' }]);
  });

  test('what nobody waits for any more is discarded in the core', async () => {
    const reading = app.keySources.read({ type: 'command', command: 'op read' });
    await app.keySources.discard();
    await reading;
    expect(app.keySources.preview).toBeNull();
    expect(host.requestsOf('discard_keys_preview')).toEqual([{ token: 'preview-1' }]);
    expect(host.requestsOf('cancel_keys_command')).toHaveLength(1);
  });

  test('a refusal is shown, and the preview stays to be chosen from again', async () => {
    await app.keySources.read({ type: 'file', file: 'ticket' });
    host.failures.import_keys = { code: 'keychain_unavailable', message: 'the keychain is locked', hint: 'Do this instead.' };
    expect(await app.keySources.keep('keychain')).toBeNull();
    expect(app.keySources.error?.code).toBe('keychain_unavailable');
    expect(app.keySources.preview).toEqual(keysPreview());
  });
});
