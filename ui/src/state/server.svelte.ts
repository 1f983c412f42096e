// The Codec Server: its state, its port, and how clients connect to it.
import type { ConnectCard } from '../bindings/ConnectCard';
import type { FileTicket } from '../bindings/FileTicket';
import type { RequestCounts } from '../bindings/RequestCounts';
import type { ServerView } from '../bindings/ServerView';
import type { Host } from '../host/types';
import { isStale } from '../lib/revision';
import type { Change } from './settings.svelte';
import { Task } from './task.svelte';

export class Server {
  view = $state.raw<ServerView | null>(null);
  /** Requests that were neither refused nor failed: whoever sent them is connected. */
  answered = $derived(Math.max(0, (this.view?.counts.requests ?? 0) - (this.view?.counts.errors ?? 0)));
  cards = $state.raw<ConnectCard[]>([]);
  /** Whether it listens, paused or not. */
  listens = $derived(this.view?.state === 'serving' || this.view?.state === 'paused');
  readonly #change = new Task();
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Whether a start, stop, pause or change of port is under way. */
  get busy(): boolean {
    return this.#change.busy;
  }

  async load(): Promise<void> {
    this.take(await this.#host.call('server_status'));
    await this.#loadCards();
  }

  /** A new state; the cards carry the endpoint, so they follow it. */
  take(view: ServerView): void {
    if (isStale(this.view, view)) {
      return;
    }
    const moved = this.view !== null && this.view.endpoint !== view.endpoint;
    this.view = view;
    if (moved) {
      this.#loadCards().catch(() => undefined);
    }
  }

  /** New sums of requests. */
  count(counts: RequestCounts): void {
    if (this.view !== null) {
      this.view = { ...this.view, counts };
    }
  }

  async start(): Promise<void> {
    await this.#run(() => this.#host.call('start_server'));
  }

  async stop(): Promise<void> {
    await this.#run(() => this.#host.call('stop_server'));
  }

  /** Decodes and encodes nothing until it is resumed; it keeps listening. */
  async pause(): Promise<void> {
    await this.#run(() => this.#host.call('pause_server'));
  }

  async resume(): Promise<void> {
    await this.#run(() => this.#host.call('resume_server'));
  }

  /** Refuses everybody and forgets every key; it is never in the way of itself, so it waits for no other change. */
  async setPanicLock(): Promise<void> {
    this.take(await this.#host.call('set_panic_lock'));
  }

  /** Lifts that; the keys stay locked. */
  async liftPanicLock(): Promise<void> {
    this.take(await this.#host.call('lift_panic_lock'));
  }

  setPort(port: number): Promise<Change> {
    return this.#run(() => this.#host.call('set_port', { port }));
  }

  /** Serves HTTPS beside http on a port of its own, or no longer. */
  switchHttps(on: boolean, port: number): Promise<Change> {
    return this.#run(() => this.#host.call('switch_https', { on, port }));
  }

  /** Writes the certificate of this machine's authority. */
  async exportAuthority(file: FileTicket): Promise<void> {
    await this.#host.call('export_authority', { file });
  }

  async #run(command: () => Promise<ServerView>): Promise<Change> {
    const view = await this.#change.run(command);
    this.take(view);
    return view.change;
  }

  async #loadCards(): Promise<void> {
    this.cards = await this.#host.call('connect_cards');
  }
}
