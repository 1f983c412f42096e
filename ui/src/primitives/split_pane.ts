// How a split pane divides its room: sizes of the pane that is sized, in rem or, where stacked, in percent.

/** What a sized pane may be. */
export interface Range {
  min: number;
  max: number;
  initial: number;
}

/** What the other pane always keeps, in rem. */
export const REST = 18;

/** Percent of the height, where the panes are stacked. */
export const STACKED: Range = { min: 20, max: 80, initial: 45 };

/** The nearest allowed size, to a tenth. */
export function clampSize(size: number, { min, max }: Range): number {
  return Math.round(Math.min(Math.max(min, max), Math.max(min, size)) * 10) / 10;
}

/** `range` where there are only `room` rem for both panes: the other one keeps its rest. */
export function within(range: Range, room: number): Range {
  const max = Math.max(range.min, Math.min(range.max, room - REST));
  return { ...range, max };
}

/** The size after a key; nothing for keys that do not resize. `grows` is the arrow that makes the sized pane larger. */
export function sizeAfterKey(key: string, size: number, range: Range, grows: string, shrinks: string): number | null {
  switch (key) {
    case grows:
      return clampSize(size + 2, range);
    case shrinks:
      return clampSize(size - 2, range);
    case 'Home':
      return range.min;
    case 'End':
      return range.max;
    case 'Enter':
      return clampSize(range.initial, range);
    default:
      return null;
  }
}
