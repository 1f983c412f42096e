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

/** How panes share a room, all in rem. */
export interface Room {
  width: number;
  height: number;
  /** The least that the sized pane may be. */
  min: number;
  /** Narrower than this, the panes are stacked, where that leaves both of them enough height. */
  stackBelow: number;
  /** Lower than this, they stand side by side as long as both have their least. */
  stackAbove: number;
}

/** Whether the panes are stacked, or stand side by side. */
export function isStacked({ width, height, min, stackBelow, stackAbove }: Room): boolean {
  return width > 0 && width < stackBelow && !(height > 0 && height < stackAbove && width >= min + REST);
}

/** `range` where the panes stand side by side only because stacked ones had no height: each begins with half of the room. */
export function halved(range: Range, room: number): Range {
  return { ...range, initial: Math.min(range.initial, room / 2) };
}

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
