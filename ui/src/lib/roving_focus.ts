// Roving focus: a list is one stop of Tab, and arrow keys move among its rows.

/** Moves the focus among `rows`, where one of them has it: Up, Down, Home, End. Keys pressed inside of a row are its own. */
export function moveFocus(event: KeyboardEvent, rows: HTMLElement[]): void {
  const at = rows.indexOf(event.target as HTMLElement);
  const last = rows.length - 1;
  const to: Record<string, number> = { ArrowDown: Math.min(at + 1, last), ArrowUp: Math.max(0, at - 1), Home: 0, End: last };
  const wanted = to[event.key];
  if (at !== -1 && wanted !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    rows[wanted]?.focus();
  }
}
