// The open documents, one of which is looked at, and the one that is being read.
import type { AppError } from '../bindings/AppError';
import type { ChosenFile } from '../bindings/ChosenFile';
import type { InspectionView } from '../bindings/InspectionView';
import type { RecentFile } from '../bindings/RecentFile';
import type { Host } from '../host/types';
import { asAppError } from '../lib/errors';
import { workflowName } from '../lib/workflow_name';
import { OpenDocument, type Pane } from './documents.svelte';
import type { Reading } from './history.svelte';
import { InspectionProgress } from './inspection_progress.svelte';

/** Documents that are open at a time; the oldest one is closed for the next. */
export const MOST_OPEN = 16;

/** The longest text, in UTF-16 units, that is kept to be mended. */
const MOST_EDITED = 200_000;

/** A document that was closed, until nobody can take it back any more. */
export interface Closed {
  name: string;
  /** Whether it was closed for another one. */
  tooMany: boolean;
  undo: () => void;
}

/** Closed documents that can be reopened; the core keeps no more. */
const MOST_CLOSED = 10;

interface From {
  /** Whether it can be had again without this window. */
  elsewhere?: boolean;
  /** What its tab says, where its kind does not. */
  name?: string;
  path?: string;
}

export class Inspector {
  documents = $state.raw<OpenDocument[]>([]);
  /** The document that is looked at; none while a new one is asked for. */
  current = $state.raw<OpenDocument | null>(null);
  /** The text of the field where a document comes from: what was not recognized stays there, to be mended. */
  draft = $state('');
  /** What was closed, the last one at the end, each with the place it had. */
  closed = $state.raw<{ document: OpenDocument; at: number }[]>([]);
  /** Files that were inspected, newest first. */
  recent = $state.raw<RecentFile[]>([]);
  /** Why the last text or file could not be opened. */
  error = $state.raw<AppError | null>(null);
  /** The name of the file that the error is about; none where it is about the text of the field. */
  failedFile = $state.raw<string | null>(null);
  readonly progress: InspectionProgress;
  /** Told when a document was closed. */
  onclosed: (closed: Closed) => void = () => undefined;
  /** Told when a document was decoded again: what was said of its Payloads before may no longer be so. */
  ondecoded: (document: OpenDocument) => void = () => undefined;
  /** Whose profile decodes the next document. Kept until the app quits. */
  #namespace = $state<string | null>(null);
  #host: Host;
  #queue: Promise<unknown> = Promise.resolve();
  /** What is being decoded again. */
  #refreshed = $state.raw<OpenDocument | null>(null);
  /** A large document whose rest is decoded while it is read. */
  #rest = $state.raw<OpenDocument | null>(null);

  constructor(host: Host) {
    this.#host = host;
    this.progress = new InspectionProgress(host);
  }

