// Where the focus goes when what had it is gone: never back to the start of the page.
import { randomBytes } from 'node:crypto';
import { expect, test, type Window } from '../support/test';

async function addKeys(window: Window, ...ids: string[]): Promise<void> {
  for (const id of ids) {
    await window.importKey(id, randomBytes(32).toString('base64'));
  }
}

test('Keys: to the row that was used, to the next one, and at last to what adds keys', async ({ window, page }) => {
  await window.open('keys');
  await addKeys(window, 'a', 'b', 'c');
  const row = (id: string) => window.key(id);
  const encode = row('b').getByTestId('encode-with');
  await encode.focus();
  await page.keyboard.press('Enter');
  await expect(row('b').getByTestId('encodes')).toBeVisible();
  await expect(row('b')).toBeFocused();

  // Retiring moves a row to the end of its group.
  await row('a').focus();
  await page.keyboard.press('Enter');
  await expect(window.get('key-rename')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(window.get('key-retire')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(row('a').getByTestId('key-retired')).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[data-testid=key]')?.getAttribute('data-key-id'))).toBe('a');

  for (const id of ['a', 'c', 'b']) {
    await row(id).focus();
    await page.keyboard.press('Delete');
    await expect(window.get('remove-dialog')).toContainText(id);
    // The way out has the focus, so that Enter alone removes nothing.
    await expect(window.get('remove-dialog').getByRole('button', { name: 'Keep key' })).toBeFocused();
    await window.get('remove-confirm').press('Enter');
    if (id === 'b') {
      await window.get('remove-anyway').press('Space');
      await window.get('remove-confirm').press('Enter');
    }
    await expect(window.get('remove-dialog')).toBeHidden();
    await expect(row(id)).toHaveCount(0);
    if (id !== 'b') {
      await expect(page.locator('[data-testid=key]:focus')).toHaveCount(1);
    }
  }
  await expect(window.get('add-sample-key')).toBeFocused();
});

test('Formats: a draft begins at its name, and the format has the focus after it', async ({ window, page }) => {
  await window.open('formats');
  await window.get('format').first().focus();
  await page.keyboard.press('Enter');
  await window.get('format-new').press('Enter');
  await expect(window.get('draft-name')).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('by-hand');
  await page.keyboard.press('Control+s');
  await expect(window.get('format-detail')).toContainText('by-hand');
  await expect(page.getByRole('region', { name: 'Format', exact: true })).toBeFocused();

  await window.get('format-remove').press('Enter');
  const out = window.get('format-detail').getByRole('button', { name: 'Keep format' });
  await expect(out).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(window.get('format-remove')).toBeFocused();
  await page.keyboard.press('Enter');
  await window.get('format-remove-confirm').press('Enter');
  await expect(page.locator('[data-format=by-hand]')).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Format', exact: true })).toBeFocused();
});

test('Namespaces: after a profile is removed, the next one has it', async ({ window, page }) => {
  await window.open('namespaces');
  await window.get('profile-new').press('Enter');
  await expect(window.get('profile-name')).toBeFocused();
  await page.keyboard.type('Orders');
  await page.keyboard.press('Tab');
  await page.keyboard.type('orders,');
  await window.get('profile-submit').press('Enter');
  await expect(window.get('profile-new')).toBeFocused();
  await window.get('profile-remove').press('Enter');
  await window.get('profile-remove-confirm').press('Enter');
  await expect(window.page.locator('[data-profile=Orders]')).toHaveCount(0);
  await expect(window.get('profile-edit')).toBeFocused();
});

test('Formats: the list is one stop of Tab, and arrow keys walk through it', async ({ window, page }) => {
  await window.open('formats');
  await window.get('formats-search').focus();
  await page.keyboard.press('Tab');
  const at = (index: number) => window.get('format').nth(index);
  await expect(at(0)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(at(2)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(at(2)).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('End');
  await expect(window.get('format').last()).toBeFocused();
  await page.keyboard.press('Home');
  await expect(at(0)).toBeFocused();
  // From the list to what is shown of the format.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(window.get('format-new')).toBeFocused();
  await window.get('formats-search').fill('fernet posthog');
  await window.get('formats-search').press('Tab');
  await expect(at(0)).toBeFocused();
});

test('Keys and Formats have the keys of every list: pages, ends and letters', async ({ window, page }) => {
  await window.open('formats');
  const format = (index: number) => window.get('format').nth(index);
  await format(0).focus();
  await page.keyboard.press('PageDown');
  await expect(format(10)).toBeFocused();
  await page.keyboard.press('PageUp');
  await expect(format(0)).toBeFocused();
  await page.keyboard.type('posthog');
  await expect(page.locator('[data-testid=format]:focus')).toHaveAttribute('data-format', /posthog/);
  await window.open('keys');
  await addKeys(window, 'alpha', 'beta', 'gamma');
  await window.key('alpha').focus();
  await page.keyboard.type('gam');
  await expect(window.key('gamma')).toBeFocused();
  await page.keyboard.press('PageUp');
  await expect(page.locator('[data-testid=key]').first()).toBeFocused();
  await page.keyboard.press('PageDown');
  await expect(page.locator('[data-testid=key]').last()).toBeFocused();
});
