// What the Inspector asks of the core, and what it shows.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { FakeHost } from '../testing/fake_host';
import { keysView } from '../testing/fake_views';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';
import type { OpenDocument } from './documents.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  ({ host, app } = await startApp());
});

describe('the inspector', () => {
  test('opens a text and shows its first Payload', async () => {
    expect(await app.inspector.openText('{}')).toBe(true);
    expect(host.requestsOf('inspect')).toMatchObject([{ source: '{}', namespace: null }]);
    expect(app.inspector.single).toBe(true);
    expect(app.inspector.selected).toBe(0);
  });

  test('keeps what is open when the next text is not recognized, and the text in its field', async () => {
    await app.inspector.openText('{}');
    host.failures.inspect = { code: 'not_recognized', message: 'no Payload in it', hint: 'Do this instead.' };
    expect(await app.inspector.openText('nonsense')).toBe(false);
    expect(app.inspector.error?.code).toBe('not_recognized');
    expect(app.inspector.documents).toHaveLength(1);
    expect(app.inspector.current).toBeNull();
    expect(app.inspector.draft).toBe('nonsense');
    expect(host.requestsOf('close_document')).toEqual([]);
    delete host.failures.inspect;
    expect(await app.inspector.openText('{}')).toBe(true);
    expect(app.inspector.draft).toBe('');
  });

  test('knows how many rows there are, and fetches those that are looked at, each page once', async () => {
    host.nPayloads = 1900;
    await app.inspector.openText('{}');
    const document = app.inspector.current as OpenDocument;
    expect(document.rows).toHaveLength(1900);
    expect(document.rows.indexOf(null)).toBe(200);
    await document.need(0, 100);
    expect(host.requestsOf('inspection_rows')).toEqual([]);
    // Of several wishes under way the last one counts.
    await Promise.all([document.need(600, 620), document.need(900, 950), document.need(1490, 1510)]);
    expect(host.requestsOf('inspection_rows')).toMatchObject([{ offset: 500 }, { offset: 1000 }, { offset: 1500 }]);
    expect([document.rows[499], document.rows[500]?.index, document.rows[1899]?.index]).toEqual([null, 500, 1899]);
    await document.all();
    await document.all();
    expect(document.rows.map((row) => row?.index)).toEqual(Array.from({ length: 1900 }, (_, at) => at));
    expect(host.requestsOf('inspection_rows')).toHaveLength(4);
  });

  test('decodes again when the keys change, and keeps rows and selection', async () => {
    host.nPayloads = 900;
    await app.inspector.openText('{}');
    await app.inspector.current?.need(440, 460);
    if (app.inspector.current) {
      app.inspector.current.place = { key: 440, offset: 3 };
    }
    await app.inspector.select(450);
    host.emit({ type: 'keys_changed', keys: { ...keysView(), has_sample_key: true } });
    await vi.waitFor(() => expect(host.requestsOf('refresh_document')).toMatchObject([{ document: 1, namespace: null }]));
    await vi.waitFor(() => expect(host.requestsOf('inspect_payload').at(-1)).toEqual({ document: 1, index: 450 }));
    // What is seen is here again, before it is looked for.
    expect(app.inspector.rows.slice(400, 500).every((row) => row !== null)).toBe(true);
    expect(app.inspector.selected).toBe(450);
  });

  test('a large document can be read while the rest of it is decoded', async () => {
    [host.nPayloads, host.nPending] = [5000, 4800];
    expect(await app.inspector.openText('{}')).toBe(true);
    expect(host.requestsOf('inspect')).toMatchObject([{ ahead: true }]);
    expect(app.inspector.selected).toBe(0);
    expect(app.inspector.inspection?.n_decoded).toBe(200);
    await vi.waitFor(() => expect([app.inspector.busy, app.inspector.waits]).toEqual([true, false]));
    await app.inspector.select(7);
    await vi.waitFor(() => expect(app.inspector.busy).toBe(false));
    expect(host.requestsOf('refresh_document')).toMatchObject([{ document: 1 }]);
    expect(app.inspector.inspection?.n_pending).toBe(0);
    expect(app.inspector.selected).toBe(7);
  });

  test('the rest can be canceled before it is begun', async () => {
    [host.nPayloads, host.nPending] = [5000, 4800];
    const opened = app.inspector.openText('{}');
    while (app.inspector.current === null) {
      await Promise.resolve();
    }
    expect(app.inspector.busy).toBe(false);
    await app.inspector.stopWaiting();
    await opened;
    await app.inspector.show(app.inspector.current);
    expect(app.inspector.current.outdated).toBe(true);
    expect(host.requestsOf('refresh_document')).toEqual([]);
  });

  test('the rest that is canceled stays to be decoded', async () => {
    [host.nPayloads, host.nPending] = [5000, 4800];
    host.failures.refresh_document = { code: 'cancelled', message: 'the inspection was canceled', hint: '' };
    await app.inspector.openText('{}');
    await vi.waitFor(() => expect(app.inspector.current?.outdated).toBe(true));
    expect(app.inspector.inspection?.n_pending).toBe(4800);
    delete host.failures.refresh_document;
    await app.inspector.refresh();
    expect(app.inspector.inspection?.n_pending).toBe(0);
    expect(app.inspector.current?.outdated).toBe(false);
  });

  test('does not decode again when an event says what is known', async () => {
    await app.inspector.openText('{}');
    host.emit({ type: 'keys_changed', keys: keysView() });
    await Promise.resolve();
    expect(host.requestsOf('refresh_document')).toEqual([]);
  });

  test('a Namespace decodes again, and holds for the next document', async () => {
    await app.inspector.openText('{}');
    await app.inspector.setNamespace('prod-orders');
    expect(host.requestsOf('refresh_document')).toMatchObject([{ document: 1, namespace: 'prod-orders' }]);
    await app.inspector.openText('{}');
    expect(host.requestsOf('inspect').at(-1)).toMatchObject({ source: '{}', namespace: 'prod-orders' });
  });
});
