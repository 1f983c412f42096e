// Every setting is saved at once, and still there after a reload.
import { expect, test } from '../support/test';

test('settings persist', async ({ window, page }) => {
  await window.open('settings');
  await window.get('setting-undecodable').selectOption('fail');
  await window.get('setting-compression').selectOption('zstd');
  await window.get('setting-body').fill('128');
  await window.get('setting-body-save').click();
  await window.get('setting-lock-idle').selectOption('15');
  const locksWithScreen = await window.get('setting-lock-screen').isChecked();
  await window.get('setting-lock-screen').click();
  for (const id of ['setting-start-server', 'setting-tray', 'setting-notify']) {
    await window.get(id).click();
    await expect(window.get(id)).not.toBeChecked();
  }
  await expect(window.get('setting-body-save')).toBeDisabled();
  await page.reload();
  await expect(window.get('setting-undecodable')).toHaveValue('fail');
  await expect(window.get('setting-compression')).toHaveValue('zstd');
  await expect(window.get('setting-body')).toHaveValue('128');
  await expect(window.get('setting-lock-idle')).toHaveValue('15');
  await expect(window.get('setting-lock-screen')).toBeChecked({ checked: !locksWithScreen });
  for (const id of ['setting-start-server', 'setting-tray', 'setting-notify']) {
    await expect(window.get(id)).not.toBeChecked();
  }
  await expect(window.get('settings-file')).toContainText('settings.json');
});

test('the theme follows the system until it is chosen', async ({ window, page }) => {
  const html = page.locator('html');
  await window.open('settings');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(html).toHaveAttribute('data-theme', 'light');
  await window.get('setting-theme-dark').check({ force: true });
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(html).toHaveAttribute('data-theme', 'dark');
});

test('a limit that is none is refused at its field', async ({ window }) => {
  await window.open('settings');
  await window.get('setting-body').fill('4096');
  await window.get('setting-body-save').click();
  await expect(window.get('body-error')).toContainText('1 to 1024');
});
