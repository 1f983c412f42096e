// Keys that come in together: what a list, a bundle or a command holds is looked at before anything is kept.
import type { AppError } from '../bindings/AppError';
import type { KeyLifetime } from '../bindings/KeyLifetime';
import type { KeySource } from '../bindings/KeySource';
import type { KeysPreview } from '../bindings/KeysPreview';
import type { KeysView } from '../bindings/KeysView';
import type { Host } from '../host/types';
import { Form } from './form.svelte';
import { Latest } from './latest.svelte';

/** How long keys are that seal by themselves. */
const CIPHER_BITS = [128, 192, 256];

export class KeySources {
  /** Which entries are to be kept, by their place in the list. */
  chosen = $state.raw<number[]>([]);
  /** Other ids than those that the source says, by the place of their entry. */
  ids = $state.raw<Readonly<Record<number, string>>>({});
  readonly #read = new Latest<KeysPreview>();
  /** What keeps the chosen ones; another one after each preview. */
  #kept = $state.raw(new Form());
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  get preview(): KeysPreview | null {
    return this.#read.answer;
  }
  get error(): AppError | null {
    return this.#kept.error ?? this.#read.error;
  }
  get busy(): boolean {
    return this.#kept.busy || this.#read.busy;
  }

  /** Reads a source. What can be kept is chosen at first. */
  async read(source: KeySource): Promise<void> {
    const before = this.discard();
    const read = await this.#read.ask(
      async () => {
        await before;
        return this.#host.call('preview_keys', { source });
      },
      // Nobody waits for it any more, so the core need not hold it.
      ({ token }) => this.#host.call('discard_keys_preview', { token }),
    );
    if (read) {
      this.chosen = this.preview?.entries.flatMap((entry, at) => (entry.problem === null ? [at] : [])) ?? [];
    }
  }

  /** Whether a text holds keys: a bundle, or some as long as those of a cipher. Nothing of it is kept. */
  async recognizes(text: string): Promise<boolean> {
    try {
      const { token, entries, needs_passphrase } = await this.#host.call('preview_keys', { source: { type: 'text', text, passphrase: null } });
      await this.#host.call('discard_keys_preview', { token }).catch(() => null);
      return needs_passphrase || entries.some(({ bits }) => CIPHER_BITS.includes(bits));
    } catch {
      return false;
    }
  }

  /** Those of the chosen ones that take the place of a key. */
  get replacing(): number[] {
    return this.chosen.filter((at) => (this.preview?.entries[at]?.replaces ?? null) !== null);
  }

  toggle(at: number): void {
    this.chosen = this.chosen.includes(at) ? this.chosen.filter((one) => one !== at) : [...this.chosen, at].sort((a, b) => a - b);
  }

  /** Gives an entry another id; the one that the source says is nobody's choice where names of variables are all that there is. */
  rename(at: number, id: string): void {
    this.ids = { ...this.ids, [at]: id };
  }

  /** The id that an entry is kept under. */
  idOf(at: number): string {
    return this.ids[at] ?? this.preview?.entries[at]?.id ?? '';
  }

  /** Keeps what is chosen. Gives the keys as they are then, or nothing when it was refused. */
  async keep(lifetime: KeyLifetime): Promise<KeysView | null> {
    if (this.preview === null) {
      return null;
    }
    const { token } = this.preview;
    const { chosen: choose, replacing: replace } = this;
    const ids = choose.flatMap((entry) => (this.ids[entry] === undefined ? [] : [{ entry, id: this.idOf(entry) }]));
    let keys: KeysView | null = null;
    await this.#kept.send(async () => {
      keys = await this.#host.call('import_keys', { token, choose, ids, replace, lifetime });
    });
    if (keys !== null) {
      this.#forget();
    }
    return keys;
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
    this.#read.clear();
    this.#kept = new Form();
    this.chosen = [];
    this.ids = {};
  }
}
