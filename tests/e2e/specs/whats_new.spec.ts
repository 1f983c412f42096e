// What is new: asked for from the palette or the settings, never in the way of a first start.
import { expect, test } from '../support/test';

test('a first start is not told what is new', async ({ window }) => {
  await window.open('inspector');
  await expect(window.get('welcome')).toBeVisible();
  await expect(window.get('whats-new')).toBeHidden();
});

test('it is found in the palette and in the settings', async ({ window, page }) => {
  await window.open('settings');
  await window.get('settings-whats-new').click();
  await expect(window.get('release').first()).toContainText('Codec Server');
  await window.look('whats-new');
  await page.keyboard.press('Escape');
  await expect(window.get('settings-whats-new')).toBeFocused();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('show what');
  await page.keyboard.press('Enter');
  await expect(window.get('whats-new')).toBeVisible();
});

test.describe('after the version changed', () => {
  test.use({ bridgeArguments: ['--older-settings'] });

  test('it is shown once', async ({ window, page }) => {
    await window.open('inspector');
    await expect(window.get('release').first()).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(window.get('whats-new')).toBeHidden();
    await page.reload();
    await expect(window.get('view-inspector')).toHaveAttribute('data-ready', 'true');
    await expect(window.get('whats-new')).toBeHidden();
  });
});
