// Searching the Payloads of a document: their places, their layers and what they say. The core keeps what they say for it.
import type { PayloadMatches } from '../bindings/PayloadMatches';
import type { PayloadView } from '../bindings/PayloadView';
import { Latest } from './latest.svelte';

/** A document as it is searched. */
export interface Searched {
  find(text: string): Promise<PayloadMatches>;
  select(index: number): Promise<void>;
}

export class PayloadSearch {
  text = $state('');
  /** Counts up when a text to look for is asked for. */
  asking = $state(0);
  /** Which of the matches was gone to. */
  at = $state<number | null>(null);
  readonly #found = new Latest<PayloadMatches>();
  readonly #document: Searched;

  constructor(document: Searched) {
    this.#document = document;
  }

  get answer(): PayloadMatches | null {
    return this.#found.answer;
  }

  /** The Payloads that have the text in them; of very many the first ones. */
  get matches(): readonly number[] {
    return this.answer?.matches ?? [];
  }

  /** Has the core make what is searched while somebody goes for the keys. */
  prepare(): void {
    if (this.text === '') {
      // Whatever is wrong is said of the text that is typed.
      this.#document.find('').catch(() => undefined);
    }
  }

  /** Looks for a text; the first match is gone to. */
  async search(text: string, go = true): Promise<void> {
    this.text = text;
    if (text.trim() === '') {
      this.#found.clear();
      this.at = null;
      return;
    }
    const answered = await this.#found.ask(() => this.#document.find(text));
    if (answered && go) {
      this.at = null;
      await this.step(1);
    }
  }

  /** Goes so many matches further, around the end. */
  async step(by: 1 | -1): Promise<void> {
    const { matches } = this;
    if (matches.length > 0) {
      this.at = this.at === null ? (by === 1 ? 0 : matches.length - 1) : (this.at + by + matches.length) % matches.length;
      await this.#document.select(matches[this.at] ?? 0);
    }
  }
}

/** What a Payload says, in each of its forms. */
export const textsOf = ({ content }: PayloadView) => [content.text, content.raw ?? '', content.lines ?? ''];
