// The codec formats: the gallery, the user's own ones, and the drafts that are not saved yet.
import type { FormatsView } from '../bindings/FormatsView';
import type { FormatView } from '../bindings/FormatView';
import type { Host } from '../host/types';
import { FormatDraft } from './format_draft.svelte';
import type { Change } from './settings.svelte';

/** The format of keys that name none. */
export const DEFAULT_FORMAT = 'sdk-samples';

export class Formats {
  list = $state.raw<FormatView[]>([]);
  filter = $state('');
  /** The format that is shown, unless a draft is. */
  chosen = $state(DEFAULT_FORMAT);
  /** What is being written; kept while another view is looked at. */
  drafts = $state.raw<FormatDraft[]>([]);
  draft = $state.raw<FormatDraft | null>(null);
  shown = $derived(this.list.filter((format) => fits(format, this.filter)));
  current = $derived(this.list.find((format) => format.name === this.chosen) ?? this.list[0] ?? null);
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async load(): Promise<void> {
    this.#take(await this.#host.call('list_formats'));
  }

  /** What people call a format; its name where it is not known any more. */
  title = (name: string): string => this.list.find((format) => format.name === name)?.title ?? name;

  show(name: string): void {
    this.chosen = name;
    this.draft = null;
  }

  /** A new format that starts as a copy of this one, tried with that key at first. */
  startFrom(format: FormatView, key: string | null): FormatDraft {
    const names = [...this.list, ...this.drafts].map((one) => one.name);
    const name = free(`my-${format.name}`, names);
    return this.#open(new FormatDraft(this.#host, { name, previous: null, spec: format.spec, key: format.needs_key ? key : null }));
  }

  /** The draft of a custom format: the one that is open already, or a new one. */
  edit(format: FormatView, key: string | null): FormatDraft {
    const open = this.drafts.find((draft) => draft.previous === format.name);
    const start = { name: format.name, previous: format.name, spec: format.spec, key: format.needs_key ? key : null };
    return this.#open(open ?? new FormatDraft(this.#host, start));
  }

  async save(draft: FormatDraft): Promise<Change> {
    const { name, previous, spec } = draft;
    const change = this.#take(await this.#host.call('save_format', { name, previous, spec }));
    this.discard(draft);
    this.show(name);
    return change;
  }

  discard(draft: FormatDraft): void {
    draft.stop();
    this.drafts = this.drafts.filter((one) => one !== draft);
    this.draft = this.draft === draft ? null : this.draft;
  }

  async remove(name: string): Promise<Change> {
    const change = this.#take(await this.#host.call('remove_format', { name }));
    this.show(DEFAULT_FORMAT);
    return change;
  }

  #open(draft: FormatDraft): FormatDraft {
    this.drafts = this.drafts.includes(draft) ? this.drafts : [...this.drafts, draft];
    this.draft = draft;
    return draft;
  }

  #take(view: FormatsView): Change {
    this.list = view.formats;
    return view.change;
  }
}

function fits(format: FormatView, filter: string): boolean {
  const text = [format.name, format.title, format.written_by, format.summary].join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The name, with a number behind it where it is taken. */
function free(wanted: string, taken: readonly string[]): string {
  for (let n = 2, name = wanted; ; n += 1) {
    if (!taken.includes(name)) {
      return name;
    }
    name = `${wanted}-${n}`;
  }
}
