// Short messages about what was just done, or why it was not.
import type { AppError } from '../bindings/AppError';
import type { Code } from '../bindings/Code';
import { asAppError, sentence } from '../lib/errors';

export interface ToastAction {
  label: string;
  run: () => void;
  /** Called when the message went without it. */
  missed?: () => void;
}

export interface Toast {
  id: number;
  tone: 'ok' | 'error';
  text: string;
  hint: string | null;
  action: ToastAction | null;
  /** What an error is about: it goes when that is over. */
  code: Code | null;
}

/** Milliseconds that a result stays; an error stays until it is dismissed or pushed out. */
const SHOWN_FOR = 3000;
/** Long enough to read it, to change one's mind and to reach the button. */
const SHOWN_WITH_ACTION = 10_000;
const MOST_ERRORS = 2;
/** What the button says that takes back what was done. */
export const UNDO = 'Undo';

export class Toasts {
  list = $state.raw<Toast[]>([]);
  /** What leads on from an error, where something does. */
  leadOn: (error: AppError) => ToastAction | null = () => null;
  #next = 1;
  /** Whether somebody is at a message: none goes by itself meanwhile. */
  #held = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The way back from what was done last, while it is offered. */
  get undo(): Toast | undefined {
    return this.list.find(({ action }) => action?.label === UNDO);
  }

  done(text: string, action: ToastAction | null = null): void {
    this.#show({ tone: 'ok', text, hint: null, action, code: null });
    this.#schedule();
  }

  /** Messages stay while the pointer or the focus is on one. */
  hold(held: boolean): void {
    this.#held = held;
    this.#schedule();
  }

  failed(thrown: unknown, leadsOn: ToastAction | null = null): void {
    const error = asAppError(thrown);
    const action = leadsOn ?? this.leadOn(error);
    this.#show({ tone: 'error', text: sentence(error.message), hint: error.hint, action, code: error.code });
  }

  /** What these errors were about is over. */
  settled(codes: readonly Code[]): void {
    if (this.list.some(({ code }) => code !== null && codes.includes(code))) {
      this.#keep(this.list.filter(({ code }) => code === null || !codes.includes(code)));
    }
  }

  dismiss(id: number): void {
    this.#keep(this.list.filter((toast) => toast.id !== id));
  }

  /** Does what a message offers. */
  act({ id, action }: Toast): void {
    this.list = this.list.filter((toast) => toast.id !== id);
    action?.run();
  }

  /** Runs `work`; a failure becomes a toast. Says whether it went well. */
  async attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (thrown) {
      this.failed(thrown);
      return false;
    }
  }

  #show(toast: Omit<Toast, 'id'>): void {
    const id = this.#next;
    this.#next += 1;
    // A result replaces the one before; errors are what may have to wait.
    const errors = this.list.filter((one) => one.tone === 'error').slice(toast.tone === 'error' ? 1 - MOST_ERRORS : 0);
    this.#keep([...errors, { ...toast, id }]);
  }

  /** A result goes after a while, unless somebody is at it. */
  #schedule(): void {
    clearTimeout(this.#timer);
    const result = this.list.find(({ tone }) => tone === 'ok');
    if (result && !this.#held) {
      this.#timer = setTimeout(() => this.dismiss(result.id), result.action === null ? SHOWN_FOR : SHOWN_WITH_ACTION);
    }
  }

  #keep(list: Toast[]): void {
    const gone = this.list.filter((toast) => !list.includes(toast));
    this.list = list;
    for (const { action } of gone) {
      action?.missed?.();
    }
  }
}
