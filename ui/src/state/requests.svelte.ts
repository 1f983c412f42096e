// The live list of requests, newest first; what of it is shown, and which one in full. Rows hold no content.
import type { AccessLogFormat } from '../bindings/AccessLogFormat';
import type { CaptureView } from '../bindings/CaptureView';
import type { FileTicket } from '../bindings/FileTicket';
import type { RequestDetailView } from '../bindings/RequestDetailView';
import type { RequestView } from '../bindings/RequestView';
import type { Host } from '../host/types';
import { Latest } from './latest.svelte';
import { EVERYTHING, Facets, isEverything, matcher, type Query } from './request_filter';
import { Task } from './task.svelte';

/** Rows per call; what is kept is fetched in as many calls as it takes. */
const PAGE = 1000;

export class Requests {
  /** All that are kept. */
  all = $state.raw<RequestView[]>([]);
  /** Those that match. */
  shown = $state.raw<RequestView[]>([]);
  query = $state.raw<Query>(EVERYTHING);
  /** What there is to choose from, with counts. */
  facets = $state.raw<Facets>(new Facets());
  selected = $state<number | null>(null);
  /** Where its list is, away from its top, where the newest ones come in. */
  place: { key: number; offset: number } | null = null;
  capture = $state.raw<CaptureView>({ on: false, most: 0, most_mib: 0 });
  /** What is shown while paused: the list as it stood then. */
  #frozen = $state.raw<RequestView[] | null>(null);
  paused = $derived(this.#frozen !== null);
  waiting = $derived(this.#frozen === null ? 0 : newerThan(this.all, this.#frozen[0]?.id ?? 0));
  total = $derived((this.#frozen ?? this.all).length);
  filtered = $derived(!isEverything(this.query));
  /** Called when the list was cleared, with the way back. */
  oncleared: (undo: () => Promise<void>) => void = () => undefined;
  #capacity = PAGE;
  readonly #opened = new Latest<RequestDetailView>();
  readonly #replay = new Task();
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The selected one in full. */
  get detail(): RequestDetailView | null {
    return this.#opened.answer;
  }
  /** Why there is no detail. */
  get problem() {
    return this.#opened.error;
  }
  get replaying(): boolean {
    return this.#replay.busy;
  }

  async load(): Promise<void> {
    const view = await this.#host.call('list_requests', { limit: PAGE });
    this.#capacity = view.capacity;
    this.capture = view.capture;
    this.#take(view.requests);
    if (view.requests.length === PAGE) {
      // The rest comes in behind, while the window is in use already.
      void this.#loadOlder().catch(() => undefined);
    }
  }

  /** Takes in a batch, oldest first; the core sends four of them a second at most. */
  record(batch: RequestView[]): void {
    const newest = this.all[0]?.id ?? 0;
    const fresh = batch.filter((request) => request.id > newest).reverse();
    if (fresh.length === 0) {
      return;
    }
    const kept = this.all.length + fresh.length <= this.#capacity ? this.all : this.all.slice(0, this.#capacity - fresh.length);
    const gone = this.all.slice(kept.length);
    this.all = fresh.concat(kept);
    this.facets = this.facets.changed(fresh, gone);
    if (this.#frozen === null) {
      // Only what is new is looked at; what matched before still does.
      const matching = this.filtered ? fresh.filter(matcher(this.query)) : fresh;
      const oldest = this.all.at(-1)?.id ?? 0;
      const still = gone.length === 0 ? this.shown : this.shown.filter((request) => request.id >= oldest);
      this.shown = matching.length === 0 && still === this.shown ? this.shown : matching.concat(still);
    }
  }

  /** Shows less, or more. */
  narrow(change: Partial<Query>): void {
    this.query = { ...this.query, ...change };
    this.#match();
  }

  clearFilters(): void {
    this.narrow(EVERYTHING);
  }

  togglePause(): void {
    this.#frozen = this.#frozen === null ? this.all : null;
    this.#match();
  }

  /** Shows one in full; nothing for `null`. */
  async select(id: number | null): Promise<void> {
    this.selected = id;
    if (id === null) {
      this.#opened.clear();
      return;
    }
    this.#opened.error = null;
    await this.#opened.ask(() => this.#host.call('request_detail', { id }));
  }

  async clear(): Promise<void> {
    const view = await this.#host.call('clear_requests');
    this.#restart(view.requests);
    this.oncleared(() => this.restore());
  }

  /** Brings back what was cleared. */
  async restore(): Promise<void> {
    this.#restart((await this.#host.call('restore_requests')).requests);
  }

  /** Writes who asked for what; without content. */
  async exportAccessLog(file: FileTicket, format: AccessLogFormat): Promise<void> {
    await this.#host.call('export_access_log', { file, format });
  }

  async setCapture(on: boolean): Promise<void> {
    await this.takeCapture(await this.#host.call('set_capture', { on }));
  }

  /** Bodies came within reach, or are gone: what is open says so at once. */
  async takeCapture(capture: CaptureView): Promise<void> {
    this.capture = capture;
    if (this.selected !== null) {
      await this.select(this.selected);
    }
  }

  /** Asks a captured request again, and shows the new one. */
  async replay(id: number): Promise<void> {
    await this.#replay.run(async () => {
      const replayed = await this.#host.call('replay_request', { id });
      await this.select(replayed.id);
    });
  }

  /** The body of a captured request, whole. */
  async body(id: number): Promise<string> {
    return (await this.#host.call('captured_body', { id })).source;
  }

  async #loadOlder(): Promise<void> {
    for (;;) {
      const before = this.all.at(-1)?.id;
      if (before === undefined || this.all.length >= this.#capacity) {
        return;
      }
      const { requests } = await this.#host.call('list_requests', { limit: PAGE, before });
      // Cleared meanwhile, or nothing older is left.
      if (requests.length === 0 || this.all.at(-1)?.id !== before) {
        return;
      }
      this.#take(this.all.concat(requests).slice(0, this.#capacity));
    }
  }

  #restart(requests: RequestView[]): void {
    void this.select(null);
    if (this.#frozen !== null) {
      this.#frozen = requests;
    }
    this.#take(requests);
  }

  #take(requests: RequestView[]): void {
    this.all = requests;
    this.facets = new Facets().changed(requests, []);
    this.#match();
  }

  #match(): void {
    const source = this.#frozen ?? this.all;
    this.shown = this.filtered ? source.filter(matcher(this.query)) : source;
  }
}

function newerThan(requests: RequestView[], id: number): number {
  const older = requests.findIndex((request) => request.id <= id);
  return older === -1 ? requests.length : older;
}