  get busy(): boolean {
    return this.progress.busy;
  }
  /** Whether somebody waits: nobody does for the rest of what can be read already. */
  get waits(): boolean {
    return this.busy && (this.#rest === null || this.#rest !== this.#refreshed);
  }
  get inspection(): InspectionView | null {
    return this.current?.inspection ?? null;
  }
  get rows() {
    return this.current?.rows ?? [];
  }
  get selected(): number | null {
    return this.current?.selected ?? null;
  }
  get payload() {
    return this.current?.payload ?? null;
  }
  get single(): boolean {
    return this.current?.single ?? false;
  }
  /** Whose profile decodes what is looked at. */
  get namespace(): string | null {
    return this.current === null ? this.#namespace : this.current.namespace;
  }

  /** Open documents that would be lost with the window. */
  get onlyHere(): readonly OpenDocument[] {
    return this.documents.filter(({ onlyHere }) => onlyHere);
  }

  /** Opens a text, from elsewhere where a file holds it; `name` says where it came from, `asData` that it is the data of Payloads alone. Says whether it was recognized. */
  async openText(source: string, { elsewhere = false, name, asData = false }: { elsewhere?: boolean; name?: string; asData?: boolean } = {}): Promise<boolean> {
    const called = workflowName(source) ?? name;
    const opened = await this.#open({ elsewhere, ...(called === undefined ? {} : { name: called }) }, (request) => this.#host.call('inspect', { source, ...(asData && { as_data: true }), ...request }));
    const refused = !opened && this.error !== null;
    // What is too long to be edited by hand is pasted again instead.
    this.draft = refused && source.length < MOST_EDITED ? source : '';
    if (refused) {
      this.current = null;
    }
    return opened;
  }

  /** Opens a file; one that is open already is read again, and takes its own place. */
  openFile({ path, ticket: file }: ChosenFile): Promise<boolean> {
    return this.#open({ path, name: baseName(path), elsewhere: true }, (request) => this.#host.call('inspect_file', { file, ...request }));
  }

  /** Opens a file of the list again. */
  openRecent({ path, name, id }: RecentFile): Promise<boolean> {
    return this.#open({ path, name, elsewhere: true }, (request) => this.#host.call('inspect_recent_file', { id, ...request }));
  }

  openSample(): Promise<boolean> {
    return this.#open({ name: 'Sample', elsewhere: true }, async (request) => {
      const { source } = await this.#host.call('sample_payload');
      return this.#host.call('inspect', { source, ...request });
    });
  }

  async loadRecent(): Promise<void> {
    this.recent = await this.#host.call('recent_files');
  }

  /** Forgets a file that was inspected; all of them where none is named. */
  async forgetRecent(id: string | null): Promise<void> {
    this.recent = await this.#host.call('forget_recent_files', { id, all: id === null });
  }

  /** Decodes as that Namespace's clients would see it, from now on. */
  async setNamespace(namespace: string | null): Promise<void> {
    this.#namespace = namespace;
    if (this.current !== null) {
      this.current.namespace = namespace;
      await this.#refresh(this.current);
    }
  }

  /** Decodes again, with the keys of now: what is looked at at once, the others when they are. */
  async refresh(): Promise<void> {
    for (const document of this.documents) {
      document.stale = true;
    }
    // What was compared may hold what may be decoded no more.
    await Promise.all(this.documents.map(({ comparing }) => comparing.forget()));
    if (this.current !== null) {
      await this.#refresh(this.current);
    }
  }

  async select(index: number): Promise<void> {
    await this.current?.select(index);
  }

  /** Looks at a document, or, with none, at where one comes from. */
  async show(document: OpenDocument | null): Promise<void> {
    this.current = document;
    this.error = null;
    if (document?.stale) {
      await this.#refresh(document);
    }
  }

  /** Reads the history that is looked at by its events, on a time scale, or by its Payloads. */
  async read(reading: Reading): Promise<void> {
    await this.current?.read(reading);
  }

  /** From events to Payloads, and back. */
  async readOtherwise(): Promise<void> {
    await this.read(this.current?.history?.reading === 'payloads' ? 'events' : 'payloads');
  }

  /** Asks for a text to look for. */
  search(): void {
    const { current } = this;
    if (current?.history && current.history.reading !== 'payloads') {
      current.history.asking += 1;
    } else if (current) {
      current.search.asking += 1;
    }
  }

  /** Shows one side of the Payload that is looked at. */
  look(pane: Pane): void {
    if (this.current !== null) {
      this.current.pane = pane;
    }
  }

  /**
   * Stops what takes long, where that is what is waited for. What is decoded again behind another tab, or after it was closed,
   * holds nobody up.
   */
  async stopWaiting(): Promise<void> {
    const rest = this.#rest;
    if (rest !== null && rest === this.current && rest !== this.#refreshed) {
      // It has not begun yet.
      rest.stale = false;
      rest.outdated = true;
    } else if (this.busy && (this.#refreshed === null || this.#refreshed === this.current)) {
      await this.progress.cancel();
    }
  }

  /** Goes so many tabs further, around the end. The place for a new document is the last one. */
  async step(by: number): Promise<void> {
    const places = [...this.documents, null];
    const at = places.indexOf(this.current);
    await this.show(places[(at + by + places.length) % places.length] ?? null);
  }

  /** Closes what is looked at. */
  async clear(): Promise<void> {
    this.error = null;
    if (this.current !== null) {
      await this.close(this.current);
    }
  }

  /** Closes a document. It can be reopened until ten more were closed; then the core forgets it, too. */
  async close(document: OpenDocument, tooMany = false): Promise<void> {
    const at = this.documents.indexOf(document);
    if (at === -1) {
      return;
    }
    this.documents = this.documents.filter((one) => one !== document);
    const closed = [...this.closed, { document, at }];
    this.closed = closed.slice(-MOST_CLOSED);
    for (const { document: oldest } of closed.slice(0, -MOST_CLOSED)) {
      await this.#forget(oldest);
    }
    this.onclosed({ name: document.name, tooMany, undo: () => void this.reopen(document).catch(() => undefined) });
    if (this.current === document) {
      await this.show(this.documents[at] ?? this.documents[at - 1] ?? null);
    }
  }

  /** Closes everything that is open. Each can be reopened, as long as there are not more than ten. */
  async closeAll(): Promise<void> {
    for (const document of [...this.documents]) {
      await this.close(document);
    }
  }

  /** Opens again what was closed last, or one document of what was closed, where it stood. */
  async reopen(wanted?: OpenDocument): Promise<void> {
    const last = this.closed.filter(({ document }) => wanted === undefined || document === wanted).at(-1);
    if (last === undefined) {
      return;
    }
    const { document, at } = last;
    this.closed = this.closed.filter((one) => one !== last);
    this.documents = [...this.documents.slice(0, at), document, ...this.documents.slice(at)];
    // Keys may have changed meanwhile.
    document.stale = true;
    await this.show(document);
  }

  async #forget(document: OpenDocument): Promise<void> {
    document.leave();
    await this.#host.call('close_document', { document: document.number });
  }

  /** One after the other: what is pasted while something is read opens after it. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** Decodes an open document again. Where that is cancelled, what it said before stays, and is marked as such. */
  #refresh(document: OpenDocument): Promise<void> {
    document.stale = true;
    return this.#inTurn(async () => {
      // Several wishes are fulfilled by one refresh.
      if (!document.stale || !this.documents.includes(document)) {
        return;
      }
      const ticket = this.progress.begin();
      this.#refreshed = document;
      try {
        await document.refresh(ticket);
        this.ondecoded(document);
      } catch (thrown) {
        if (asAppError(thrown).code !== 'cancelled') {
          throw thrown;
        }
        document.outdated = true;
      } finally {
        this.#refreshed = null;
        this.progress.end(ticket);
      }
    });
  }

  /** Decodes what was left of a large document, after what is waited for. */
  #decodeRest(document: OpenDocument): void {
    this.#rest = document;
    const decoded = this.#refresh(document).catch(() => {
      // It is said beside what can be done about it: decoding again says what is wrong.
      document.outdated = true;
    });
    void decoded.finally(() => {
      if (this.#rest === document) {
        this.#rest = null;
      }
    });
  }

  #open(from: From, inspect: (request: { namespace: string | null; ahead: boolean; ticket: number }) => Promise<InspectionView>): Promise<boolean> {
    return this.#inTurn(async () => {
      const ticket = this.progress.begin();
      this.error = null;
      const { namespace } = this;
      try {
        const inspection = await inspect({ namespace, ahead: true, ticket });
        if (!this.progress.isCurrent(ticket)) {
          await this.#host.call('close_document', { document: inspection.document });
          return false;
        }
        // It is there; nothing is to be cancelled any more.
        this.progress.end(ticket);
        await this.#keep(inspection, from, namespace);
        return true;
      } catch (thrown) {
        if (this.progress.isCurrent(ticket)) {
          this.error = asAppError(thrown);
          this.failedFile = from.path === undefined ? null : (from.name ?? from.path);
        }
        return false;
      } finally {
        this.progress.end(ticket);
      }
    });
  }

  async #keep(inspection: InspectionView, from: From, namespace: string | null): Promise<void> {
    const path = from.path ?? null;
    const before = path === null ? undefined : this.documents.find((one) => one.path === path);
    const made = new OpenDocument(this.#host, inspection, this.#free(nameOf(inspection, from.name), before), { path, namespace, onlyHere: from.elsewhere !== true });
    this.documents = before ? this.documents.map((one) => (one === before ? made : one)) : [...this.documents, made];
    this.current = made;
    for (const oldest of this.documents.slice(0, -MOST_OPEN)) {
      await this.close(oldest, true);
    }
    if (inspection.n_pending > 0) {
      this.#decodeRest(made);
    }
    await made.start();
    if (before) {
      await this.#forget(before);
    }
    await this.#keepOthers(inspection, from, namespace);
    if (path !== null) {
      await this.loadRecent();
    }
  }

  /** What came in the same text is open beside it, each in its own tab. */
  async #keepOthers({ others }: InspectionView, from: From, namespace: string | null): Promise<void> {
    for (const { document, name } of others) {
      const inspection = await this.#host.call('refresh_document', { document, namespace });
      const place = { path: null, namespace, onlyHere: from.elsewhere !== true };
      this.documents = [...this.documents, new OpenDocument(this.#host, inspection, this.#free(name, undefined), place)];
    }
    for (const oldest of this.documents.slice(0, -MOST_OPEN)) {
      await this.close(oldest, true);
    }
  }

  /** The name, with a number behind it where another document has it. */
  #free(wanted: string, before: OpenDocument | undefined): string {
    const taken = this.documents.filter((one) => one !== before).map((one) => one.name);
    let name = wanted;
    for (let n = 2; taken.includes(name); n += 1) {
      name = `${wanted} (${n})`;
    }
    return name;
  }
}

/** The Workflow; or else the file, or where else it came from; of one Payload or a few, the key of the first, or what encodes that. */
function nameOf({ workflow, kind, name, rows, is_history }: InspectionView, file: string | undefined): string {
  if (name) {
    return name;
  }
  if (workflow) {
    const called = [workflow.workflow_type, workflow.id].filter(Boolean).join(' · ');
    if (called) {
      return called;
    }
  }
  if (is_history) {
    return file ?? kind;
  }
  // `encrypted · prod-2026`: a tab has little room, and the key tells them apart.
  const [encoding, ...key] = rows[0]?.layers[0]?.split(' · ') ?? [];
  return file ?? (key.join(' · ') || encoding) ?? kind;
}

/** The end of a path, of either kind. */
function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) || path;
}
