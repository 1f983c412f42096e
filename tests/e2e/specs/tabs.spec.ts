// Several documents at once: each keeps what was looked at, and what was closed can be taken back.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { encrypted, payloads, plain } from '../support/payloads';
import { expect, test } from '../support/test';

test('documents stand side by side, each as it was left', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('inspector');
  await window.paste(payloads(...Array.from({ length: 400 }, (_, at) => plain(`"first ${at}"`))));
  const tabs = window.get('document-tab');
  await expect(tabs).toHaveCount(1);
  await expect(tabs).toHaveText('Payloads');
  // Far down in the first one.
  await window.get('payloads').evaluate((list) => (list.scrollTop = 9000));
  await window.get('payloads-row').filter({ hasText: 'first 1' }).last().click();
  await expect(window.get('decoded-text')).not.toContainText('"first 0"');
  const chosen = await window.get('decoded-text').innerText();
  const scrolled = await window.get('payloads').evaluate((list) => list.scrollTop);
  expect(scrolled).toBeGreaterThan(5000);

  await window.paste(JSON.stringify(encrypted('"sealed"', 'gone', key)));
  await window.paste(JSON.stringify(plain('"third"')));
  await expect(tabs).toHaveText(['Payloads', /Payload/, 'Payload 2']);
  await expect(tabs.nth(2)).toHaveAttribute('aria-selected', 'true');
  await expect(window.get('decoded-text')).toContainText('"third"');
  await window.look('inspector-tabs');

  await tabs.nth(0).click();
  await expect(window.get('decoded-text')).toHaveText(chosen, { useInnerText: true });
  await expect.poll(() => window.get('payloads').evaluate((list) => list.scrollTop)).toBeGreaterThan(scrolled - 400);
  // A key that comes later counts for every document once it is looked at.
  await tabs.nth(1).click();
  await expect(window.get('failure')).toBeVisible();
  await tabs.nth(2).click();
  await window.importKey('gone', key.toString('base64'));
  await window.go('inspector');
  await tabs.nth(1).click();
  await expect(window.get('verdict')).toContainText('Decrypted with key gone');
  await page.setViewportSize({ width: 720, height: 480 });
  await window.look('inspector-tabs-small');
});

test('tabs are walked and closed by keys, and a closed one is taken back', async ({ window, page }) => {
  await window.open('inspector');
  for (const text of ['"one"', '"two"', '"three"']) {
    await window.paste(JSON.stringify(plain(text)));
    await expect(window.get('decoded-text')).toContainText(text);
  }
  const tabs = window.get('document-tab');
  await tabs.nth(2).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(tabs.nth(1)).toBeFocused();
  await expect(window.get('decoded-text')).toContainText('"two"');
  await page.keyboard.press('Delete');
  await expect(tabs).toHaveCount(2);
  await expect(window.get('decoded-text')).toContainText('"three"');
  await expect(window.get('toast-ok')).toContainText('Closed Payload 2');
  await window.get('toast-ok').getByRole('button', { name: 'Undo' }).click();
  await expect(tabs).toHaveCount(3);
  await expect(window.get('decoded-text')).toContainText('"two"');

  await page.keyboard.press('Control+w');
  await expect(tabs).toHaveCount(2);
  await page.keyboard.press('Control+PageUp');
  await expect(window.get('decoded-text')).toContainText('"one"');
  await page.keyboard.press('Control+PageDown');
  await expect(window.get('decoded-text')).toContainText('"three"');
  // Esc has nothing to close here, so it leaves the document alone.
  await page.keyboard.press('Escape');
  await expect(window.get('decoded-text')).toContainText('"three"');
  await window.get('document-new').click();
  await expect(window.get('source-input')).toBeVisible();
  await expect(window.get('document-new')).toHaveAttribute('aria-selected', 'true');
  await window.look('inspector-new-tab');
  await tabs.nth(0).click({ button: 'middle' });
  await expect(tabs).toHaveCount(1);
  await tabs.nth(0).hover();
  await window.get('document-tab-close').click();
  await expect(window.get('document-tabs')).toHaveCount(0);
  await page.keyboard.press('Control+Shift+T');
  await page.keyboard.press('Control+Shift+T');
  await expect(tabs).toHaveCount(2);
});

test('End and Home go to the ends of a list of any length, and keep the focus', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste(payloads(...Array.from({ length: 3000 }, (_, n) => plain(`"value-${n}"`))));
  await expect(window.get('document-count')).toHaveText('3,000 Payloads');
  await window.get('payloads').focus();
  await page.keyboard.press('End');
  await expect(window.get('decoded-text')).toContainText('"value-2999"');
  await expect(window.get('payloads').locator('[aria-selected=true]')).toBeInViewport();
  await expect(window.get('payloads')).toBeFocused();
  await page.keyboard.press('PageUp');
  await expect(window.get('decoded-text')).toContainText('"value-2989"');
  await page.keyboard.press('Home');
  await expect(window.get('decoded-text')).toContainText('"value-0"');
  await expect(window.get('payloads')).toBeFocused();
});

test('what is not recognized stays in its field, to be mended', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste('{"metadata": {"encoding"');
  await expect(window.get('source-error')).toBeVisible();
  await expect(window.get('source-input')).toHaveValue('{"metadata": {"encoding"');
  await expect(window.get('source-input')).toHaveAttribute('aria-invalid', 'true');
  await window.get('source-input').fill(JSON.stringify(plain('"mended"')));
  await window.get('source-decode').click();
  await expect(window.get('decoded-text')).toContainText('"mended"');
  await page.keyboard.press('Control+w');
  await expect(window.get('source-input')).toHaveValue('');
});

test('a file that is open is read again in its own place', async ({ window }) => {
  const path = window.temporary('order.json');
  writeFileSync(path, JSON.stringify(plain('"before"')));
  await window.open('inspector');
  await window.get('welcome-skip').click();
  await window.get('open-path').fill(path);
  await window.get('open-file').click();
  await expect(window.get('decoded-text')).toContainText('"before"');
  await expect(window.get('document-tab')).toHaveText('order.json');
  writeFileSync(path, JSON.stringify(plain('"after"')));
  await window.get('document-new').click();
  await window.get('open-path').fill(path);
  await window.get('open-file').click();
  await expect(window.get('decoded-text')).toContainText('"after"');
  await expect(window.get('document-tab')).toHaveCount(1);
});

test('of too many documents the oldest is closed, and can be taken back', async ({ window, page }) => {
  await window.open('inspector');
  for (let at = 1; at <= 17; at += 1) {
    await window.paste(JSON.stringify(plain(`"number ${at}"`)));
    await expect(window.get('decoded-text')).toContainText(`"number ${at}"`);
  }
  await expect(window.get('document-tab')).toHaveCount(16);
  await expect(window.get('toast-ok')).toContainText('Closed Payload to keep 16 documents open');
  await page.keyboard.press('Control+z');
  await expect(window.get('document-tab')).toHaveCount(17);
  await expect(window.get('decoded-text')).toContainText('"number 1"');
  await window.get('document-tab').nth(1).click();
  await expect(window.get('decoded-text')).toContainText('"number 2"');
  await window.look('inspector-tabs-crowded');
});
