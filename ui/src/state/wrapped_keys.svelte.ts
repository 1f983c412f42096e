// Commands and servers that unwrap data keys, and who is waited for. Data keys themselves never come here.
import type { SaveWrappedKeysRequest } from '../bindings/SaveWrappedKeysRequest';
import type { WrappedKeysTest } from '../bindings/WrappedKeysTest';
import type { WrappedKeysView } from '../bindings/WrappedKeysView';
import type { Host } from '../host/types';
import type { Change } from './settings.svelte';

export class WrappedKeys {
  view = $state.raw<WrappedKeysView | null>(null);
  /** Who is asked for a data key now. */
  waiting = $derived(this.view?.waiting_for ?? null);
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async load(): Promise<void> {
    this.take(await this.#host.call('list_wrapped_keys'));
  }

  take(view: WrappedKeysView): void {
    this.view = view;
  }

  async save(request: SaveWrappedKeysRequest): Promise<Change> {
    return this.#changed(await this.#host.call('save_wrapped_keys', request));
  }

  async remove(place: number): Promise<Change> {
    return this.#changed(await this.#host.call('remove_wrapped_keys', { place }));
  }

  /** The system's dialog asks; this page could not be believed. */
  async confirm(place: number): Promise<void> {
    this.take(await this.#host.call('confirm_wrapped_keys', { place }));
  }

  async test(place: number, source: string): Promise<WrappedKeysTest> {
    const tested = await this.#host.call('test_wrapped_keys', { place, source });
    await this.load();
    return tested;
  }

  async cancel(): Promise<void> {
    this.take(await this.#host.call('cancel_unwrapping'));
  }

  #changed(view: WrappedKeysView): Change {
    this.take(view);
    return view.change;
  }
}
