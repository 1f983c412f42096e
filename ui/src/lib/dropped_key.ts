// A file that was dropped where keys belong: one key, or something that holds several.

export type DroppedKey =
  | { kind: 'one'; text: string }
  | { kind: 'several'; text: string }
  /** An encrypted bundle that is not text: it can only be read from its path. */
  | { kind: 'binary-bundle' }
  | { kind: 'too-long' };

/** No list of keys is longer, in bytes. */
const LONGEST = 1024 * 1024;
/** The longest secret that a format takes, in bytes. */
const LONGEST_SECRET = 4096;

export function droppedKey(bytes: Uint8Array): DroppedKey {
  if (bytes.length > LONGEST) {
    return { kind: 'too-long' };
  }
  const text = decode(bytes);
  if (text === null) {
    const head = new TextDecoder('latin1').decode(bytes.subarray(0, 32));
    if (head.startsWith('age-encryption.org/')) {
      return { kind: 'binary-bundle' };
    }
    return bytes.length > LONGEST_SECRET ? { kind: 'too-long' } : { kind: 'one', text: hex(bytes) };
  }
  const trimmed = text.trim();
  const several = /[\r\n{[]/.test(trimmed) || /^[A-Za-z_][A-Za-z0-9_]*=[^=]/.test(trimmed);
  return { kind: several ? 'several' : 'one', text: several ? text : trimmed };
}

function decode(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // Raw key bytes may happen to be UTF-8; no text has control characters.
    // eslint-disable-next-line no-control-regex
    return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
