// How room is divided between two panes.
import { describe, expect, test } from 'vitest';
import { clampSize, halved, isStacked, REST, sizeAfterKey, within } from './split_pane';

const range = { min: 10, max: 30, initial: 20 };

describe('the size of a pane', () => {
  test('stays in its range', () => {
    expect(clampSize(5, range)).toBe(10);
    expect(clampSize(50, range)).toBe(30);
    expect(clampSize(12.34, range)).toBe(12.3);
  });

  test('leaves the other pane its rest, unless there is not even room for the least', () => {
    expect(within(range, 40).max).toBe(40 - REST);
    expect(within(range, 100).max).toBe(30);
    expect(within(range, 15).max).toBe(10);
  });

  test('panes are stacked where it is narrow, and side by side where stacked ones had no height', () => {
    const stacked = (width: number, height: number) => isStacked({ width, height, min: 20, stackBelow: 52, stackAbove: 44 });
    expect(stacked(60, 30)).toBe(false);
    expect(stacked(45, 50)).toBe(true);
    expect(stacked(45, 30)).toBe(false);
    // Neither way has room: the list above can at least be scrolled.
    expect(stacked(20 + REST - 1, 30)).toBe(true);
    // Nothing is known before the first measure.
    expect(stacked(0, 0)).toBe(false);
    expect(halved({ min: 20, max: 40, initial: 34 }, 45).initial).toBe(22.5);
    expect(halved({ min: 20, max: 40, initial: 20 }, 45).initial).toBe(20);
  });

  test('follows the keys', () => {
    const after = (key: string) => sizeAfterKey(key, 20, range, 'ArrowRight', 'ArrowLeft');
    expect(after('ArrowRight')).toBe(22);
    expect(after('ArrowLeft')).toBe(18);
    expect(after('Home')).toBe(10);
    expect(after('End')).toBe(30);
    expect(after('ArrowUp')).toBeNull();
    expect(after('a')).toBeNull();
  });
});
