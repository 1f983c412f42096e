// The live list of requests, newest first, without content; what of it is shown, and which one in full.
import type { RequestView } from '../bindings/RequestView';
import type { Tone } from '../bindings/Tone';
import type { Host } from '../host/types';

export type ToneFilter = Tone | 'all';

/** What is asked for at first; the core keeps as many as it says. */
const FIRST = 1000;

export class Requests {
  all = $state.raw<RequestView[]>([]);
  filter = $state('');
  tone = $state<ToneFilter>('all');
  selected = $state<number | null>(null);
  /** What is shown while paused: the list as it stood then. */
  #frozen = $state.raw<RequestView[] | null>(null);
  paused = $derived(this.#frozen !== null);
  waiting = $derived(this.#frozen === null ? 0 : newerThan(this.all, this.#frozen[0]?.id ?? 0));
  shown = $derived(matching(this.#frozen ?? this.all, this.filter, this.tone));
  current = $derived(this.all.find((request) => request.id === this.selected) ?? null);
  #capacity = FIRST;
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async load(): Promise<void> {
    const view = await this.#host.call('list_requests', { limit: FIRST });
    this.all = view.requests;
    this.#capacity = view.capacity;
  }

  /** Takes in a batch, oldest first; the core sends twenty of them a second at most. */
  record(batch: RequestView[]): void {
    const newest = this.all[0]?.id ?? 0;
    const fresh = batch.filter((request) => request.id > newest).reverse();
    this.all = [...fresh, ...this.all].slice(0, this.#capacity);
  }

  togglePause(): void {
    this.#frozen = this.#frozen === null ? this.all : null;
  }

  async clear(): Promise<void> {
    const view = await this.#host.call('clear_requests');
    this.all = view.requests;
    this.selected = null;
    this.#frozen = this.#frozen === null ? null : this.all;
  }
}

function newerThan(requests: RequestView[], id: number): number {
  const older = requests.findIndex((request) => request.id <= id);
  return older === -1 ? requests.length : older;
}

export function matching(requests: RequestView[], filter: string, tone: ToneFilter): RequestView[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && tone === 'all') {
    return requests;
  }
  return requests.filter((request) => {
    const text = [request.operation, request.namespace, request.origin, request.client, request.result]
      .concat(request.keys, request.status.toString())
      .join(' ')
      .toLowerCase();
    return (tone === 'all' || request.tone === tone) && words.every((word) => text.includes(word));
  });
}
