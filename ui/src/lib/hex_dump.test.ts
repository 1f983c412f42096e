// Every byte in its column, under its part.
import { expect, test } from 'vitest';
import { linesOf } from './hex_dump';

test('a part begins in the column where its first byte stands', () => {
  const hex = Array.from({ length: 20 }, (_, at) => (at + 0x41).toString(16)).join('');
  const parts = [
    { name: 'nonce', start: 0, len: 12 },
    { name: 'tag', start: 12, len: 8 },
  ];
  const [nonce, tag] = linesOf(parts, [{ start: 0, hex }]);
  expect(nonce?.range).toBe('0–11 · 12 bytes');
  expect(nonce?.lines.map(({ hex }) => hex.trim())).toEqual(['41 42 43 44 45 46 47 48  49 4a 4b 4c']);
  expect(tag?.lines.map(({ offset, ascii }) => [offset, ascii.trim()])).toEqual([
    ['00000000', 'MNOP'],
    ['00000010', 'QRST'],
  ]);
  // Twelve bytes of three columns, and one between the halves.
  expect(tag?.lines[0]?.hex.indexOf('4d')).toBe(37);
});

test('a part that is cut comes twice, with what is left out between', () => {
  const parts = [{ name: 'data', start: 0, len: 64 }];
  const groups = linesOf(parts, [
    { start: 0, hex: '00'.repeat(16) },
    { start: 48, hex: 'ff'.repeat(16) },
  ]);
  expect(groups.map(({ skipped, lines }) => [skipped, lines[0]?.offset])).toEqual([
    [0, '00000000'],
    [32, '00000030'],
  ]);
});
