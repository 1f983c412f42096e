// The history of an open document: its groups in pages, the event that is looked at, what is searched, and the time that is seen.
import { SvelteSet } from 'svelte/reactivity';
import type { HistoryEventRow } from '../bindings/HistoryEventRow';
import type { HistoryEventView } from '../bindings/HistoryEventView';
import type { HistoryFilter } from '../bindings/HistoryFilter';
import type { HistoryKind } from '../bindings/HistoryKind';
import type { HistoryMatches } from '../bindings/HistoryMatches';
import type { HistoryOverview } from '../bindings/HistoryOverview';
import type { HistoryRow } from '../bindings/HistoryRow';
import type { HistoryShow } from '../bindings/HistoryShow';
import type { Host } from '../host/types';
import { isIn } from '../lib/found';
import { Latest } from './latest.svelte';
import { textsOf } from './payload_search.svelte';

/** Groups asked for at a time. */
const PAGE = 200;
/** Groups that are seen above the one that a history opens at. */
const ROWS_BEFORE = 6;
/** Payloads of an event that are decoded again to find the one with a text. */
const MOST_READ = 50;

/** How a history is read: by its events, on a time scale, or as the plain list of its Payloads. */
export type Reading = 'events' | 'timeline' | 'payloads';
export type EventTab = 'failure' | 'payloads' | 'attributes';

/** A line of the list: a group, or one of its events below it. A group that was not fetched yet is absent. */
export interface Line {
  /** An event's index; of a group, its place in the list as a negative number. */
  key: number;
  row: HistoryRow | null;
  event: HistoryEventRow | null;
}

const keyOfRow = (row: number) => -(row + 1);
const rowOfKey = (key: number) => -key - 1;

