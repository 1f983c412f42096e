// The playground: a value becomes an encoded Payload, as a client's would.
import type { AppError } from '../bindings/AppError';
import type { EncodedView } from '../bindings/EncodedView';
import type { Host } from '../host/types';
import { asAppError } from '../lib/errors';

export class Playground {
  text = $state('');
  encoding = $state('json/plain');
  result = $state.raw<EncodedView | null>(null);
  error = $state.raw<AppError | null>(null);
  busy = $state(false);
  #host: Host;
  #turn = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** What was made of the text before says nothing about the text of now. */
  changed(): void {
    this.#turn += 1;
    this.result = null;
    this.error = null;
  }

  async encode(namespace: string | null): Promise<void> {
    this.changed();
    const turn = this.#turn;
    const { text, encoding } = this;
    this.busy = true;
    try {
      const result = await this.#host.call('encode_json', { text, encoding, namespace });
      if (turn === this.#turn) {
        this.result = result;
      }
    } catch (thrown) {
      if (turn === this.#turn) {
        this.error = asAppError(thrown);
      }
    } finally {
      this.busy = false;
    }
  }
}
