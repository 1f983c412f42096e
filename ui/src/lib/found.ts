// Where a text that is looked for stands in another one; upper and lower case are the same, as in the core's search.

/** Finds the text; nothing where there is nothing to look for. */
export function finder(wanted: string): RegExp | null {
  const text = wanted.trim();
  return text === '' ? null : new RegExp(text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'), 'gi');
}

/** Whether the text is in one of these. */
export function isIn(wanted: string, ...texts: readonly string[]): boolean {
  const find = finder(wanted);
  return find !== null && texts.some((text) => text.search(find) !== -1);
}

export interface Part {
  text: string;
  found: boolean;
}

/** The text in parts: what was looked for, and what is around it. */
export function parts(text: string, wanted: string): Part[] {
  const find = finder(wanted);
  if (find === null) {
    return [{ text, found: false }];
  }
  const made: Part[] = [];
  let from = 0;
  for (const { index, 0: found } of text.matchAll(find)) {
    made.push({ text: text.slice(from, index), found: false }, { text: found, found: true });
    from = index + found.length;
  }
  return [...made, { text: text.slice(from), found: false }].filter((part) => part.text !== '');
}