export class OpenHistory {
  overview = $state.raw<HistoryOverview | null>(null);
  /** Whether some Payloads are not decoded yet, so that counts are of what is known. */
  pending = $state(false);
  reading = $state<Reading>('events');
  filter = $state.raw<HistoryFilter>({ show: 'all', kinds: [], workflow_tasks: false });
  rows = $state.raw<(HistoryRow | null)[]>([]);
  /** Groups whose events are listed. */
  readonly expanded = new SvelteSet<number>();
  /** The line that is chosen. */
  selected = $state<number | null>(null);
  /** The event that is shown in full. */
  event = $state.raw<HistoryEventView | null>(null);
  /** What of it is looked at, until another one is. */
  tab = $state<EventTab | null>(null);
  /** The part of the time that is seen, in milliseconds since 1970; all of it where absent. */
  span = $state.raw<readonly [number, number] | null>(null);
  text = $state('');
  /** Counts up when a text to look for is asked for. */
  asking = $state(0);
  /** Which of the matches was gone to. */
  at = $state<number | null>(null);
  readonly found = new Latest<HistoryMatches>();
  place: { key: number; offset: number } | null = null;
  /** Told which Payload of an event is to be shown: none where it has none. */
  onevent: (payload: number | null) => Promise<void> = () => Promise.resolve();
  readonly lines = $derived.by(() => this.#lines());
  readonly #host: Host;
  readonly #document: number;
  #turn = 0;
  #asked = 0;
  #loading: Promise<void> | null = null;
  #wanted: readonly [number, number] = [0, -1];

  constructor(host: Host, document: number) {
    this.#host = host;
    this.#document = document;
  }

  /** The time of the whole history. */
  get whole(): readonly [number, number] {
    const start = this.overview?.start ?? 0;
    return [start, Math.max(this.overview?.end ?? 0, start + 1)];
  }

  get seen(): readonly [number, number] {
    return this.span ?? this.whole;
  }

  /** Opens at the event that needs a look. */
  async open(): Promise<void> {
    const overview = await this.#host.call('history_overview', { document: this.#document });
    const found = await this.#list(overview.opens);
    // Not before its rows: a history without rows is one that has none.
    this.overview = overview;
    const first = found ?? 0;
    this.place = first < ROWS_BEFORE * 2 ? null : { key: keyOfRow(first - ROWS_BEFORE), offset: 0 };
    if (this.overview.n_events > 0) {
      await this.#show(this.overview.opens, found);
    }
  }

  /** After the document was decoded anew: what is looked at stays. */
  async refresh(): Promise<void> {
    this.overview = await this.#host.call('history_overview', { document: this.#document });
    const event = this.event?.event ?? this.overview.opens;
    const found = await this.#list(event);
    if (this.overview.n_events > 0) {
      await this.#show(event, found, this.selected !== null && this.selected >= 0);
    }
    if (this.text !== '') {
      await this.search(this.text, false);
    }
  }

  /** Chooses a line. */
  async select(key: number): Promise<void> {
    this.selected = key;
    const row = this.rows[rowOfKey(key)];
    const event = key >= 0 ? key : row?.opens;
    if (event !== undefined) {
      await this.#look(event);
    } else if (key < 0) {
      await this.need(this.#index(key), this.#index(key));
      const come = this.rows[rowOfKey(key)];
      if (come && this.selected === key) {
        await this.#look(come.opens);
      }
    }
  }

  /** Looks at one event; its line is chosen where its group is opened, and else the group's. */
  async go(event: number): Promise<void> {
    const { found } = await this.#host.call('history_rows', { ...this.#request(0, 0), find: event });
    if (found !== null) {
      await this.#fetch(found);
    }
    await this.#show(event, found, true);
  }

  /** Lists the events of a group below it, or no longer. */
  toggle(row: HistoryRow, open = !this.expanded.has(row.group)): void {
    if (open) {
      this.expanded.add(row.group);
    } else {
      this.expanded.delete(row.group);
      if (row.events.some(({ event }) => event === this.selected)) {
        this.selected = keyOfRow(row.row);
      }
    }
  }

  /** Opens the chosen group, or closes it, also from one of its events. */
  fold(open: boolean): void {
    const line = this.lines.find(({ key }) => key === this.selected);
    if (line?.row) {
      this.toggle(line.row, open);
    }
  }

  async setFilter(change: { show?: HistoryShow; kinds?: HistoryKind[]; workflow_tasks?: boolean }): Promise<void> {
    this.filter = { ...this.filter, ...change };
    this.place = null;
    const event = this.event?.event ?? null;
    const found = await this.#list(event);
    if (found !== null) {
      this.selected = keyOfRow(found);
    } else if (this.rows[0]) {
      await this.select(keyOfRow(0));
    } else {
      this.selected = null;
    }
    if (this.text !== '') {
      await this.search(this.text, false);
    }
  }

  /** Has the core make what is searched while somebody goes for the keys: of a long history that takes longer than a keystroke may. */
  prepare(): void {
    if (this.text === '') {
      // Whatever is wrong is said of the text that is typed.
      this.#host.call('search_history', { document: this.#document, filter: this.filter, text: '' }).catch(() => undefined);
    }
  }

  /** Looks for a text; the first match is gone to. */
  async search(text: string, go = true): Promise<void> {
    this.text = text;
    if (text.trim() === '') {
      this.found.clear();
      this.at = null;
      return;
    }
    const { filter } = this;
    const answered = await this.found.ask(() => this.#host.call('search_history', { document: this.#document, filter, text }));
    if (answered && go) {
      this.at = null;
      await this.step(1);
    }
  }

  /** Goes so many matches further, around the end. */
  async step(by: 1 | -1): Promise<void> {
    const matches = this.found.answer?.matches ?? [];
    if (matches.length === 0) {
      return;
    }
    const at = this.at === null ? (by === 1 ? 0 : matches.length - 1) : (this.at + by + matches.length) % matches.length;
    this.at = at;
    const match = matches[at];
    if (match) {
      await this.#fetch(match.row);
      await this.#show(match.event, match.row);
      await this.#lookAtMatch();
    }
  }

  /** Chooses the group that begins next at a time. */
  async goTo(time: number): Promise<void> {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      await this.#fetch(middle);
      const row = this.rows[middle];
      // Those that are pending stand at the end, whenever they began.
      if (row && row.state !== 'pending' && (row.start ?? -Infinity) < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (this.rows.length > 0) {
      await this.select(keyOfRow(Math.min(low, this.rows.length - 1)));
    }
  }

  /** Zooms by a factor around a time, within the whole. */
  zoom(factor: number, around = (this.seen[0] + this.seen[1]) / 2): void {
    const [from, to] = this.seen;
    this.look(around - (around - from) * factor, around + (to - around) * factor);
  }

  /** Moves what is seen by a part of it. */
  pan(part: number): void {
    const [from, to] = this.seen;
    const [start, end] = this.whole;
    const by = Math.min(Math.max((to - from) * part, start - from), end - to);
    this.look(from + by, to + by);
  }

  /** Sees that part of the time. */
  look(from: number, to: number): void {
    const [start, end] = this.whole;
    const [a, b] = [Math.max(start, Math.min(from, to)), Math.min(end, Math.max(from, to))];
    // A millisecond is the least that there is to see.
    this.span = a <= start && b >= end ? null : [a, Math.max(b, a + 1)];
  }

  /** Fetches what is missing of these lines, both ends included. */
  async need(from: number, to: number): Promise<void> {
    const rows = [this.lines[from]?.key, this.lines[to]?.key].map((key) => (key === undefined ? 0 : this.#rowOf(key)));
    this.#wanted = [rows[0] ?? 0, rows[1] ?? 0];
    this.#loading ??= this.#fetchWanted().finally(() => (this.#loading = null));
    await this.#loading;
  }

  #rowOf(key: number): number {
    return key < 0 ? rowOfKey(key) : this.rows.findIndex((row) => row?.events.some(({ event }) => event === key));
  }

  #index(key: number): number {
    return this.lines.findIndex((line) => line.key === key);
  }

  async #fetchWanted(): Promise<void> {
    for (;;) {
      const [from, to] = this.#wanted;
      const missing = this.rows.indexOf(null, Math.max(0, from));
      if (missing === -1 || missing > to || !(await this.#fetch(missing))) {
        return;
      }
    }
  }

  /** Fetches the page of a group. Says whether it is here now. */
  async #fetch(row: number): Promise<boolean> {
    if (this.rows[row]) {
      return true;
    }
    const turn = this.#turn;
    const { rows } = await this.#host.call('history_rows', this.#request(row - (row % PAGE), PAGE));
    if (turn === this.#turn) {
      this.rows = filled(this.rows, rows);
    }
    return turn !== this.#turn || rows.length > 0;
  }

  #request(offset: number, limit: number) {
    return { document: this.#document, filter: this.filter, offset, limit };
  }

  /** Lists the groups anew, with the page of an event's group. Says where that is. */
  async #list(event: number | null): Promise<number | null> {
    this.#turn += 1;
    const turn = this.#turn;
    const first = await this.#host.call('history_rows', { ...this.#request(0, PAGE), find: event });
    const { found } = first;
    // Also what is seen, so that nothing of it is blank in between.
    const seen = this.place === null ? null : this.#rowOf(this.place.key);
    const pages = [found, seen].flatMap((row) => (row === null || row < PAGE || row >= first.n_rows ? [] : [row - (row % PAGE)]));
    const more = await Promise.all(pages.filter((page, at) => pages.indexOf(page) === at).map((page) => this.#host.call('history_rows', this.#request(page, PAGE))));
    if (turn === this.#turn) {
      const none = Array.from<HistoryRow | null>({ length: first.n_rows }).fill(null);
      this.rows = filled(none, [...first.rows, ...more.flatMap(({ rows }) => rows)]);
    }
    return found;
  }

  async #show(event: number, row: number | null, open = false): Promise<void> {
    const group = row === null ? null : this.rows[row];
    const listed = group && (this.expanded.has(group.group) || (open && group.opens !== event));
    if (group && listed && group.events.some((one) => one.event === event)) {
      this.toggle(group, true);
      this.selected = event;
    } else {
      this.selected = row === null ? null : keyOfRow(row);
    }
    await this.#look(event);
  }

  /** Shows what of the event has the text in it that is looked for, where its line does not. */
  async #lookAtMatch(): Promise<void> {
    const { text, event: view } = this;
    if (!view) {
      return;
    }
    const named = view.group.events.find(({ event }) => event === view.event)?.event_type ?? '';
    if (view.failures.some(({ kind, message, stack_trace }) => isIn(text, kind, message, stack_trace))) {
      this.tab = 'failure';
      return;
    }
    const payload = await this.#payloadWith(text, view);
    if (this.event !== view || this.text !== text) {
      return;
    }
    if (payload !== null) {
      this.tab = 'payloads';
      await this.onevent(payload);
    } else if (!isIn(text, named, view.group.name) && isIn(text, view.attributes.text)) {
      this.tab = 'attributes';
    }
  }

  /** The first Payload of an event that has the text in it. */
  async #payloadWith(text: string, view: HistoryEventView): Promise<number | null> {
    const shown = view.payloads.find(({ preview, layers }) => isIn(text, preview, layers.join(' ')));
    if (shown) {
      return shown.index;
    }
    for (const { index } of view.payloads.slice(0, MOST_READ)) {
      const payload = await this.#host.call('inspect_payload', { document: this.#document, index });
      if (isIn(text, ...textsOf(payload))) {
        return index;
      }
    }
    return null;
  }

  async #look(event: number): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const before = this.event?.event;
    const view = await this.#host.call('history_event', { document: this.#document, event });
    if (asked !== this.#asked) {
      return;
    }
    this.event = view;
    if (before !== event && this.tab !== 'attributes') {
      this.tab = null;
    }
    await this.onevent(this.payload);
  }

