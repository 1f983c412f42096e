// A file that the user chose in the system's dialog: its path is shown, its ticket is what commands take.
import type { AppError } from '../bindings/AppError';
import type { FilePurpose } from '../bindings/FilePurpose';
import type { FileTicket } from '../bindings/FileTicket';
import type { Host } from '../host/types';

/** Nothing is wrong: the dialog was left. */
const CANCELLED = { code: 'cancelled', message: 'no file was chosen', hint: 'Start again whenever you want.' } as const satisfies AppError;

export class FileChoice {
  /** Where there is no dialog, what was typed. */
  path = $state('');
  readonly #host: Host;
  readonly #purpose: FilePurpose;
  readonly #name: string | null;
  #ticket: FileTicket | null = null;

  /** A file that is written is proposed under `name`. */
  constructor(host: Host, purpose: FilePurpose, name: string | null = null) {
    this.#host = host;
    this.#purpose = purpose;
    this.#name = name;
  }

  get isChosen(): boolean {
    return this.path.trim() !== '';
  }

  /** Whether a form can be sent with it: where there is a dialog, it asks for a file that was not chosen yet. */
  get isReady(): boolean {
    return this.isChosen || this.#host.hasFileDialog;
  }

  /** Asks for another one; says whether one was chosen. */
  async choose(): Promise<boolean> {
    const chosen = await this.#ask();
    if (chosen !== null) {
      this.path = chosen.path;
      this.#ticket = chosen.ticket;
    }
    return chosen !== null;
  }

  /**
   * Does something with the file, which is asked for where it was not chosen yet; whoever chooses none has cancelled it. A ticket is
   * good once: after that, the file is chosen again.
   */
  async use<T>(work: (file: FileTicket) => Promise<T>): Promise<T> {
    if (this.#host.hasFileDialog && !this.isChosen && !(await this.choose())) {
      throw CANCELLED;
    }
    const done = await work(await this.ticket());
    this.spend();
    return done;
  }

  /** For one command. Where there is no dialog, what was typed is as good as chosen. */
  async ticket(): Promise<FileTicket> {
    // Without one the core says what to do.
    return (this.#host.hasFileDialog ? this.#ticket : (await this.#ask(this.path.trim()))?.ticket) ?? '';
  }

  /** The ticket was used. */
  spend(): void {
    if (this.#host.hasFileDialog) {
      this.path = '';
      this.#ticket = null;
    }
  }

  #ask(typed?: string) {
    return this.#host.chooseFile({ purpose: this.#purpose, name: this.#name }, typed);
  }
}
