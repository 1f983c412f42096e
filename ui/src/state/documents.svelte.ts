// One open document: its rows, which come in pages, and the Payload that is shown in full.
import type { InspectionView } from '../bindings/InspectionView';
import type { PayloadRow } from '../bindings/PayloadRow';
import type { PayloadView } from '../bindings/PayloadView';
import type { Host } from '../host/types';

/** Rows asked for at a time. */
const PAGE = 500;

/** What of a Payload is looked at. */
export type Pane = 'value' | 'metadata' | 'bytes';

export class OpenDocument {
  inspection: InspectionView;
  rows = $state.raw<PayloadRow[]>([]);
  selected = $state<number | null>(null);
  payload = $state.raw<PayloadView | null>(null);
  /** Whose profile decodes; the default one's while absent. */
  namespace = $state<string | null>(null);
  pane = $state<Pane>('value');
  /** The file it came from. */
  readonly path: string | null;
  /** What its tab says. */
  readonly name: string;
  /** How far its list is scrolled, in pixels. */
  scrolled = 0;
  /** Whether keys changed since it was decoded. */
  stale = false;
  /** Whether decoding it again was cancelled, so that it shows what was decoded before. */
  outdated = $state(false);
  #host: Host;
  #loading: Promise<void> | null = null;
  /** Counts up with every refresh; answers for an older one are dropped. */
  #turn = 0;

  constructor(host: Host, inspection: InspectionView, name: string, from: { path: string | null; namespace: string | null }) {
    this.inspection = $state.raw(inspection);
    this.#host = host;
    this.name = name;
    this.path = from.path;
    this.namespace = from.namespace;
    this.#show(inspection);
  }

  get single(): boolean {
    return this.inspection.n_payloads === 1;
  }

  get number(): number {
    return this.inspection.document;
  }

  /** Shows the Payload that needs a look, or else the first. */
  async start(): Promise<void> {
    if (this.inspection.n_payloads > 0) {
      await this.select(firstOfInterest(this.rows));
    }
  }

  /** Decodes the document again, with the keys of now; what is selected stays selected. */
  async refresh(ticket: number): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.stale = false;
    const again = await this.#host.call('refresh_document', { document: this.number, namespace: this.namespace, ticket });
    if (turn !== this.#turn) {
      return;
    }
    // As many rows as were here, so that the list stays where it was scrolled to.
    const rows = [...again.rows];
    const wanted = Math.min(this.rows.length, again.n_payloads);
    while (rows.length < wanted) {
      const page = { document: again.document, offset: rows.length, limit: PAGE };
      const more = await this.#host.call('inspection_rows', page);
      if (turn !== this.#turn || more.length === 0) {
        return;
      }
      rows.push(...more);
    }
    this.outdated = false;
    this.#show({ ...again, rows });
    if (again.n_payloads > 0) {
      await this.select(this.selected ?? 0);
    }
  }

  async select(index: number): Promise<void> {
    this.selected = index;
    const turn = this.#turn;
    const payload = await this.#host.call('inspect_payload', { document: this.number, index });
    if (turn === this.#turn && this.selected === index) {
      this.payload = payload;
    }
  }

  /** Fetches the next page of rows, where there is one. */
  async more(): Promise<void> {
    if (this.#loading !== null || this.rows.length >= this.inspection.n_payloads) {
      return;
    }
    this.#loading = this.#fetch();
    try {
      await this.#loading;
    } finally {
      this.#loading = null;
    }
  }

  async #fetch(): Promise<void> {
    const turn = this.#turn;
    const request = { document: this.number, offset: this.rows.length, limit: PAGE };
    const rows = await this.#host.call('inspection_rows', request);
    if (turn === this.#turn) {
      this.rows = [...this.rows, ...rows];
    }
  }

  /** Fetches all rows that are not here yet. */
  async all(): Promise<void> {
    let before = -1;
    while (this.rows.length < this.inspection.n_payloads && this.rows.length !== before) {
      before = this.rows.length;
      // One that is under way counts as this one.
      await (this.#loading ?? this.more());
    }
  }

  /** Answers that are under way are for nobody any more. */
  leave(): void {
    this.#turn += 1;
  }

  #show(inspection: InspectionView): void {
    this.inspection = inspection;
    this.rows = inspection.rows;
  }
}

/** The first Payload that needs a look, or else the first. */
function firstOfInterest(rows: PayloadRow[]): number {
  const failed = rows.find((row) => row.outcome === 'failed');
  return failed?.index ?? rows[0]?.index ?? 0;
}
