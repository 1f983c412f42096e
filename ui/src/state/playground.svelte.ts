// The playground: a value becomes an encoded Payload, as a client's would.
import type { EncodedView } from '../bindings/EncodedView';
import type { Host } from '../host/types';
import { Latest } from './latest.svelte';

export class Playground {
  text = $state('');
  encoding = $state('json/plain');
  readonly #encoded = new Latest<EncodedView>();
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  get result(): EncodedView | null {
    return this.#encoded.answer;
  }
  get error() {
    return this.#encoded.error;
  }
  get busy(): boolean {
    return this.#encoded.busy;
  }

  /** What was made of the text before says nothing about the text of now. */
  changed(): void {
    this.#encoded.clear();
  }

  async encode(namespace: string | null): Promise<void> {
    this.changed();
    const { text, encoding } = this;
    await this.#encoded.ask(() => this.#host.call('encode_json', { text, encoding, namespace }));
  }
}
