// Sizes, times, sentences and key ids, as people see them.
import { describe, expect, test } from 'vitest';
import { count, formatBytes } from './numbers';
import { droppedKey } from './dropped_key';
import { asAppError, inOneLine, sentence } from './errors';
import { showKeyId } from './key_names';
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
});

describe('key ids', () => {
  test('the empty one is said in words', () => {
    expect(showKeyId('')).toBe('"" (empty)');
    expect(showKeyId('prod')).toBe('prod');
  });
});

describe('a dropped key file', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  test('one key is told from several', () => {
    expect(droppedKey(bytes('c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ=\n'))).toEqual({
      kind: 'one',
      text: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ=',
    });
    expect(droppedKey(bytes('[{"id":"a"}]')).kind).toBe('several');
    expect(droppedKey(bytes('CODEC_KEY=abc')).kind).toBe('several');
    expect(droppedKey(bytes('- id: a\n  key: b\n')).kind).toBe('several');
  });

  test('raw bytes become hex, also where they happen to be UTF-8', () => {
    expect(droppedKey(new Uint8Array([255, 0, 16]))).toEqual({ kind: 'one', text: 'ff0010' });
    expect(droppedKey(new Uint8Array([1, 2, 3]))).toEqual({ kind: 'one', text: '010203' });
  });

  test('what cannot be read here is said', () => {
    const bundle = new Uint8Array([...bytes('age-encryption.org/v1\n'), 255, 254]);
    expect(droppedKey(bundle).kind).toBe('binary-bundle');
    expect(droppedKey(new Uint8Array(2 * 1024 * 1024)).kind).toBe('too-long');
    expect(droppedKey(new Uint8Array(5000).fill(255)).kind).toBe('too-long');
  });
});
