// Every view in every window: the smallest one, at 200 % zoom, as usual, and on a 4K screen. Nothing is cut off or covered.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { misfits } from '../support/fit';
import { encrypted, payloads, plain } from '../support/payloads';
import { expect, test, type Window } from '../support/test';

const SIZES = [
  { width: 720, height: 480 },
  // 1180 × 760 at 200 %.
  { width: 590, height: 380 },
  { width: 1180, height: 760 },
  { width: 3840, height: 2160 },
];
const VIEWS = ['inspector', 'server', 'keys', 'requests', 'settings', 'formats', 'namespaces'] as const;

async function everySize(window: Window, what: string): Promise<void> {
  // Messages about what was just done go by themselves.
  await expect(window.get('toast-ok')).toHaveCount(0);
  const wrong: string[] = [];
  for (const view of VIEWS) {
    await window.go(view);
    for (const size of SIZES) {
      await window.page.setViewportSize(size);
      // Two frames: sizes that scripts watch are followed in the next one.
      await window.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await window.shot(`layout-${what}-${view}-${size.width}`);
      wrong.push(...(await window.page.evaluate(misfits)).map((one) => `${view} at ${size.width} × ${size.height}: ${one}`));
    }
    await window.page.setViewportSize({ width: 1180, height: 760 });
  }
  expect(wrong).toEqual([]);
}

test('with nothing in it', async ({ window }) => {
  test.setTimeout(120_000);
  await window.open('inspector');
  await everySize(window, 'empty');
});

test('in use', async ({ window }) => {
  test.setTimeout(120_000);
  const key = randomBytes(32);
  await window.open('keys');
  await window.addSampleKey();
  await window.importKey('prod-2026', key.toString('base64'));
  const endpoint = await window.serve();
  for (const namespace of ['orders', 'a-namespace-with-quite-a-long-name.a1b2c']) {
    const body = payloads(encrypted('{"orderId":"ORD-1042"}', 'prod-2026', key), plain('1'));
    await window.post(endpoint, 'decode', body, { origin: 'http://localhost:8233', 'x-namespace': namespace });
    await window.post(endpoint, 'decode', payloads(encrypted('1', 'prod-2024', key)), { 'x-namespace': namespace });
  }
  await window.go('requests');
  await expect(window.get('requests-row')).toHaveCount(4);
  await window.get('requests-row').first().click();
  await window.go('inspector');
  await window.paste(readFileSync(new URL('../../histories/real-samples-go-encryption.encoded.json', import.meta.url), 'utf8'));
  await expect(window.get('payloads')).toContainText('WorkflowExecutionStarted');
  await everySize(window, 'filled');
});
