// One open document: its rows, which come in pages as they are looked at, and the Payload that is shown in full.
import type { GivenContext } from '../bindings/GivenContext';
import type { InspectionView } from '../bindings/InspectionView';
import type { PayloadMatches } from '../bindings/PayloadMatches';
import type { PayloadRow } from '../bindings/PayloadRow';
import type { PayloadView } from '../bindings/PayloadView';
import { SvelteMap } from 'svelte/reactivity';
import type { Host } from '../host/types';
import { Comparing } from './comparing.svelte';
import { Filtering } from './filtering.svelte';
import { OpenHistory, type Reading } from './history.svelte';
import { PayloadSearch } from './payload_search.svelte';

/** Rows asked for at a time. */
const PAGE = 500;
/** Rows that are seen in a small window without scrolling, and those seen above the one that a document opens at. */
const ROWS_SEEN = 6;
const ROWS_BEFORE = 3;
const NO_ROWS = [0, -1] as const;

/** What of a Payload is looked at. */
export type Pane = 'value' | 'metadata' | 'bytes';

export class OpenDocument {
  inspection: InspectionView;
  /** As many as there are; those that were not fetched yet are absent. */
  rows = $state.raw<(PayloadRow | null)[]>([]);
  selected = $state<number | null>(null);
  payload = $state.raw<PayloadView | null>(null);
  /** Whose profile decodes; the default one's while absent. */
  namespace = $state<string | null>(null);
  /** Whose Payloads it holds, as its reader said where it does not say it itself. */
  given = $state.raw<GivenContext>({});
  pane = $state<Pane>('value');
  /** The file it came from. */
  readonly path: string | null;
  /** Whether it would be lost with the window. */
  readonly onlyHere: boolean;
  /** What its tab says. */
  name = $state('');
  /** What it says by itself; it comes back where a given name is taken away. */
  readonly ownName: string;
  /** Its events, where it is an Event History. */
  readonly history: OpenHistory | null;
  /** What is looked for in its Payloads. */
  readonly search = new PayloadSearch(this);
  /** A jq expression over it. */
  readonly filtering: Filtering;
  /** It beside another document, or beside itself. */
  readonly comparing: Comparing<OpenDocument>;
  /** Counts up with every decoding. */
  revision = 0;
  /** Where its list is. */
  place: { key: number; offset: number } | null = null;
  /** Types that messages are read as for now, by the Payload's index. */
  readonly #readAs = new SvelteMap<number, string>();
  /** Whether keys changed since it was decoded. */
  stale = false;
  /** Whether decoding it again was cancelled, so that it shows what was decoded before. */
  outdated = $state(false);
  #host: Host;
  #loading: Promise<void> | null = null;
  /** Rows that are to be here, both ends included. */
  #wanted: readonly [number, number] = NO_ROWS;
  /** Counts up with every refresh; answers for an older one are dropped. */
  #turn = 0;

  constructor(host: Host, inspection: InspectionView, name: string, from: { path: string | null; namespace: string | null; onlyHere: boolean }) {
    this.inspection = $state.raw(inspection);
    this.#host = host;
    this.name = name;
    this.ownName = name;
    this.path = from.path;
    this.onlyHere = from.onlyHere;
    this.namespace = from.namespace;
    this.history = inspection.is_history ? new OpenHistory(host, inspection.document) : null;
    if (this.history) {
      this.history.onevent = (payload) => (payload === null ? this.#deselect() : this.select(payload));
    }
    this.filtering = new Filtering(host, this);
    this.comparing = new Comparing<OpenDocument>(host, this);
    this.#show(inspection);
    // Its list begins where the Payload is that it shows, with a few rows before it.
    const first = inspection.first_failed ?? 0;
    this.place = first < ROWS_SEEN ? null : { key: first - ROWS_BEFORE, offset: 0 };
  }

  get single(): boolean {
    return this.inspection.n_payloads === 1 && this.history === null;
  }

  /** Whether there is a list to search. */
  get searchable(): boolean {
    return this.history !== null || this.inspection.n_payloads > 1;
  }

  get number(): number {
    return this.inspection.document;
  }

  /** Gives it another name; its own one again where that is empty. */
  rename(name: string): void {
    this.name = name.trim() || this.ownName;
  }

  /** Shows the Payload that needs a look, or else the first. */
  async start(): Promise<void> {
    if (this.history) {
      await this.history.open();
    } else if (this.inspection.n_payloads > 0) {
      await this.select(this.inspection.first_failed ?? 0);
    }
  }

  /** Remembers whose Payloads it holds; it is decoded so the next time. */
  say(given: GivenContext): void {
    this.given = { ...this.given, ...given };
  }

  /** Decodes the document again, with the keys of now; what is selected stays selected. */
  async refresh(ticket: number): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.stale = false;
    const again = await this.#host.call('refresh_document', { document: this.number, namespace: this.namespace, given: this.given, ticket });
    if (turn !== this.#turn) {
      return;
    }
    // What is seen is fetched before it is shown, so that nothing is blank in between.
    const seen = this.place?.key ?? 0;
    const more = seen < again.rows.length / 2 ? [] : await this.#fetch(seen - PAGE / 2);
    if (turn !== this.#turn) {
      return;
    }
    this.outdated = false;
    this.revision += 1;
    this.#show(again, more);
    const { selected } = this;
    if (this.history) {
      await this.history.refresh();
    }
    if (again.n_payloads > 0 && (selected !== null || !this.history)) {
      await this.select(selected ?? 0);
    }
    if (this.search.text !== '') {
      await this.search.search(this.search.text, false);
    }
    await this.filtering.again();
    await this.comparing.freshen();
  }

