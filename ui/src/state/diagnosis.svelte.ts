// "Which key opens this?": what was found about one Payload of the open document.
import type { AppError } from '../bindings/AppError';
import type { DiagnosisView } from '../bindings/DiagnosisView';
import type { KeysView } from '../bindings/KeysView';
import type { Host } from '../host/types';
import { asAppError } from '../lib/errors';

interface About {
  document: number;
  index: number;
}

export class Diagnosis {
  /** Which Payload it is about; nothing is asked while absent. */
  about = $state.raw<About | null>(null);
  view = $state.raw<DiagnosisView | null>(null);
  error = $state.raw<AppError | null>(null);
  busy = $state(false);
  /** The finding that is being taken over. */
  adopting = $state<number | null>(null);
  #host: Host;
  /** Counts up with every question; the answer to an older one is dropped. */
  #turn = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  isAbout(document: number, index: number): boolean {
    return this.about?.document === document && this.about.index === index;
  }

  async ask(document: number, index: number): Promise<void> {
    this.close();
    const turn = this.#turn;
    this.about = { document, index };
    this.busy = true;
    try {
      const view = await this.#host.call('diagnose_payload', { document, index });
      if (turn === this.#turn) {
        this.view = view;
      }
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

  /** Uses a finding from now on. Gives the keys as they are then, or nothing when it was refused. */
  async adopt(finding: number): Promise<KeysView | null> {
    const { about } = this;
    if (about === null) {
      return null;
    }
    this.adopting = finding;
    this.error = null;
    try {
      const keys = await this.#host.call('adopt_finding', { ...about, finding });
      this.close();
      return keys;
    } catch (thrown) {
      this.error = asAppError(thrown);
      return null;
    } finally {
      this.adopting = null;
    }
  }

  /** Stops waiting, and forgets the answer. */
  close(): void {
    this.#turn += 1;
    this.about = null;
    this.view = null;
    this.error = null;
    this.busy = false;
  }
}
