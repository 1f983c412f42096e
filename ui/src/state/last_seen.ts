// The newest request of each kind of client: whether what was set up there works.
import type { RequestView } from '../bindings/RequestView';

/** Older requests say nothing about a set-up of now, and looking through thousands on every batch would be felt. */
const NEWEST = 500;

const CLOUD = 'https://cloud.temporal.io';

/** The development server's Web UI, at its usual port; under another one it looks like any Web UI on this machine. */
const DEV_SERVER = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\]):8233$/;

/** A page of a site: not an extension, and not one without an address (`null`). */
const isSite = ({ origin }: RequestView) => origin !== null && /^https?:\/\//.test(origin);

interface Kind {
  is: (request: RequestView) => boolean;
  /** Who has not asked yet. */
  who: string;
  /** Who else looks the same. */
  note?: string;
}

/** What a card's client looks like in a request. */
const KINDS: Record<string, Kind | undefined> = {
  web_ui: {
    is: isSite,
    who: 'a Web UI',
    note: 'Requests do not say which setting sent them, so every Web UI counts here.',
  },
  cloud: { is: ({ origin }) => origin === CLOUD, who: 'Temporal Cloud' },
  dev_server: { is: ({ origin }) => DEV_SERVER.test(origin ?? ''), who: 'the Web UI on port 8233' },
  self_hosted: {
    is: (request) => isSite(request) && request.origin !== CLOUD && !DEV_SERVER.test(request.origin ?? ''),
    who: 'a self-hosted Web UI',
  },
  cli: {
    is: ({ origin, client }) => origin === null && client === 'Temporal CLI or Go program',
    who: 'the CLI',
    note: 'Go programs look like the CLI, so they count here.',
  },
  sdks: {
    is: ({ origin, client }) => origin === null && client === 'Other program',
    who: 'other programs',
  },
};

export interface LastSeen {
  request: RequestView | null;
  who: string;
  note: string | null;
}

/** The newest request of a card's client, of a list that is newest first; preflights come before every first request. */
export function lastSeen(card: string, newestFirst: readonly RequestView[]): LastSeen | null {
  const kind = KINDS[card];
  if (kind === undefined) {
    return null;
  }
  const recent = newestFirst.slice(0, NEWEST);
  // A preflight that was refused is all that comes from a page that is not served. A replay and a self-test were sent by this app.
  const counts = (request: RequestView) => request.replay_of === null && request.client !== 'This app' && (request.operation !== 'preflight' || request.tone === 'error');
  return { request: recent.find((request) => kind.is(request) && counts(request)) ?? null, who: kind.who, note: kind.note ?? null };
}
