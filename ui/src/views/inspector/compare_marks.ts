// How what differs is marked: by a sign and a word, never by color alone.
import type { ComparedKind } from '../../bindings/ComparedKind';

export const MARKS: Record<ComparedKind, { sign: string; word: string }> = {
  changed: { sign: '≠', word: 'Changed' },
  unknown: { sign: '?', word: 'Not known' },
  other: { sign: '⇄', word: 'Another event' },
  only_left: { sign: '−', word: 'Only left' },
  only_right: { sign: '+', word: 'Only right' },
};
