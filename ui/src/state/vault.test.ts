// The vault and the catalogue on a fake host: what is asked of the core, when, and what is kept.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeHost } from '../testing/fake_host';
import { formatsView, keysPreview, profilesView } from '../testing/fake_views';
import { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  host = new FakeHost();
  app = new AppState(host);
  await app.start();
});
afterEach(() => vi.useRealTimers());

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

describe('keys that come in together', () => {
  test('what can be kept is chosen at first, and only what is chosen is kept', async () => {
    await app.keySources.read({ type: 'text', text: '[]' });
    expect(app.keySources.chosen).toEqual([0, 2]);
    app.keySources.toggle(0);
    const keys = await app.keySources.keep('session');
    expect(keys?.keys.map((key) => key.id)).toEqual(['c']);
    expect(host.requestsOf('import_keys')).toEqual([{ token: 'preview-1', choose: [2], lifetime: 'session' }]);
    expect(app.keySources.preview).toBeNull();
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

  test('a dropped key is handed over once', () => {
    app.keys.drop('secret');
    expect([app.keys.takeDropped(), app.keys.takeDropped()]).toEqual(['secret', null]);
  });
});

describe('where a new key is kept', () => {
  test('in the encrypted file where the keychain cannot be used and the file is open', async () => {
    const problem = { code: 'keychain_unavailable', message: 'none', hint: 'Do this instead.' } as const;
    host.keys = { ...host.keys, keychain: { name: 'Secret Service', problem, vault: null } };
    await app.keys.load();
    expect(app.keys.lifetime).toBe('keychain');
    await app.keys.createVault('passphrase');
    expect(app.keys.lifetime).toBe('vault');
  });

  test('unlocking asks for the passphrase of a file that is closed', async () => {
    host.keys = { ...host.keys, locked: true, keychain: { ...host.keys.keychain, vault: { path: 'keys.age', open: false } } };
    await app.keys.load();
    await app.toggleLock();
    expect(app.navigation.vault).toBe(true);
  });
});

describe('"which key opens this?"', () => {
  beforeEach(async () => {
    await app.open(() => app.inspector.openText('{}'));
    await app.diagnosis.ask(1, 0);
  });

  test('is about one Payload', () => {
    expect(app.diagnosis.isAbout(1, 0)).toBe(true);
    expect(app.diagnosis.isAbout(1, 1)).toBe(false);
    expect(app.diagnosis.view?.findings).toHaveLength(1);
  });

  test('using a finding decodes the document again', async () => {
    await app.adopt(0);
    expect(host.requestsOf('adopt_finding')).toEqual([{ document: 1, index: 0, finding: 0 }]);
    expect(host.requestsOf('refresh_document')).toMatchObject([{ document: 1, namespace: null }]);
    expect(app.diagnosis.about).toBeNull();
  });

  test('an answer that comes after it was closed is dropped', async () => {
    const asking = app.diagnosis.ask(1, 0);
    app.diagnosis.close();
    await asking;
    expect(app.diagnosis.view).toBeNull();
    expect(app.diagnosis.busy).toBe(false);
  });

  test('a Namespace decodes again, and holds for the next document', async () => {
    await app.inspector.setNamespace('prod-orders');
    expect(host.requestsOf('refresh_document')).toMatchObject([{ document: 1, namespace: 'prod-orders' }]);
    await app.inspector.openText('{}');
    expect(host.requestsOf('inspect').at(-1)).toMatchObject({ source: '{}', namespace: 'prod-orders' });
  });
});

describe('formats', () => {
  const [sample] = formatsView().formats;

  test('are found by every word', () => {
    app.formats.filter = 'POST fernet';
    expect(app.formats.shown.map((format) => format.name)).toEqual(['posthog-fernet']);
    app.formats.filter = 'nothing';
    expect(app.formats.shown).toEqual([]);
  });

  test('a draft starts under a free name, outlives navigation, and is gone when it is saved', async () => {
    if (!sample) {
      throw new Error('the fake has no format');
    }
    const draft = app.formats.startFrom(sample, null);
    expect(app.formats.startFrom(sample, null).name).toBe('my-sdk-samples-2');
    app.formats.show('posthog-fernet');
    app.navigation.go('keys');
    expect(app.formats.drafts).toContain(draft);
    draft.spec = '{"encoding":"other"}';
    await app.formats.save(draft);
    expect(host.requestsOf('save_format')).toEqual([{ name: 'my-sdk-samples', previous: null, spec: '{"encoding":"other"}' }]);
    expect(app.formats.drafts).toHaveLength(1);
    expect(app.formats.current?.name).toBe('my-sdk-samples');
    expect(app.formats.edit(app.formats.current ?? sample, null).dirty).toBe(false);
  });

  test('a draft asks once the typing pauses, and tries only what is well-formed', async () => {
    vi.useFakeTimers();
    if (!sample) {
      throw new Error('the fake has no format');
    }
    const draft = app.formats.startFrom(sample, 'key-1');
    draft.payload = '{"data":""}';
    draft.touch();
    draft.spec = 'nonsense';
    draft.touch();
    await vi.advanceTimersByTimeAsync(299);
    expect(host.requestsOf('check_format')).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(host.requestsOf('check_format')).toEqual([{ spec: 'nonsense' }]);
    expect(draft.check?.line).toBe(1);
    expect(host.requestsOf('try_format')).toEqual([]);
    draft.spec = '{}';
    await draft.ask();
    expect(host.requestsOf('try_format')).toEqual([{ spec: '{}', key: 'key-1', payload: '{"data":""}' }]);
    expect(draft.trial?.stages.map((stage) => stage.outcome)).toEqual(['ok', 'failed', 'skipped']);
  });
});

describe('profiles', () => {
  test('the answer about a Namespace follows the rules', async () => {
    await app.profiles.ask('prod-orders');
    expect(app.profiles.match?.reason).toContain('prod-orders');
    await app.profiles.save(null, { ...profilesView().default, name: 'Production', namespaces: ['prod-*'] });
    expect(app.profiles.view?.profiles.map(({ name }) => name)).toEqual(['Production']);
    expect(host.requestsOf('match_profile')).toHaveLength(2);
    await app.profiles.ask(' ');
    expect(app.profiles.match).toBeNull();
  });
});

describe('the playground', () => {
  test('encodes as the Namespace, and forgets the result when the text changes', async () => {
    app.playground.text = '{"a":1}';
    await app.playground.encode('orders');
    expect(host.requestsOf('encode_json')).toEqual([{ text: '{"a":1}', encoding: 'json/plain', namespace: 'orders' }]);
    expect(app.playground.result?.layers).toHaveLength(2);
    app.playground.changed();
    expect(app.playground.result).toBeNull();
  });

  test('a refusal is kept to be shown', async () => {
    host.failures.encode_json = { code: 'not_encoded', message: 'no key encodes', hint: 'Choose one.' };
    await app.playground.encode(null);
    expect(app.playground.error?.hint).toBe('Choose one.');
    expect(app.playground.busy).toBe(false);
  });
});
