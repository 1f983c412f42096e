// A jq expression over an open document, or over one of its Payloads, while it is typed: the newest one counts, and the one before it
// is stopped. Where an expression is wrong, the results of the one before it stay.
import type { FilterView } from '../bindings/FilterView';
import type { Host } from '../host/types';
import { InspectionProgress } from './inspection_progress.svelte';
import { Latest } from './latest.svelte';

/** After the last key, before it is asked. */
const PAUSE = 150;

/** What a filter is over. */
export type Over = 'document' | 'payload';

export class Filtering {
  open = $state(false);
  expression = $state('');
  over = $state<Over>('document');
  /** The results that are shown, and those of which expression. */
  shown = $state.raw<FilterView | null>(null);
  readonly latest = new Latest<FilterView>();
  /** How far the document is that it is over. */
  readonly progress: InspectionProgress;
  /** Whether it was stopped before it gave its results. */
  stopped = $state(false);
  readonly #host: Host;
  readonly #document: { readonly number: number; readonly selected: number | null };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, document: { readonly number: number; readonly selected: number | null }) {
    this.#host = host;
    this.#document = document;
    this.progress = new InspectionProgress(host);
  }

  /** What is wrong with the expression, or became of it. */
  get problem() {
    return this.latest.answer?.problem ?? null;
  }

  /** Whether the results that are shown are those of an expression before this one. */
  get outdated(): boolean {
    return this.shown !== null && (this.stopped || this.latest.error !== null || (this.problem?.place ?? null) !== null);
  }

  /** Takes what is typed. */
  type(expression: string): void {
    this.expression = expression;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.ask(), PAUSE);
  }

  /** Takes an expression as it is. */
  async set(expression: string): Promise<void> {
    this.expression = expression;
    await this.ask();
  }

  async choose(over: Over): Promise<void> {
    if (over !== this.over) {
      this.over = over;
      this.shown = null;
      await this.ask();
    }
  }

  /** The same expression over what is decoded now. */
  async again(): Promise<void> {
    if (this.open) {
      await this.ask();
    }
  }

  /** Evaluates the expression. The one that is under way is for nobody any more. */
  async ask(): Promise<void> {
    clearTimeout(this.#timer);
    const { expression } = this;
    const index = this.over === 'payload' ? this.#document.selected : null;
    await this.progress.cancel();
    this.stopped = false;
    if (expression.trim() === '') {
      this.latest.clear();
      this.shown = null;
      return;
    }
    const ticket = this.progress.begin();
    const answered = await this.latest.ask(() => this.#host.call('filter', { document: this.#document.number, index, expression, ticket }));
    this.progress.end(ticket);
    const { answer } = this.latest;
    if (answered && answer !== null && (answer.problem?.place ?? null) === null) {
      this.shown = answer;
    }
  }

  /** Stops what is under way; the results before it stay. */
  async cancel(): Promise<void> {
    if (this.progress.busy) {
      this.stopped = true;
      this.latest.clear();
      await this.progress.cancel();
    }
  }

  /** Leaves it, and stops what is under way. */
  async close(): Promise<void> {
    this.open = false;
    clearTimeout(this.#timer);
    await this.cancel();
  }
}

/** How many results there are, and how many of them are shown. */
export function resultsInWords({ n, n_shown, may_be_more, is_cut }: FilterView): string {
  const number = (of: number) => of.toLocaleString('en-US');
  const all = `${number(n)} result${n === 1 ? '' : 's'}`;
  const counted = n_shown < n ? `${number(n_shown)} of ${may_be_more ? 'more than ' : ''}${all}` : may_be_more ? `${all} so far` : all;
  return `${counted}${is_cut ? ', the last one cut' : ''}`;
}
