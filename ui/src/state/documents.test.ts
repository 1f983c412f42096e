// Several open documents on a fake host: what stays, what is closed, and when the core is told.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeHost } from '../testing/fake_host';
import { AppState } from './app.svelte';
import type { OpenDocument } from './documents.svelte';
import type { Toast } from './toasts.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  host = new FakeHost();
  app = new AppState(host);
  await app.start();
});

afterEach(() => {
  vi.useRealTimers();
});

const FIRST = 'prod-2026';
const SECOND = `${FIRST} (2)`;
const names = () => app.inspector.documents.map(({ name }) => name);

test('a tab is named by its Workflow, else its file, else the first key; and as its user says', async () => {
  host.workflow = { workflow_type: 'Order', id: 'order-1' };
  await app.inspector.openFile({ ticket: 't', path: '/home/me/history.json' });
  await app.inspector.openText('a');
  host.workflow = { workflow_type: '', id: 'order-2' };
  await app.inspector.openText('b');
  host.workflow = null;
  await app.inspector.openFile({ ticket: 't', path: '/home/me/orders.json' });
  // Read again, it is no second one.
  await app.inspector.openFile({ ticket: 't', path: '/home/me/orders.json' });
  await app.inspector.openText('c');
  expect(names()).toEqual(['Order · order-1', 'Order · order-1 (2)', 'order-2', 'orders.json', FIRST]);
  const last = app.inspector.current as OpenDocument;
  last.rename('  The one that failed ');
  expect(names().at(-1)).toBe('The one that failed');
  last.rename(' ');
  expect(names().at(-1)).toBe(FIRST);
});

test('each text opens a document of its own', async () => {
  await app.inspector.openText('a');
  host.nPayloads = 3;
  await app.inspector.openFile({ ticket: 't', path: '/home/me/orders.json' });
  host.nPayloads = 1;
  await Promise.all([app.inspector.openText('b'), app.inspector.openText('c')]);
  expect(names()).toEqual([FIRST, 'orders.json', SECOND, `${FIRST} (3)`]);
  expect(host.requestsOf('close_document')).toEqual([]);
});

test('a document keeps its selection and its Namespace while another one is looked at', async () => {
  host.nPayloads = 3;
  await app.inspector.openText('a');
  await app.inspector.select(2);
  await app.inspector.setNamespace('orders');
  await app.inspector.openText('b');
  await app.inspector.setNamespace(null);
  expect(app.inspector.selected).toBe(0);
  await app.inspector.step(1);
  expect(app.inspector.inspection).toBeNull();
  await app.inspector.step(1);
  expect([app.inspector.selected, app.inspector.namespace]).toEqual([2, 'orders']);
});

test('keys that change decode what is looked at at once, and the rest when it is', async () => {
  await app.inspector.openText('a');
  await app.inspector.openText('b');
  await app.inspector.refresh();
  expect(host.requestsOf('refresh_document')).toMatchObject([{ document: 2, namespace: null }]);
  await app.inspector.step(-1);
  expect(host.requestsOf('refresh_document')).toMatchObject([
    { document: 2, namespace: null },
    { document: 1, namespace: null },
  ]);
  await app.inspector.step(1);
  expect(host.requestsOf('refresh_document')).toHaveLength(2);
});

test('a closed document comes back where it was, by the message or by Ctrl+Shift+T', async () => {
  await app.inspector.openText('a');
  await app.inspector.openText('b');
  await app.inspector.step(-1);
  await app.inspector.clear();
  expect(names()).toEqual([SECOND]);
  expect(app.inspector.inspection?.document).toBe(2);
  app.toasts.act(app.toasts.list.at(-1) as Toast);
  expect(names()).toEqual([FIRST, SECOND]);
  expect(app.inspector.closed).toEqual([]);

  await app.inspector.closeAll();
  expect(names()).toEqual([]);
  await app.inspector.reopen();
  expect(names()).toEqual([SECOND]);
  expect(app.actions.run('inspector.reopen')).toBe(true);
  await vi.waitFor(() => expect(names()).toEqual([FIRST, SECOND]));
  expect(app.actions.run('inspector.reopen')).toBe(false);
  expect(host.requestsOf('close_document')).toEqual([]);
});

test('the core forgets a closed document when ten more were closed', async () => {
  for (let at = 0; at < 12; at += 1) {
    await app.inspector.openText(`${at}`);
    await app.inspector.clear();
  }
  expect(app.inspector.closed).toHaveLength(10);
  expect(host.requestsOf('close_document')).toEqual([{ document: 1 }, { document: 2 }]);
});

