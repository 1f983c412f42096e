// Requests arrive live, say why they failed, and lead on.
import { randomBytes } from 'node:crypto';
import { encrypted, payloads, plain } from '../support/payloads';
import { expect, test } from '../support/test';

test('a request shows up as it arrives, without its content', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('k', key.toString('base64'));
  const endpoint = await window.serve();
  await window.go('requests');
  await expect(window.get('requests-empty')).toContainText(endpoint);
  const body = payloads(encrypted('"plaintext-canary"', 'k', key));
  const answer = await window.post(endpoint, 'decode', body, { 'x-namespace': 'orders' });
  expect(await answer.text()).toContain(Buffer.from('"plaintext-canary"').toString('base64'));
  const row = window.get('requests-row');
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('decode');
  await expect(row).toContainText('orders');
  await expect(row).toContainText('Decoded');
  await row.click();
  await expect(window.get('request-detail')).toContainText('1, 1 changed, 0 failed');
  expect(await page.content()).not.toContain('plaintext-canary');
  await window.go('server');
  await expect(window.get('server')).toContainText('1');
});

test('a refused origin is allowed by a click, and served from the next request on', async ({ window }) => {
  await window.open('server');
  const endpoint = await window.serve();
  const post = () => window.post(endpoint, 'decode', '{"payloads":[]}', { origin: 'https://my-web-ui.example' });
  expect((await post()).status).toBe(403);
  await window.go('requests');
  await window.get('requests-row').first().click();
  await expect(window.get('request-reason')).toContainText('not among the allowed origins');
  await window.get('allow-origin').click();
  await expect(window.get('request-reason')).toContainText('Allowed by now');
  expect((await post()).status).toBe(200);
  await expect(window.get('requests-row')).toHaveCount(2);
});

test('a missing key is added from the request that missed it', async ({ window }) => {
  const key = randomBytes(32);
  const body = payloads(encrypted('1', 'lost', key), encrypted('2', 'lost', key));
  await window.open('server');
  const endpoint = await window.serve();
  await window.post(endpoint, 'decode', body);
  await window.go('requests');
  await window.get('requests-row').first().click();
  await window.get('request-add-key').first().click();
  await expect(window.get('key-id')).toHaveValue('lost');
  await window.get('key-material').fill(key.toString('hex'));
  await window.get('import-submit').click();
  await expect(window.get('request-reason').first()).toContainText('is here by now');
  await window.post(endpoint, 'decode', body);
  await expect(window.get('requests-row').first()).toContainText('Decoded');
});

test('filter, pause, clear', async ({ window }) => {
  await window.open('server');
  const endpoint = await window.serve();
  const post = (namespace: string, headers: Record<string, string> = {}) =>
    window.post(endpoint, 'decode', '{"payloads":[]}', { 'x-namespace': namespace, ...headers });
  await post('orders');
  await post('billing', { origin: 'https://evil.example' });
  await window.go('requests');
  await expect(window.get('requests-row')).toHaveCount(2);
  await window.get('requests-filter').fill('orders');
  await expect(window.get('requests-row')).toHaveCount(1);
  await window.get('requests-filter').fill('nothing like that');
  await expect(window.get('requests-none')).toBeVisible();
  await window.get('requests-filter').fill('');
  await window.get('requests-tone').selectOption('error');
  await expect(window.get('requests-row')).toHaveCount(1);
  await window.get('requests-tone').selectOption('all');
  await window.get('requests-pause').click();
  await post('orders');
  await expect(window.get('requests-pause')).toContainText('Resume (1)');
  await expect(window.get('requests-row')).toHaveCount(2);
  await window.get('requests-pause').click();
  await expect(window.get('requests-row')).toHaveCount(3);
  await window.get('requests-clear').click();
  await expect(window.get('requests-empty')).toBeVisible();
});

test('a thousand requests are a short page', async ({ window, page }) => {
  await window.open('server');
  const endpoint = await window.serve();
  await window.go('requests');
  for (let burst = 0; burst < 40; burst += 1) {
    await Promise.all(Array.from({ length: 25 }, () => window.post(endpoint, 'decode', '{"payloads":[]}')));
  }
  await window.get('requests').focus();
  await expect(async () => {
    await page.keyboard.press('End');
    await expect(window.get('request-detail')).toBeVisible({ timeout: 500 });
  }).toPass();
  expect(await window.get('requests-row').count()).toBeLessThan(100);
});

test('without a key that encodes, the reason leads to the keys', async ({ window }) => {
  await window.open('server');
  const endpoint = await window.serve();
  const answer = await window.post(endpoint, 'encode', payloads(plain('1')));
  expect(answer.status).toBe(422);
  await window.go('requests');
  await window.get('requests-row').click();
  await window.get('request-reason').getByRole('button', { name: 'Open Keys' }).click();
  await expect(window.get('keys-empty')).toBeVisible();
});
