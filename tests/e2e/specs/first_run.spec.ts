// A newcomer: from nothing to a decoded Payload, one click each.
import { expect, test } from '../support/test';

test('three steps end with a decoded Payload on the screen', async ({ window }) => {
  await window.open('inspector');
  await expect(window.get('welcome')).toBeVisible();
  await window.get('add-sample-key').click();
  await expect(window.get('toast-ok')).toContainText('added');
  await window.get('welcome-sample').click();
  await expect(window.get('verdict')).toContainText('Decrypted with key test');
  await expect(window.get('layers')).toContainText('encrypted · test');
  await expect(window.get('layers')).toContainText('json/plain');
  await expect(window.get('decoded-text')).toContainText('orderId');
});

test('the sample alone brings its key with it', async ({ window }) => {
  await window.open('inspector');
  await window.get('welcome-skip').click();
  await window.get('try-sample').click();
  await expect(window.get('decoded-text')).toContainText('orderId');
  await window.go('keys');
  await expect(window.get('key')).toHaveCount(1);
});

test('the endpoint is copied from the second step', async ({ window, page }) => {
  await window.open('inspector');
  const endpoint = await window.serve();
  await window.go('inspector');
  await expect(window.get('welcome-endpoint')).toHaveText(endpoint);
  await window.get('welcome-copy-endpoint').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(endpoint);
});
