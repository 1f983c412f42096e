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

test('one setting is reset alone, with a way back', async ({ window }) => {
  await window.open('settings');
  await expect(window.get('settings-reset')).toBeDisabled();
  await window.get('setting-compression').selectOption('zstd');
  await expect(window.get('reset-compression')).toBeVisible();
  await window.look('settings-changed');
  await window.get('reset-compression').click();
  await expect(window.get('setting-compression')).toHaveValue('none');
  await expect(window.get('reset-compression')).toBeHidden();
  await window.get('toast-ok').getByRole('button', { name: 'Undo' }).click();
  await expect(window.get('setting-compression')).toHaveValue('zstd');
});

test('all settings are reset after it was said what stays', async ({ window }) => {
  await window.open('settings');
  await window.get('setting-undecodable').selectOption('fail');
  await window.get('setting-lock-idle').selectOption('15');
  await window.get('settings-reset').click();
  await expect(window.get('reset-dialog')).toContainText('Keys, Namespace profiles');
  await window.look('settings-reset');
  await window.get('reset-confirm').click();
  await expect(window.get('setting-undecodable')).toHaveValue('explain');
  await expect(window.get('setting-lock-idle')).toHaveValue('0');
  await window.get('toast-ok').getByRole('button', { name: 'Undo' }).click();
  await expect(window.get('setting-undecodable')).toHaveValue('fail');
});

test('settings are exported, and imported after the differences were shown', async ({ window, page }) => {
  const path = window.temporary('settings.json');
  await window.open('settings');
  await window.get('setting-compression').selectOption('zlib');
  await window.go('server');
  await window.get('origin-input').fill('https://temporal.example.com');
  await window.get('origin-add').click();
  await expect(window.get('origin')).toHaveCount(7);
  await window.go('settings');
  await window.get('settings-export').click();
  await window.get('export-settings-path').fill(path);
  await window.look('settings-export');
  await window.get('export-settings-submit').click();
  await expect(window.get('export-settings-dialog')).toBeHidden();
  // Once more, a file is not replaced unasked.
  await window.get('settings-export').click();
  await window.get('export-settings-submit').click();
  await expect(window.get('export-settings-dialog')).toContainText('already');
  await page.keyboard.press('Escape');

  await window.get('settings-reset').click();
  await window.get('reset-confirm').click();
  await expect(window.get('setting-compression')).toHaveValue('none');
  await window.get('settings-import').click();
  await window.get('import-settings-path').fill(path);
  await window.get('import-settings-look').click();
  const opens = page.locator('[data-testid=difference][data-opens=true]');
  await expect(opens).toHaveCount(1);
  await expect(opens).toContainText('https://temporal.example.com');
  await window.look('settings-import');
  // Until then nothing counts.
  await expect(window.get('setting-compression')).toHaveValue('none');
  await window.get('import-settings-take').click();
  await expect(window.get('import-settings-dialog')).toBeHidden();
  await expect(window.get('setting-compression')).toHaveValue('zlib');
  await window.go('server');
  await expect(window.get('origin')).toHaveCount(7);
});

test('a file that holds no settings is refused with what to do', async ({ window }) => {
  await window.open('settings');
  await window.get('settings-import').click();
  await window.get('import-settings-path').fill('/no/such/file');
  await window.get('import-settings-look').click();
  await expect(window.get('import-settings-error')).toContainText('Export settings');
  await window.look('settings-import-error');
});
