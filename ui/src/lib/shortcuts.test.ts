// What people type into, and what they only choose from.
import { expect, test } from 'vitest';
import { isTyping } from './shortcuts';

test('only what takes a text is typed into: a chosen radio button is none', () => {
  const made = (tag: string, type?: string) => Object.assign(document.createElement(tag), type === undefined ? {} : { type });
  for (const [tag, type] of [['input', 'text'], ['input', 'search'], ['input', 'password'], ['input', 'number'], ['textarea'], ['select']] as const) {
    expect([tag, type, isTyping(made(tag, type))]).toEqual([tag, type, true]);
  }
  for (const [tag, type] of [['input', 'radio'], ['input', 'checkbox'], ['button'], ['div']] as const) {
    expect([tag, type, isTyping(made(tag, type))]).toEqual([tag, type, false]);
  }
  expect(isTyping(null)).toBe(false);
});
