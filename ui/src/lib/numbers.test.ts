// Sizes and counts, as people read them.
import { describe, expect, test } from 'vitest';
import { count, formatBytes } from './numbers';

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
