// An Event History on a fake host: what it opens at, its events below a group, and walking through what a search found.
import { beforeEach, expect, test } from 'vitest';
import type { OpenDocument } from './documents.svelte';
import { FakeHost } from '../testing/fake_host';
import { historyEvent, historyRow } from '../testing/fake_views';
import { AppState } from './app.svelte';
import { tabOf, tabsOf, type OpenHistory } from './history.svelte';

let host: FakeHost;
let app: AppState;
let history: OpenHistory;

const row = (at: number) => {
  const one = historyRow(at);
  const [first] = one.events;
  return first ? { ...one, opens: at * 2, n_events: 2, events: [{ ...first, event: at * 2 }, { ...first, event: at * 2 + 1 }] } : one;
};

beforeEach(async () => {
  host = new FakeHost();
  host.isHistory = true;
  host.nPayloads = 3;
  host.answers.history_rows = ({ offset, limit, find }) => ({
    n_rows: 450,
    found: find === null || find === undefined ? null : Math.floor(find / 2),
    rows: Array.from({ length: Math.max(0, Math.min(limit, 450 - offset)) }, (_, at) => row(offset + at)),
  });
  host.answers.history_overview = () => ({ n_events: 900, n_failures: 0, n_not_decoded: 0, kinds: [], start: 0, end: 1000, density: [], opens: 800 });
  app = new AppState(host);
  await app.start();
  await app.inspector.openText('a');
  history = (app.inspector.current as OpenDocument).history as OpenHistory;
});

test('it opens at the event that needs a look, with the groups around it, and knows its whole length', () => {
  expect([history.rows.length, history.selected, history.event?.event]).toEqual([450, -401, 800]);
  expect([history.rows[0], history.rows[399], history.rows[410]].map((one) => one === null)).toEqual([false, true, false]);
  expect(history.place?.key).toBe(-395);
});

test('a group shows its events below it; closed again, the group is chosen', async () => {
  history.fold(true);
  await history.select(801);
  expect([history.lines.length, history.event?.event]).toEqual([452, 801]);
  history.fold(false);
  expect([history.lines.length, history.selected]).toEqual([450, -401]);
});

test('matches are walked through, around the end, also where their groups are still to come', async () => {
  host.answers.search_history = () => ({ n: 2, matches: [{ row: 3, event: 6 }, { row: 300, event: 600 }], incomplete: false });
  await history.search('order');
  expect([history.at, history.event?.event]).toEqual([0, 6]);
  await history.step(-1);
  expect([history.at, history.event?.event, history.rows[300]?.row]).toEqual([1, 600, 300]);
  await history.search('');
  expect([history.at, history.found.answer]).toEqual([null, null]);
});

test('what is searched is made when the field is gone to, and nothing is shown of that', async () => {
  const asked: string[] = [];
  host.answers.search_history = ({ text }: { text: string }) => {
    asked.push(text);
    return { n: 0, matches: [], incomplete: false };
  };
  history.prepare();
  expect([asked, history.found.answer]).toEqual([[''], null]);
  await history.search('order');
  history.prepare();
  expect(asked).toEqual(['', 'order']);
});

test('zoom and pan stay within the time of the history', () => {
  history.zoom(0.5);
  expect(history.span).toEqual([250, 750]);
  history.pan(10);
  expect(history.span).toEqual([500, 1000]);
  history.zoom(100);
  expect(history.span).toBeNull();
});

test('an event is shown by its Failure first, unless something could not be decoded', () => {
  const failed = { ...historyEvent(), failures: [{ kind: '', message: 'm', stack_trace: '', not_decoded: false }] };
  expect([tabsOf(failed), tabOf(failed, null), tabOf(failed, 'payloads')]).toEqual([['failure', 'attributes'], 'failure', 'failure']);
  expect(tabOf(historyEvent(), null)).toBe('attributes');
});
