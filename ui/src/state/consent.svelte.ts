// Consent: whom the user is asked about, and what was answered.
import type { ConsentAnswerView } from '../bindings/ConsentAnswerView';
import type { ConsentChoice } from '../bindings/ConsentChoice';
import type { ConsentQuestion } from '../bindings/ConsentQuestion';
import type { ConsentView } from '../bindings/ConsentView';
import type { Host } from '../host/types';
import { isStale } from '../lib/revision';
import type { Change } from './settings.svelte';
import { Task } from './task.svelte';

/** Who asks, in words: the subject of a sentence. */
export function asker({ kind, name }: Pick<ConsentQuestion, 'kind' | 'name'>): string {
  switch (kind) {
    case 'page':
    case 'unlisted_page':
      return name;
    case 'named_program':
      return `The program ${name}`;
    case 'program':
      return 'A program without a named token';
  }
}

/**
 * The answer that is put forward: the least that serves who asks, or none at all for a page that is not in the list and asks
 * all the same.
 */
export function recommended({ kind }: Pick<ConsentQuestion, 'kind'>): ConsentChoice {
  return kind === 'unlisted_page' ? 'deny' : 'once';
}

export class Consent {
  view = $state.raw<ConsentView | null>(null);
  readonly #change = new Task();
  /** Numbers of the questions that are answered later. */
  #aside = $state.raw<readonly number[]>([]);
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The question that is to be answered next: somebody waits for it. */
  get question(): ConsentQuestion | null {
    return this.#asked[0] ?? null;
  }

  /** How many more are waited for. */
  get more(): number {
    return Math.max(0, this.#asked.length - 1);
  }

  /** Questions that nobody waits for any more, or that were put aside: they can be answered all the same. */
  get rest(): ConsentQuestion[] {
    return (this.view?.questions ?? []).filter((one) => !this.#asked.includes(one));
  }

  get #asked(): ConsentQuestion[] {
    return (this.view?.questions ?? []).filter(({ number, n_waiting }) => n_waiting > 0 && !this.#aside.includes(number));
  }

  /** Leaves the question for later; whoever waits is refused in time. */
  putAside(): void {
    if (this.question) {
      this.#aside = [...this.#aside, this.question.number].slice(-100);
    }
  }

  /** Requests that wait for an answer. */
  get waiting(): number {
    return (this.view?.questions ?? []).reduce((sum, one) => sum + one.n_waiting, 0);
  }

  /** Whether a change is under way. */
  get busy(): boolean {
    return this.#change.busy;
  }

  async load(): Promise<void> {
    this.take(await this.#host.call('list_consent'));
  }

  switch(on: boolean, unlisted: boolean): Promise<Change> {
    return this.#run(() => this.#host.call('switch_consent', { on, unlisted_pages: unlisted }));
  }

  answer(number: number, answer: ConsentChoice): Promise<Change> {
    return this.#run(() => this.#host.call('answer_consent', { number, answer }));
  }

  forget({ kind, name, namespace }: ConsentAnswerView): Promise<Change> {
    return this.#run(() => this.#host.call('forget_consent', { kind, name, namespace }));
  }

  take(view: ConsentView): void {
    if (!isStale(this.view, view)) {
      this.view = view;
    }
  }

  async #run(command: () => Promise<ConsentView>): Promise<Change> {
    const view = await this.#change.run(command);
    this.take(view);
    return view.change;
  }
}
