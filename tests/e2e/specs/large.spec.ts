// 50,000 Payloads: the window says how far it is, can be told to stop, and shows them all when it is not.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { encrypted, payloads } from '../support/payloads';
import { expect, test } from '../support/test';

test('a large file is decoded, and decoded again, with a bar, or cancelled', async ({ window, page }) => {
  test.setTimeout(180_000);
  const key = randomBytes(32);
  const path = window.temporary('large.json');
  writeFileSync(path, payloads(...Array.from({ length: 50_000 }, (_, at) => encrypted(`{"number":${at}}`, 'k', key))));
  await window.open('inspector');
  await window.importKey('k', key.toString('base64'));
  await window.go('inspector');
  if (await window.get('welcome-skip').isVisible()) {
    await window.get('welcome-skip').click();
  }
  await window.get('open-path').fill(path);
  await window.get('open-file').click();
  await expect(window.get('reading-progress')).toContainText('of 50,000 Payloads', { timeout: 60_000 });
  await window.look('inspector-reading');
  await page.keyboard.press('Escape');
  await expect(window.get('reading')).toHaveCount(0);
  await expect(window.get('source-error')).toHaveCount(0);
  await expect(window.get('document-tab')).toHaveCount(0);

  await window.get('open-file').click();
  await expect(window.get('document-count')).toHaveText('50,000 Payloads', { timeout: 90_000 });
  await expect(window.get('count-decoded')).toHaveText('50,000 decoded');
  await expect(window.get('reading')).toHaveCount(0);

  // Decoding it again can be stopped as well; what was decoded stays, and says so.
  await window.get('namespace').fill('orders');
  await window.get('namespace').press('Enter');
  await expect(window.get('reading-progress')).toContainText('of 50,000 Payloads', { timeout: 60_000 });
  await window.get('reading-cancel').click();
  await expect(window.get('outdated')).toBeVisible();
  await expect(window.get('count-decoded')).toHaveText('50,000 decoded');
  await window.look('inspector-outdated');
  await window.get('outdated-again').click();
  await expect(window.get('outdated')).toHaveCount(0, { timeout: 60_000 });
});
