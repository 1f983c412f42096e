// A filter while it is typed: the newest expression counts, and a wrong one leaves the results before it.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FilterView } from '../bindings/FilterView';
import { FakeHost } from '../testing/fake_host';
import { Filtering, resultsInWords } from './filtering.svelte';

const view = (more: Partial<FilterView> = {}): FilterView => ({ text: '1', n_shown: 1, is_cut: false, n: 1, may_be_more: false, problem: null, ...more });
const wrong = view({ text: '', n_shown: 0, n: 0, problem: { message: 'Expected term.', hint: '', place: { line: 1, column: 3 } } });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what is typed is asked once, after a pause', async () => {
  const host = new FakeHost();
  const filtering = new Filtering(host, { number: 3, selected: 7 });
  filtering.type('.');
  filtering.type('.a');
  await vi.runAllTimersAsync();
  expect(host.requestsOf('filter')).toMatchObject([{ document: 3, index: null, expression: '.a' }]);
  await filtering.choose('payload');
  expect(host.requestsOf('filter')[1]).toMatchObject({ index: 7, expression: '.a' });
});

test('an expression that is overtaken is stopped, and its answer is dropped', async () => {
  const host = new FakeHost();
  const filtering = new Filtering(host, { number: 1, selected: null });
  let finish: (view: FilterView) => void = () => undefined;
  const slow = new Promise<FilterView>((done) => (finish = done));
  const call = host.call.bind(host) as (command: string, request: unknown) => Promise<never>;
  host.call = (async (command: string, request: { expression?: string }) => (request.expression === 'slow' ? slow : call(command, request))) as never;
  host.answers.filter = ({ expression }) => view({ text: expression });
  void filtering.set('slow');
  await vi.runAllTimersAsync();
  await filtering.set('fast');
  expect(host.requestsOf('cancel_inspection')).toHaveLength(1);
  finish(view({ text: 'late' }));
  await vi.runAllTimersAsync();
  expect(filtering.shown?.text).toBe('fast');
  expect(filtering.latest.busy).toBe(false);
});

test('where an expression is wrong, the results of the one before it stay, and say so', async () => {
  const host = new FakeHost();
  const filtering = new Filtering(host, { number: 1, selected: null });
  await filtering.set('.a');
  host.answers.filter = () => wrong;
  await filtering.set('.a |');
  expect(filtering.shown).not.toBeNull();
  expect(filtering.outdated).toBe(true);
  expect(filtering.problem?.place).toEqual({ line: 1, column: 3 });
  await filtering.set(' ');
  expect([filtering.shown, filtering.problem, filtering.outdated]).toEqual([null, null, false]);
});

test('what is canceled says so, keeps the results before it, and can be asked again', async () => {
  const host = new FakeHost();
  const filtering = new Filtering(host, { number: 1, selected: null });
  await filtering.set('.a');
  const call = host.call.bind(host) as (command: string, request: unknown) => Promise<never>;
  let finish: (view: FilterView) => void = () => undefined;
  host.call = ((command: string, request: { expression?: string }) => (request.expression === 'slow' ? new Promise((done) => (finish = done)) : call(command, request))) as never;
  const asked = filtering.set('slow');
  await vi.runAllTimersAsync();
  await filtering.cancel();
  expect([filtering.stopped, filtering.latest.busy, filtering.outdated, filtering.shown?.text]).toEqual([true, false, true, '"ada"']);
  expect(host.requestsOf('cancel_inspection')).toHaveLength(1);
  finish(view({ text: 'late' }));
  await asked;
  expect(filtering.shown?.text).toBe('"ada"');
  await filtering.set('.b');
  expect([filtering.stopped, filtering.outdated]).toEqual([false, false]);
});

test('results are counted in words', () => {
  const words = (more: Partial<FilterView>) => resultsInWords(view(more));
  expect(words({})).toBe('1 result');
  expect(words({ n: 0, n_shown: 0 })).toBe('0 results');
  expect(words({ n: 5000, n_shown: 1000 })).toBe('1,000 of 5,000 results');
  expect(words({ n: 100_000, n_shown: 1000, may_be_more: true })).toBe('1,000 of more than 100,000 results');
  expect(words({ n: 2, n_shown: 2, may_be_more: true })).toBe('2 results so far');
  expect(words({ is_cut: true })).toBe('1 result, the last one cut');
});
