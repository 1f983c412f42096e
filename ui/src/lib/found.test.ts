// Where a text stands that is looked for.
import { expect, test } from 'vitest';
import { isIn, parts } from './found';

test('what was looked for is told from what is around it, in any case, and signs stand for themselves', () => {
  expect(parts('Card declined: card', ' CARD ')).toEqual([
    { text: 'Card', found: true },
    { text: ' declined: ', found: false },
    { text: 'card', found: true },
  ]);
  expect(parts('a.b (axb)', 'a.b')).toEqual([
    { text: 'a.b', found: true },
    { text: ' (axb)', found: false },
  ]);
  expect(parts('text', ' ')).toEqual([{ text: 'text', found: false }]);
  expect(parts('', 'a')).toEqual([]);
});

test('it is in one of several', () => {
  expect(isIn('b*', 'a', 'AB*')).toBe(true);
  expect(isIn('b*', 'a', 'ab')).toBe(false);
  expect(isIn(' ', ' ')).toBe(false);
});
