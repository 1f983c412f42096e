// Every view, empty and filled, through axe; and a picture of each to look at.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import { encrypted, payloads, plain } from '../support/payloads';
import { expect, test, type Window } from '../support/test';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = (name: string) => fileURLToPath(new URL(`../test-results/shots/${name}.png`, import.meta.url));

async function look(window: Window, name: string): Promise<void> {
  const { page } = window;
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))));
  const theme = await page.locator('html').getAttribute('data-theme');
  await page.screenshot({ path: shots(`${name}-${theme ?? 'none'}`) });
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    const { violations } = await axe.run();
    return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, where: nodes.map((node) => node.html.slice(0, 160)) }));
  });
  expect(found, `axe on ${name}`).toEqual([]);
}

test('with nothing in it', async ({ window }) => {
  await window.open('inspector');
  await look(window, 'inspector-welcome');
  await window.get('welcome-skip').click();
  await look(window, 'inspector-empty');
  for (const view of ['server', 'keys', 'requests', 'settings'] as const) {
    await window.go(view);
    await look(window, `${view}-empty`);
  }
});

test('in use', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('prod-2026', key.toString('base64'));
  await window.get('add-sample-key').click();
  await expect(window.get('key')).toHaveCount(2);
  await look(window, 'keys');
  await window.get('import-key').click();
  await window.get('key-material').fill(key.toString('base64'));
  await expect(window.get('formats')).toBeVisible();
  await look(window, 'keys-import');
  await page.keyboard.press('Escape');
  await window.get('key-remove').first().click();
  await look(window, 'keys-remove');
  await page.keyboard.press('Escape');

  const endpoint = await window.serve();
  await look(window, 'server');
  const good = payloads(encrypted('{"orderId":"ORD-1042","total":129.95}', 'prod-2026', key));
  const origin = { origin: 'http://localhost:8233', 'x-namespace': 'orders' };
  await window.post(endpoint, 'decode', good, origin);
  await window.post(endpoint, 'decode', payloads(plain('1'), encrypted('2', 'prod-2024', key)), { 'x-namespace': 'billing' });
  await window.post(endpoint, 'encode', payloads(plain('{"orderId":1}')), { 'x-namespace': 'orders' });
  await window.post(endpoint, 'decode', good, { origin: 'https://temporal.example.com' });
  await window.go('requests');
  await expect(window.get('requests-row')).toHaveCount(4);
  await window.get('requests-row').first().click();
  await look(window, 'requests');
  await page.setViewportSize({ width: 720, height: 480 });
  await look(window, 'requests-small');
  await window.go('server');
  await look(window, 'server-small');
  await page.setViewportSize({ width: 1180, height: 760 });

  await window.go('inspector');
  const order = '{"orderId":"ORD-1042","items":[{"sku":"A-1","qty":2},{"sku":"B-7","qty":1}],"total":129.95,"vip":true,"coupon":null}';
  await window.paste(payloads(encrypted(order, 'prod-2026', key)));
  await expect(window.get('decoded-text')).toContainText('ORD-1042');
  await look(window, 'inspector-payload');
  await window.get('tab-metadata').click();
  await look(window, 'inspector-metadata');
  await window.paste(payloads(encrypted(order, 'prod-2026', key), plain('"plain"'), encrypted('1', 'prod-2024', key)));
  await expect(window.get('failure')).toBeVisible();
  await look(window, 'inspector-failure');
  const history = fileURLToPath(new URL('../../histories/real-samples-go-encryption.encoded.json', import.meta.url));
  await window.paste(readFileSync(history, 'utf8'));
  await expect(window.get('payloads')).toContainText('WorkflowExecutionStarted');
  await look(window, 'inspector-history');
  await page.setViewportSize({ width: 720, height: 480 });
  await look(window, 'inspector-small');
});
