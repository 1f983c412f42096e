// A form on its way: sent once at a time, and what went wrong with it.
import type { AppError } from '../bindings/AppError';
import { asAppError } from '../lib/errors';

export class Form {
  /** Whether an answer is waited for. */
  busy = $state(false);
  /** Why it was refused, until it is sent again. */
  error = $state.raw<AppError | null>(null);
  #atField: (error: AppError) => boolean;

  /** `atField` says whether an error is shown beside the field that it is about, and puts it there. */
  constructor(atField: (error: AppError) => boolean = () => false) {
    this.#atField = atField;
  }

  /** Runs `work`, unless it is being run already. Says whether it went well. */
  async send(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) {
      return false;
    }
    this.busy = true;
    this.error = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      const error = asAppError(thrown);
      this.error = this.#atField(error) ? null : error;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
