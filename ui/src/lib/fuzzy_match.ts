// Fuzzy match of a name by a few letters: each word of the query must be found, at best where a word begins.

/** How well a name answers a query (larger is better), and which of its letters did. */
export interface Match {
  score: number;
  letters: ReadonlySet<number>;
}

/** At the beginning of a word; inside one; its letters with others between them. */
const BEGINS = 8;
const INSIDE = 4;
const SCATTERED = 1;

/** The match of a name, or null where a word of the query is neither in it nor in `more`, which is not shown. */
export function match(query: string, name: string, more = ''): Match | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = name.toLowerCase();
  const letters = new Set<number>();
  let score = 0;
  for (const word of words) {
    const found = find(word, text);
    if (found !== null) {
      score += found.score;
      found.at.forEach((at) => letters.add(at));
    } else if (more.toLowerCase().includes(word)) {
      score += SCATTERED;
    } else {
      return null;
    }
  }
  // Of two that answer alike, the shorter one is meant.
  return { score: score - text.length / 1000, letters };
}

function find(word: string, text: string): { score: number; at: number[] } | null {
  const run = (from: number) => Array.from(word, (_, offset) => from + offset);
  const begins = beginning(word, text, 0);
  if (begins !== -1) {
    return { score: BEGINS + word.length / (text.length + 1), at: run(begins) };
  }
  const inside = text.indexOf(word);
  return inside === -1 ? scattered(word, text) : { score: INSIDE, at: run(inside) };
}

/** Letters that go on from the one before, or begin a word: `stser` for “Start the Codec Server”. */
function scattered(word: string, text: string): { score: number; at: number[] } | null {
  const at: number[] = [];
  for (const letter of word) {
    const next = (at.at(-1) ?? -1) + 1;
    const found = at.length > 0 && text.charAt(next) === letter ? next : beginning(letter, text, next);
    if (found === -1) {
      return null;
    }
    at.push(found);
  }
  return { score: SCATTERED, at };
}

/** Where the next word that begins so stands, or -1. */
export function beginning(start: string, text: string, from: number): number {
  for (let at = text.indexOf(start, from); at !== -1; at = text.indexOf(start, at + 1)) {
    if (at === 0 || !isLetter(text.charAt(at - 1))) {
      return at;
    }
  }
  return -1;
}

function isLetter(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character);
}
