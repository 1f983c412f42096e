// The state on a fake host: what is asked of the core, and what is shown.
import { flushSync } from 'svelte';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { AppError } from '../bindings/AppError';
import type { Host } from '../host/types';
import { FakeHost } from '../testing/fake_host';
import { keysView, requestView, serverView, settingsView } from '../testing/fake_views';
import { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  host = new FakeHost();
  app = new AppState(host);
  await app.start();
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

describe('the inspector', () => {
  test('opens a text and shows its first Payload', async () => {
    expect(await app.inspector.openText('{}')).toBe(true);
    expect(host.requestsOf('inspect')).toMatchObject([{ source: '{}', namespace: null }]);
    expect(app.inspector.single).toBe(true);
    expect(app.inspector.selected).toBe(0);
  });

  test('keeps what is open when the next text is not recognized', async () => {
    await app.inspector.openText('{}');
    host.failures.inspect = { code: 'not_recognized', message: 'no Payload in it', hint: 'Do this instead.' };
    expect(await app.inspector.openText('nonsense')).toBe(false);
    expect(app.inspector.error?.code).toBe('not_recognized');
    expect(app.inspector.inspection?.document).toBe(1);
    expect(host.requestsOf('close_document')).toEqual([]);
  });

  test('fetches rows page by page, each once', async () => {
    host.nPayloads = 900;
    await app.inspector.openText('{}');
    expect(app.inspector.rows).toHaveLength(200);
    await Promise.all([app.inspector.more(), app.inspector.more()]);
    expect(app.inspector.rows).toHaveLength(700);
    await app.inspector.more();
    await app.inspector.more();
    expect(app.inspector.rows.map((row) => row.index)).toEqual(Array.from({ length: 900 }, (_, at) => at));
    expect(host.requestsOf('inspection_rows')).toHaveLength(2);
  });

  test('decodes again when the keys change, and keeps rows and selection', async () => {
    host.nPayloads = 900;
    await app.inspector.openText('{}');
    await app.inspector.more();
    await app.inspector.select(450);
    host.emit({ type: 'keys_changed', keys: { ...keysView(), has_sample_key: true } });
    await vi.waitFor(() => expect(host.requestsOf('refresh_document')).toMatchObject([{ document: 1, namespace: null }]));
    await vi.waitFor(() => expect(host.requestsOf('inspect_payload').at(-1)).toEqual({ document: 1, index: 450 }));
    expect(app.inspector.rows).toHaveLength(700);
    expect(app.inspector.selected).toBe(450);
  });

  test('does not decode again when an event says what is known', async () => {
    await app.inspector.openText('{}');
    host.emit({ type: 'keys_changed', keys: keysView() });
    await Promise.resolve();
    expect(host.requestsOf('refresh_document')).toEqual([]);
  });
});

describe('requests', () => {
  test('arrive newest first, each once, as many as the core keeps', () => {
    const counts = { requests: 6, errors: 0, payloads: 6, undecodable: 0 };
    const requests = [2, 3, 4, 5, 6].map((id) => requestView(id));
    host.emit({ type: 'requests_recorded', requests, counts });
    expect(app.requests.all.map((request) => request.id)).toEqual([6, 5, 4, 3, 2]);
    expect(app.server.view?.counts).toEqual(counts);
  });

  test('stand still while paused', () => {
    app.requests.togglePause();
    app.requests.record([requestView(3)]);
    expect(app.requests.shown.map((request) => request.id)).toEqual([2, 1]);
    expect(app.requests.waiting).toBe(1);
    app.requests.togglePause();
    expect(app.requests.shown.map((request) => request.id)).toEqual([3, 2, 1]);
  });

  test('are filtered by every word, by result and by who asked, also as they arrive', () => {
    const ids = () => app.requests.shown.map((request) => request.id);
    app.requests.record([requestView(3, { tone: 'error', namespace: 'orders', result: 'Origin not allowed' })]);
    app.requests.narrow({ text: 'ORDERS origin' });
    expect(ids()).toEqual([3]);
    app.requests.record([requestView(4, { namespace: 'orders', result: 'Origin not allowed' }), requestView(5)]);
    expect(ids()).toEqual([4, 3]);
    app.requests.narrow({ tone: 'error' });
    expect(ids()).toEqual([3]);
    // The core keeps five: the oldest leave what is shown, too.
    app.requests.narrow({ text: '', tone: '' });
    app.requests.record([requestView(6), requestView(7), requestView(8)]);
    expect(ids()).toEqual([8, 7, 6, 5, 4]);
    app.requests.narrow({ namespace: 'orders' });
    expect(ids()).toEqual([4]);
    app.requests.record([requestView(9)]);
    expect(ids()).toEqual([]);
    app.requests.clearFilters();
    expect(app.requests.filtered).toBe(false);
    expect(ids()).toEqual([9, 8, 7, 6, 5]);
  });

  test('are counted by what they can be filtered by', () => {
    app.requests.record([requestView(3, { namespace: null, origin: null, client: 'curl' })]);
    const { facets } = app.requests;
    expect([...facets.tone]).toEqual([['error', 1], ['ok', 2]]);
    expect(facets.namespace.get('default')).toBe(2);
    expect([...facets.from]).toEqual([['http://localhost:8233', 2], ['curl', 1]]);
    app.requests.record([4, 5, 6, 7].map((id) => requestView(id)));
    expect(app.requests.facets.tone.get('error')).toBeUndefined();
    expect(app.requests.facets.from.get('curl')).toBe(1);
  });

  test('are cleared with a way back', async () => {
    await app.requests.select(2);
    await app.requests.clear();
    expect(app.requests.shown).toEqual([]);
    expect(app.requests.detail).toBeNull();
    app.toasts.list.at(0)?.action?.run();
    await vi.waitFor(() => expect(app.requests.shown.map((request) => request.id)).toEqual([2, 1]));
  });

  test('are asked for in full one by one, and the last one asked for is shown', async () => {
    const first = app.requests.select(1);
    await Promise.all([first, app.requests.select(2)]);
    expect(app.requests.detail?.request.id).toBe(2);
    host.failures.request_detail = { code: 'request_gone', message: 'gone', hint: 'Do this instead.' };
    await app.requests.select(1);
    expect(app.requests.detail).toBeNull();
    expect(app.requests.problem?.code).toBe('request_gone');
  });

  test('lose their bodies on the screen when capturing ends', async () => {
    await app.requests.setCapture(true);
    expect(app.requests.capture.on).toBe(true);
    await app.requests.select(2);
    const before = host.requestsOf('request_detail').length;
    host.emit({ type: 'capture_changed', capture: { on: false, most: 200, most_mib: 32 } });
    expect(app.requests.capture.on).toBe(false);
    await vi.waitFor(() => expect(host.requestsOf('request_detail')).toHaveLength(before + 1));
  });

  test('a replay is shown when it is done', async () => {
    await app.requests.replay(2);
    expect(app.requests.selected).toBe(102);
    expect(app.requests.replaying).toBe(false);
  });
});

describe('server and settings', () => {
  test('a request that was refused connects nobody', () => {
    const { counts } = serverView();
    app.server.take({ ...serverView(), counts: { ...counts, requests: 2, errors: 2 } });
    expect(app.server.answered).toBe(0);
    app.server.count({ ...counts, requests: 3, errors: 2 });
    expect(app.server.answered).toBe(1);
  });

  test('the cards follow the endpoint', async () => {
    expect(host.requestsOf('connect_cards')).toHaveLength(1);
    await app.server.setPort(9000);
    expect(host.requestsOf('connect_cards')).toHaveLength(2);
    host.emit({ type: 'server_changed', server: { ...serverView(), port: 9000, endpoint: 'http://127.0.0.1:9000' } });
    expect(host.requestsOf('connect_cards')).toHaveLength(2);
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

  test('changes of settings go out one after the other, also after one that failed', async () => {
    const out: unknown[] = [];
    let answer: () => void = () => undefined;
    vi.spyOn(host, 'call').mockImplementation((async (_: string, change: unknown) => {
      out.push(change);
      await new Promise<void>((resolve) => (answer = resolve));
      if (out.length === 1) {
        throw { code: 'file', message: 'the disk is full', hint: 'Free some space.' } as AppError;
      }
      return settingsView();
    }) as Host['call']);
    const first = app.settings.update({ theme: 'dark' });
    const second = app.settings.update({ theme: 'light' });
    const third = app.settings.reset(['theme']);
    await vi.waitFor(() => expect(out).toEqual([{ theme: 'dark' }]));
    answer();
    await expect(first).rejects.toMatchObject({ code: 'file' });
    await vi.waitFor(() => expect(out).toHaveLength(2));
    answer();
    await second;
    await vi.waitFor(() => expect(out).toEqual([{ theme: 'dark' }, { theme: 'light' }, { names: ['theme'] }]));
    answer();
    await third;
  });

  test('the theme is on the page', async () => {
    await app.settings.update({ theme: 'dark' });
    expect(document.documentElement.dataset['theme']).toBe('dark');
    await app.settings.update({ theme: 'light' });
    expect(document.documentElement.dataset['theme']).toBe('light');
  });
});

describe('navigation and messages', () => {
  test('the view is in the address', () => {
    app.navigation.go('keys');
    expect(location.hash).toBe('#/keys');
    location.hash = '#/requests';
    window.dispatchEvent(new HashChangeEvent('hashchange'));
    flushSync();
    expect(app.navigation.view).toBe('requests');
  });

  const locked = { code: 'keychain_unavailable', message: 'locked', hint: 'Unlock it.' } as const;

  test('a failure shows its hint and leads on', async () => {
    host.failures.remove_key = locked;
    expect(await app.toasts.attempt(() => app.keys.remove('key-1'))).toBe(false);
    const [toast] = app.toasts.list;
    expect(toast).toMatchObject({ tone: 'error', text: 'Locked.', hint: 'Unlock it.' });
    toast?.action?.run();
    expect(app.navigation.view).toBe('keys');
  });

  test('without a keychain the sample key is kept for this session only when that is chosen', async () => {
    host.failures.add_sample_key = locked;
    await app.openSample();
    expect(app.inspector.inspection).toBeNull();
    expect(app.keys.list).toEqual([]);
    delete host.failures.add_sample_key;
    app.toasts.list.at(0)?.action?.run();
    await vi.waitFor(() => expect(app.keys.list).toHaveLength(1));
    expect(app.keys.list[0]?.lifetime).toBe('session');
  });
});
