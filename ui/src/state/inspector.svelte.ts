// The open document: its rows, which come in pages, and the Payload that is shown in full.
import type { AppError } from '../bindings/AppError';
import type { InspectionView } from '../bindings/InspectionView';
import type { PayloadRow } from '../bindings/PayloadRow';
import type { PayloadView } from '../bindings/PayloadView';
import type { Host } from '../host/types';
import { asAppError } from '../lib/errors';

/** Rows asked for at a time. */
const PAGE = 500;

export class Inspector {
  inspection = $state.raw<InspectionView | null>(null);
  rows = $state.raw<PayloadRow[]>([]);
  selected = $state<number | null>(null);
  payload = $state.raw<PayloadView | null>(null);
  /** Why the last text or file could not be opened. */
  error = $state.raw<AppError | null>(null);
  busy = $state(false);
  /** Whose profile decodes; the default one's while absent. Kept until the app quits. */
  namespace = $state<string | null>(null);
  single = $derived(this.inspection?.n_payloads === 1);
  #host: Host;
  #loading = false;
  /** Counts up with every document and refresh; answers for an older one are dropped. */
  #turn = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Opens a text. Says whether it was recognized. */
  openText(source: string): Promise<boolean> {
    return this.#open(() => this.#host.call('inspect', { source, namespace: this.namespace }));
  }

  openFile(path: string): Promise<boolean> {
    return this.#open(() => this.#host.call('inspect_file', { path, namespace: this.namespace }));
  }

  async openSample(): Promise<boolean> {
    return this.#open(async () => {
      const { source } = await this.#host.call('sample_payload');
      return this.#host.call('inspect', { source, namespace: this.namespace });
    });
  }

  /** Decodes as that Namespace's clients would see it, from now on. */
  async setNamespace(namespace: string | null): Promise<void> {
    this.namespace = namespace;
    await this.refresh();
  }

  /** Decodes the document again, with the keys of now; what is selected stays selected. */
  async refresh(): Promise<void> {
    const open = this.inspection;
    if (open === null) {
      return;
    }
    this.#turn += 1;
    const turn = this.#turn;
    const again = await this.#host.call('refresh_document', { document: open.document, namespace: this.namespace });
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
    this.#show({ ...again, rows });
    if (again.n_payloads > 0) {
      await this.select(this.selected ?? 0);
    }
  }

  async select(index: number): Promise<void> {
    const open = this.inspection;
    if (open === null) {
      return;
    }
    this.selected = index;
    const turn = this.#turn;
    const payload = await this.#host.call('inspect_payload', { document: open.document, index });
    if (turn === this.#turn && this.selected === index) {
      this.payload = payload;
    }
  }

  /** Fetches the next page of rows, where there is one. */
  async more(): Promise<void> {
    const open = this.inspection;
    if (open === null || this.#loading || this.rows.length >= open.n_payloads) {
      return;
    }
    this.#loading = true;
    const turn = this.#turn;
    const request = { document: open.document, offset: this.rows.length, limit: PAGE };
    try {
      const rows = await this.#host.call('inspection_rows', request);
      if (turn === this.#turn) {
        this.rows = [...this.rows, ...rows];
      }
    } finally {
      this.#loading = false;
    }
  }

  /** Forgets the document, here and in the core. */
  async clear(): Promise<void> {
    const open = this.inspection;
    this.#turn += 1;
    this.inspection = null;
    this.rows = [];
    this.selected = null;
    this.payload = null;
    this.error = null;
    if (open !== null) {
      await this.#host.call('close_document', { document: open.document });
    }
  }

  async #open(inspect: () => Promise<InspectionView>): Promise<boolean> {
    this.busy = true;
    this.error = null;
    this.#turn += 1;
    const turn = this.#turn;
    const before = this.inspection;
    try {
      const inspection = await inspect();
      if (turn !== this.#turn) {
        return false;
      }
      this.payload = null;
      this.#show(inspection);
      if (inspection.n_payloads > 0) {
        await this.select(firstOfInterest(inspection.rows));
      }
      if (before !== null) {
        await this.#host.call('close_document', { document: before.document });
      }
      return true;
    } catch (thrown) {
      this.error = asAppError(thrown);
      return false;
    } finally {
      this.busy = false;
    }
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
