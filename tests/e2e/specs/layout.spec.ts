// Every view at every width from 720 px to 4K and every zoom from 80 to 200 %. Nothing is cut off, covered or squeezed.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { misfits, SWEEP } from '../support/fit';
import { encrypted, payloads, plain } from '../support/payloads';
import { expect, test, type Window } from '../support/test';

const SIZES = [
  { width: 720, height: 480 },
  // 1180 × 760 at 200 %.
  { width: 590, height: 380 },
  { width: 1180, height: 760 },
  { width: 3840, height: 2160 },
];
const VIEWS = ['inspector', 'server', 'keys', 'requests', 'settings', 'formats', 'namespaces', 'access'] as const;

/** Sweeps the widths over what is shown now; pictures of a few. */
async function everyWidth(window: Window, what: string): Promise<string[]> {
  // Messages about what was just done go by themselves.
  await expect(window.get('toast-ok')).toHaveCount(0);
  const wrong = new Map<string, number[]>();
  // A theme changes no sizes: one of them is swept, and the other looked at.
  const sizes = test.info().project.name === 'light' ? [...SWEEP, ...SIZES] : SIZES;
  for (const size of sizes) {
    await window.page.setViewportSize(size);
    for (const one of await misfits(window.page)) {
      wrong.set(one, [...(wrong.get(one) ?? []), size.width]);
    }
    if (SIZES.includes(size) || size.width === 960) {
      await window.shot(`layout-${what}-${size.width}`);
    }
  }
  await window.page.setViewportSize({ width: 1180, height: 760 });
  return [...wrong].map(([one, widths]) => `${what} at ${widths.join(', ')}: ${one}`);
}

async function everyView(window: Window, what: string): Promise<void> {
  const wrong: string[] = [];
  for (const view of VIEWS) {
    await window.go(view);
    wrong.push(...(await everyWidth(window, `${what}-${view}`)));
  }
  expect(wrong).toEqual([]);
}

test('with nothing in it', async ({ window }) => {
  test.setTimeout(240_000);
  await window.open('inspector');
  await everyView(window, 'empty');
});

test('in use', async ({ window }) => {
  test.setTimeout(240_000);
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
  await expect(window.get('events')).toContainText('Workflow');
  await everyView(window, 'filled');
});

test('what is not decoded, its diagnosis, its bytes and what is encoded', async ({ window, page }) => {
  test.setTimeout(240_000);
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('a-key-id-that-is-longer-than-most-2026-11-production', key.toString('base64'));
  await window.go('inspector');
  for (let n = 0; n < 8; n += 1) {
    await window.paste(payloads(encrypted(`{"orderId":"ORD-${n}"}`, 'a-key-id-that-nobody-has-and-that-is-quite-long', key), plain(`${n}`)));
    await expect(window.get('document-tab')).toHaveCount(n + 1);
  }
  await expect(window.get('failure')).toBeVisible();
  const wrong = await everyWidth(window, 'not-decoded');
  for (const pane of ['metadata', 'bytes']) {
    await window.get(`tab-${pane}`).click();
    wrong.push(...(await everyWidth(window, `not-decoded-${pane}`)));
  }
  await window.get('tab-value').click();
  await window.get('which-key').click();
  await expect(window.get('finding')).toBeVisible();
  wrong.push(...(await everyWidth(window, 'diagnosis')));
  await page.keyboard.press('Control+e');
  await expect(window.get('encode-input')).toBeVisible();
  wrong.push(...(await everyWidth(window, 'encode')));
  expect(wrong).toEqual([]);
});

test('every dialog', async ({ window, page }) => {
  test.setTimeout(240_000);
  await window.open('keys');
  await window.addSampleKey();
  const wrong: string[] = [];
  await window.get('import-key').click();
  for (const tab of ['paste', 'file', 'list', 'command', 'generate', 'sample']) {
    await window.get(`tab-${tab}`).click();
    wrong.push(...(await everyWidth(window, `add-${tab}`)));
  }
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+/');
  wrong.push(...(await everyWidth(window, 'shortcuts')));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  wrong.push(...(await everyWidth(window, 'palette')));
  await page.keyboard.press('Escape');
  await window.go('namespaces');
  await window.get('profile-new').click();
  wrong.push(...(await everyWidth(window, 'profile')));
  await page.keyboard.press('Escape');
  await window.go('access');
  await window.get('rule-new').click();
  wrong.push(...(await everyWidth(window, 'rule')));
  expect(wrong).toEqual([]);
});

