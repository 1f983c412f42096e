// What is written from an open document to a file: where it goes is asked by the system's dialog, where there is one.
import type { FilePurpose } from '../bindings/FilePurpose';
import type { FileTicket } from '../bindings/FileTicket';
import type { PayloadView } from '../bindings/PayloadView';
import type { SavedView } from '../bindings/SavedView';
import type { Host } from '../host/types';
import { count } from '../lib/numbers';
import type { OpenDocument } from './documents.svelte';

/** One value byte for byte; the document with its Payloads decoded, as programs take it, or with their JSON in place of base64. */
export type SaveKind = 'value' | 'document' | 'readable';

/** What is to be saved, while it is asked where to. */
interface Wish {
  kind: SaveKind;
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
    return wish.kind === 'value' ? `payload-${wish.payload.row.index + 1}.${end}` : decodedName(wish.document.path, wish.kind);
  }

  get purpose(): FilePurpose {
    return this.wish?.kind === 'value' ? 'save_value' : 'save_document';
  }

  /**
   * Asks where to, and writes. Says what was done, or nothing where no file was chosen; where this host has no dialog, the
   * window asks for a path instead, and calls `write`.
   */
  async begin(kind: SaveKind, document: OpenDocument | null): Promise<string | null> {
    const payload = document?.payload ?? null;
    if (document === null || payload === null) {
      return null;
    }
    this.wish = { kind, document, payload };
    if (!this.#host.hasFileDialog) {
      return null;
    }
    try {
      const chosen = await this.#host.chooseFile({ purpose: this.purpose, name: this.proposed });
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
    const request = { document: wish.document.number, file };
    if (wish.kind === 'value') {
      const { path } = await this.#host.call('save_value', { ...request, index: wish.payload.row.index });
      return `Saved value to ${path}`;
    }
    return documentSaved(await this.#host.call('save_document', { ...request, readable: wish.kind === 'readable' }));
  }

  close(): void {
    this.wish = null;
  }
}

function decodedName(path: string | null, kind: 'document' | 'readable'): string {
  const name = path?.split(/[\\/]/).at(-1) ?? 'document.json';
  return `${name.replace(/\.json$/, '')}.${kind === 'readable' ? 'readable' : 'decoded'}.json`;
}

function documentSaved({ n_decoded, n_failed, path }: SavedView): string {
  return `Saved to ${path}: ${count(n_decoded, 'Payload')} decoded${n_failed > 0 ? `, ${n_failed} not decoded` : ''}`;
}
