// Who may have Payloads decoded: providers of tokens, tokens of programs, rules.
import type { AccessView } from '../bindings/AccessView';
import type { ProviderProblem } from '../bindings/ProviderProblem';
import type { RuleView } from '../bindings/RuleView';
import type { SaveProviderRequest } from '../bindings/SaveProviderRequest';
import type { TestTokenRequest } from '../bindings/TestTokenRequest';
import type { TokenTestView } from '../bindings/TokenTestView';
import type { Host } from '../host/types';
import { isStale } from '../lib/revision';
import type { Change } from './settings.svelte';
import { Task } from './task.svelte';

export type Verdict = RuleView['then'];

export class Access {
  view = $state.raw<AccessView | null>(null);
  /** What keeps providers' tokens from being verified, as it was when they were asked last. */
  problems = $state.raw<readonly ProviderProblem[]>([]);
  /** Whether the providers were asked since they changed. */
  checked = $state(false);
  readonly #change = new Task();
  readonly #check = new Task();
  #host: Host;
  #turn = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Whether a change is under way. */
  get busy(): boolean {
    return this.#change.busy;
  }

  /** Whether the providers are being asked. */
  get checking(): boolean {
    return this.#check.busy;
  }

  async load(): Promise<void> {
    this.#take(await this.#host.call('list_access'));
  }

  switch(on: boolean): Promise<Change> {
    return this.#run(() => this.#host.call('switch_access', { on }));
  }

  requireTokens(on: boolean): Promise<Change> {
    return this.#run(() => this.#host.call('require_program_tokens', { on }));
  }

  async saveProvider(request: SaveProviderRequest): Promise<Change> {
    const change = await this.#run(() => this.#host.call('save_provider', request));
    this.#forgetProblems();
    return change;
  }

  async removeProvider(place: number): Promise<Change> {
    const change = await this.#run(() => this.#host.call('remove_provider', { place }));
    this.#forgetProblems();
    return change;
  }

  /** Asks the providers for their keys. Only the newest answer counts. */
  async check(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const problems = await this.#check.run(() => this.#host.call('check_providers'));
    if (turn === this.#turn) {
      this.problems = problems;
      this.checked = true;
    }
  }

  saveRule(place: number | null, rule: RuleView): Promise<Change> {
    return this.#run(() => this.#host.call('save_rule', { place, rule }));
  }

  removeRule(place: number): Promise<Change> {
    return this.#run(() => this.#host.call('remove_rule', { place }));
  }

  moveRule(place: number, to: number): Promise<Change> {
    return this.#run(() => this.#host.call('move_rule', { place, to }));
  }

  setDefault(then: Verdict): Promise<Change> {
    return this.#run(() => this.#host.call('set_access_default', { then }));
  }

  makeToken(name: string): Promise<Change> {
    return this.#run(() => this.#host.call('make_program_token', { name }));
  }

  rotateToken(name: string): Promise<Change> {
    return this.#run(() => this.#host.call('rotate_program_token', { name }));
  }

  revokeToken(name: string): Promise<Change> {
    return this.#run(() => this.#host.call('revoke_program_token', { name }));
  }

  /** Says for how many seconds the token is on the clipboard. */
  async copyToken(name: string): Promise<number> {
    const { seconds } = await this.#host.call('copy_program_token', { name });
    await this.load();
    return seconds;
  }

  /** The token that was just made cannot be copied any more. */
  async forgetToken(): Promise<void> {
    await this.#host.call('forget_program_token');
    await this.load();
  }

  test(request: TestTokenRequest): Promise<TokenTestView> {
    return this.#host.call('test_token', request);
  }

  /** The rules as a file for the command line. */
  async file(): Promise<string> {
    return (await this.#host.call('access_file')).text;
  }

  async #run(command: () => Promise<AccessView>): Promise<Change> {
    const view = await this.#change.run(command);
    this.#take(view);
    return view.change;
  }

  /** What was said of one provider must not be read of another. */
  #forgetProblems(): void {
    this.#turn += 1;
    this.problems = [];
    this.checked = false;
  }

  #take(view: AccessView): void {
    if (!isStale(this.view, view)) {
      this.view = view;
    }
  }
}
