// The whole window without a mouse.
import { expect, test } from '../support/test';

test('Ctrl+1 to Ctrl+5 walk through the views', async ({ window, page }) => {
  await window.open('inspector');
  const views = ['inspector', 'server', 'keys', 'requests', 'settings'] as const;
  for (const [index, view] of views.entries()) {
    await page.keyboard.press(`Control+${index + 1}`);
    await expect(window.get(`view-${view}`)).toBeVisible();
    await expect(window.get(`nav-${view}`)).toHaveAttribute('aria-current', 'page');
  }
  await page.reload();
  await expect(window.get('view-settings')).toBeVisible();
});

test('a key is imported with the keyboard alone, and the focus comes back', async ({ window, page }) => {
  await window.open('keys');
  await window.get('import-key').focus();
  await page.keyboard.press('Enter');
  await expect(window.get('key-id')).toBeFocused();
  await page.keyboard.type('by-hand');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(window.get('key-material')).toBeFocused();
  await page.keyboard.type('0123456789abcdef0123456789abcdef');
  await page.keyboard.press('Enter');
  await expect(window.get('import-dialog')).toBeHidden();
  await expect(window.get('key')).toHaveAttribute('data-key-id', 'by-hand');
  await page.keyboard.press('Control+3');
  await window.get('generate-key').focus();
  await page.keyboard.press('Enter');
  await expect(window.get('generate-dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(window.get('generate-dialog')).toBeHidden();
  await expect(window.get('generate-key')).toBeFocused();
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
