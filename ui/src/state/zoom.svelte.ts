// How large the window's content is drawn: in steps, and kept for the next start.
import type { Host } from '../host/types';
import { keep, kept } from '../lib/kept';

/** The sizes that layouts are tested at. */
const STEPS = [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2] as const;
const NAME = 'zoom';

export class Zoom {
  factor = $state(1);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    this.factor = STEPS.find((step) => String(step) === kept(NAME)) ?? 1;
  }

  /** Draws the window as it was left. */
  async start(): Promise<void> {
    if (this.factor !== 1) {
      await this.#host.zoom(this.factor);
    }
  }

  /** One step larger or smaller, as far as there is one. */
  async step(by: 1 | -1): Promise<void> {
    const at = STEPS.findIndex((step) => step === this.factor);
    await this.#set(STEPS[at + by] ?? this.factor);
  }

  async reset(): Promise<void> {
    await this.#set(1);
  }

  get canGrow(): boolean {
    return this.factor < (STEPS.at(-1) ?? 1);
  }
  get canShrink(): boolean {
    return this.factor > STEPS[0];
  }

  async #set(factor: number): Promise<void> {
    this.factor = factor;
    keep(NAME, String(factor));
    await this.#host.zoom(factor);
  }
}
