// The playground: a value becomes a Payload, and comes back as it was written.
import { randomBytes } from 'node:crypto';
import { expect, test } from '../support/test';

const EXACT = '{"id":9007199254740993,"price":1.10}';

test('JSON is encoded, copied, and decoded back digit by digit', async ({ window, page }) => {
  await window.open('keys');
  await window.importKey('prod-2026', randomBytes(32).toString('base64'));
  await page.keyboard.press('Control+e');
  await window.get('encode-input').getByRole('textbox').fill(EXACT);
  await page.keyboard.press('Control+Enter');
  await expect(window.get('encode-layers')).toContainText('prod-2026');
  await expect(window.get('encode-output')).toContainText('encryption-key-id');
  await window.look('encode');
  await window.get('encode-copy').click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('"metadata"');
  expect(copied).not.toContain('9007199254740993');
  await window.get('encode-back').click();
  await expect(window.get('verdict')).toContainText('Decrypted with key prod-2026');
  await expect(window.get('decoded-text')).toContainText('9007199254740993');
  await expect(window.get('decoded-text')).toContainText('1.10');
});

test('what is no JSON is said; without a key it is refused and leads on', async ({ window, page }) => {
  await window.open('inspector');
  await page.keyboard.press('Control+e');
  await window.look('encode-empty');
  await window.get('encode-input').getByRole('textbox').fill('{"a":1}');
  await window.get('encode-run').click();
  await expect(window.get('encode-error')).toContainText(/key/i);
  await window.look('encode-no-key');
  await window.get('encode-keys').click();
  await window.importKey('k', randomBytes(32).toString('base64'));
  await page.keyboard.press('Control+e');
  // What was written is still there.
  await expect(window.get('encode-input')).toContainText('"a"');
  await window.get('encode-input').getByRole('textbox').fill('{"a":');
  await window.get('encode-run').click();
  await expect(window.get('encode-error')).toContainText(/JSON/);
  await window.get('inspector-mode-decode').click({ force: true });
  await expect(window.get('encode-input')).toBeHidden();
});
