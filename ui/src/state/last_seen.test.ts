// Which request stands for which kind of client.
import { expect, test } from 'vitest';
import { requestView } from '../testing/fake_views';
import { isRecognized, lastSeen } from './last_seen';

const page = (id: number, origin: string, change = {}) => requestView(id, { origin, client: 'Browser', ...change });

test('each card has the newest request of its own client', () => {
  const list = [
    requestView(5, { origin: null, client: 'curl' }),
    page(4, 'https://cloud.temporal.io'),
    page(3, 'http://localhost:8233'),
    page(2, 'http://localhost:8233'),
    requestView(1, { origin: null, client: 'Temporal CLI or Go program' }),
  ];
  expect(['web_ui', 'cloud', 'cli', 'sdks'].map((card) => lastSeen(card, list)?.id)).toEqual([3, 4, 1, undefined]);
  expect(isRecognized('sdks')).toBe(false);
});

test('a preflight counts only where it was refused: nothing comes after it then', () => {
  const allowed = page(2, 'http://localhost:8233', { operation: 'preflight', tone: 'ok' });
  const refused = page(3, 'http://localhost:9999', { operation: 'preflight', tone: 'error' });
  expect(lastSeen('web_ui', [allowed])).toBeNull();
  expect(lastSeen('web_ui', [refused, allowed])?.id).toBe(3);
});
