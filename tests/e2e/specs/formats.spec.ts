// Formats: the gallery, a public key, and a format of one's own, tried while it is written.
import { randomBytes } from 'node:crypto';
import { payloads, sealedAs, sealedWithNonce } from '../support/payloads';
import { expect, test } from '../support/test';

test('the gallery is searched, and its public key is added', async ({ window }) => {
  await window.open('formats');
  expect(await window.get('format').count()).toBeGreaterThan(10);
  await window.look('formats');
  await window.get('formats-search').fill('fernet posthog');
  // The tokens that PostHog writes today, and those of two layouts.
  await expect(window.get('format')).toHaveCount(2);
  await window.get('format').first().click();
  await expect(window.get('format-detail')).toContainText('PostHog');
  await expect(window.get('format-spec')).toContainText('fernet');
  await window.get('formats-search').fill('no such codec');
  await expect(window.get('formats-none')).toBeVisible();
  await window.get('formats-search').fill('sdk-samples');
  await window.get('format').first().click();
  await window.get('format-demo').click();
  await expect(window.get('format-keys')).not.toContainText('No key');
  await expect(window.get('format-demo')).toBeHidden();
});

test('a format of one’s own: checked, tried stage by stage, saved, used by a key', async ({ window, page }) => {
  const key = randomBytes(32);
  const payload = sealedAs('binary/ours', sealedWithNonce('"ours"', key, 16), { 'encryption-key-id': 'k' });
  await window.open('keys');
  await window.importKey('k', key.toString('base64'));
  await window.go('formats');
  await window.page.locator('[data-format=sdk-samples]').click();
  await window.get('format-new').click();
  await window.get('draft-name').fill('ours');
  await window.get('trial-payload').fill(JSON.stringify(payload));
  await expect(window.get('trial-verdict')).toBeVisible();
  await expect(window.get('trial-stages')).toContainText('Match');

  const spec = window.get('draft-spec').getByRole('textbox');
  await spec.fill('{\n  "encoding": "binary/ours",\n  "cipher": "rot13"\n}');
  await expect(window.get('draft-problem')).toContainText('rot13');
  await expect(window.get('draft-problem')).toContainText('Line 3');
  await expect(page.locator('.cm-wrong')).toHaveCount(1);
  await expect(window.get('draft-save')).toBeDisabled();
  await window.look('formats-wrong');
  // It would be lost.
  await page.keyboard.press('Control+q');
  await expect(window.get('quit-lost')).toContainText('1 format in Formats is not saved.');
  await page.keyboard.press('Escape');
  await expect(window.get('quit-dialog')).toBeHidden();

  // With the wrong nonce length it does not open; the stage that fails is shown.
  const written = (nonce: number) =>
    JSON.stringify({ encoding: 'binary/ours', key_id: 'encryption-key-id', cipher: 'aes-gcm', nonce: { prefix: nonce } }, null, 2);
  await spec.fill(written(12));
  await expect(window.get('trial-verdict')).toHaveClass(/failed/);
  await spec.fill(written(16));
  await expect(window.get('trial-verdict')).toHaveClass(/ok/);
  await expect(window.get('trial-content')).toContainText('"ours"');
  await window.look('formats-trial');

  // Not saved yet, and not lost.
  await window.go('keys');
  await window.go('formats');
  await expect(window.get('draft')).toContainText('ours');
  await expect(window.get('trial-content')).toContainText('"ours"');
  await window.get('draft-save').click();
  await expect(window.get('format-detail')).toContainText('ours');
  await expect(window.get('draft')).toHaveCount(0);

  await window.go('keys');
  await window.keyMenu('k', 'key-edit-usage');
  await window.get('format-search').fill('ours');
  await window.get('format-ours').check();
  await window.get('usage-submit').click();
  await window.go('inspector');
  await window.paste(payloads(payload));
  await expect(window.get('decoded-text')).toContainText('"ours"');

  // A key uses it, so it is not removed.
  await window.go('formats');
  await window.page.locator('[data-format=ours]').click();
  await window.get('format-remove').click();
  await window.get('format-remove-confirm').click();
  await expect(window.get('toast-error')).toContainText('k');
  await expect(window.page.locator('[data-format=ours]')).toBeVisible();
  await window.go('keys');
  await window.keyMenu('k', 'key-edit-usage');
  await window.get('format-picker').getByRole('button', { name: 'Remove format ours' }).click();
  await window.get('usage-submit').click();
  await window.go('formats');
  await window.page.locator('[data-format=ours]').click();
  await window.get('format-remove').click();
  await window.get('format-remove-confirm').click();
  await expect(window.page.locator('[data-format=ours]')).toHaveCount(0);
  await window.get('toast-ok').getByRole('button', { name: 'Undo' }).click();
  await expect(window.page.locator('[data-format=ours]')).toBeVisible();
});

