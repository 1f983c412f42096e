// Locking: no key is in memory, nothing is decoded, and unlocking brings it back.
import { randomBytes } from 'node:crypto';
import { encrypted, payloads } from '../support/payloads';
import { expect, test } from '../support/test';

const ORIGIN = { origin: 'http://localhost:8233' };

test('a locked app answers 423, says so, and decodes again after unlocking', async ({ window, page }) => {
  await window.open('inspector');
  await window.addSampleKey();
  const endpoint = await window.serve();
  await window.go('inspector');
  await window.get('welcome-sample').click();
  await expect(window.get('decoded-text')).toContainText('orderId');

  await page.keyboard.press('Control+l');
  await expect(window.get('lock')).toHaveAttribute('data-locked', 'true');
  await expect(window.get('verdict')).toContainText('is locked');
  const sealed = payloads(encrypted('1', 'test-key-id', Buffer.from('test-key-test-key-test-key-test!')));
  const refused = await window.post(endpoint, 'decode', sealed, ORIGIN);
  expect([refused.status, refused.statusText]).toEqual([423, 'Codec Server is locked']);
  await window.go('keys');
  await expect(window.get('locked')).toContainText('No keys are in memory');

  await window.go('inspector');
  await window.get('failure-unlock').click();
  await expect(window.get('decoded-text')).toContainText('orderId');
  expect((await window.post(endpoint, 'decode', sealed, ORIGIN)).status).toBe(200);
});

test('keys of this session are lost only when that is chosen', async ({ window }) => {
  await window.open('keys');
  await window.importKey('passing', randomBytes(32).toString('base64'));
  await window.get('lock').click();
  await expect(window.get('toast-error')).toContainText('1 key is kept for this session only');
  await expect(window.get('lock')).toHaveAttribute('data-locked', 'false');
  await window.get('toast-error').getByRole('button', { name: 'Lock and forget them' }).click();
  await expect(window.get('lock')).toHaveAttribute('data-locked', 'true');
  await expect(window.get('key')).toHaveCount(0);
});

test('while the app is locked nothing says that it serves, and a message whose cause is gone goes', async ({ window }) => {
  await window.open('keys');
  await window.importKey('passing', randomBytes(32).toString('base64'));
  await window.serve();
  await expect(window.get('sidebar-state')).toContainText('Serving');
  await window.get('lock').click();
  await expect(window.get('toast-error')).toContainText('1 key is kept for this session only');
  await window.get('toast-error').getByRole('button', { name: 'Lock and forget them' }).click();
  await expect(window.get('sidebar-state')).toContainText('Locked');
  await expect(window.get('sidebar-state')).toHaveAttribute('data-state', 'locked');
  await expect(window.get('server-state')).toHaveText('Locked');
  await window.look('server-is-locked');
  await window.get('nav-inspector').click();
  await window.get('lock').click();
  await expect(window.get('sidebar-state')).toContainText('Serving');
  await expect(window.get('toast-error')).toHaveCount(0);
});
