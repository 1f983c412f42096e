// A document that is exported: as what, what of it is redacted, what that would be, and where it goes.
import type { ExportForm } from '../bindings/ExportForm';
import type { ExportPreview } from '../bindings/ExportPreview';
import type { FileTicket } from '../bindings/FileTicket';
import type { SavedView } from '../bindings/SavedView';
import type { Host } from '../host/types';
import { count } from '../lib/numbers';
import type { OpenDocument } from './documents.svelte';
import { InspectionProgress } from './inspection_progress.svelte';

/** Rules to begin with, where not everything is redacted: what nobody means to hand on. */
const FIRST_RULES = ['value:email', 'value:card', 'value:jwt', 'key:*password*', 'key:*secret*', 'key:*token*'].join('\n');

export class Exporting {
  /** Which document, while it is asked about. */
  document = $state.raw<OpenDocument | null>(null);
  form = $state<ExportForm>('decoded');
  everything = $state(true);
  rules = $state(FIRST_RULES);
  /** The id of the key to encode with. */
  key = $state('');
  preview = $state.raw<ExportPreview | null>(null);
  /** How far a preview, or the writing, is. */
  readonly progress: InspectionProgress;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    this.progress = new InspectionProgress(host);
  }

  begin(document: OpenDocument, form: ExportForm): void {
    this.preview = null;
    this.form = form;
    this.document = document;
  }

  async close(): Promise<void> {
    this.document = null;
    this.preview = null;
    await this.progress.cancel();
  }

  /** What the file would be called. */
  nameAs(form: ExportForm): string {
    const file = this.document?.path?.split(/[\\/]/).at(-1)?.replace(/\.json$/, '');
    return `${file ?? (asFileName(this.document?.inspection.workflow?.id ?? '') || 'document')}.${form}.json`;
  }

  /** Looks at what would be written. Of several looks the last one counts. */
  async look(): Promise<void> {
    const { document } = this;
    if (document === null || (this.form === 'encoded' && this.key === '')) {
      this.preview = null;
      return;
    }
    await this.#during(async (ticket) => {
      const preview = await this.#host.call('preview_export', { document: document.number, form: this.form, ...this.#how(), ticket });
      if (this.progress.isCurrent(ticket)) {
        this.preview = preview;
      }
    });
  }

  async write(file: FileTicket): Promise<string> {
    const { document, form } = this;
    if (document === null) {
      return '';
    }
    let saved: SavedView | null = null;
    await this.#during(async (ticket) => {
      saved = await this.#host.call('save_document', { document: document.number, form, ...this.#how(), ticket, file });
    });
    return saved === null ? '' : written(form, saved);
  }

  #how() {
    const lines = this.rules.split('\n').map((line) => line.trim());
    const rules = this.form !== 'redacted' ? [] : this.everything ? ['everything'] : lines.filter((line) => line !== '');
    return { rules, key: this.form === 'encoded' ? this.key : null };
  }

  async #during(work: (ticket: number) => Promise<void>): Promise<void> {
    await this.progress.cancel();
    const ticket = this.progress.begin();
    try {
      await work(ticket);
    } catch (error) {
      // What was canceled failed for no other reason.
      if (this.progress.isCurrent(ticket)) {
        throw error;
      }
    } finally {
      this.progress.end(ticket);
    }
  }
}

/** A Workflow Id as the name of a file: what a file system or a shell reads otherwise is a hyphen. */
function asFileName(id: string): string {
  const plain = id.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 100);
  return plain.replace(/^[.-]+|[.-]+$/g, '');
}

function written(form: ExportForm, { n_decoded, n_failed, n_values, n_left_out, path }: SavedView): string {
  if (form === 'redacted') {
    return `Saved to ${path}: ${count(n_values, 'mark')}${n_left_out > 0 ? `, ${count(n_left_out, 'value')} left out` : ''}`;
  }
  const done = form === 'encoded' ? 'encoded' : 'decoded';
  return `Saved to ${path}: ${count(n_decoded, 'Payload')} ${done}${n_failed > 0 ? `, ${n_failed} not ${done}` : ''}`;
}
