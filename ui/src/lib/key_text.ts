// A key as it was pasted: quotes and blanks around it come along from files and chats, and are seldom part of it.

export interface KeyText {
  /** What is left of it. */
  text: string;
  /** What was around it, for people; nothing where nothing was. */
  around: 'the blanks' | 'the quotes' | 'the quotes and blanks' | null;
}

const QUOTES = ['"', "'", '`'];

export function keyText(pasted: string): KeyText {
  const bare = pasted.trim();
  const quoted = bare.length > 2 && QUOTES.some((quote) => bare.startsWith(quote) && bare.endsWith(quote));
  const text = quoted ? bare.slice(1, -1).trim() : bare;
  const blanks = bare !== pasted || (quoted && text.length !== bare.length - 2);
  return { text, around: quoted ? (blanks ? 'the quotes and blanks' : 'the quotes') : blanks ? 'the blanks' : null };
}
