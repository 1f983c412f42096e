// The list of keys: in which groups they stand, and by what they are found.
import type { KeyView } from '../../bindings/KeyView';

export interface KeyGroup {
  /** The Namespace pattern that its keys are for; none for keys of every Namespace. */
  pattern: string | null;
  keys: KeyView[];
}

/**
 * Keys by the first Namespace that each is for, so that none is listed twice; those of every Namespace first, the retired
 * ones last in their group.
 */
export function groupKeys(keys: readonly KeyView[]): KeyGroup[] {
  const groups = new Map<string | null, KeyView[]>();
  for (const key of keys) {
    const pattern = key.namespaces[0] ?? null;
    groups.set(pattern, [...(groups.get(pattern) ?? []), key]);
  }
  const byName = ([a]: [string | null, unknown], [b]: [string | null, unknown]) => (a ?? '').localeCompare(b ?? '');
  return [...groups]
    .sort(byName)
    .map(([pattern, list]) => ({ pattern, keys: list.sort((a, b) => Number(a.retired) - Number(b.retired)) }));
}

/** Everything that a key can be found by, in lower case; `title` says what a format is called. */
export function keyText(key: KeyView, title: (format: string) => string): string {
  const formats = key.formats.flatMap((format) => [format, title(format)]);
  return [key.label, key.id, key.fingerprint, ...key.also_opens, ...key.namespaces, ...formats, ...key.used_by].join(' ').toLowerCase();
}
