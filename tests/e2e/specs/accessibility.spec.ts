// Every view, empty and filled, through axe; and a picture of each to look at.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encrypted, payloads, plain } from '../support/payloads';
import { expect, test } from '../support/test';

test('with nothing in it', async ({ window }) => {
  await window.open('inspector');
  await window.look('inspector-welcome');
  await window.get('welcome-skip').click();
  await window.look('inspector-empty');
  for (const view of ['server', 'keys', 'requests', 'settings', 'formats', 'namespaces', 'access'] as const) {
    await window.go(view);
    await window.look(`${view}-empty`);
  }
});

test('in use', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.addSampleKey();
  await window.importKey('prod-2026', key.toString('base64'));
  await expect(window.get('key')).toHaveCount(2);
  await window.look('keys');
  await window.get('import-key').click();
  await window.get('key-material').fill(key.toString('base64'));
  await expect(window.get('formats')).toBeVisible();
  await window.look('keys-import');
  await page.keyboard.press('Escape');
  await window.get('key-menu').first().click();
  await window.look('keys-menu');
  await window.get('key-remove').click();
  await window.look('keys-remove');
  await page.keyboard.press('Escape');

  const endpoint = await window.serve();
  await window.look('server');
  const good = payloads(encrypted('{"orderId":"ORD-1042","total":129.95}', 'prod-2026', key));
  const origin = { origin: 'http://localhost:8233', 'x-namespace': 'orders' };
  await window.post(endpoint, 'decode', good, origin);
  await window.post(endpoint, 'decode', payloads(plain('1'), encrypted('2', 'prod-2024', key)), { 'x-namespace': 'billing' });
  await window.post(endpoint, 'encode', payloads(plain('{"orderId":1}')), { 'x-namespace': 'orders' });
  await window.post(endpoint, 'decode', good, { origin: 'https://temporal.example.com' });
  await window.go('requests');
  await expect(window.get('requests-row')).toHaveCount(4);
  await window.get('requests-row').first().click();
  await window.look('requests');
  await page.setViewportSize({ width: 720, height: 480 });
  await window.look('requests-small');
  for (const view of ['server', 'keys', 'formats', 'namespaces', 'access'] as const) {
    await window.go(view);
    await window.look(`${view}-small`);
  }
  await page.setViewportSize({ width: 1180, height: 760 });

  await window.go('inspector');
  const order = '{"orderId":"ORD-1042","items":[{"sku":"A-1","qty":2},{"sku":"B-7","qty":1}],"total":129.95,"vip":true,"coupon":null}';
  await window.paste(payloads(encrypted(order, 'prod-2026', key)));
  await expect(window.get('decoded-text')).toContainText('ORD-1042');
  await window.look('inspector-payload');
  await window.get('tab-metadata').click();
  await window.look('inspector-metadata');
  await window.paste(payloads(encrypted(order, 'prod-2026', key), plain('"plain"'), encrypted('1', 'prod-2024', key)));
  await expect(window.get('failure')).toBeVisible();
  await window.look('inspector-failure');
  const history = fileURLToPath(new URL('../../histories/real-samples-go-encryption.encoded.json', import.meta.url));
  await window.paste(readFileSync(history, 'utf8'));
  await expect(window.get('events')).toContainText('Workflow');
  await window.look('inspector-history');
  await page.setViewportSize({ width: 720, height: 480 });
  await window.look('inspector-small');
});
