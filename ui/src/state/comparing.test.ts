// A comparison: what is asked, what it says in words, and that nothing decoded stays where it must not.
import { expect, test } from 'vitest';
import { FakeHost } from '../testing/fake_host';
import { executionComparison } from '../testing/fake_views';
import { changedParts, Comparing, countsInWords, type Comparable } from './comparing.svelte';

const document = (number: number, more: Partial<Comparable> = {}) => ({ number, selected: 0, history: {}, revision: 0, ...more });

test('executions are compared, and the first place that differs is looked at', async () => {
  const host = new FakeHost();
  const comparing = new Comparing(host, document(1));
  await comparing.begin('executions');
  expect(host.requestsOf('compare_executions')).toHaveLength(0);
  await comparing.with(document(2));
  expect(host.requestsOf('compare_executions')).toMatchObject([{ left: 1, right: 2, everything: false }]);
  expect(comparing.place).toBe(0);
  // Two events that are no pair are shown as they are.
  expect(host.requestsOf('history_event')).toMatchObject([{ document: 1, event: 1 }, { document: 2, event: 1 }]);
  await comparing.count(true);
  expect(host.requestsOf('compare_executions')[1]).toMatchObject({ everything: true });
});

test('one walks from difference to difference, and no further than the last', async () => {
  const host = new FakeHost();
  const one = executionComparison().rows[0];
  const changed = { ...one, kind: 'changed' as const } as NonNullable<typeof one>;
  host.answers.compare_executions = () => executionComparison({ rows: [changed, changed], n_rows: 2 });
  const comparing = new Comparing(host, document(1));
  await comparing.begin('executions');
  await comparing.with(document(2));
  await comparing.step(1);
  await comparing.step(1);
  expect(comparing.place).toBe(1);
  expect(host.requestsOf('compare_events')).toHaveLength(2);
  await comparing.step(-1);
  await comparing.step(-1);
  expect(comparing.place).toBe(0);
});

test('what was decoded anew since is compared again, and nothing else', async () => {
  const host = new FakeHost();
  const left = document(1);
  const right = { ...document(2), revision: 0 };
  const comparing = new Comparing(host, left);
  await comparing.begin('executions');
  await comparing.with(right);
  await comparing.freshen();
  expect(host.requestsOf('compare_executions')).toHaveLength(1);
  right.revision = 1;
  await comparing.freshen();
  expect(host.requestsOf('compare_executions')).toHaveLength(2);
  await comparing.forget();
  expect(comparing.latest.answer).toBeNull();
  expect(comparing.one.answer).toBeNull();
  expect(comparing.apart.answer).toBeNull();
  await comparing.freshen();
  expect(host.requestsOf('compare_executions')).toHaveLength(3);
});

test('Payloads are compared with what is chosen in the other document, or with another one of this', async () => {
  const host = new FakeHost();
  const own = document(1, { selected: 3, history: null });
  const comparing = new Comparing(host, own);
  await comparing.begin('payloads');
  await comparing.with(document(2, { selected: 5, history: null }));
  expect(host.requestsOf('compare_payloads')).toMatchObject([{ left: 1, left_index: 3, right: 2, right_index: 5 }]);
  await comparing.with(own);
  expect(comparing.otherPayload).toBeNull();
  await comparing.choosePayload(4);
  expect(host.requestsOf('compare_payloads')[1]).toMatchObject({ left: 1, left_index: 3, right: 1, right_index: 4 });
});

test('events are counted by what became of them', () => {
  expect(countsInWords(executionComparison({ n_unknown: 1 }))).toBe('2 the same · 0 changed · 1 not known · 1 only left · 1 only right');
  expect(countsInWords(executionComparison())).toBe('2 the same · 0 changed · 1 only left · 1 only right');
});

test('of two texts the part that differs is told apart', () => {
  expect(changedParts('"from here"', '"from there"')).toEqual({ start: '"from ', left: '', right: 't', end: 'here"' });
  expect(changedParts('🚀a', '🚁a')).toEqual({ start: '', left: '🚀', right: '🚁', end: 'a' });
  expect(changedParts('aa', 'aaa')).toEqual({ start: 'aa', left: '', right: 'a', end: '' });
});
