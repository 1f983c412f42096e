// Only the answer to the newest question counts.
import { describe, expect, test } from 'vitest';
import { Latest } from './latest.svelte';

const refused = { code: 'internal', message: 'no answer', hint: 'Try again.' } as const;

describe('the latest answer', () => {
  test('is that of the newest question, whatever comes last', async () => {
    const latest = new Latest<string>();
    const late: string[] = [];
    let answer: (text: string) => void = () => undefined;
    const first = latest.ask(() => new Promise((done) => (answer = done)), (text) => Promise.resolve(late.push(text)));
    await latest.ask(() => Promise.resolve('second'));
    expect(latest.busy).toBe(false);
    answer('first');
    await first;
    expect(latest.answer).toBe('second');
    expect(late).toEqual(['first']);
  });

  test('stays until the next one is there, and a failure takes its place', async () => {
    const latest = new Latest<string>();
    await latest.ask(() => Promise.resolve('old'));
    const asking = latest.ask(() => Promise.reject(refused));
    expect([latest.answer, latest.busy]).toEqual(['old', true]);
    await asking;
    expect([latest.answer, latest.error, latest.busy]).toEqual([null, refused, false]);
  });

  test('is not waited for once it is cleared, and neither is its failure', async () => {
    const latest = new Latest<string>();
    const asking = latest.ask(() => Promise.reject(refused));
    latest.clear();
    expect(latest.busy).toBe(false);
    await asking;
    expect([latest.answer, latest.error]).toEqual([null, null]);
  });
});
