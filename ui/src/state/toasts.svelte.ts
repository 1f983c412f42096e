// Short messages about what was just done, or why it was not.
import type { AppError } from '../bindings/AppError';
import { asAppError, sentence, whatNow } from '../lib/errors';

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  id: number;
  tone: 'ok' | 'error';
  text: string;
  hint: string | null;
  action: ToastAction | null;
}

/** Milliseconds that a result stays; an error stays until it is dismissed or pushed out. */
const SHOWN_FOR = 3000;
/** Long enough to read it, to change one's mind and to reach the button. */
const SHOWN_WITH_ACTION = 10_000;
const MOST_ERRORS = 2;

export class Toasts {
  list = $state.raw<Toast[]>([]);
  /** What leads on from an error, where something does. */
  leadOn: (error: AppError) => ToastAction | null = () => null;
  #next = 1;

  done(text: string, action: ToastAction | null = null): void {
    const id = this.#show({ tone: 'ok', text, hint: null, action });
    setTimeout(() => this.dismiss(id), action === null ? SHOWN_FOR : SHOWN_WITH_ACTION);
  }

  failed(thrown: unknown, leadsOn: ToastAction | null = null): void {
    const error = asAppError(thrown);
    const action = leadsOn ?? this.leadOn(error);
    this.#show({ tone: 'error', text: sentence(error.message), hint: whatNow(error), action });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
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

  #show(toast: Omit<Toast, 'id'>): number {
    const id = this.#next;
    this.#next += 1;
    // A result replaces the one before; errors are what may have to wait.
    const errors = this.list.filter((one) => one.tone === 'error').slice(toast.tone === 'error' ? 1 - MOST_ERRORS : 0);
    this.list = [...errors, { ...toast, id }];
    return id;
  }
}