test('in a low window, as at 150 % zoom, every list shows at least six rows, and a value keeps its room', async ({ window, page }) => {
  test.setTimeout(120_000);
  /** How many of these are seen whole. */
  const seen = (testid: string) =>
    window.get(testid).evaluateAll((rows) => {
      const isSeen = (row: Element) => {
        const { left, top, bottom, height } = row.getBoundingClientRect();
        // By what is on top there: a list that scrolls hides the others.
        const points = [top + 2, bottom - 2].map((y) => document.elementFromPoint(left + 24, y));
        return height > 0 && bottom <= innerHeight && points.every((hit) => hit !== null && row.contains(hit));
      };
      return rows.filter(isSeen).length;
    });
  const high = async (testid: string) => {
    const box = await window.get(testid).boundingBox();
    return box ? Math.min(box.y + box.height, page.viewportSize()?.height ?? 0) - box.y : 0;
  };
  const count = async (testid: string, what: string, value?: string) => {
    for (const width of [720, 787, 840, 960, 1180, 1600]) {
      await page.setViewportSize({ width, height: 507 });
      await expect.poll(() => seen(testid), `${what} at ${width}`).toBeGreaterThanOrEqual(6);
      if (value !== undefined) {
        await expect.poll(() => high(value), `the value of ${what} at ${width}`).toBeGreaterThanOrEqual(120);
      }
      if (width === 787) {
        await window.shot(`low-${what.replaceAll(' ', '-')}`);
      }
    }
  };

  await window.open('keys');
  for (let n = 0; n < 9; n += 1) {
    await window.importKey(`key-${n}`, randomBytes(32).toString('base64'));
  }
  const endpoint = await window.serve();
  for (let n = 0; n < 9; n += 1) {
    await window.post(endpoint, 'decode', payloads(plain('1')));
  }
  await window.go('inspector');
  // There were nine of them.
  await expect(window.get('toast-ok')).toHaveCount(0, { timeout: 30_000 });
  await window.go('keys');
  await count('key', 'keys');
  await window.go('requests');
  await count('requests-row', 'requests');
  await window.go('inspector');
  await window.paste(readFileSync(new URL('../../histories/real-order-rich.decoded.json', import.meta.url), 'utf8'));
  await expect(window.get('decoded-text')).toBeVisible();
  await count('events-row', 'events', 'decoded-text');
  await window.get('reading-timeline').check({ force: true });
  await count('events-row', 'timeline', 'decoded-text');
  await window.get('reading-payloads').check({ force: true });
  await count('payloads-row', 'payloads of a history', 'decoded-text');
  await window.paste(JSON.stringify(Array.from({ length: 20 }, (_, n) => plain(`"value ${n}"`))));
  await count('payloads-row', 'payloads', 'decoded-text');
  await page.setViewportSize({ width: 787, height: 507 });
  await window.accessible();
});

test('a form that is longer than the window keeps its buttons in sight', async ({ window, page }) => {
  await window.open('keys');
  await window.get('import-key').click();
  for (const size of SIZES.slice(0, 3)) {
    await page.setViewportSize(size);
    await page.locator('dialog[open]').evaluate((dialog) => (dialog.scrollTop = 0));
    await expect(window.get('import-submit')).toBeInViewport({ ratio: 1 });
    // It is not covered, and what has the focus is scrolled clear of it.
    await window.get('import-submit').click({ trial: true });
    await window.get('key-label').focus();
    await window.get('key-label').click({ trial: true });
    await window.shot(`dialog-footer-${size.width}`);
  }
});

test('why a form was refused is in sight beside its button', async ({ window, page }) => {
  await window.open('namespaces');
  await window.get('profile-new').click();
  await window.get('profile-submit').click();
  for (const size of SIZES.slice(0, 3)) {
    await page.setViewportSize(size);
    await page.locator('dialog[open]').evaluate((dialog) => (dialog.scrollTop = 0));
    await expect(window.get('dialog-error')).toBeInViewport({ ratio: 1 });
    await expect(window.get('profile-submit')).toBeInViewport({ ratio: 1 });
    await window.shot(`dialog-error-${size.width}`);
  }
});

test('a message stays while the pointer or the focus is on it', async ({ window, page }) => {
  await page.clock.install();
  await window.open('inspector');
  await window.paste(JSON.stringify(plain('"one"')));
  await expect(window.get('decoded-text')).toContainText('"one"');
  await page.keyboard.press('Control+w');
  const toast = window.get('toast-ok');
  await toast.hover();
  await page.clock.runFor(60_000);
  await expect(toast).toBeVisible();
  await page.mouse.move(10, 10);
  await toast.getByRole('button', { name: 'Undo' }).focus();
  await page.clock.runFor(60_000);
  await page.keyboard.press('Enter');
  await expect(window.get('decoded-text')).toContainText('"one"');
  await page.keyboard.press('Control+w');
  await page.clock.runFor(60_000);
  await expect(toast).toHaveCount(0);
});

test('the theme follows the system while it runs', async ({ window, page }) => {
  await window.open('inspector');
  const html = page.locator('html');
  const background = () => page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(html).toHaveAttribute('data-theme', 'light');
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(html).toHaveAttribute('data-theme', 'dark');
  expect(await background()).not.toBe(light);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(background).toBe(light);
});
