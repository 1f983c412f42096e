// Where the focus goes after something was done with a key.
import { catchFocus } from '../../lib/focus';

/**
 * After something was done with a key: to the row of the key that has its id now, where that is said, or the row that Tab reaches, or to
 * what adds keys where there is none.
 */
export function focusKeys(id: string | null = null): Promise<void> {
  const row = id === null ? [] : [`[data-testid=key][data-key-id="${CSS.escape(id)}"]`];
  return catchFocus(...row, '[data-testid=key][tabindex="0"]', '[data-testid=add-sample-key]', '[data-testid=import-key]');
}
