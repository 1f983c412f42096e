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
  host.emit(changed);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(checks()).toBe(0);
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
  host.emit(changed);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(checks()).toBe(3);
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
