// Which request stands for which kind of client.
import { expect, test } from 'vitest';
import type { RequestView } from '../bindings/RequestView';
import { requestView } from '../testing/fake_views';
import { lastSeen } from './last_seen';

const CARDS = ['web_ui', 'cloud', 'dev_server', 'self_hosted', 'cli', 'sdks'];
const page = (id: number, origin: string, change = {}) => requestView(id, { origin, client: 'Browser', ...change });
const program = (id: number, client: string) => requestView(id, { origin: null, client });
const seen = (list: RequestView[]) => CARDS.map((card) => lastSeen(card, list)?.request?.id);

test('each card has the newest request of its own client', () => {
  const list = [
    program(8, 'curl'),
    page(7, 'https://cloud.temporal.io'),
    page(6, 'https://temporal.example.com'),
    page(5, 'http://localhost:8080'),
    page(4, 'http://127.0.0.1:8233'),
    page(3, 'http://localhost:8233'),
    program(2, 'Temporal CLI or Go program'),
    program(1, 'Other program'),
  ];
  // The browser's own setting works with every Web UI.
  expect(seen(list)).toEqual([7, 7, 4, 6, 2, 1]);
  expect(lastSeen('unheard_of', list)).toBeNull();
});

test('one kind of client does not stand for another', () => {
  expect(seen([page(1, 'http://[::1]:8233')])).toEqual([1, undefined, 1, undefined, undefined, undefined]);
  expect(seen([page(1, 'http://localhost:9999')])).toEqual([1, undefined, undefined, 1, undefined, undefined]);
  expect(seen([page(1, 'https://cloud.temporal.io.evil.example')])).toEqual([1, undefined, undefined, 1, undefined, undefined]);
});

test('extensions, pages without an address, curl and replays are nobody that was connected', () => {
  const replay = page(4, 'http://localhost:8233', { replay_of: 1 });
  expect(seen([replay, page(3, 'chrome-extension://abc'), page(2, 'null'), program(1, 'curl')])).toEqual(CARDS.map(() => undefined));
});

test('where clients cannot be told apart, the card says so', () => {
  expect(CARDS.filter((card) => lastSeen(card, [])?.note)).toEqual(['web_ui', 'cli']);
});

test('a preflight counts only where it was refused: nothing comes after it then', () => {
  const allowed = page(2, 'http://localhost:8233', { operation: 'preflight', tone: 'ok' });
  const refused = page(3, 'http://localhost:9999', { operation: 'preflight', tone: 'error' });
  expect(lastSeen('web_ui', [allowed])?.request).toBeNull();
  expect(lastSeen('web_ui', [refused, allowed])?.request?.id).toBe(3);
});
