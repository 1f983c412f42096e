// What can be done with one key in a dialog, and what a key is called.
import type { KeyView } from '../../bindings/KeyView';
import { showKeyId } from '../../lib/key_id';

export type KeyTask = 'rename' | 'usage' | 'encode' | 'remove';

export function keyName(key: KeyView): string {
  return key.label === '' ? showKeyId(key.id) : key.label;
}

/** Everything that a key can be found by, in lower case; `title` says what a format is called. */
export function keyText(key: KeyView, title: (format: string) => string): string {
  const formats = key.formats.flatMap((format) => [format, title(format)]);
  return [key.label, key.id, key.fingerprint, ...key.also_opens, ...key.namespaces, ...formats, ...key.used_by].join(' ').toLowerCase();
}

/** `Orders · prod-2026`, for lists of choices. */
export function keyInFull(key: KeyView): string {
  return key.label === '' ? showKeyId(key.id) : `${key.label} · ${showKeyId(key.id)}`;
}
