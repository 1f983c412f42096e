// The state as one: its start, and what takes more than one of its parts.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { FakeHost } from '../testing/fake_host';
import { keysView, serverView, settingsView } from '../testing/fake_views';
import { startApp } from '../testing/started_app';
import { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  ({ host, app } = await startApp());
});

describe('a first run', () => {
  test('welcomes while there are no keys, until a document is open', async () => {
    expect(app.welcome).toBe(true);
    await app.keys.addSample();
    expect(app.welcome).toBe(true);
    await app.open(() => app.inspector.openSample());
    expect(app.welcome).toBe(false);
    expect(app.inspector.payload?.content.text).toBe('9007199254740993');
  });

  test('a core that does not answer is said, and the window still comes up', async () => {
    host.failures.list_keys = { code: 'internal', message: 'no answer', hint: 'Do this instead.' };
    const other = new AppState(host);
    await other.start();
    expect(other.ready).toBe(true);
    expect(other.toasts.list.map((toast) => toast.text)).toEqual(['No answer.']);
  });
});

describe('what is new', () => {
  test('is shown at start after the version changed, and not otherwise', async () => {
    expect(app.navigation.dialog).toBeNull();
    host.settings = { ...host.settings, has_news: true };
    const other = new AppState(host);
    await other.start();
    expect(other.navigation.dialog?.name).toBe('whats_new');
  });
});

describe('retiring a key', () => {
  test('can be undone from the message', async () => {
    await app.keys.addSample();
    await app.retire('key-1', 'test');
    expect(app.keys.list[0]?.retired).toBe(true);
    app.toasts.list.at(0)?.action?.run();
    await vi.waitFor(() => expect(app.keys.list[0]?.retired).toBe(false));
    expect(host.requestsOf('restore_key')).toEqual([{ handle: 'key-1' }]);
  });

  test('a key that encodes leads to where that is set', async () => {
    host.failures.retire_key = { code: 'key_in_use', message: 'Default encodes with it', hint: 'Choose another.' };
    await app.retire('key-1', 'test');
    app.toasts.list.at(0)?.action?.run();
    expect(app.navigation.view).toBe('namespaces');
  });
});

describe('changes of settings', () => {
  test('are undone one after the other, long after their messages went, and named', async () => {
    const undoable = (number: number | null) => {
      host.settings = { ...host.settings, undoable: number, ...(number === null ? {} : { change: number }) };
    };
    undoable(0);
    app.changed('Port changed to 9000', 0);
    undoable(1);
    await app.settings.update({ theme: 'dark' });
    app.toasts.dismiss(app.toasts.list[0]?.id ?? 0);
    undoable(0);
    expect(app.actions.run('app.undo')).toBe(true);
    await vi.waitFor(() => expect(app.toasts.list[0]?.text).toBe('Undone: Theme'));
    undoable(null);
    expect(app.actions.run('app.undo')).toBe(true);
    await vi.waitFor(() => expect(app.toasts.list[0]?.text).toBe('Undone: Port changed to 9000'));
    expect(app.actions.run('app.undo')).toBe(false);
    expect(host.requestsOf('undo_settings')).toEqual([{ change: 1 }, { change: 0 }]);
  });

  test('a message takes back the change that it names, and one of no change has no undo', async () => {
    app.changed('Nothing was changed', undefined);
    expect(app.toasts.list[0]?.action).toBeNull();
    app.changed('Port changed to 9000', 4);
    host.settings = { ...host.settings, undoable: 5 };
    await app.settings.load();
    app.toasts.list.find(({ text }) => text.startsWith('Port'))?.action?.run();
    await vi.waitFor(() => expect(host.requestsOf('undo_settings')).toEqual([{ change: 4 }]));
  });
});

describe('locking and public keys', () => {
  test('unlocking asks for the passphrase of a file that is closed', async () => {
    await app.keys.addSample();
    const keychain = { ...host.keys.keychain, vault: { path: 'keys.age', open: false } };
    host.keys = { ...host.keys, locked: true, keychain, keys: host.keys.keys.map((key) => ({ ...key, lifetime: 'vault' as const })) };
    await app.keys.load();
    await app.toggleLock();
    expect(app.navigation.vault).toBe(true);
    // Until it is entered, nothing says that the app is unlocked, and the same keys ask again.
    app.navigation.closeVault();
    expect(app.keys.shut).toBe(true);
    await app.toggleLock();
    expect(app.navigation.vault).toBe(true);
  });

  test('a file without keys in it is not asked about', async () => {
    host.keys = { ...host.keys, locked: true, keychain: { ...host.keys.keychain, vault: { path: 'keys.age', open: false } } };
    await app.keys.load();
    await app.toggleLock();
    expect(app.navigation.vault).toBe(false);
  });

  test('without a keychain the sample key is kept for this session only when that is chosen', async () => {
    host.failures.add_sample_key = { code: 'keychain_unavailable', message: 'locked', hint: 'Unlock it.' };
    await app.openSample();
    expect(app.inspector.inspection).toBeNull();
    expect(app.keys.list).toEqual([]);
    delete host.failures.add_sample_key;
    app.toasts.list.at(0)?.action?.run();
    await vi.waitFor(() => expect(app.keys.list).toHaveLength(1));
    expect(app.keys.list[0]?.lifetime).toBe('session');
  });
});

describe('events', () => {
  test('how far a filter is reaches its document, also once another one is looked at', async () => {
    await app.open(() => app.inspector.openText('{}'));
    const [document] = app.inspector.documents;
    const call = host.call.bind(host) as (command: string, request: unknown) => Promise<never>;
    let ticket = 0;
    host.call = ((command: string, request: { ticket?: number }) => {
      if (command !== 'filter') {
        return call(command, request);
      }
      ticket = request.ticket ?? 0;
      return new Promise(() => undefined);
    }) as never;
    void document?.filtering.set('.');
    await vi.waitFor(() => expect(ticket).toBeGreaterThan(0));
    host.emit({ type: 'inspection_progress', ticket, done: 5, total: 10 });
    expect(document?.filtering.progress.shown).toMatchObject({ done: 5, total: 10 });
    await app.open(() => app.inspector.openText('{"other":1}'));
    expect(app.inspector.current).not.toBe(document);
    host.emit({ type: 'inspection_progress', ticket, done: 8, total: 10 });
    expect(document?.filtering.progress.shown).toMatchObject({ done: 8, total: 10 });
    await document?.filtering.cancel();
    expect(document?.filtering.progress.shown).toBeNull();
  });

  test('a look that was overtaken on its way changes nothing', () => {
    const newer = { revision: 7 };
    app.settings.take({ ...settingsView(), ...newer, undecodable: 'fail' });
    app.server.take({ ...serverView(), ...newer, state: 'paused' });
    app.keys.take({ ...keysView(), ...newer, locked: true });
    const older = { revision: 6 };
    host.emit({ type: 'settings_changed', settings: { ...settingsView(), ...older } });
    host.emit({ type: 'server_changed', server: { ...serverView(), ...older } });
    host.emit({ type: 'keys_changed', keys: { ...keysView(), ...older } });
    expect(app.settings.view?.undecodable).toBe('fail');
    expect(app.server.view?.state).toBe('paused');
    expect(app.keys.view?.locked).toBe(true);
  });
});
