// What comes along with a key that is pasted.
import { expect, test } from 'vitest';
import { keyText, looksLikeKey } from './key_text';

test('quotes and blanks around it are told from the key', () => {
  expect(keyText('abc')).toEqual({ text: 'abc', around: null });
  expect(keyText(' abc\n')).toEqual({ text: 'abc', around: 'the blanks' });
  expect(keyText('"abc"')).toEqual({ text: 'abc', around: 'the quotes' });
  expect(keyText(" ' abc'\t")).toEqual({ text: 'abc', around: 'the quotes and blanks' });
});

test('what is within it stays, and a quote alone is no pair', () => {
  expect(keyText('a "b" c')).toEqual({ text: 'a "b" c', around: null });
  expect(keyText('"abc')).toEqual({ text: '"abc', around: null });
  expect(keyText('""')).toEqual({ text: '""', around: null });
});

test('a key is told from the data of a Payload by its length', () => {
  const bytes = (n: number) => btoa('k'.repeat(n));
  for (const key of [bytes(16), bytes(24), bytes(32), bytes(32).replace('=', ''), '0f'.repeat(32), `0x${'0F'.repeat(16)}`, `"${bytes(32)}"`, Array(32).fill('a0').join(':')]) {
    expect(looksLikeKey(key), key).toBe(true);
  }
  for (const other of ['', 'prod', bytes(28), bytes(33), bytes(200), '{"metadata":{}}', '0f'.repeat(20), 'a sentence, which is long enough for a key it is']) {
    expect(looksLikeKey(other), other).toBe(false);
  }
});
