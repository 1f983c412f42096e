// What keys are called: by their ids, and by the names that people gave them.
import type { KeyView } from '../bindings/KeyView';

/** An id as it stands in metadata; the empty one is said in words. */
export function showKeyId(id: string): string {
  return id === '' ? '"" (empty)' : id;
}

/** Its name where it has one, or else its id. */
export function keyName(key: KeyView): string {
  return key.label === '' ? showKeyId(key.id) : key.label;
}

/** `Orders · prod-2026`, for lists of choices. */
export function keyInFull(key: KeyView): string {
  return key.label === '' ? showKeyId(key.id) : `${key.label} · ${showKeyId(key.id)}`;
}
