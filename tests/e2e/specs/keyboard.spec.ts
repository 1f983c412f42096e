// The whole window without a mouse.
import { payloads, plain } from '../support/payloads';
import { expect, freePort, test } from '../support/test';

test('Ctrl+1 to Ctrl+8 walk through the views', async ({ window, page }) => {
  await window.open('inspector');
  const views = ['inspector', 'server', 'keys', 'requests', 'settings', 'formats', 'namespaces', 'access'] as const;
  for (const [index, view] of views.entries()) {
    await page.keyboard.press(`Control+${index + 1}`);
    await expect(window.get(`view-${view}`)).toBeVisible();
    await expect(window.get(`nav-${view}`)).toHaveAttribute('aria-current', 'page');
  }
  await page.reload();
  await expect(window.get('view-access')).toBeVisible();
});

test('Ctrl+Enter sends what was written in a box of many lines, and is among the shortcuts', async ({ window, page }) => {
  await window.open('inspector');
  await window.get('welcome-skip').click();
  const source = window.get('source-input');
  await source.fill('   ');
  await page.keyboard.press('Control+Enter');
  await expect(window.get('source-error')).toHaveCount(0);
  await source.fill(payloads(plain('"first"')));
  await expect(window.get('source-decode')).toHaveAttribute('title', 'Inspect (Ctrl+Enter)');
  // Over the page, a dialog has the keys.
  await page.keyboard.press('Control+/');
  await expect(window.get('shortcuts-dialog')).toContainText('Inspect, encode or send what was written');
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Escape');
  await expect(source).toHaveValue(/payloads/);
  await source.focus();
  await page.keyboard.press('Control+Enter');
  await expect(window.get('decoded-text')).toContainText('"first"');

  // A dialog with such a box.
  await page.keyboard.press('Control+n');
  await window.get('tab-list').click();
  await window.get('list-text').fill(`[{"id": "listed", "material": "${Buffer.alloc(32, 7).toString('base64')}"}]`);
  await page.keyboard.press('Control+Enter');
  await expect(window.get('preview')).toContainText('listed');
  await page.keyboard.press('Escape');

  // The box of a spec.
  await window.go('formats');
  await window.get('format-new').click();
  await window.get('draft-name').fill('sent-by-keys');
  await window.get('draft-spec').getByRole('textbox').focus();
  await page.keyboard.press('Control+Enter');
  await expect(window.get('toast-ok')).toContainText('Saved format sent-by-keys');
});

test('a key is imported with the keyboard alone, and the focus comes back', async ({ window, page }) => {
  await window.open('keys');
  await window.get('import-key').focus();
  await page.keyboard.press('Enter');
  await expect(window.get('key-id')).toBeFocused();
  await page.keyboard.type('by-hand');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(window.get('key-material')).toBeFocused();
  await page.keyboard.type('0123456789abcdef0123456789abcdef');
  await page.keyboard.press('Enter');
  await expect(window.get('import-dialog')).toBeHidden();
  await expect(window.get('key')).toHaveAttribute('data-key-id', 'by-hand');
  await page.keyboard.press('Control+3');
  await page.keyboard.press('Control+n');
  await expect(window.get('import-dialog')).toBeVisible();
  await window.get('tab-paste').focus();
  await page.keyboard.press('ArrowRight');
  await expect(window.get('tab-file')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(window.get('import-dialog')).toBeHidden();
  await window.get('key-menu').focus();
  await page.keyboard.press('ArrowDown');
  await expect(window.get('key-rename')).toBeFocused();
  await page.keyboard.press('End');
  await expect(window.get('key-remove')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(window.get('key-menu')).toBeFocused();
  await page.keyboard.press('Control+/');
  await expect(window.get('shortcuts-dialog')).toContainText('Namespaces');
});

test('what has the focus is seen', async ({ window, page }) => {
  await window.open('server');
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement ?? document.body);
      return { style: style.outlineStyle, width: style.outlineWidth };
    });
    expect(outline).toEqual({ style: 'solid', width: '2px' });
  }
});

test('the whole app without a mouse: a key, the server, a document, another view, a lock', async ({ window, page }) => {
  const port = await freePort();
  const run = async (words: string) => {
    await page.keyboard.press('Control+k');
    await expect(window.get('palette-input')).toBeFocused();
    await page.keyboard.type(words);
    await page.keyboard.press('Enter');
    await expect(window.get('palette')).toBeHidden();
  };
  await window.open('inspector');
  await page.keyboard.press('Control+n');
  await expect(window.get('key-id')).toBeFocused();
  await page.keyboard.type('by-hand');
  await window.get('key-material').focus();
  await page.keyboard.type('0123456789abcdef0123456789abcdef');
  await page.keyboard.press('Enter');
  await expect(window.get('import-dialog')).toBeHidden();

  await page.keyboard.press('Control+,');
  await expect(window.get('view-settings')).toBeVisible();
  await window.get('port-input').focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(String(port));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Shift+S');
  await expect(window.get('sidebar-state')).toHaveAttribute('data-state', 'serving');
  await page.keyboard.press('Control+.');
  await expect(window.get('sidebar-state')).toHaveAttribute('data-state', 'paused');
  await page.keyboard.press('Control+.');
  await expect(window.get('sidebar-state')).toHaveAttribute('data-state', 'serving');
  await page.keyboard.press('Control+Shift+C');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(String(port));

  await run('encrypted sample');
  await expect(window.get('verdict')).toContainText('Decrypted with key test');
  await run('show requests');
  await expect(window.get('view-requests')).toBeVisible();
  await page.keyboard.press('Control+l');
  await expect(window.get('lock')).toHaveAttribute('data-locked', 'true');
  await run('unlock');
  await expect(window.get('lock')).toHaveAttribute('data-locked', 'false');
});
