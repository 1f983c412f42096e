// Times and durations, as people read them.
import { describe, expect, test } from 'vitest';
import { clock, duration, uptime } from './time';

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
