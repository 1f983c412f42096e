// The open documents, one of which is looked at, and the one that is being read.
import type { AppError } from '../bindings/AppError';
import type { InspectionView } from '../bindings/InspectionView';
import type { Host } from '../host/types';
import { asAppError } from '../lib/errors';
import { OpenDocument } from './documents.svelte';

/** Milliseconds that a closed document can be taken back for: longer than its message is shown. */
const KEPT_FOR = 11_000;

export interface Progress {
  done: number;
  total: number;
}

interface From {
  /** What its tab says, where its kind does not. */
  name?: string;
  path?: string;
}

export class Inspector {
  documents = $state.raw<OpenDocument[]>([]);
  /** The document that is looked at; none while a new one is asked for. */
  current = $state.raw<OpenDocument | null>(null);
  /** Why the last text or file could not be opened. */
  error = $state.raw<AppError | null>(null);
  busy = $state(false);
  /** How far the document is that is being read, where that takes long. */
  progress = $state.raw<Progress | null>(null);
  /** Told when a document was closed: its name, and how to take it back. */
  onclosed: (name: string, undo: () => void) => void = () => undefined;
  /** Told when the oldest document was closed, since there are too many. */
  onevicted: (name: string) => void = () => undefined;
  /** Whose profile decodes the next document. Kept until the app quits. */
  #namespace = $state<string | null>(null);
  #host: Host;
  /** The number of the inspection under way; no other page counts from the same start. */
  #ticket = Math.floor(Math.random() * 2 ** 30);
  #queue: Promise<unknown> = Promise.resolve();
  /** Closed documents that can be taken back still. */
  #closing: { document: OpenDocument; timer: ReturnType<typeof setTimeout> }[] = [];

  constructor(host: Host) {
    this.#host = host;
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

  /** Opens a text. Says whether it was recognized. */
  openText(source: string): Promise<boolean> {
    return this.#open({}, (request) => this.#host.call('inspect', { source, ...request }));
  }

  /** Opens a file; one that is open already is read again, and takes its own place. */
  openFile(path: string): Promise<boolean> {
    return this.#open({ path, name: baseName(path) }, (request) => this.#host.call('inspect_file', { path, ...request }));
  }

  openSample(): Promise<boolean> {
    return this.#open({ name: 'Sample' }, async (request) => {
      const { source } = await this.#host.call('sample_payload');
      return this.#host.call('inspect', { source, ...request });
    });
  }

  /** Stops the inspection under way. */
  async cancel(): Promise<void> {
    if (this.busy) {
      const ticket = this.#ticket;
      this.#ticket += 1;
      this.#settle();
      await this.#host.call('cancel_inspection', { ticket });
    }
  }

  /** Hears how far an inspection is. */
  take(ticket: number, progress: Progress): void {
    if (this.busy && ticket === this.#ticket) {
      this.progress = progress;
    }
  }

  /** Decodes as that Namespace's clients would see it, from now on. */
  async setNamespace(namespace: string | null): Promise<void> {
    this.#namespace = namespace;
    if (this.current !== null) {
      this.current.namespace = namespace;
      await this.current.refresh();
    }
  }

  /** Decodes again, with the keys of now: what is looked at at once, the others when they are. */
  async refresh(): Promise<void> {
    for (const document of this.documents) {
      document.stale = true;
    }
    await this.current?.refresh();
  }

  async select(index: number): Promise<void> {
    await this.current?.select(index);
  }

  async more(): Promise<void> {
    await this.current?.more();
  }

  /** Looks at a document, or, with none, at where one comes from. */
  async show(document: OpenDocument | null): Promise<void> {
    this.current = document;
    this.error = null;
    if (document?.stale) {
      await document.refresh();
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

  /** Closes a document. For a while it can be taken back; then the core forgets it, too. */
  async close(document: OpenDocument): Promise<void> {
    const at = this.documents.indexOf(document);
    if (at === -1) {
      return;
    }
    this.documents = this.documents.filter((one) => one !== document);
    const timer = setTimeout(() => void this.#forget(document).catch(() => undefined), KEPT_FOR);
    this.#closing.push({ document, timer });
    this.onclosed(document.name, () => void this.#takeBack(document, at));
    if (this.current === document) {
      await this.show(this.documents[at] ?? this.documents[at - 1] ?? null);
    }
  }

  async #takeBack(document: OpenDocument, at: number): Promise<void> {
    if (this.#dropTimer(document)) {
      this.documents = [...this.documents.slice(0, at), document, ...this.documents.slice(at)];
      // Keys may have changed meanwhile.
      document.stale = true;
      await this.show(document).catch(() => undefined);
    }
  }

  async #forget(document: OpenDocument): Promise<void> {
    this.#dropTimer(document);
    document.leave();
    await this.#host.call('close_document', { document: document.number });
  }

  /** One after the other: what is pasted while something is read opens after it. */
  #open(from: From, inspect: (request: { namespace: string | null; ticket: number }) => Promise<InspectionView>): Promise<boolean> {
    const opened = this.#queue.then(() => this.#openNow(from, inspect));
    this.#queue = opened;
    return opened;
  }

  async #openNow(from: From, inspect: (request: { namespace: string | null; ticket: number }) => Promise<InspectionView>): Promise<boolean> {
    this.#ticket += 1;
    const ticket = this.#ticket;
    this.busy = true;
    this.error = null;
    const { namespace } = this;
    try {
      const inspection = await inspect({ namespace, ticket });
      if (ticket !== this.#ticket) {
        await this.#host.call('close_document', { document: inspection.document });
        return false;
      }
      await this.#keep(inspection, from, namespace);
      return true;
    } catch (thrown) {
      if (ticket === this.#ticket) {
        this.error = asAppError(thrown);
      }
      return false;
    } finally {
      if (ticket === this.#ticket) {
        this.#settle();
      }
    }
  }

  async #keep(inspection: InspectionView, { name, path = null }: { name?: string; path?: string | null }, namespace: string | null): Promise<void> {
    const before = path === null ? undefined : this.documents.find((one) => one.path === path);
    const made = new OpenDocument(this.#host, inspection, name ?? this.#nameOf(inspection.kind), { path, namespace });
    this.documents = before ? this.documents.map((one) => (one === before ? made : one)) : [...this.documents, made];
    this.#evict(inspection.closed);
    this.current = made;
    // It is there; nothing is to be cancelled any more.
    this.#settle();
    await made.start();
    if (before) {
      await this.#forget(before);
    }
  }

  /** The core keeps so many; what it closed is closed here as well. */
  #evict(number: number | null): void {
    const evicted = this.documents.find((one) => one.number === number);
    if (evicted) {
      this.documents = this.documents.filter((one) => one !== evicted);
      evicted.leave();
      this.onevicted(evicted.name);
    }
    const closing = this.#closing.find(({ document }) => document.number === number);
    if (closing) {
      this.#dropTimer(closing.document);
    }
  }

  /** It is not waited for any more. Says whether it was. */
  #dropTimer(closed: OpenDocument): boolean {
    const closing = this.#closing.find(({ document }) => document === closed);
    clearTimeout(closing?.timer);
    this.#closing = this.#closing.filter((one) => one !== closing);
    return closing !== undefined;
  }

  /** `Payload`, and for the next one `Payload 2`. */
  #nameOf(kind: string): string {
    const taken = this.documents.map((one) => one.name);
    let name = kind;
    for (let n = 2; taken.includes(name); n += 1) {
      name = `${kind} ${n}`;
    }
    return name;
  }

  #settle(): void {
    this.busy = false;
    this.progress = null;
  }
}

/** The end of a path, of either kind. */
function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) || path;
}
