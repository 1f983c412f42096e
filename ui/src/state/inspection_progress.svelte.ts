// The inspection under way: how far it is, and how to cancel it.
import type { Host } from '../host/types';

export interface Progress {
  done: number;
  total: number;
}

export class InspectionProgress {
  busy = $state(false);
  /** How far it is, where that takes long. */
  shown = $state.raw<Progress | null>(null);
  #host: Host;
  /** The number of the reading under way; no other page counts from the same start. */
  #ticket = Math.floor(Math.random() * 2 ** 30);

  constructor(host: Host) {
    this.#host = host;
  }

  begin(): number {
    this.#ticket += 1;
    this.busy = true;
    return this.#ticket;
  }

  /** Whether it was not cancelled, nor followed by another one. */
  isCurrent(ticket: number): boolean {
    return ticket === this.#ticket;
  }

  end(ticket: number): void {
    if (this.isCurrent(ticket)) {
      this.#settle();
    }
  }

  async cancel(): Promise<void> {
    if (this.busy) {
      const ticket = this.#ticket;
      this.#ticket += 1;
      this.#settle();
      await this.#host.call('cancel_inspection', { ticket });
    }
  }

  take(ticket: number, progress: Progress): void {
    if (this.busy && this.isCurrent(ticket)) {
      this.shown = progress;
    }
  }

  #settle(): void {
    this.busy = false;
    this.shown = null;
  }
}
