// What a dropped file holds.
import { describe, expect, test } from 'vitest';
import { droppedKey } from './dropped_key';

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
