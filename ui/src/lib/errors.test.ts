// No error is a dead end.
import { expect, test } from 'vitest';
import type { Code } from '../bindings/Code';
import { asAppError, whatNow } from './errors';

test('what the core says to do goes first; otherwise each kind of error has its own way on', () => {
  expect(whatNow({ code: 'file', message: 'x', hint: 'Do this.' })).toBe('Do this.');
  expect(whatNow({ code: 'not_serving', message: 'x', hint: null })).toContain('Start the Codec Server');
});

test('a kind that is not known, and what is no error of the core, lead on as well', () => {
  expect(whatNow({ code: 'of_a_newer_core' as Code, message: 'x', hint: null })).toContain('Try again');
  expect(whatNow(asAppError(new Error('boom')))).toContain('Try again');
  expect(whatNow(asAppError('boom'))).toContain('Try again');
});