test('what is cancelled is closed when it arrives all the same, and says nothing', async () => {
  let answer: () => void = () => undefined;
  const late = new Promise<void>((resolve) => (answer = resolve));
  const call = host.call.bind(host) as (command: string, request: unknown) => Promise<never>;
  host.call = (async (command: string, request: unknown) => {
    if (command === 'inspect') {
      await late;
    }
    return call(command, request);
  }) as typeof host.call;
  const opened = app.inspector.openText('a');
  await vi.waitFor(() => expect(app.inspector.busy).toBe(true));
  await app.inspector.progress.cancel();
  expect(app.inspector.busy).toBe(false);
  answer();
  expect(await opened).toBe(false);
  expect(host.requestsOf('cancel_inspection')).toHaveLength(1);
  expect(host.requestsOf('close_document')).toEqual([{ document: 1 }]);
  expect(app.inspector.error).toBeNull();
  expect(names()).toEqual([]);
});

test('progress is taken for the inspection under way alone', async () => {
  await app.inspector.openText('a');
  const [{ ticket }] = host.requestsOf('inspect') as [{ ticket: number }];
  host.emit({ type: 'inspection_progress', ticket, done: 5, total: 10 });
  expect(app.inspector.progress.shown).toBeNull();
});

test('of too many documents the oldest is closed, and comes back where it was', async () => {
  for (let at = 0; at < 17; at += 1) {
    await app.inspector.openText(`${at}`);
  }
  expect(names()).toHaveLength(16);
  const [toast] = app.toasts.list;
  expect(toast?.text).toBe(`Closed ${FIRST} to keep 16 documents open`);
  app.toasts.act(toast as Toast);
  await vi.waitFor(() => expect(app.inspector.inspection?.document).toBe(1));
  expect(names()).toHaveLength(17);
  expect(host.requestsOf('close_document')).toEqual([]);
  // It is looked at, so the next one is closed for what comes, and then it.
  await app.inspector.openText('more');
  expect(names()).toHaveLength(16);
  expect(host.requestsOf('close_document')).toEqual([]);
});

test('a closed document can be taken back as long as that is offered', async () => {
  vi.useFakeTimers();
  await app.inspector.openText('a');
  await app.inspector.clear();
  app.toasts.hold(true);
  await vi.advanceTimersByTimeAsync(60_000);
  app.toasts.hold(false);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(app.actions.run('app.undo')).toBe(true);
  expect(names()).toEqual([FIRST]);
  expect(app.actions.run('app.undo')).toBe(false);
});

test('Esc stops what is waited for, and not what is decoded again behind another tab', async () => {
  await app.inspector.openText('a');
  await app.inspector.openText('b');
  const [first, second] = app.inspector.documents as [OpenDocument, OpenDocument];
  const call = host.call.bind(host) as (command: string, request: unknown) => Promise<never>;
  let answer: () => void = () => undefined;
  host.call = (async (command: string, request: unknown) => {
    if (command === 'refresh_document') {
      await new Promise<void>((resolve) => (answer = resolve));
    }
    return call(command, request);
  }) as typeof host.call;
  const refreshed = app.inspector.refresh();
  await vi.waitFor(() => expect(app.inspector.busy).toBe(true));
  await app.inspector.stopWaiting();
  expect(host.requestsOf('cancel_inspection')).toHaveLength(1);
  expect(app.inspector.current).toBe(second);
  answer();
  await refreshed;

  const shown = app.inspector.show(first);
  await vi.waitFor(() => expect(app.inspector.busy).toBe(true));
  second.stale = false;
  await app.inspector.show(second);
  await app.inspector.stopWaiting();
  expect(host.requestsOf('cancel_inspection')).toHaveLength(1);
  expect(app.inspector.current).toBe(second);
  answer();
  await shown;
});

test('a refresh that is cancelled leaves what was decoded before, and says so', async () => {
  await app.inspector.openText('a');
  let fail: (error: unknown) => void = () => undefined;
  const call = host.call.bind(host) as (command: string, request: unknown) => Promise<never>;
  host.call = ((command: string, request: unknown) =>
    command === 'refresh_document' ? new Promise((_, reject) => (fail = reject)) : call(command, request)) as typeof host.call;
  const refreshed = app.inspector.refresh();
  await vi.waitFor(() => expect(app.inspector.busy).toBe(true));
  await app.inspector.progress.cancel();
  expect(host.requestsOf('cancel_inspection')).toHaveLength(1);
  fail({ code: 'cancelled', message: 'the inspection was canceled', hint: 'Do this instead.' });
  await refreshed;
  expect(app.inspector.current?.outdated).toBe(true);
  expect(app.inspector.rows).toHaveLength(1);
  host.call = call as typeof host.call;
  await app.inspector.refresh();
  expect(app.inspector.current?.outdated).toBe(false);
});

test('a history that names no Workflow is called what it is, not after a key', async () => {
  host.isHistory = true;
  await app.inspector.openText('{}');
  expect(app.inspector.current?.name).toBe(app.inspector.current?.inspection.kind);
  expect(app.inspector.current?.name).not.toBe(FIRST);
});
