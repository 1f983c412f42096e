// Which row letters lead to.
import { expect, test } from 'vitest';
import { nextMatch, TypeAhead } from './type_ahead';

const NAMES = ['Orders input', 'orders result', 'memo.customer', 'Ledger', 'orders: 42'];
const next = (at: number, typed: string) => nextMatch(NAMES.length, at, typed, (index) => NAMES[index] ?? '');

test('the next row in which a word begins so, around the end', () => {
  expect(next(0, 'o')).toBe(1);
  expect(next(4, 'o')).toBe(0);
  expect(next(0, 'cust')).toBe(2);
  expect(next(0, 'ustomer')).toBe(-1);
  // More letters stay, the same one goes on, and nothing chosen is before the first.
  expect(next(1, 'or')).toBe(1);
  expect(next(1, 'ooo')).toBe(4);
  expect(next(-1, 'or')).toBe(0);
  expect(next(2, '42')).toBe(4);
  expect(nextMatch(0, -1, 'a', () => '')).toBe(-1);
});

test('letters belong together until there is a pause; a space alone is none, nor is a shortcut', () => {
  const ahead = new TypeAhead();
  const add = (key: string, timeStamp: number, more: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent('keydown', { key, ...more });
    Object.defineProperty(event, 'timeStamp', { value: timeStamp });
    return ahead.add(event);
  };
  expect(add(' ', 0)).toBeNull();
  expect(add('O', 100)).toBe('o');
  expect(add(' ', 200)).toBe('o ');
  expect(add('r', 300, { ctrlKey: true })).toBeNull();
  expect(add('ArrowDown', 310)).toBeNull();
  expect(add('r', 320)).toBe('o r');
  expect(add('x', 2000)).toBe('x');
});
