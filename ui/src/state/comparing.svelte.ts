// Two executions side by side, or two Payloads: what differs, from which event on, and what at which place.
import type { ComparedEvent } from '../bindings/ComparedEvent';
import type { ComparedEvents } from '../bindings/ComparedEvents';
import type { DifferencesView } from '../bindings/DifferencesView';
import type { ExecutionComparison } from '../bindings/ExecutionComparison';
import type { HistoryEventView } from '../bindings/HistoryEventView';
import type { Host } from '../host/types';
import { InspectionProgress } from './inspection_progress.svelte';
import { Latest } from './latest.svelte';

/** A document as it is compared. */
export interface Comparable {
  readonly number: number;
  readonly selected: number | null;
  readonly history: unknown;
  /** Counts up with every decoding. */
  readonly revision: number;
}

/** What is compared. */
export type Of = 'executions' | 'payloads';

/** Two events that are no pair: each as it is. */
export interface Apart {
  left: HistoryEventView | null;
  right: HistoryEventView | null;
}

export class Comparing<D extends Comparable = Comparable> {
  open = $state(false);
  of = $state<Of>('executions');
  /** The document on the right. */
  other = $state.raw<D | null>(null);
  /** The Payload on the right. */
  otherPayload = $state<number | null>(null);
  /** Whether ids, times and what else differs from run to run counts. */
  everything = $state(false);
  /** The place that is looked at, by its index in the rows. */
  place = $state<number | null>(null);
  readonly latest = new Latest<ExecutionComparison>();
  /** What differs at the place that is looked at, or between two Payloads. */
  readonly one = new Latest<DifferencesView>();
  readonly apart = new Latest<Apart>();
  readonly progress: InspectionProgress;
  readonly #host: Host;
  readonly #document: D;
  /** What was compared: the decodings of both, and the Payload on the left. */
  #compared = '';

  constructor(host: Host, document: D) {
    this.#host = host;
    this.#document = document;
    this.progress = new InspectionProgress(host);
  }

  get rows(): readonly ComparedEvents[] {
    return this.latest.answer?.rows ?? [];
  }

  get row(): ComparedEvents | null {
    return this.place === null ? null : (this.rows[this.place] ?? null);
  }

  /** Begins a comparison, or goes on with the one that was left. */
  async begin(of: Of): Promise<void> {
    this.open = true;
    this.of = of;
    await this.freshen();
  }

  /** Compares with another document. */
  async with(other: D | null): Promise<void> {
    this.other = other;
    const isSame = other === this.#document;
    // What is chosen there is meant; beside what is chosen here it needs another one.
    this.otherPayload = other === null || isSame ? null : (other.selected ?? 0);
    await this.ask();
  }

  async choosePayload(index: number | null): Promise<void> {
    this.otherPayload = index;
    await this.ask();
  }

  async choose(of: Of): Promise<void> {
    this.of = of;
    // A history is not compared with itself.
    if (of === 'executions' && (this.other === this.#document || this.other?.history === null)) {
      this.other = null;
    }
    await this.ask();
  }

  async count(everything: boolean): Promise<void> {
    this.everything = everything;
    await this.ask();
  }

  /** Compares again what was decoded anew since, or chosen otherwise. */
  async freshen(): Promise<void> {
    if (this.open && this.#compared !== this.#now) {
      await this.ask();
    }
  }

  /** Nothing of what was decoded stays. */
  async forget(): Promise<void> {
    this.#compared = '';
    this.place = null;
    this.latest.clear();
    this.one.clear();
    this.apart.clear();
    await this.progress.cancel();
  }

  async ask(): Promise<void> {
    await this.forget();
    const { other } = this;
    if (other === null) {
      return;
    }
    this.#compared = this.#now;
    if (this.of === 'payloads') {
      const [left_index, right_index] = [this.#document.selected, this.otherPayload];
      if (left_index !== null && right_index !== null) {
        await this.one.ask(() => this.#host.call('compare_payloads', { left: this.#document.number, left_index, right: other.number, right_index }));
      }
      return;
    }
    const ticket = this.progress.begin();
    const request = { left: this.#document.number, right: other.number, everything: this.everything, ticket };
    const answered = await this.latest.ask(() => this.#host.call('compare_executions', request));
    this.progress.end(ticket);
    if (answered && this.rows.length > 0) {
      await this.select(0);
    }
  }

  /** Looks at one place. */
  async select(place: number): Promise<void> {
    this.place = place;
    const { row, other, everything } = this;
    this.one.clear();
    this.apart.clear();
    if (row === null || other === null) {
      return;
    }
    const { left, right } = row;
    const [here, there] = [this.#document.number, other.number];
    if (left && right && row.kind !== 'other') {
      await this.one.ask(() => this.#host.call('compare_events', { left: here, left_event: left.event, right: there, right_event: right.event, everything }));
      return;
    }
    const event = (document: number, side: ComparedEvent | null) => (side === null ? Promise.resolve(null) : this.#host.call('history_event', { document, event: side.event }));
    await this.apart.ask(async () => ({ left: await event(here, left), right: await event(there, right) }));
  }

  /** Goes so many differences further, and no further than the last. */
  async step(by: 1 | -1): Promise<void> {
    const to = (this.place ?? -1) + by;
    if (to >= 0 && to < this.rows.length) {
      await this.select(to);
    }
  }

  async close(): Promise<void> {
    this.open = false;
    await this.progress.cancel();
    if (this.latest.busy) {
      await this.forget();
    }
  }

  get #now(): string {
    const { other, of, otherPayload, everything } = this;
    const { revision, selected } = this.#document;
    return [of, revision, other?.number, other?.revision, ...(of === 'payloads' ? [selected, otherPayload] : [everything])].join(' ');
  }
}

const number = (of: number) => of.toLocaleString('en-US');

/** The parts of two texts: what both begin with, what differs, and what both end with. */
export function changedParts(left: string, right: string): { start: string; left: string; right: string; end: string } {
  const [one, other] = [Array.from(left), Array.from(right)];
  const least = Math.min(one.length, other.length);
  let start = 0;
  while (start < least && one[start] === other[start]) {
    start += 1;
  }
  let end = 0;
  while (end < least - start && one[one.length - 1 - end] === other[other.length - 1 - end]) {
    end += 1;
  }
  const middle = (of: string[]) => of.slice(start, of.length - end).join('');
  return { start: one.slice(0, start).join(''), left: middle(one), right: middle(other), end: one.slice(one.length - end).join('') };
}

/** How many events are the same, changed, or there on one side alone. */
export function countsInWords({ n_same, n_changed, n_unknown, n_only_left, n_only_right }: ExecutionComparison): string {
  const unknown = n_unknown > 0 ? [`${number(n_unknown)} not known`] : [];
  return [`${number(n_same)} the same`, `${number(n_changed)} changed`, ...unknown, `${number(n_only_left)} only left`, `${number(n_only_right)} only right`].join(' · ');
}
