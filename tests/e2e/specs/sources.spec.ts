// Where keys come from: lists, .env files, commands, files that are dropped. Nothing is kept before it was seen.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { encrypted, payloads, sealedAs, sealedWithNonce } from '../support/payloads';
import { expect, test, type Window } from '../support/test';

/** A key as printable text of 32 bytes, since key lists of other projects hold text. */
const text = () => randomBytes(16).toString('hex');

async function openTab(window: Window, tab: string): Promise<void> {
  await window.open('keys');
  await window.get('import-key').click();
  await window.get(`tab-${tab}`).click();
}

test('a JSON key list is previewed, and only what is chosen is kept', async ({ window, page }) => {
  const [first, second] = [text(), text()];
  await openTab(window, 'list');
  await window.get('list-text').fill(JSON.stringify([{ id: 'one', key: first }, { id: 'two', key: second }]));
  await window.look('add-list');
  await window.get('list-read').click();
  await expect(window.get('preview-kind')).toContainText('JSON key list');
  await expect(window.get('preview-entry')).toHaveCount(2);
  await expect(window.get('preview')).toContainText('256 bits');
  await window.look('add-preview');
  expect(await page.content()).not.toContain(first);
  await window.get('preview-entry').nth(1).getByRole('checkbox').uncheck();
  await window.get('keep-session').check();
  await window.get('keep-keys').click();
  await expect(window.get('key')).toHaveCount(1);
  await window.go('inspector');
  await window.paste(payloads(encrypted('"listed"', 'one', Buffer.from(first))));
  await expect(window.get('decoded-text')).toContainText('"listed"');

  // The same list again: what is here already is said, and cannot be chosen.
  await openTab(window, 'list');
  await window.get('list-text').fill(JSON.stringify([{ id: 'one', key: first }, { id: 'two', key: second }]));
  await window.get('list-read').click();
  await expect(window.get('preview-entry').first().getByRole('checkbox')).toBeDisabled();
  await window.get('preview-back').click();
  await expect(window.get('list-text')).toBeVisible();
});

test('a format that a list spells out is shown, and added with its key', async ({ window }) => {
  const key = text();
  const spec = { encoding: 'binary/ours', key_id: 'our-key', cipher: 'aes-gcm', nonce: { prefix: 16 } };
  await openTab(window, 'list');
  await window.get('list-text').fill(JSON.stringify({ keys: [{ id: 'ours', key, spec, namespaces: ['orders'], retired: true }], unlisted: 'refuse' }));
  await window.get('list-read').click();
  await expect(window.get('preview-new-format')).toContainText('New format, added with the key: AES-GCM');
  await expect(window.get('preview-entry')).toContainText('for orders');
  await expect(window.get('preview-entry')).toContainText('Retired');
  await expect(window.get('preview-profiles')).toContainText('Create them in Namespaces');
  await window.look('add-preview-format');
  await window.get('keep-session').check();
  await window.get('keep-keys').click();
  await expect(window.key('ours').getByTestId('key-format')).toHaveText('ours');
  await expect(window.key('ours').getByTestId('key-retired')).toBeVisible();
  await window.keyMenu('ours', 'key-restore');
  await window.go('formats');
  await expect(window.page.locator('[data-format=ours]')).toBeVisible();
  await window.go('inspector');
  const payload = sealedAs('binary/ours', sealedWithNonce('"listed"', Buffer.from(key), 16), { 'our-key': 'ours' });
  await window.paste(payloads(payload));
  await window.get('namespace').fill('orders');
  await window.get('namespace').press('Enter');
  await expect(window.get('decoded-text')).toContainText('"listed"');
});

test('a YAML list and a .env file are read from their paths', async ({ window, page }) => {
  const yaml = window.temporary('keys.yaml');
  const env = window.temporary('.env');
  writeFileSync(yaml, `- id: from-yaml\n  key: ${text()}\n`);
  writeFileSync(env, `# keys\nexport CODEC_KEY="${randomBytes(32).toString('base64')}"\nPORT=8081\n`);
  await openTab(window, 'list');
  await window.get('list-from-file').check({ force: true });
  await window.get('list-path').fill(yaml);
  await window.get('list-read').click();
  await expect(window.get('preview-kind')).toContainText('YAML');
  await expect(window.get('preview')).toContainText('from-yaml');
  await window.get('preview-back').click();
  await window.get('list-path').fill(env);
  await window.get('list-read').click();
  await expect(window.get('preview-kind')).toContainText('.env');
  // The name of the variable is no id: it is changed before the key is kept.
  await expect(window.get('preview-id')).toHaveValue('CODEC_KEY');
  await window.get('preview-id').fill('prod-2026');
  await window.look('add-env');
  await window.get('keep-session').check();
  await page.keyboard.press('Enter');
  await expect(window.get('import-dialog')).toBeHidden();
  await expect(window.key('prod-2026')).toBeVisible();
  await expect(window.key('CODEC_KEY')).toHaveCount(0);
});

