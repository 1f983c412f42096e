// No error is a dead end.
import { expect, test } from 'vitest';
import { asAppError, inOneLine, sentence } from './errors';

test('what the core says is shown as it is', () => {
  const error = { code: 'file', message: 'The disk is full.', hint: 'Free some space.' } as const;
  expect(asAppError(error)).toBe(error);
  expect(inOneLine(error)).toBe('The disk is full. Free some space.');
});

test('what is no error of the core leads on as well', () => {
  expect(inOneLine(asAppError(new Error('boom')))).toBe('Boom. Try again. If it happens again, restart Temporal Codec Desktop.');
  expect(asAppError('boom').hint).toContain('Try again');
});

test('a message becomes a sentence', () => {
  expect(sentence('key "a" was not found')).toBe('Key "a" was not found.');
  expect(sentence('Done.')).toBe('Done.');
});

test('whatever was thrown can be shown', () => {
  const error = { code: 'file', message: 'no such file', hint: 'choose another' } as const;
  expect(asAppError(error)).toBe(error);
  expect(inOneLine(error)).toBe('No such file. Choose another.');
  expect(asAppError(new Error('gone'))).toMatchObject({ code: 'internal', message: 'gone' });
  expect(asAppError('gone')).toMatchObject({ code: 'internal', message: 'gone' });
});
