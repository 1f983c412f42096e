// Searching the Payloads of a document: their places, their layers and what they say, also behind the start that a row shows.
import type { PayloadRow } from '../bindings/PayloadRow';
import type { PayloadView } from '../bindings/PayloadView';
import { isIn } from '../lib/found';

/** Payloads that are decoded again for one search, for what their rows do not show. */
const MOST_READ = 2000;

/** A document as it is searched. */
export interface Searched {
  rows: readonly (PayloadRow | null)[];
  all(): Promise<void>;
  payloadAt(index: number): Promise<PayloadView>;
  select(index: number): Promise<void>;
}

export class PayloadSearch {
  text = $state('');
  /** Counts up when a text to look for is asked for. */
  asking = $state(0);
  /** Which of the matches was gone to. */
  at = $state<number | null>(null);
  answer = $state.raw<{ n: number; incomplete: boolean } | null>(null);
  /** The Payloads that have the text in them. */
  matches = $state.raw<readonly number[]>([]);
  readonly #document: Searched;
  /** Counts up with every search; an older one ends. */
  #turn = 0;

  constructor(document: Searched) {
    this.#document = document;
  }

  /** Looks for a text; the first match is gone to. */
  async search(text: string, go = true): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.text = text;
    if (text.trim() === '') {
      [this.answer, this.matches, this.at] = [null, [], null];
      return;
    }
    await this.#document.all();
    const found: number[] = [];
    let read = 0;
    let incomplete = false;
    for (const row of this.#document.rows) {
      if (turn !== this.#turn) {
        return;
      }
      if (row === null) {
        incomplete = true;
      } else if (saysIt(row, text)) {
        found.push(row.index);
      } else if (isCut(row)) {
        read += 1;
        incomplete ||= read > MOST_READ;
        if (read <= MOST_READ && isIn(text, ...textsOf(await this.#document.payloadAt(row.index)))) {
          found.push(row.index);
        }
      }
    }
    // What was typed or cleared during the last reading is answered by itself.
    if (turn === this.#turn) {
      [this.answer, this.matches] = [{ n: found.length, incomplete }, found];
      if (go) {
        this.at = null;
        await this.step(1);
      }
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

const saysIt = (row: PayloadRow, text: string) => isIn(text, row.place, row.layers.join(' '), row.event?.kind ?? '', row.event?.id ?? '', row.preview);

/** Whether a row shows the start alone. */
const isCut = ({ preview }: PayloadRow) => preview.endsWith('…');

/** What a Payload says, in each of its forms. */
export const textsOf = ({ content }: PayloadView) => [content.text, content.raw ?? '', content.lines ?? ''];
