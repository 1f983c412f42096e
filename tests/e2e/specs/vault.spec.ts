// The vault: what a key is for, which one encodes, retiring and restoring, and where it is kept without a keychain.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { ageKeyPair } from '../support/age';
import { encrypted, payloads, plain } from '../support/payloads';
import { expect, test } from '../support/test';

test('a key gets formats and Namespaces, and decodes only there', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('first', randomBytes(32).toString('base64'));
  await window.importKey('prod', key.toString('base64'));
  await window.keyMenu('prod', 'key-edit-usage');
  await window.get('format-search').fill('fernet');
  await window.get('format-posthog-fernet').check();
  await window.get('format-search').fill('sdk-samples');
  await window.get('format-sdk-samples').check();
  await window.get('format-picker').getByRole('button', { name: 'Use to encode' }).click();
  await window.get('key-namespaces-input').fill('prod-*');
  await window.page.keyboard.press('Enter');
  await window.look('keys-usage');
  await window.get('usage-submit').click();
  await expect(window.key('prod').getByTestId('key-format')).toHaveCount(2);
  await expect(window.key('prod')).toContainText('prod-*');

  const endpoint = await window.serve();
  const body = payloads(encrypted('1', 'prod', key));
  const decode = async (namespace: string) => (await window.post(endpoint, 'decode', body, { 'x-namespace': namespace })).text();
  const decoded = plain('1').data;
  expect(await decode('prod-orders')).toContain(decoded);
  expect(await decode('sandbox')).not.toContain(`"${decoded}"`);
  await window.go('keys');
  await expect(window.key('prod').getByTestId('key-used')).toContainText('1 time since the app started');
});

test('a pattern that is none is refused with a way out', async ({ window }) => {
  await window.open('keys');
  await window.importKey('k', randomBytes(32).toString('hex'));
  await window.keyMenu('k', 'key-edit-usage');
  await window.get('key-namespaces-input').fill('a'.repeat(2000));
  await window.page.keyboard.press('Enter');
  await window.get('usage-submit').click();
  await expect(window.get('dialog-error')).toBeVisible();
  await window.get('usage-dialog').getByRole('button', { name: /Remove Namespace/ }).click();
  await window.get('usage-submit').click();
  await expect(window.get('usage-dialog')).toBeHidden();
});

test('a retired key opens nothing until it is restored; one that encodes is not retired', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('old', key.toString('base64'));
  await window.importKey('new', randomBytes(32).toString('base64'));
  await window.get('encode-key').selectOption({ label: 'old' });
  await window.keyMenu('old', 'key-retire');
  await expect(window.get('toast-error')).toContainText('Default');
  await expect(window.get('toast-error').getByRole('button', { name: 'Open Namespaces' })).toBeVisible();

  await window.key('new').getByTestId('encode-with').click();
  await expect(window.key('new').getByTestId('encodes')).toBeVisible();
  await expect(window.key('old').getByTestId('decodes-only')).toBeVisible();
  await window.keyMenu('old', 'key-retire');
  await expect(window.key('old').getByTestId('key-retired')).toBeVisible();
  await window.look('keys-retired');
  await window.get('toast-ok').getByRole('button', { name: 'Undo' }).click();
  await expect(window.key('old').getByTestId('key-retired')).toHaveCount(0);

  await window.keyMenu('old', 'key-retire');
  await window.go('inspector');
  await window.paste(payloads(encrypted('"kept"', 'old', key)));
  await expect(window.get('verdict')).not.toContainText('Decrypted');
  await window.look('inspector-retired');
  // It leads to the way back, rather than to adding what is here.
  await window.get('restore-key').click();
  await expect(window.get('decoded-text')).toContainText('"kept"');
  await window.go('keys');
  await window.keyMenu('old', 'key-retire');
  await expect(window.key('old').getByTestId('key-retired')).toBeVisible();
  await window.keyMenu('old', 'key-restore');
  await expect(window.key('old').getByTestId('decodes-only')).toBeVisible();
});

test('a bundle hands keys over, and needs its passphrase', async ({ window }) => {
  const path = window.temporary('keys.age');
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('shared', key.toString('base64'));
  await window.get('export-bundle').click();
  await window.get('export-passphrase').fill('correct horse battery');
  await window.get('export-repeat').fill('correct horse');
  await window.get('export-path').fill(path);
  await window.get('export-submit').click();
  await expect(window.get('export-repeat-error')).toContainText('don’t match');
  await window.get('export-passphrase').fill('correct horse battery');
  await window.get('export-repeat').fill('correct horse battery');
  await window.look('export');
  await window.get('export-submit').click();
  await expect(window.get('export-dialog')).toBeHidden();

  await window.keyMenu('shared', 'key-remove');
  await window.get('remove-confirm').click();
  await window.get('remove-anyway').check();
  await window.get('remove-confirm').click();
  await expect(window.get('keys-empty')).toBeVisible();

  await window.get('import-key').click();
  await window.get('tab-list').click();
  await window.get('list-from-file').check({ force: true });
  await window.get('list-path').fill(path);
  await window.get('list-read').click();
  await window.get('bundle-passphrase').fill('wrong');
  await window.get('list-read').click();
  await expect(window.get('dialog-error')).toBeVisible();
  await window.look('add-bundle');
  await window.get('bundle-passphrase').fill('correct horse battery');
  await window.get('list-read').click();
  await expect(window.get('preview')).toContainText('shared');
  await window.get('keep-session').check();
  await window.get('keep-keys').click();
  await expect(window.key('shared')).toContainText('256 bits');
  await window.go('inspector');
  await window.paste(payloads(encrypted('"over"', 'shared', key)));
  await expect(window.get('decoded-text')).toContainText('"over"');
});

