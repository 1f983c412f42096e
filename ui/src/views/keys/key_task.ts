// What can be done with one key in a dialog, and where the focus goes after it.
import { catchFocus } from '../../lib/focus';

export type KeyTask = 'rename' | 'replace' | 'usage' | 'encode' | 'remove';

/** After something was done with a key: to the row that Tab reaches, or to what adds keys where there is none. */
export function focusKeys(): Promise<void> {
  return catchFocus('[data-testid=key][tabindex="0"]', '[data-testid=add-sample-key]', '[data-testid=import-key]');
}
