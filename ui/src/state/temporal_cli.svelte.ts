// Connecting the Temporal CLI's profiles to this server: the difference first, then the change, and the way back.
import type { AppError } from '../bindings/AppError';
import type { CliChangeView } from '../bindings/CliChangeView';
import type { CliProfilesView } from '../bindings/CliProfilesView';
import type { Host } from '../host/types';
import { Task } from './task.svelte';

/** A change that is shown and not made yet. */
export interface PlannedChange {
  profile: string;
  undo: boolean;
  change: CliChangeView;
}

/** What came of a change. */
export interface Proof {
  profile: string;
  text: string;
  problem: AppError | null;
}

export class TemporalCli {
  view = $state.raw<CliProfilesView | null>(null);
  planned = $state.raw<PlannedChange | null>(null);
  proof = $state.raw<Proof | null>(null);
  readonly #task = new Task();
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  get busy(): boolean {
    return this.#task.busy;
  }

  async load(): Promise<void> {
    this.view = await this.#host.call('cli_profiles');
  }

  /** Shows what connecting a profile, or taking it back, changes. */
  async plan(profile: string, undo: boolean): Promise<void> {
    const change = await this.#task.run(() => this.#host.call(undo ? 'plan_cli_undo' : 'plan_cli', { profile }));
    this.planned = { profile, undo, change };
  }

  /** Makes the change that is shown. */
  async make(): Promise<void> {
    const planned = this.planned;
    if (planned === null) {
      return;
    }
    const { profile, change } = planned;
    const request = { profile, seen: change.seen };
    if (planned.undo) {
      this.view = await this.#task.run(() => this.#host.call('undo_cli', request));
      this.proof = null;
    } else {
      const { profiles, proof, problem } = await this.#task.run(() => this.#host.call('connect_cli', request));
      this.view = profiles;
      this.proof = { profile, text: proof, problem };
    }
    this.planned = null;
  }
}
