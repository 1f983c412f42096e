// Roving focus: a list is one stop of Tab, and keys move among its rows.
import { nextMatch, TypeAhead } from './type_ahead';

/** Rows that PageUp and PageDown go. */
export const PAGE_OF_ROWS = 10;

/** There is one keyboard. */
const ahead = new TypeAhead();

/**
 * Moves the focus among `rows`, where one of them has it: arrows, PageUp, PageDown, Home, End, and letters, which look for a
 * row's `data-name`. Keys pressed inside of a row are its own.
 */
export function moveFocus(event: KeyboardEvent, rows: HTMLElement[]): void {
  const at = rows.indexOf(event.target as HTMLElement);
  if (at === -1 || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const last = rows.length - 1;
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE_OF_ROWS,
    PageUp: at - PAGE_OF_ROWS,
    Home: 0,
    End: last,
  };
  const typed = ahead.add(event);
  const wanted = typed === null ? to[event.key] : nextMatch(rows.length, at, typed, (index) => rows[index]?.dataset['name'] ?? '');
  if (wanted !== undefined) {
    event.preventDefault();
    rows[typed !== null && wanted === -1 ? at : Math.min(last, Math.max(0, wanted))]?.focus();
  }
}
