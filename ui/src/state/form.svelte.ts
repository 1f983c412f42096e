// A form on its way: sent once at a time, and what went wrong with it.
import { tick } from 'svelte';
import type { AppError } from '../bindings/AppError';
import { asAppError } from '../lib/errors';
import { Task } from './task.svelte';

/** The first field that says what is wrong with it. */
async function focusWrong(form: EventTarget | null): Promise<void> {
  await tick();
  if (form instanceof HTMLElement) {
    form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }
}

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
    return (await this.#sent(work)) !== null;
  }

  async #sent<T>(work: () => Promise<T>): Promise<{ answer: T } | null> {
    if (this.busy) {
      return null;
    }
    this.error = null;
    try {
      return { answer: await this.#task.run(work) };
    } catch (thrown) {
      const error = asAppError(thrown);
      // Whoever changed their mind is where they were.
      this.error = error.code === 'cancelled' || this.#atField(error) ? null : error;
      return null;
    }
  }

  /**
   * What a `<form>` does when it is submitted: it sends `work`, and once that went well it does `done` with its answer. `check` says
   * whether it can be sent, and puts what is wrong beside its field.
   */
  onsubmit<T>(work: () => Promise<T>, done: (answer: T) => void = () => undefined, check: () => boolean = () => true) {
    return async (event: SubmitEvent): Promise<void> => {
      event.preventDefault();
      const { currentTarget } = event;
      if (!check()) {
        await focusWrong(currentTarget);
        return;
      }
      const sent = await this.#sent(work);
      if (sent !== null) {
        done(sent.answer);
      }
    };
  }
}