  /** Opens the filter over what is looked at, or leaves it. */
  async filter(): Promise<void> {
    const { filtering } = this;
    if (filtering.open) {
      await filtering.close();
      return;
    }
    await this.comparing.close();
    filtering.open = true;
    await filtering.choose(this.#isOfPayload && this.selected !== null ? 'payload' : 'document');
  }

  /** Opens the comparison of what is looked at, or leaves it. */
  async compare(): Promise<void> {
    const { comparing } = this;
    if (comparing.open) {
      await comparing.close();
      return;
    }
    await this.filtering.close();
    await comparing.begin(this.#isOfPayload ? 'payloads' : 'executions');
  }

  /** Whether one Payload is looked at, rather than all of it. */
  get #isOfPayload(): boolean {
    return this.history === null || (this.selected !== null && this.history.reading === 'payloads');
  }

  /** Which of its Payloads have a text in them. */
  find(text: string): Promise<PayloadMatches> {
    return this.#host.call('search_payloads', { document: this.number, text });
  }

  /** One of its Payloads in full. */
  payloadAt(index: number): Promise<PayloadView> {
    const message_type = this.#readAs.get(index);
    const request = { document: this.number, index };
    return message_type === undefined ? this.#host.call('inspect_payload', request) : this.#host.call('inspect_payload_as', { ...request, message_type });
  }

  /** Reads a Payload as a message of this type until the document is closed; with none, as it is read otherwise. */
  async readAs(index: number, type: string | null): Promise<void> {
    if (type === null) {
      this.#readAs.delete(index);
    } else {
      this.#readAs.set(index, type);
    }
    if (this.selected === index) {
      await this.select(index);
    }
  }

  /** Reads a history in another way; what is shown beside the list is what is chosen in it. */
  async read(reading: Reading): Promise<void> {
    const { history } = this;
    if (!history) {
      return;
    }
    history.reading = reading;
    const shown = history.event?.payloads ?? [];
    if (reading === 'payloads' && this.selected === null && this.inspection.n_payloads > 0) {
      await this.select(this.inspection.first_failed ?? 0);
    } else if (reading !== 'payloads' && !shown.some(({ index }) => index === this.selected)) {
      await history.onevent(history.payload);
    }
  }

  /** An event without Payloads is looked at. */
  #deselect(): Promise<void> {
    this.selected = null;
    this.payload = null;
    return Promise.resolve();
  }

  async select(index: number): Promise<void> {
    this.selected = index;
    const turn = this.#turn;
    const payload = await this.payloadAt(index);
    if (turn === this.#turn && this.selected === index) {
      this.payload = payload;
    }
  }

  /** Fetches what is missing of these rows, both ends included. Of several wishes the last one counts. */
  async need(from: number, to: number): Promise<void> {
    this.#wanted = [from, to];
    this.#loading ??= this.#fetchWanted().finally(() => (this.#loading = null));
    await this.#loading;
  }

  /** Fetches all rows that are not here yet. */
  async all(): Promise<void> {
    for (let missing = Infinity; ; ) {
      const before = missing;
      missing = this.rows.filter((row) => row === null).length;
      if (missing === 0 || missing === before) {
        return;
      }
      await this.need(0, this.rows.length - 1);
    }
  }

  async #fetchWanted(): Promise<void> {
    for (;;) {
      const [from, to] = this.#wanted;
      const missing = this.rows.indexOf(null, Math.max(0, from));
      if (missing === -1 || missing > to) {
        return;
      }
      const turn = this.#turn;
      const rows = await this.#fetch(missing - (missing % PAGE));
      // Those of before a refresh are dropped, and asked for again.
      if (turn === this.#turn) {
        if (rows.length === 0) {
          return;
        }
        this.rows = filled(this.rows, rows);
      }
    }
  }

  #fetch(offset: number): Promise<PayloadRow[]> {
    return this.#host.call('inspection_rows', { document: this.number, offset: Math.max(0, offset), limit: PAGE });
  }

  /** Answers that are under way are for nobody any more. */
  leave(): void {
    void this.filtering.close();
    void this.comparing.close();
    this.#turn += 1;
    this.#wanted = NO_ROWS;
  }

  #show(inspection: InspectionView, more: readonly PayloadRow[] = []): void {
    this.inspection = inspection;
    if (this.history) {
      this.history.pending = inspection.n_pending > 0;
    }
    const none = Array.from<PayloadRow | null>({ length: inspection.n_payloads }).fill(null);
    this.rows = filled(none, [...inspection.rows, ...more]);
  }
}

/** The same rows, with these ones where they belong. */
function filled(rows: readonly (PayloadRow | null)[], more: readonly PayloadRow[]): (PayloadRow | null)[] {
  const now = [...rows];
  for (const row of more) {
    now[row.index] = row;
  }
  return now;
}
