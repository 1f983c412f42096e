// "Which key opens this?": what was found about one Payload of the open document.
import type { DiagnosisView } from '../bindings/DiagnosisView';
import type { KeysView } from '../bindings/KeysView';
import type { Host } from '../host/types';
import { asAppError } from '../lib/errors';
import { Latest } from './latest.svelte';

interface About {
  document: number;
  index: number;
}

export class Diagnosis {
  /** Which Payload it is about; nothing is asked while absent. */
  about = $state.raw<About | null>(null);
  readonly #found = new Latest<DiagnosisView>();
  /** The finding that is being taken over. */
  adopting = $state<number | null>(null);
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  get view(): DiagnosisView | null {
    return this.#found.answer;
  }
  get error() {
    return this.#found.error;
  }
  get busy(): boolean {
    return this.#found.busy;
  }

  isAbout(document: number, index: number): boolean {
    return this.about?.document === document && this.about.index === index;
  }

  async ask(document: number, index: number): Promise<void> {
    this.about = { document, index };
    this.#found.clear();
    await this.#found.ask(() => this.#host.call('diagnose_payload', { document, index }));
  }

  /** Uses a finding from now on. Gives the keys as they are then, or nothing when it was refused. */
  async adopt(finding: number): Promise<KeysView | null> {
    const { about } = this;
    if (about === null) {
      return null;
    }
    this.adopting = finding;
    this.#found.error = null;
    try {
      const keys = await this.#host.call('adopt_finding', { ...about, finding });
      this.close();
      return keys;
    } catch (thrown) {
      this.#found.error = asAppError(thrown);
      return null;
    } finally {
      this.adopting = null;
    }
  }

  /** The document was decoded again, with the keys and formats of now: an answer that is here was about those of before. */
  outdate(document: number): void {
    if (this.about?.document === document && !this.busy && this.adopting === null) {
      this.close();
    }
  }

  /** Stops waiting, and forgets the answer. */
  close(): void {
    this.about = null;
    this.#found.clear();
  }
}
