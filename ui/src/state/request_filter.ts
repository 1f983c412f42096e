// Which requests are shown, and what there is to choose from. Thousands of rows are searched while one types.
import type { RequestView } from '../bindings/RequestView';
import type { Tone } from '../bindings/Tone';

/** What is asked of a row; an empty text asks nothing. */
export interface Query {
  text: string;
  tone: Tone | '';
  operation: string;
  namespace: string;
  from: string;
}

export const EVERYTHING: Query = { text: '', tone: '', operation: '', namespace: '', from: '' };

/** Stands for requests that name no Namespace; no Namespace is called so. */
export const NO_NAMESPACE = '\u0000';

/** The page that asked, or the kind of program. */
export const fromOf = (request: RequestView) => request.origin ?? request.client;
const namespaceOf = (request: RequestView) => request.namespace ?? NO_NAMESPACE;

export function isEverything(query: Query): boolean {
  return query.text.trim() === '' && query.tone === '' && query.operation === '' && query.namespace === '' && query.from === '';
}

/** A row's words, made once and kept as long as the row. */
const texts = new WeakMap<RequestView, string>();

function textOf(request: RequestView): string {
  let text = texts.get(request);
  if (text === undefined) {
    const { id, operation, namespace, origin, client, result, keys, searched, status, replay_of: of } = request;
    const parts = [`#${id}`, operation, namespace, origin, client, result, ...keys, searched, status, of === null ? '' : `replay of #${of}`];
    text = parts.join(' ').toLowerCase();
    texts.set(request, text);
  }
  return text;
}

/** Says of a row whether it is asked for: every word must be somewhere in it. */
export function matcher(query: Query): (request: RequestView) => boolean {
  const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
  return (request) =>
    (query.tone === '' || request.tone === query.tone) &&
    (query.operation === '' || request.operation === query.operation) &&
    (query.namespace === '' || namespaceOf(request) === query.namespace) &&
    (query.from === '' || fromOf(request) === query.from) &&
    (words.length === 0 || words.every((word) => textOf(request).includes(word)));
}

type Counts = ReadonlyMap<string, number>;

interface Hits {
  readonly decodes: number;
  readonly hits: number;
}

const isAnsweredDecode = (request: RequestView) => request.operation === 'decode' && request.status === 200;
const isHit = (request: RequestView) => request.from_cache;
const number = (requests: readonly RequestView[], is: (request: RequestView) => boolean) => requests.filter(is).length;

/** How many rows there are of each kind, followed as rows come and go. */
export class Facets {
  constructor(
    readonly tone: Counts = new Map(),
    readonly operation: Counts = new Map(),
    readonly namespace: Counts = new Map(),
    readonly from: Counts = new Map(),
    /** Those that decoded something or could have, and how many of them were answered from the cache. */
    readonly cache: Hits = { decodes: 0, hits: 0 },
  ) {}

  changed(come: readonly RequestView[], gone: readonly RequestView[]): Facets {
    const counted = (counts: Counts, of: (request: RequestView) => string): Counts => {
      const next = new Map(counts);
      come.forEach((request) => next.set(of(request), (next.get(of(request)) ?? 0) + 1));
      gone.forEach((request) => {
        const left = (next.get(of(request)) ?? 0) - 1;
        if (left > 0) {
          next.set(of(request), left);
        } else {
          next.delete(of(request));
        }
      });
      return next;
    };
    return new Facets(
      counted(this.tone, (request) => request.tone),
      counted(this.operation, (request) => request.operation),
      counted(this.namespace, namespaceOf),
      counted(this.from, fromOf),
      {
        decodes: this.cache.decodes + number(come, isAnsweredDecode) - number(gone, isAnsweredDecode),
        hits: this.cache.hits + number(come, isHit) - number(gone, isHit),
      },
    );
  }
}
