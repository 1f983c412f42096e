// The newest request of each kind of client: whether what was set up there works.
import type { RequestView } from '../bindings/RequestView';

/** Older requests say nothing about a set-up of now, and looking through thousands on every batch would be felt. */
const NEWEST = 500;

const CLOUD = 'https://cloud.temporal.io';

/** What a card's client looks like in a request; cards whose clients cannot be told apart from others' have none. */
const KINDS: Record<string, ((request: RequestView) => boolean) | undefined> = {
  web_ui: ({ origin }) => origin !== null && origin !== CLOUD,
  cloud: ({ origin }) => origin === CLOUD,
  cli: ({ client }) => client === 'Temporal CLI or Go program',
};

/** Whether requests of a card's client can be recognized. */
export function isRecognized(card: string): boolean {
  return KINDS[card] !== undefined;
}

/** The newest request of a card's client, of a list that is newest first; preflights come before every first request. */
export function lastSeen(card: string, newestFirst: readonly RequestView[]): RequestView | null {
  const is = KINDS[card];
  if (is === undefined) {
    return null;
  }
  const recent = newestFirst.slice(0, NEWEST);
  // A preflight that was refused is all that comes from a page that is not served.
  return recent.find((request) => is(request) && (request.operation !== 'preflight' || request.tone === 'error')) ?? null;
}
