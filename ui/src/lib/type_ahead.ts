// Type-ahead: in a list that has the focus, letters go to the next row in which a word begins so.
import { beginning } from './fuzzy_match';

/** Milliseconds without a key, after which the next one begins anew. */
const PAUSE = 700;

export class TypeAhead {
  #typed = '';
  #last = -Infinity;

  /** What was typed up to now, this key included; nothing where it is no letter, digit or sign. */
  add(event: KeyboardEvent): string | null {
    const fresh = event.timeStamp - this.#last > PAUSE;
    const isSign = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    // A space alone presses what has the focus.
    if (!isSign || (fresh && event.key === ' ')) {
      return null;
    }
    this.#typed = (fresh ? '' : this.#typed) + event.key.toLowerCase();
    this.#last = event.timeStamp;
    return this.#typed;
  }
}

/**
 * The next of `n` rows after the one at `at`, around the end, in which a word begins with what was typed; -1 where there is
 * none. More letters may stay at the row; the same letter again goes on.
 */
export function nextMatch(n: number, at: number, typed: string, text: (index: number) => string): number {
  const same = [...typed].every((letter) => letter === typed.charAt(0));
  const wanted = same ? typed.charAt(0) : typed;
  const from = same ? at + 1 : Math.max(0, at);
  for (let step = 0; step < n; step += 1) {
    const index = (from + step) % n;
    if (beginning(wanted, text(index).toLowerCase(), 0) !== -1) {
      return index;
    }
  }
  return -1;
}
