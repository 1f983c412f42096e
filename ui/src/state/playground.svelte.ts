// The playground: a value becomes an encoded Payload, as a client's would.
import type { AskedContext } from '../bindings/AskedContext';
import type { ContextName } from '../bindings/ContextName';
import type { EncodedView } from '../bindings/EncodedView';
import type { Host } from '../host/types';
import { Latest } from './latest.svelte';

export class Playground {
  text = $state('');
  encoding = $state('json/plain');
  /** What the format asks for of whose Payload it will be; nothing where it does not bind Payloads to that. */
  asked = $state.raw<readonly AskedContext[]>([]);
  /** What was said of it, also for the values after this one; what is empty it does not have. */
  given = $state<Partial<Record<ContextName, string>>>({});
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
    // Everything is in a Namespace: an empty one was not said.
    const said = this.asked.map(({ part }) => [part, this.given[part] ?? '']).filter(([part, value]) => part !== 'namespace' || value !== '');
    const given = said.length === 0 ? {} : { given: Object.fromEntries(said) };
    await this.#encoded.ask(() => this.#host.call('encode_json', { text, encoding, namespace, ...given }));
    const way = this.error?.way_out;
    if (way?.type === 'say_whose') {
      this.asked = way.parts;
    }
  }

  /** Another Namespace may encode with another format. */
  forgetAsked(): void {
    this.asked = [];
    this.changed();
  }
}