test('a bundle to a recipient is opened with that one’s identity', async ({ window }) => {
  const path = window.temporary('team.age');
  const { recipient, identity } = ageKeyPair();
  await window.open('keys');
  await window.importKey('team', randomBytes(32).toString('base64'));
  await window.get('export-bundle').click();
  await window.get('export-way-recipients').check({ force: true });
  await window.get('export-path').fill(path);
  await window.get('export-submit').click();
  await expect(window.get('export-dialog')).toContainText('Add at least one recipient');
  await window.get('export-recipients-input').fill('age1nonsense');
  await window.page.keyboard.press('Enter');
  await window.get('export-submit').click();
  await expect(window.get('dialog-error')).toBeVisible();
  await window.get('export-dialog').getByRole('button', { name: 'Remove recipient age1nonsense' }).click();
  await window.get('export-recipients-input').fill(recipient);
  await window.page.keyboard.press('Enter');
  await window.look('export-recipients');
  await window.get('export-submit').click();
  await expect(window.get('export-dialog')).toBeHidden();

  await window.get('import-key').click();
  await window.get('tab-list').click();
  await window.get('list-from-file').check({ force: true });
  await window.get('list-path').fill(path);
  await window.get('list-read').click();
  await window.get('bundle-passphrase').fill(identity);
  await window.get('list-read').click();
  // It is here already, and that is said.
  await expect(window.get('preview-entry')).toContainText('team');
  await expect(window.get('preview-entry').getByRole('checkbox')).toBeDisabled();
});

test('a weak passphrase is said to be one, and used only by saying so', async ({ window, page }) => {
  await window.open('keys');
  await window.importKey('k', randomBytes(32).toString('base64'));
  await window.get('export-bundle').click();
  const path = window.temporary('keys.age');
  await window.get('export-passphrase').fill('abc');
  await expect(window.get('export-strength')).toHaveAttribute('data-score', '0');
  await window.get('export-repeat').fill('abc');
  await window.get('export-path').fill(path);
  await window.get('export-submit').click();
  await expect(window.get('export-passphrase-error')).toContainText('at least 10 characters');
  await window.look('passphrase-weak');
  // Long is not hard to guess.
  await window.get('export-passphrase').fill('password123456');
  await window.get('export-repeat').fill('password123456');
  await window.get('export-submit').click();
  await expect(window.get('export-passphrase-error')).toContainText('what people often choose');
  expect(existsSync(path)).toBe(false);
  await window.get('export-anyway').check();
  await page.keyboard.press('Enter');
  await expect(window.get('export-dialog')).toBeHidden();
  expect(existsSync(path)).toBe(true);

  await window.get('export-bundle').click();
  await window.get('export-passphrase').fill('lamp otter ninety violin');
  await expect(window.get('export-strength')).toHaveAttribute('data-score', '4');
  await expect(window.get('export-anyway')).toHaveCount(0);
  await window.look('passphrase-strong');
});

test.describe('without a keychain', () => {
  test.use({ bridgeArguments: ['--no-keychain'] });

  test('keys are kept in an encrypted file when that is chosen, and opened again after a lock', async ({ window }) => {
    const key = randomBytes(32);
    await window.open('keys');
    await window.get('import-key').click();
    await window.get('key-id').fill('filed');
    await window.get('key-material').fill(key.toString('base64'));
    await window.get('import-submit').click();
    await expect(window.get('dialog-error')).toBeVisible();
    await window.look('add-no-keychain');
    await window.get('keep-vault-offer').click();
    await window.get('vault-passphrase').fill('correct horse battery');
    await window.get('vault-repeat').fill('correct horse');
    await window.get('vault-submit').click();
    await expect(window.get('vault-repeat-error')).toBeVisible();
    await window.get('vault-repeat').fill('correct horse battery');
    await window.look('vault-create');
    await window.get('vault-submit').click();
    await expect(window.get('vault-dialog')).toBeHidden();
    // What was typed before is still there.
    await expect(window.get('keep-vault')).toBeChecked();
    await window.get('import-submit').click();
    await expect(window.key('filed')).toContainText('Encrypted file');
    await expect(window.get('keychain-problem')).toHaveCount(0);

    await window.get('lock').click();
    await expect(window.get('locked')).toBeVisible();
    await window.get('unlock').click();
    await expect(window.get('vault-dialog')).toBeVisible();
    await window.page.keyboard.press('Escape');
    await expect(window.key('filed').getByTestId('key-locked')).toBeVisible();
    await window.look('keys-vault-closed');
    // Not opened then: what needs it leads to it.
    await window.go('inspector');
    await window.paste(payloads(encrypted('"from the file"', 'filed', key)));
    await window.get('failure-open-vault').click();
    await window.get('vault-passphrase').fill('not the one');
    await window.get('vault-submit').click();
    await expect(window.get('dialog-error')).toBeVisible();
    await window.look('vault-open');
    await window.get('vault-passphrase').fill('correct horse battery');
    await window.get('vault-submit').click();
    await expect(window.get('vault-dialog')).toBeHidden();
    await expect(window.get('decoded-text')).toContainText('"from the file"');
  });
});
