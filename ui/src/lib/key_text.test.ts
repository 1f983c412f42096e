// What comes along with a key that is pasted.
import { expect, test } from 'vitest';
import { keyText } from './key_text';

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