test('a key that was pasted with quotes or blanks around it is read without them, and says so', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.get('import-key').click();
  await window.get('key-id').fill('quoted');
  await window.get('key-material').fill(`  "${key.toString('base64')}" `);
  await expect(window.get('left-out')).toContainText('read without the quotes and blanks around it');
  await expect(window.get('formats')).toContainText('256 bits');
  await window.look('add-quoted');
  await expect(window.get('keep-around')).toHaveCount(0);
  await window.get('key-material').fill(`"${'q!'.repeat(16)}"`);
  await expect(window.get('format-utf8')).toBeChecked();
  await expect(window.get('left-out')).toContainText('without the quotes');
  await expect(window.get('formats')).toContainText('256 bits');
  await window.get('key-material').fill(`'${key.toString('hex')}'`);
  await expect(window.get('left-out')).toContainText('without the quotes around it');
  await window.get('keep-session').check();
  await window.get('import-submit').click();
  await expect(window.get('import-dialog')).toBeHidden();
  await window.go('inspector');
  await window.paste(payloads(encrypted('"unquoted"', 'quoted', key)));
  await expect(window.get('decoded-text')).toContainText('"unquoted"');
  // Of a secret that a key is derived from, they may be a part.
  await page.keyboard.press('Control+n');
  await window.get('key-usage').locator('summary').click();
  await window.get('format-search').fill('posthog');
  await window.get('format-picker').getByRole('checkbox').first().check();
  await window.get('key-material').fill('"a secret of whatever length"');
  await expect(window.get('left-out')).toContainText('without the quotes');
  await expect(window.get('formats')).toContainText('27 bytes');
  await window.get('keep-around').click();
  await expect(window.get('left-out')).toHaveCount(0);
  await expect(window.get('formats')).toContainText('29 bytes');
  await page.keyboard.press('Escape');
  // A text of 32 bytes is a key with its quotes.
  await page.keyboard.press('Control+n');
  await window.get('key-material').fill(`"${'q!'.repeat(15)}"`);
  await expect(window.get('formats')).toContainText('Text (UTF-8) 256 bits');
  await expect(window.get('left-out')).toHaveCount(0);
});

