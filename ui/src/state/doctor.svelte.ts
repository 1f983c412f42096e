// The Connection Doctor: what it finds, for as long as somebody looks, and its self-test.
import type { AppEvent } from '../bindings/AppEvent';
import type { DoctorFinding } from '../bindings/DoctorFinding';
import type { DoctorView } from '../bindings/DoctorView';
import type { SelfTestStep } from '../bindings/SelfTestStep';
import type { Host } from '../host/types';
import { isStale } from '../lib/revision';
import type { ViewName } from './navigation.svelte';
import { Task } from './task.svelte';

/** Milliseconds between two checks: requests can come by the thousand. */
const SOONEST = 2000;
/** Milliseconds between two checks while nobody looks, and after what is heard: the sidebar tells faults in time, and requests cost little. */
const SELDOM = 15_000;
const SETTLED = 2000;
/** Milliseconds until it is looked again where nothing is heard: other programs tell nobody that they take a port. */
const LATEST = 5000;

/** What the sidebar says in its own words already, as the state of the server or of the lock. */
const SAID: ReadonlySet<string> = new Set(['server', 'port', 'paused', 'panic_lock']);

/** The view where a fault is dealt with. */
function viewOf({ id, group, actions }: DoctorFinding): ViewName {
  if (id === 'settings_file') {
    return 'settings';
  }
  if (id === 'keys' || actions.some(({ type }) => type === 'add_key')) {
    return 'keys';
  }
  return group === 'payloads' ? 'requests' : 'server';
}

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

  /** What was found that does not work, by the view where it is dealt with. */
  get faults(): Readonly<Partial<Record<ViewName, readonly DoctorFinding[]>>> {
    const faults: Partial<Record<ViewName, DoctorFinding[]>> = {};
    for (const finding of this.view?.findings ?? []) {
      const isSaid = SAID.has(finding.id) || (finding.id === 'keys' && finding.actions.some(({ type }) => type === 'unlock' || type === 'lift_panic_lock'));
      if (finding.state === 'bad' && !isSaid) {
        const view = viewOf(finding);
        (faults[view] ??= []).push(finding);
      }
    }
    return faults;
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

  /** Checks soon, for the sidebar. */
  glance(): void {
    this.#checkIn(SETTLED);
  }

  /** Checks soon, and whenever something changes, but seldom where nobody looks. */
  hear(event: AppEvent): void {
    if (HEARD.has(event.type)) {
      const next = this.#watched > 0 ? this.#last + SOONEST : Math.max(this.#last + SELDOM, Date.now() + SETTLED);
      this.#checkIn(Math.max(0, next - Date.now()));
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
