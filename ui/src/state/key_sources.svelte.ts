// Keys that come in together: what a list, a bundle or a command holds is looked at before anything is kept.
import type { AppError } from '../bindings/AppError';
import type { KeyLifetime } from '../bindings/KeyLifetime';
import type { KeySource } from '../bindings/KeySource';
import type { KeysPreview } from '../bindings/KeysPreview';
import type { KeysView } from '../bindings/KeysView';
import type { Host } from '../host/types';
import { asAppError } from '../lib/errors';

export class KeySources {
  preview = $state.raw<KeysPreview | null>(null);
  /** Which entries are to be kept, by their place in the list. */
  chosen = $state.raw<number[]>([]);
  error = $state.raw<AppError | null>(null);
  busy = $state(false);
  #host: Host;
  #turn = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Reads a source. What can be kept is chosen at first. */
  async read(source: KeySource): Promise<void> {
    const before = this.discard();
    const turn = this.#turn;
    this.busy = true;
    try {
      await before;
      const preview = await this.#host.call('preview_keys', { source });
      if (turn !== this.#turn) {
        // Nobody waits for it any more, so the core need not hold it.
        await this.#host.call('discard_keys_preview', { token: preview.token });
        return;
      }
      this.preview = preview;
      this.chosen = preview.entries.flatMap((entry, at) => (entry.problem === null ? [at] : []));
    } catch (thrown) {
      if (turn === this.#turn) {
        this.error = asAppError(thrown);
      }
    } finally {
      if (turn === this.#turn) {
        this.busy = false;
      }
    }
  }

  toggle(at: number): void {
    this.chosen = this.chosen.includes(at) ? this.chosen.filter((one) => one !== at) : [...this.chosen, at].sort((a, b) => a - b);
  }

  /** Keeps what is chosen. Gives the keys as they are then, or nothing when it was refused. */
  async keep(lifetime: KeyLifetime): Promise<KeysView | null> {
    if (this.preview === null) {
      return null;
    }
    this.busy = true;
    this.error = null;
    try {
      const { token } = this.preview;
      const keys = await this.#host.call('import_keys', { token, choose: this.chosen, lifetime });
      this.#forget();
      return keys;
    } catch (thrown) {
      this.error = asAppError(thrown);
      return null;
    } finally {
      this.busy = false;
    }
  }

  /** Lets the core forget what it read, and stop what it runs for it. */
  async discard(): Promise<void> {
    const token = this.preview?.token;
    const running = this.busy && token === undefined;
    this.#forget();
    if (running) {
      await this.#host.call('cancel_keys_command').catch(() => null);
    }
    if (token !== undefined) {
      // It may be gone already: previews end by themselves.
      await this.#host.call('discard_keys_preview', { token }).catch(() => null);
    }
  }

  #forget(): void {
    this.#turn += 1;
    this.preview = null;
    this.chosen = [];
    this.error = null;
    this.busy = false;
  }
}
