// 50,000 Payloads: they can be read while they are decoded; the window says how far it is, and can be told to stop.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { encrypted, payloads } from '../support/payloads';
import { expect, test } from '../support/test';

test('a large file is read while it is decoded, and decoded again with a bar, or canceled', async ({ window, page }) => {
  test.setTimeout(180_000);
  const key = randomBytes(32);
  const path = window.temporary('large.json');
  const note = 'x'.repeat(600);
  writeFileSync(path, payloads(...Array.from({ length: 50_000 }, (_, at) => encrypted(`{"number":${at},"note":"${note}"}`, 'k', key))));
  await window.open('inspector');
  await window.importKey('k', key.toString('base64'));
  await window.go('inspector');
  if (await window.get('welcome-skip').isVisible()) {
    await window.get('welcome-skip').click();
  }
  await window.get('open-path').fill(path);
  await window.get('open-file').click();
  // It is there while the rest of it is decoded, which can be stopped.
  // (An expectation looks too seldom for a fast machine.)
  await window.get('decodes-rest').waitFor({ timeout: 60_000 });
  await page.keyboard.press('Escape');
  await expect(window.get('outdated')).toContainText('Decoding was canceled.');
  await expect(window.get('count-pending')).toHaveText(/^49,\d{3} not decoded yet$/);
  await expect(window.get('decoded-text')).toContainText('"number": 0');
  // What is looked at is decoded all the same.
  await window.get('payloads').press('End');
  await expect(window.get('payloads-row').last()).toContainText('49999');
  await expect(window.get('decoded-text')).toContainText('"number": 49999');
  await window.look('inspector-rest-canceled');

  await window.get('outdated-again').click();
  await expect(window.get('reading-progress')).toContainText('of 50,000 Payloads', { timeout: 60_000 });
  await window.look('inspector-reading');
  await expect(window.get('count-decoded')).toHaveText('50,000 decoded', { timeout: 90_000 });
  await expect(window.get('reading')).toHaveCount(0);
  await expect(window.get('outdated')).toHaveCount(0);

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
