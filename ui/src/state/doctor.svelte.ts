// The Connection Doctor: what it finds, for as long as somebody looks, and its self-test.
import type { AppEvent } from '../bindings/AppEvent';
import type { DoctorView } from '../bindings/DoctorView';
import type { SelfTestStep } from '../bindings/SelfTestStep';
import type { Host } from '../host/types';
import { isStale } from '../lib/revision';
import { Task } from './task.svelte';

/** Milliseconds between two checks: requests can come by the thousand. */
const SOONEST = 2000;
/** Milliseconds until it is looked again where nothing is heard: other programs tell nobody that they take a port. */
const LATEST = 5000;

/** What findings are made of. */
const HEARD: ReadonlySet<AppEvent['type']> = new Set(['server_changed', 'requests_recorded', 'keys_changed', 'settings_changed']);

export class Doctor {
  view = $state.raw<DoctorView | null>(null);
  /** The steps of the last self-test. */
  steps = $state.raw<readonly SelfTestStep[]>([]);
  readonly #test = new Task();
  #host: Host;
  /** How many look. */
  #watched = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer is due. */
  #due = Infinity;
  #last = -Infinity;
  #checking = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Whether a self-test runs. */
  get testing(): boolean {
    return this.#test.busy;
  }

  /** Checks now and whenever something changes, until the returned function is called. */
  watch(): () => void {
    this.#watched += 1;
    void this.check();
    return () => {
      this.#watched -= 1;
      if (this.#watched === 0) {
        clearTimeout(this.#timer);
        this.#due = Infinity;
      }
    };
  }

  hear(event: AppEvent): void {
    if (this.#watched > 0 && HEARD.has(event.type)) {
      this.#checkIn(Math.max(0, this.#last + SOONEST - Date.now()));
    }
  }

  /** Checks now. What cannot be asked for leaves what is shown: the window has no core then. */
  async check(): Promise<void> {
    if (this.#checking) {
      return;
    }
    this.#checking = true;
    try {
      const view = await this.#host.call('check_connections');
      if (!isStale(this.view, view)) {
        this.view = view;
      }
    } catch {
      // It is asked again soon.
    } finally {
      this.#checking = false;
      this.#last = Date.now();
      if (this.#watched > 0) {
        this.#checkIn(LATEST);
      }
    }
  }

  /** Goes the way of a request; with the token of a program, unless it is empty. */
  async test(token: string): Promise<void> {
    this.steps = (await this.#test.run(() => this.#host.call('self_test', { token }))).steps;
  }

  async report(): Promise<string> {
    return (await this.#host.call('doctor_report')).text;
  }

  /** The sooner of two times counts. Nobody looks at a window that is hidden. */
  #checkIn(milliseconds: number): void {
    const due = Date.now() + milliseconds;
    if (due >= this.#due) {
      return;
    }
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#due = Infinity;
      if (document.hidden) {
        this.#checkIn(LATEST);
      } else {
        void this.check();
      }
    }, milliseconds);
  }
}
