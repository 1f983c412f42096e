// The answer to the newest question: one that was overtaken on its way, or is waited for no more, is dropped.
import type { AppError } from '../bindings/AppError';
import { asAppError } from '../lib/errors';

export class Latest<T> {
  answer = $state.raw<T | null>(null);
  /** Why there is no answer. */
  error = $state.raw<AppError | null>(null);
  /** Whether an answer is waited for. */
  busy = $state(false);
  /** Counts up with every question. */
  #turn = 0;

  /**
   * Asks, and says whether the answer is there. What was answered before stays until then; `dropped` is told an answer that
   * nobody waits for any more.
   */
  async ask(question: () => Promise<T>, dropped?: (late: T) => Promise<unknown>): Promise<boolean> {
    this.#turn += 1;
    const turn = this.#turn;
    this.busy = true;
    try {
      const answer = await question();
      if (turn === this.#turn) {
        [this.answer, this.error] = [answer, null];
        return true;
      }
      await dropped?.(answer);
    } catch (thrown) {
      if (turn === this.#turn) {
        [this.answer, this.error] = [null, asAppError(thrown)];
      }
    } finally {
      if (turn === this.#turn) {
        this.busy = false;
      }
    }
    return false;
  }

  /** Forgets the answer, and waits for none. */
  clear(): void {
    this.#turn += 1;
    this.answer = null;
    this.error = null;
    this.busy = false;
  }
}