test('what is pasted as one key and is more than one is said to be that, and read as a list from there', async ({ window, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const paste = async (text: string) => {
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await window.get('key-material').fill('');
    await window.get('key-material').focus();
    await page.keyboard.press('Control+v');
  };
  await window.open('keys');
  await window.get('import-key').click();
  await paste('-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n');
  await expect(window.get('other-text')).toContainText('This is a private key (PEM), and not one key.');
  await expect(window.get('other-list')).toHaveCount(0);
  await paste('op://Temporal/codec/key');
  await expect(window.get('other-text')).toContainText('the address of a secret');
  await expect(window.get('other-command')).toBeVisible();
  const key = randomBytes(32).toString('base64');
  await paste(`# codec\r\nexport OLD_KEY="${key}"\r\nHOST=localhost:7233\r\nNEW_KEY=${randomBytes(16).toString('hex')}\r\n`);
  await expect(window.get('other-text')).toContainText('This is a .env file with 3 variables');
  await expect(window.get('format-utf8')).toBeDisabled();
  await window.look('add-env-as-one');
  // Nobody adds it by accident, also not for a format that takes any text.
  await window.get('key-usage').locator('summary').click();
  await window.get('format-search').fill('posthog');
  await window.get('format-picker').getByRole('checkbox').first().check();
  await window.get('import-submit').click();
  await expect(window.get('import-dialog')).toBeVisible();
  await expect(window.get('other-text')).toBeVisible();
  await window.get('other-list').click();
  await expect(window.get('preview-kind')).toContainText('.env file');
  await expect(window.get('preview-entry')).toHaveCount(2);
});

test('what is no list is said, and the text stays', async ({ window }) => {
  await openTab(window, 'list');
  await window.get('list-read').click();
  await expect(window.get('list-problem')).toContainText('Paste a key list');
  await window.get('list-text').fill('{"no": "list"');
  await window.get('list-read').click();
  await expect(window.get('dialog-error')).toBeVisible();
  await expect(window.get('list-text')).toHaveValue('{"no": "list"');
});

test('a secret store’s command is there to begin with, with what names the secret selected', async ({ window, page }) => {
  await openTab(window, 'command');
  await window.get('command-template').selectOption('AWS Secrets Manager');
  await expect(window.get('command')).toBeFocused();
  await page.keyboard.type('prod/codec');
  await expect(window.get('command')).toHaveValue('aws secretsmanager get-secret-value --secret-id prod/codec --query SecretString --output text');
  await expect(window.get('command-words').getByRole('listitem')).toHaveCount(9);
  await window.look('add-command-template');
  // An address that was pasted as one key is where that key lies.
  await window.get('tab-paste').click();
  await window.get('key-material').fill('op://Prod/codec/key');
  await window.get('other-command').click();
  await expect(window.get('command')).toHaveValue('op read op://Prod/codec/key');
  await expect(window.get('command-template')).toHaveValue('0');
});

test('a command runs with exactly its words, when the system has asked, and is not asked about again', async ({ window }) => {
  const path = window.temporary('one key.txt');
  writeFileSync(path, randomBytes(32).toString('base64'));
  await openTab(window, 'command');
  await window.get('command').fill(`cat ${path} | tee copy`);
  await expect(window.get('command-problem')).toBeVisible();
  await expect(window.get('command-run')).toBeDisabled();
  await window.get('command').fill(`cat "${path}"`);
  await expect(window.get('command-words').getByRole('listitem')).toHaveText(['cat', path]);
  await window.look('add-command');
  await window.get('command-run').click();
  await expect(window.get('dialog-error')).toContainText('not confirmed');
  await window.agree(true);
  await window.get('command-run').click();
  await expect(window.get('preview-entry')).toHaveCount(1);
  const asked = await window.asked();
  expect(asked).toHaveLength(2);
  // Long lines go on in the next one.
  expect(asked[1]?.[1].replace(/\n {6}/g, '')).toContain(`1.  cat\n2.  "${path}"`);
  await window.get('preview-back').click();
  await expect(window.get('command-confirmed')).toBeVisible();
  await window.look('add-command-confirmed');
  await window.get('command-run').click();
  await expect(window.get('preview-entry')).toHaveCount(1);
  expect(await window.asked()).toHaveLength(2);
  await window.get('preview-back').click();
  await window.get('command-forget').click();
  await expect(window.get('command-confirmed')).toBeHidden();
  await window.get('command-run').click();
  await expect(window.get('preview-entry')).toHaveCount(1);
  expect(await window.asked()).toHaveLength(3);
  await window.get('keep-session').check();
  await window.get('keep-keys').click();
  await expect(window.get('key')).toHaveCount(1);
});

test('a command that fails says so, and shows nothing that it wrote', async ({ window, page }) => {
  await openTab(window, 'command');
  await window.get('command').fill('cat /no/such/file/canary-file');
  await window.agree(true);
  await window.get('command-run').click();
  await expect(window.get('dialog-error')).toBeVisible();
  await expect(window.get('dialog-error')).not.toContainText('No such file');
  expect(await page.content()).not.toContain('No such file');
});

test('a key file that is dropped on Keys fills the form, a list is previewed', async ({ window, page }) => {
  await window.open('keys');
  const drop = async (name: string, content: string) => {
    const data = await page.evaluateHandle(
      ([file, body]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([body ?? ''], file ?? ''));
        return transfer;
      },
      [name, content],
    );
    await page.dispatchEvent('body', 'dragenter', { dataTransfer: data });
    await expect(window.get('drop-veil')).toContainText('Drop to add keys');
    await page.dispatchEvent('body', 'drop', { dataTransfer: data });
  };
  await drop('prod-2026.key', randomBytes(32).toString('base64'));
  await expect(window.get('key-id')).toHaveValue('prod-2026');
  await expect(window.get('format-base64')).toBeChecked();
  await window.get('keep-session').check();
  await window.get('import-submit').click();
  await expect(window.get('key')).toHaveCount(1);
  await drop('keys.json', JSON.stringify([{ id: 'dropped', key: text() }]));
  await expect(window.get('preview')).toContainText('dropped');
});

test('fifty keys at once are found by typing', async ({ window }) => {
  const list = Array.from({ length: 50 }, (_, at) => ({ id: `team-${at}/orders key`, key: text() }));
  await openTab(window, 'list');
  await window.get('list-text').fill(JSON.stringify(list));
  await window.get('list-read').click();
  await expect(window.get('preview-entry')).toHaveCount(50);
  await window.look('add-preview-crowded');
  await window.get('keep-session').check();
  await window.get('keep-keys').click();
  await expect(window.get('key')).toHaveCount(50);
  await window.get('keys-search').fill('orders TEAM-42');
  await expect(window.get('key')).toHaveCount(1);
  await window.get('keys-search').fill('nothing is called so');
  await expect(window.get('keys-none')).toBeVisible();
  await window.get('keys-search').fill('');
  await window.look('keys-crowded');
});
