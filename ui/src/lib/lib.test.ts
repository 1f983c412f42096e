// Sizes, times, sentences and key ids, as people see them.
import { describe, expect, test } from 'vitest';
import { count, formatBytes } from './bytes';
import { asAppError, inOneLine, sentence } from './errors';
import { showKeyId } from './key_id';
import { clock, duration, uptime } from './time';

describe('sizes', () => {
  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [1536, '1.5 kB'],
    [99_499, '99 kB'],
    [999_600, '1.0 MB'],
    [64 * 1024 * 1024, '67 MB'],
    [5_000_000_000, '5.0 GB'],
  ])('%d → %s', (bytes, expected) => expect(formatBytes(bytes)).toBe(expected));

  test('counts', () => {
    expect(count(1, 'Payload')).toBe('1 Payload');
    expect(count(12_345, 'Payload')).toBe('12,345 Payloads');
  });
});

describe('times', () => {
  test.each([
    [0, '0 µs'],
    [999, '999 µs'],
    [3200, '3.2 ms'],
    [1_400_000, '1.40 s'],
  ])('%d → %s', (micros, expected) => expect(duration(micros)).toBe(expected));

  test.each([
    [12, '12 s'],
    [250, '4 min 10 s'],
    [3 * 3600 + 120, '3 h 2 min'],
    [53 * 3600, '2 d 5 h'],
    [-5, '0 s'],
  ])('up for %d seconds: %s', (seconds, expected) => {
    const since = '2026-01-02T03:04:05Z';
    expect(uptime(since, new Date(since).getTime() + seconds * 1000)).toBe(expected);
  });

  test('a clock keeps its milliseconds, and what is no time is shown as it is', () => {
    expect(clock('2026-01-02T03:04:05.006Z')).toMatch(/^\d\d:\d\d:05\.006$/);
    expect(clock('yesterday')).toBe('yesterday');
  });
});

describe('errors', () => {
  test('a message becomes a sentence', () => {
    expect(sentence('key "a" is not in the key store')).toBe('Key "a" is not in the key store.');
    expect(sentence('Done.')).toBe('Done.');
  });

  test('whatever was thrown can be shown', () => {
    const error = { code: 'file', message: 'no such file', hint: 'choose another' } as const;
    expect(asAppError(error)).toBe(error);
    expect(inOneLine(error)).toBe('No such file. Choose another.');
    expect(asAppError(new Error('gone'))).toMatchObject({ code: 'internal', message: 'gone' });
    expect(asAppError('gone')).toMatchObject({ code: 'internal', message: 'gone' });
  });
});

describe('key ids', () => {
  test('the empty one is said in words', () => {
    expect(showKeyId('')).toBe('"" (empty)');
    expect(showKeyId('prod')).toBe('prod');
  });
});
