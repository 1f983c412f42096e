// The Connection Doctor looks while somebody does, and not more often than it must.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { serverView } from '../testing/fake_views';
import { startApp } from '../testing/started_app';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const changed = { type: 'server_changed', server: serverView() } as const;

test('it looks when it is opened and after what it hears, every two seconds at most', async () => {
  const { app, host } = await startApp();
  const checks = () => host.requestsOf('check_connections').length;
  const stop = app.doctor.watch();
  await vi.advanceTimersByTimeAsync(0);
  expect(checks()).toBe(1);
  expect(app.doctor.view?.findings).toHaveLength(2);
  for (let n = 0; n < 100; n += 1) {
    host.emit(changed);
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(checks()).toBe(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(checks()).toBe(2);
  // A port that another program takes is told by nobody.
  await vi.advanceTimersByTimeAsync(5000);
  expect(checks()).toBe(3);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(checks()).toBe(3);
});

test('for the sidebar it looks at the start and seldom after what it hears', async () => {
  const { app, host } = await startApp();
  const checks = () => host.requestsOf('check_connections').length;
  await vi.advanceTimersByTimeAsync(2000);
  expect(checks()).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(checks()).toBe(1);
  for (let n = 0; n < 600; n += 1) {
    host.emit(changed);
    await vi.advanceTimersByTimeAsync(50);
  }
  // Thirty seconds of events without a pause.
  expect(checks()).toBe(3);

  const finding = host.doctor.findings.find(({ state }) => state === 'bad');
  if (finding === undefined) {
    throw new Error('none is bad');
  }
  const bad = (id: string, different: Partial<typeof finding> = {}) => ({ ...finding, id, actions: [], ...different });
  host.doctor = {
    revision: 9,
    findings: [
      bad('origin a'),
      bad('temporal_toml', { group: 'programs' }),
      bad('key prod', { group: 'payloads', actions: [{ type: 'add_key', id: 'prod' }] }),
      bad('reason x', { group: 'payloads' }),
      bad('settings_file', { group: 'server' }),
      bad('origin b', { state: 'warning' }),
      // The sidebar says these in its own words.
      ...['server', 'port', 'paused', 'panic_lock'].map((id) => bad(id, { group: 'server' })),
      bad('keys', { group: 'server', actions: [{ type: 'unlock' }] }),
    ],
  };
  await app.doctor.check();
  const ids = Object.fromEntries(Object.entries(app.doctor.faults).map(([view, faults]) => [view, faults.map(({ id }) => id)]));
  expect(ids).toEqual({ server: ['origin a', 'temporal_toml'], keys: ['key prod'], requests: ['reason x'], settings: ['settings_file'] });
});

test('an answer that was overtaken is dropped, and a failure leaves what is shown', async () => {
  const { app, host } = await startApp();
  host.doctor = { revision: 5, findings: [] };
  await app.doctor.check();
  host.doctor = { ...host.doctor, revision: 4, findings: [] };
  await app.doctor.check();
  expect(app.doctor.view?.revision).toBe(5);
  host.failures.check_connections = { code: 'internal', message: 'no', hint: 'no' };
  await app.doctor.check();
  expect(app.doctor.view?.revision).toBe(5);
});
