// Profiles: which keys and rules a Namespace gets.
import type { ProfileView } from '../bindings/ProfileView';
import type { MatchView } from '../bindings/MatchView';
import type { ProfilesView } from '../bindings/ProfilesView';
import type { Unlisted } from '../bindings/Unlisted';
import type { Host } from '../host/types';
import type { Change } from './settings.svelte';

export class Profiles {
  view = $state.raw<ProfilesView | null>(null);
  /** The Namespace that is asked about, and the answer to it. */
  asked = $state('');
  match = $state.raw<MatchView | null>(null);
  #host: Host;
  #turn = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  async load(): Promise<void> {
    await this.#take(await this.#host.call('list_profiles'));
  }

  async save(previous: string | null, profile: ProfileView): Promise<Change> {
    return this.#take(await this.#host.call('save_profile', { previous, profile }));
  }

  async remove(name: string): Promise<Change> {
    return this.#take(await this.#host.call('remove_profile', { name }));
  }

  async setUnlisted(unlisted: Unlisted): Promise<Change> {
    return this.#take(await this.#host.call('set_unlisted', { unlisted }));
  }

  /** What would this Namespace get? Only the answer to the newest question counts. */
  async ask(namespace: string): Promise<void> {
    this.asked = namespace;
    this.#turn += 1;
    const turn = this.#turn;
    const match = namespace.trim() === '' ? null : await this.#host.call('match_profile', { namespace: namespace.trim() });
    if (turn === this.#turn) {
      this.match = match;
    }
  }

  async #take(view: ProfilesView): Promise<Change> {
    this.view = view;
    // The rules changed, so the answer may have.
    await this.ask(this.asked);
    return view.change;
  }
}
