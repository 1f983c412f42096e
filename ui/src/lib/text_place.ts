// A place in a text as the core counts it, and where that is in a string of the page.

/** Line and character, both from 1. */
export interface TextPlace {
  line: number;
  column: number;
}

/** UTF-16 units before a character of a line; its end where it has fewer. */
export function offset(line: string, column: number): number {
  return [...line].slice(0, Math.max(column - 1, 0)).join('').length;
}

/** UTF-16 units before a place in a text of many lines. */
export function offsetIn(text: string, { line, column }: TextPlace): number {
  const lines = text.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return Math.min(before + offset(lines[line - 1] ?? '', column), text.length);
}
