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

/** `Orders · prod-2026`, for lists of choices; one that is not in use says so. */
export function keyInFull(key: KeyView): string {
  const name = key.label === '' ? showKeyId(key.id) : `${key.label} · ${showKeyId(key.id)}`;
  return key.retired ? `${name} (retired)` : name;
}

/** Keys to choose from: those in use first. */
export function inUseFirst(keys: readonly KeyView[]): KeyView[] {
  return [...keys.filter((key) => !key.retired), ...keys.filter((key) => key.retired)];
}