  /** The Payload of the event that needs a look, or else the first that is its own and not what goes with it. */
  get payload(): number | null {
    const payloads = this.event?.payloads ?? [];
    const failed = payloads.find(({ outcome }) => outcome === 'failed') ?? payloads.find(({ outcome }) => outcome === 'unsupported');
    const own = payloads.find(({ place }) => !/^(user_?metadata|search_?attributes|memo|header)\b/i.test(place));
    return (failed ?? own ?? payloads[0])?.index ?? null;
  }

  #lines(): Line[] {
    const lines: Line[] = [];
    for (const [at, row] of this.rows.entries()) {
      lines.push({ key: keyOfRow(at), row, event: null });
      if (row && this.expanded.has(row.group)) {
        lines.push(...row.events.map((event) => ({ key: event.event, row, event })));
      }
    }
    return lines;
  }
}

/** What there is to see of an event: its Failure first, unless something of it could not be decoded. */
export function tabsOf(event: HistoryEventView): EventTab[] {
  return [
    ...(event.failures.length > 0 ? (['failure'] as const) : []),
    ...(event.payloads.length > 0 ? (['payloads'] as const) : []),
    'attributes',
  ];
}

/** What is shown of an event where nothing was chosen. */
export function tabOf(event: HistoryEventView, wanted: EventTab | null): EventTab {
  const tabs = tabsOf(event);
  const failed = event.payloads.some(({ outcome }) => outcome === 'failed' || outcome === 'unsupported');
  const usual = failed ? 'payloads' : event.failed_before ? 'payloads' : (tabs[0] ?? 'attributes');
  const here = (tab: EventTab | null): tab is EventTab => tab !== null && tabs.includes(tab);
  return here(wanted) ? wanted : here(usual) ? usual : 'attributes';
}

function filled(rows: readonly (HistoryRow | null)[], more: readonly HistoryRow[]): (HistoryRow | null)[] {
  const now = [...rows];
  for (const row of more) {
    now[row.row] = row;
  }
  return now;
}
