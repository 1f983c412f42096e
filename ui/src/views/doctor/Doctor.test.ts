// What a finding offers is done by the window.
import { expect, test } from 'vitest';
import { openWindow, testid } from '../../testing/opened_window';

test('a refused origin is allowed from its line', async () => {
  const { app, host } = await openWindow();
  app.navigation.go('doctor');
  const allow = await testid('finding-allow_origin');
  expect(allow.textContent).toContain('Allow https://temporal.corp');
  expect((await testid('doctor-summary')).textContent).toBe('1 thing does not work.');
  allow.click();
  await expect.poll(() => host.requestsOf('add_origin')).toEqual([{ origin: 'https://temporal.corp' }]);
});

test('the report is copied, and the self-test shows its steps', async () => {
  const { app, host } = await openWindow();
  app.navigation.go('doctor');
  await testid('finding-allow_origin');
  (await testid('doctor-report')).click();
  await expect.poll(() => host.copied).toEqual(['[ok] Codec Server: It listens.']);
  (await testid('self-test-run')).click();
  expect((await testid('self-test-step')).dataset['state']).toBe('good');
});
