// Labels of what can be chosen in a profile.
import type { EncodeCompression } from '../../bindings/EncodeCompression';
import type { Undecodable } from '../../bindings/Undecodable';

export const POLICIES = {
  explain: {
    label: 'Explain',
    hint: 'The rest is decoded. If nothing can be, a web page gets the reason as an error.',
  },
  fail: { label: 'Fail', hint: 'The whole request fails with the reason, as with the handlers of Temporal’s SDKs.' },
  pass: { label: 'Pass through', hint: 'They are returned as they were sent, without an error.' },
} as const satisfies Record<Undecodable, unknown>;

export const COMPRESSIONS = {
  none: 'None',
  zlib: 'zlib',
  gzip: 'gzip',
  snappy: 'Snappy',
  zstd: 'Zstandard',
} as const satisfies Record<EncodeCompression, string>;

/** Choices for a select, in the order in which they are written above. */
export function choices<T extends string, W>(words: Record<T, W>, label: (word: W) => string): { value: T; label: string }[] {
  return (Object.keys(words) as T[]).map((value) => ({ value, label: label(words[value]) }));
}
