// The list of requests: in which order, how filtered, and which one in full.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { FakeHost } from '../testing/fake_host';
import { requestView } from '../testing/fake_views';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  ({ host, app } = await startApp());
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

  test('those from the cache are counted, as they come and go', () => {
    expect(app.requests.facets.cache).toEqual({ decodes: 1, hits: 0 });
    app.requests.record([requestView(3, { from_cache: true }), requestView(4, { status: 422 }), requestView(5, { operation: 'encode' })]);
    expect(app.requests.facets.cache).toEqual({ decodes: 2, hits: 1 });
    // The core keeps five.
    app.requests.record([6, 7, 8].map((id) => requestView(id)));
    expect(app.requests.facets.cache).toEqual({ decodes: 3, hits: 0 });
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
