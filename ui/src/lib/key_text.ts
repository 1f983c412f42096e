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

/** Whether a line is what AES keys look like: 16, 24 or 32 bytes as hex digits or base64. No Payload is so short, but an id may be. */
export function looksLikeKey(pasted: string): boolean {
  const { text } = keyText(pasted);
  const digits = text.replace(/^0x/i, '').replaceAll(':', '');
  if (/^[0-9a-f]+$/i.test(digits)) {
    return [32, 48, 64].includes(digits.length);
  }
  const base64 = text.replace(/=+$/, '');
  return /^[\w+/-]+$/.test(base64) && [22, 32, 43].includes(base64.length);
}
