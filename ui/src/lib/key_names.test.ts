// Key ids, as people see them.
import { describe, expect, test } from 'vitest';
import { showKeyId } from './key_names';

describe('key ids', () => {
  test('the empty one is said in words', () => {
    expect(showKeyId('')).toBe('"" (empty)');
    expect(showKeyId('prod')).toBe('prod');
  });
});