test('fields and values are offered and explained, what is wrong is marked with what may stand there, and a key is one click away', async ({ window, page }) => {
  await window.open('keys');
  await window.importKey('k', randomBytes(32).toString('base64'));
  await window.go('formats');
  await window.page.locator('[data-format=sdk-samples]').click();
  await window.get('format-new').click();
  await window.get('draft-name').fill('ours');
  const spec = window.get('draft-spec').getByRole('textbox');
  await spec.fill('{"encoding": "binary/ours", "cipher": "aes-gcm", }');
  await spec.press('ArrowLeft');
  await spec.press('Control+Space');
  const offered = page.locator('.cm-tooltip-autocomplete');
  await expect(offered).toContainText('"nonce"');
  await expect(offered).not.toContainText('"cipher"');
  await spec.pressSequentially('non');
  await expect(page.locator('.cm-completionInfo')).toContainText('Where the nonce is');
  // Nothing around the editor cuts it off, however narrow that is.
  for (const part of ['.cm-tooltip-autocomplete', '.cm-completionInfo']) {
    const isWhole = await page.locator(part).evaluate((box) => {
      const { left, right, top, bottom } = box.getBoundingClientRect();
      const corners = [left + 3, right - 3].flatMap((x) => [top + 3, bottom - 3].map((y) => document.elementFromPoint(x, y)));
      return corners.every((seen) => seen?.closest('.cm-tooltip') !== null && seen !== null);
    });
    expect(isWhole, part).toBe(true);
  }
  await window.look('formats-completion');
  await spec.press('Enter');
  await spec.press('Control+Space');
  await offered.getByText('{"metadata": ""}').click();
  await expect(spec).toContainText('"nonce": {"metadata": ""}');
  await page.locator('.cm-line', { hasText: '"cipher"' }).getByText('"cipher"').hover();
  await expect(page.locator('.cm-help')).toContainText('What seals it');

  await spec.fill('{\n  "encoding": "binary/ours",\n  "cipher": "aes-gcm",\n  "nonce": "prefix"\n}');
  await expect(window.get('draft-problem')).toContainText('"nonce" must be {"prefix": …}, {"suffix": …} or {"metadata": …}, not "prefix"');
  await expect(page.locator('.cm-fault')).toHaveText('"prefix"');
  await expect(window.get('draft-problem')).toContainText('Line 4, column 12');
  await window.look('formats-fault');
  // All at once, from front to back, each with its field and its place.
  await spec.fill('{\n  "encoding": "binary/ours",\n  "cipher": "rot13",\n  "nonce": {"prefix": 7},\n  "body": {"data": {"keep": 1}}\n}');
  const faults = window.get('draft-problem').getByRole('listitem');
  await expect(faults).toHaveCount(3);
  await expect(faults.nth(0)).toContainText('"cipher" must be');
  await expect(faults.nth(1)).toContainText('"nonce.prefix" must be 8, 9');
  await expect(faults.nth(2)).toContainText('"keep" is not a field of "body.data"');
  await expect(page.locator('.cm-fault')).toHaveText(['"rot13"', '7', '"keep"']);
  await window.look('formats-faults');
  await faults.nth(2).getByRole('button').click();
  await page.keyboard.press('Shift+End');
  expect(await page.evaluate(() => getSelection()?.toString())).toBe('"keep": 1}}');

  await spec.fill('{"encoding": "binary/ours", "cipher": "aes-gcm", "nonce": {"prefix": 16}}');
  await expect(window.get('draft-problem')).toContainText('No problems');
  await window.get('draft-save').click();
  await window.get('toast-ok').getByRole('button', { name: 'Use with key…' }).click();
  await expect(window.get('format-use')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(window.get('usage-dialog')).toContainText('ours');
  // It is opened from now on, and what encodes stays what it was: the default format, which is ticked as well.
  const chosen = window.get('format-picker').locator('[aria-label="Chosen formats"] li');
  await expect(chosen).toHaveCount(2);
  await expect(chosen.first()).toContainText('encodes');
  await expect(chosen.first()).not.toContainText('ours');
  await expect(window.get('format-sdk-samples')).toBeChecked();
  await expect(window.get('format-ours')).toBeChecked();
  await window.get('usage-submit').click();
  await window.go('formats');
  await expect(window.get('format-keys')).toHaveText('k');
});
