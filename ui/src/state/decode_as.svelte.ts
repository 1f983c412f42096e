// Decode as…: which type a Payload is read as, chosen of all that are known, for now or by a rule.
import type { MessagePlace } from '../bindings/MessagePlace';
import type { MessageRule } from '../bindings/MessageRule';
import type { MessageTypeRow } from '../bindings/MessageTypeRow';
import type { Host } from '../host/types';
import type { OpenDocument } from './documents.svelte';
import type { Inspector } from './inspector.svelte';
import type { ProtobufTypes } from './protobuf_types.svelte';
import type { Change } from './settings.svelte';

/** For now, wherever a Payload stands so, or only in the Namespace of its document. */
export type Reach = 'now' | 'always' | 'namespace';

/** What a choice works on. */
interface Targets {
  readonly protobufTypes: ProtobufTypes;
  readonly inspector: Inspector;
  changed(what: string, change: Change): void;
}

export class DecodeAs {
  words = $state('');
  types = $state.raw<MessageTypeRow[]>([]);
  /** How many there are; as many as are listed, or more. */
  n = $state(0);
  /** What a rule would be about. */
  place = $state.raw<MessagePlace | null>(null);
  /** Which of the types is chosen, by its place in the list. */
  at = $state(0);
  reach = $state<Reach>('now');
  /** Whether the list was asked for and is here. */
  loaded = $state(false);
  readonly document: OpenDocument;
  readonly index: number;
  readonly #host: Host;
  #asked = 0;
  /** The last search, until it is here. */
  #searching: Promise<void> = Promise.resolve();

  constructor(host: Host, document: OpenDocument, index: number) {
    this.#host = host;
    this.document = document;
    this.index = index;
  }

  get chosen(): MessageTypeRow | null {
    return this.types[this.at] ?? null;
  }

  /** The types whose names have these words. Of several wishes the last one counts. */
  search(words: string): Promise<void> {
    this.words = words;
    this.#asked += 1;
    this.#searching = this.#found(words, this.#asked);
    return this.#searching;
  }

  async #found(words: string, asked: number): Promise<void> {
    const found = await this.#host.call('message_types', { document: this.document.number, index: this.index, words });
    if (asked === this.#asked) {
      this.types = found.types;
      this.n = found.n_types;
      this.place = found.place;
      this.at = 0;
      this.loaded = true;
    }
  }

  /** So many types further, around the end. */
  step(by: number): void {
    const n = this.types.length;
    this.at = n === 0 ? 0 : (this.at + by + n) % n;
  }

  /** Reads the Payload as what was chosen, and remembers it where that is wanted. */
  async decode(app: Targets): Promise<void> {
    // Who types and presses Enter means the list of what he typed.
    await this.#searching;
    const { document, index, chosen, rule } = this;
    if (chosen === null) {
      return;
    }
    if (rule === null) {
      await document.readAs(index, chosen.name);
      return;
    }
    const change = await app.protobufTypes.saveRule(rule);
    await document.readAs(index, null);
    await app.inspector.refresh();
    app.changed(`Remembered ${chosen.name}`, change);
  }

  /** The rule that is to be remembered; none where it is for now. */
  get rule(): MessageRule | null {
    const { place, chosen, reach } = this;
    if (place === null || chosen === null || reach === 'now') {
      return null;
    }
    const { of, name, position, namespace, has_known_type } = place;
    return { namespace: reach === 'namespace' ? namespace : null, of, name, position, message_type: chosen.name, overrides: has_known_type };
  }
}
