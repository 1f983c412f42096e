// Key ids as people see them.

/** An id as it stands in metadata; the empty one is said in words. */
export function showKeyId(id: string): string {
  return id === '' ? '"" (empty)' : id;
}
