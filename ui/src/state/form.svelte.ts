// A form on its way: sent once at a time, and what went wrong with it.
import type { AppError } from '../bindings/AppError';
import { asAppError } from '../lib/errors';
import { Task } from './task.svelte';

export class Form {
  /** Why it was refused, until it is sent again. */
  error = $state.raw<AppError | null>(null);
  readonly #task = new Task();
  readonly #atField: (error: AppError) => boolean;

  /** `atField` says whether an error is shown beside the field that it is about, and puts it there. */
  constructor(atField: (error: AppError) => boolean = () => false) {
    this.#atField = atField;
  }

  /** Whether an answer is waited for. */
  get busy(): boolean {
    return this.#task.busy;
  }

  /** Runs `work`, unless it is being run already. Says whether it went well. */
  async send(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) {
      return false;
    }
    this.error = null;
    try {
      await this.#task.run(work);
      return true;
    } catch (thrown) {
      const error = asAppError(thrown);
      this.error = this.#atField(error) ? null : error;
      return false;
    }
  }

  /**
   * What a `<form>` does when it is submitted: it sends `work`, and once that went well it does `done`. `check` says whether
   * it can be sent, and puts what is wrong beside its field.
   */
  onsubmit(work: () => Promise<unknown>, done: () => void = () => undefined, check: () => boolean = () => true) {
    return async (event: SubmitEvent): Promise<void> => {
      event.preventDefault();
      if (check() && (await this.send(work))) {
        done();
      }
    };
  }
}
