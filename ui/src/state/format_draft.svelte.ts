// A custom format while it is written, with its check and its live trial, both a moment after the last keystroke.
import type { AppError } from '../bindings/AppError';
import type { ContextName } from '../bindings/ContextName';
import type { ContextValue } from '../bindings/ContextValue';
import type { FormatCheck } from '../bindings/FormatCheck';
import type { TrialView } from '../bindings/TrialView';
import type { Host } from '../host/types';
import { asAppError } from '../lib/errors';

/** Milliseconds without a keystroke until the core is asked. */
const PAUSE = 300;

interface Start {
  name: string;
  previous: string | null;
  spec: string;
  key: string | null;
}

export class FormatDraft {
  /** The saved format that it replaces. */
  readonly previous: string | null;
  name = $state('');
  spec = $state('');
  /** The text that it is tried on. */
  payload = $state('');
  /** Handle of the key that it is tried with; none for a format that takes no secret. */
  key = $state<string | null>(null);
  /** Whose Payload it is, where the text does not say it. */
  given = $state<Partial<Record<ContextName, string>>>({});
  /** What the spec takes of that, as the last trial said. */
  context = $state.raw<ContextValue[]>([]);
  check = $state.raw<FormatCheck | null>(null);
  trial = $state.raw<TrialView | null>(null);
  trialError = $state.raw<AppError | null>(null);
  /** Whether something was written that is not saved. */
  isWritten = $derived.by(() => this.name !== this.#saved.name || this.spec !== this.#saved.spec);
  /** Whether there is something to save. */
  dirty = $derived.by(() => this.isWritten || this.previous === null);
  #saved: { name: string; spec: string };
  #host: Host;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(host: Host, { name, previous, spec, key }: Start) {
    this.#host = host;
    this.#saved = { name, spec };
    this.name = name;
    this.previous = previous;
    this.spec = spec;
    this.key = key;
  }

  /** Asks the core soon, once the typing pauses. */
  touch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.ask(), PAUSE);
  }

  /** Checks the spec, and tries it where there is something to try it on. */
  async ask(): Promise<void> {
    clearTimeout(this.#timer);
    this.#turn += 1;
    const turn = this.#turn;
    const { spec, payload, key } = this;
    const given = $state.snapshot(this.given);
    try {
      const check = await this.#host.call('check_format', { spec });
      if (turn !== this.#turn) {
        return;
      }
      this.check = check;
      if (payload.trim() === '' || check.error !== null) {
        // What the spec before did would be taken for what this one does.
        this.trial = null;
        this.trialError = null;
        return;
      }
      const trial = await this.#host.call('try_format', { spec, key, payload, given });
      if (turn === this.#turn) {
        this.trial = trial;
        this.context = trial.context;
        this.trialError = null;
      }
    } catch (thrown) {
      if (turn === this.#turn) {
        this.trial = null;
        this.trialError = asAppError(thrown);
      }
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
  }
}
