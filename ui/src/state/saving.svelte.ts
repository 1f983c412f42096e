// One value that is written to a file, byte for byte: where it goes is asked by the system's dialog, where there is one.
import type { FileTicket } from '../bindings/FileTicket';
import type { PayloadView } from '../bindings/PayloadView';
import type { Host } from '../host/types';
import type { OpenDocument } from './documents.svelte';

/** What is to be saved, while it is asked where to. */
interface Wish {
  document: OpenDocument;
  payload: PayloadView;
}

export class Saving {
  wish = $state.raw<Wish | null>(null);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** What the file would be called. */
  get proposed(): string {
    const { wish } = this;
    if (wish === null) {
      return '';
    }
    const { kind } = wish.payload.content;
    const end = kind === 'json' || kind === 'storage_reference' ? 'json' : kind === 'text' ? 'txt' : 'bin';
    return `payload-${wish.payload.row.index + 1}.${end}`;
  }

  /**
   * Asks where to, and writes. Says what was done, or nothing where no file was chosen; where this host has no dialog, the
   * window asks for a path instead, and calls `write`.
   */
  async begin(document: OpenDocument | null): Promise<string | null> {
    const payload = document?.payload ?? null;
    if (document === null || payload === null) {
      return null;
    }
    this.wish = { document, payload };
    if (!this.#host.hasFileDialog) {
      return null;
    }
    try {
      const chosen = await this.#host.chooseFile({ purpose: 'save_value', name: this.proposed });
      return chosen === null ? null : await this.write(chosen.ticket);
    } finally {
      this.close();
    }
  }

  async write(file: FileTicket): Promise<string> {
    const { wish } = this;
    if (wish === null) {
      return '';
    }
    const { path } = await this.#host.call('save_value', { document: wish.document.number, index: wish.payload.row.index, file });
    return `Saved value to ${path}`;
  }

  close(): void {
    this.wish = null;
  }
}
