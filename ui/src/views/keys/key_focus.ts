// Where the focus goes after something was done with a key.
import { catchFocus } from '../../lib/focus';

/** After something was done with a key: to the row that Tab reaches, or to what adds keys where there is none. */
export function focusKeys(): Promise<void> {
  return catchFocus('[data-testid=key][tabindex="0"]', '[data-testid=add-sample-key]', '[data-testid=import-key]');
}
