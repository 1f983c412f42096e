// Which of two revisions of the same state is the newer: answers and events may overtake one another on their way here.

/** Whether `next` says nothing that `current` does not know better. */
export function isStale(current: { revision: number } | null, next: { revision: number }): boolean {
  return current !== null && next.revision < current.revision;
}
