// Where documents come from again: files that were open before, and the clipboard when it is asked for.
import { rmSync, writeFileSync } from 'node:fs';
import { plain } from '../support/payloads';
import { expect, test } from '../support/test';

test('files are found again by their paths, and forgotten one by one or all', async ({ window, page }) => {
  const paths = ['first', 'second', 'third'].map((name) => window.temporary(`${name}.json`));
  await window.open('inspector');
  await window.get('welcome-skip').click();
  await expect(window.get('recent')).toHaveCount(0);
  for (const path of paths) {
    writeFileSync(path, JSON.stringify(plain(`"${path.length}"`)));
    await window.get('open-path').fill(path);
    await window.get('open-file').click();
    await expect(window.get('decoded-text')).toBeVisible();
    await window.get('document-new').click();
  }
  const files = window.get('recent-file');
  await expect(files).toHaveText([/third\.json/, /second\.json/, /first\.json/]);
  rmSync(paths[1] ?? '');
  await page.reload();
  await window.get('welcome-skip').click();
  await expect(files.nth(1)).toContainText('not found');
  await window.look('inspector-recent');
  await window.get('recent-forget').nth(1).click();
  await expect(files).toHaveCount(2);
  await window.get('recent-open').last().click();
  await expect(window.get('document-tab')).toHaveText('first.json');
  await window.get('document-new').click();
  await expect(files.first()).toContainText('first.json');
  await window.get('recent-forget-all').click();
  await expect(window.get('recent')).toHaveCount(0);
  await expect(window.get('source-input')).toBeVisible();
});

test('the clipboard is looked at when it is asked for', async ({ window, page }) => {
  await window.open('inspector');
  await window.get('welcome-skip').click();
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await window.get('inspect-clipboard').click();
  await expect(window.get('toast-error')).toContainText('clipboard has no text');
  await page.evaluate((text) => navigator.clipboard.writeText(text), JSON.stringify(plain('"from there"')));
  await window.get('inspect-clipboard').click();
  await expect(window.get('decoded-text')).toContainText('"from there"');
});
