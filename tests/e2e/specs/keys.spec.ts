// Keys: taken in, made, renamed, chosen, removed; never shown.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encrypted, payloads, sealedAs } from '../support/payloads';
import { expect, test } from '../support/test';

test('a key of the wrong length is refused at its field, the right one is listed', async ({ window, page }) => {
  await window.open('keys');
  await expect(window.get('keys-empty')).toBeVisible();
  await window.get('import-key').click();
  await window.get('key-id').fill('prod-2026');
  await window.get('key-label').fill('Orders');
  await expect(window.get('key-material')).toHaveAttribute('type', 'password');
  await window.get('key-material').fill('much too short');
  await window.get('import-submit').click();
  await expect(window.get('material-error')).toContainText('an AES key has 16, 24 or 32');
  const material = randomBytes(24).toString('base64');
  await window.get('key-material').fill(material);
  await expect(window.get('format-base64')).toBeChecked();
  await expect(window.get('formats')).toContainText('192 bits');
  await window.get('import-submit').click();
  await expect(window.get('key')).toContainText('Orders');
  await expect(window.get('key')).toContainText('prod-2026');
  await expect(window.get('key')).toContainText('192 bits');
  expect(await page.content()).not.toContain(material);
  await window.get('import-key').click();
  await expect(window.get('key-material')).toHaveValue('');
});

test('the same id twice is refused with a way out', async ({ window }) => {
  await window.open('keys');
  await window.importKey('twice', randomBytes(32).toString('hex'));
  await window.get('import-key').click();
  await window.get('key-id').fill('twice');
  await window.get('key-material').fill(randomBytes(32).toString('hex'));
  await window.get('import-submit').click();
  await expect(window.get('dialog-error')).toContainText('twice');
  await window.get('key-id').fill('another');
  await window.get('import-submit').click();
  await expect(window.get('key')).toHaveCount(2);
});

test('a key of a list takes the place of the one with its id, and Undo brings that back', async ({ window, page }) => {
  await window.open('keys');
  await window.importKey('payments', randomBytes(32).toString('hex'));
  const list = ['payments', 'orders'].map((id) => ({ id, key: randomBytes(32).toString('base64') }));
  await window.get('import-key').click();
  await window.get('tab-list').click();
  await window.get('list-text').fill(JSON.stringify(list));
  await window.get('list-read').click();
  await expect(window.get('keep-keys')).toHaveText('Add 1 key');
  await page.getByLabel('Replace payments').check();
  await expect(window.get('preview-replaces')).toContainText('which is retired');
  await expect(window.get('keep-keys')).toHaveText('Add 1 key, replace 1');
  await window.look('list-replaces');
  await window.get('keep-keys').click();
  await expect(window.get('key')).toHaveCount(3);
  await expect(page.getByText('Added 1 key, replaced 1 key; those before are retired')).toBeVisible();
  const retired = window.get('key').filter({ hasText: 'Retired' });
  await expect(retired).toHaveCount(1);
  const first = await retired.textContent();
  await page.keyboard.press('Control+z');
  await expect(retired).not.toHaveText(first ?? '');
  await expect(retired).toHaveCount(1);
});

test('a raw file is a key', async ({ window }) => {
  const folder = mkdtempSync(join(tmpdir(), 'key-'));
  const path = join(folder, 'raw.key');
  writeFileSync(path, randomBytes(16));
  await window.open('keys');
  await window.get('import-key').click();
  await window.get('tab-file').click();
  await window.get('key-id').fill('from-file');
  await window.get('key-path').fill(path);
  await window.get('import-submit').click();
  await expect(window.get('key')).toContainText('128 bits');
  rmSync(folder, { recursive: true });
});

test('generate, rename, choose, remove', async ({ window }) => {
  await window.open('keys');
  await window.get('generate-key').click();
  await window.get('key-id').fill('first');
  await window.get('bits-128').check({ force: true });
  await window.get('generate-submit').click();
  await window.get('hand-over-done').click();
  // The key was not copied, and cannot be later.
  await expect(window.get('not-copied')).toBeVisible();
  await window.get('hand-over-done').click();
  await expect(window.get('key')).toContainText('128 bits');
  await window.get('encode-with').click();
  await window.get('import-key').click();
  await window.get('tab-generate').click();
  await window.get('key-id').fill('second');
  await window.get('keep-session').check();
  await window.get('generate-submit').click();
  await window.get('hand-over-done').click();
  // The key was not copied, and cannot be later.
  await expect(window.get('not-copied')).toBeVisible();
  await window.get('hand-over-done').click();
  const second = window.page.locator('[data-testid=key][data-key-id=second]');
  await expect(second).toContainText('256 bits');
  await expect(second).toContainText('This session only');

  await second.getByTestId('encode-with').click();
  await expect(second.getByTestId('encodes')).toBeVisible();
  await window.get('encode-key').selectOption({ label: 'None: refuse to encode' });
  await expect(window.get('encodes')).toHaveCount(0);
  await second.getByTestId('encode-with').click();

  await window.keyMenu('second', 'key-rename');
  await window.get('key-id').fill('renamed');
  await window.get('key-label').fill('Staging');
  await window.get('rename-submit').click();
  const renamed = window.page.locator('[data-testid=key][data-key-id=renamed]');
  await expect(renamed).toContainText('Staging');

  const fingerprint = /Fingerprint\s*([0-9a-f]+)/.exec(await renamed.innerText())?.[1] ?? 'none';
  await window.keyMenu('renamed', 'key-remove');
  const dialog = window.get('remove-dialog');
  await expect(dialog).toContainText(fingerprint);
  await expect(dialog).toContainText('It encodes in Default');
  await window.page.keyboard.press('Escape');
  await expect(window.get('key')).toHaveCount(2);
  await expect(renamed.getByTestId('key-menu')).toBeFocused();
  await window.keyMenu('renamed', 'key-remove');
  await window.get('remove-confirm').click();
  // It is in use, so that is said, and asked again.
  await expect(window.get('remove-in-use')).toContainText('Default');
  await expect(window.get('remove-confirm')).toBeDisabled();
  await window.get('remove-anyway').check();
  await window.get('remove-confirm').click();
  await expect(window.get('key')).toHaveCount(1);
});

test('an empty id is said in words', async ({ window }) => {
  await window.open('keys');
  await window.importKey('', randomBytes(32).toString('base64'));
  await expect(window.get('key')).toContainText('"" (empty)');
});

test('ordinary spellings are taken, length and fault are said while typing, and the key shows while a button is held', async ({ window, page }) => {
  await window.open('keys');
  await window.get('import-key').click();
  await window.get('key-id').fill('spelled');
  const field = window.get('key-material');
  await field.fill('0x' + randomBytes(20).toString('hex'));
  await expect(window.get('material-error')).toContainText('20 bytes: an AES key has 16, 24 or 32');
  await expect(window.get('formats')).toContainText('20 bytes');
  await window.look('key-wrong-length');
  await field.fill(randomBytes(16).toString('hex').slice(1));
  await expect(window.get('material-error')).toContainText('31 hex digits: two are one byte');

  const pairs = randomBytes(16).toString('hex').match(/../g) ?? [];
  for (const text of [pairs.join(':'), `"0x${pairs.join('')}"`, pairs.map((pair) => `0x${pair}`).join(', ')]) {
    await field.fill(text);
    await expect(window.get('format-hex')).toBeChecked();
    await expect(window.get('formats')).toContainText('128 bits');
    await expect(window.get('material-error')).toBeHidden();
  }
  await window.get('reveal').hover();
  await page.mouse.down();
  await expect(field).toHaveAttribute('type', 'text');
  await page.mouse.up();
  await expect(field).toHaveAttribute('type', 'password');
  await window.get('reveal').focus();
  await page.keyboard.down('Space');
  await expect(field).toHaveAttribute('type', 'text');
  await page.keyboard.up('Space');
  await expect(field).toHaveAttribute('type', 'password');
  await window.get('import-submit').click();
  await expect(window.key('spelled')).toContainText('128 bits');
});

test('a new key has an id, is copied once by the core after the system asked, and its snippets name the id', async ({ window, page }) => {
  const clipboard = async () => ((await (await fetch(`${window.bridge.url}/desktop`)).json()) as { clipboard: string | null }).clipboard;
  await window.open('keys');
  await window.get('generate-key').click();
  await expect(window.get('key-id')).toHaveValue(/^codec-\d{4}-\d\d$/);
  await window.get('key-id').fill(' ');
  await window.get('generate-submit').click();
  await expect(window.get('dialog-error')).toContainText('A new key needs an id');
  await window.get('key-id').fill('codec-new');
  await window.get('generate-submit').click();
  await expect(window.get('snippet')).toContainText('keyID := "codec-new"');
  await window.get('snippet-sdk').selectOption('Python');
  await expect(window.get('snippet')).toContainText('base64.b64decode(os.environ["TEMPORAL_CODEC_KEY"])');
  await window.look('key-hand-over');

  await window.get('copy-key').click();
  await expect.poll(async () => (await window.asked()).length).toBe(1);
  expect(await clipboard()).toBeNull();
  await window.agree(true);
  await window.get('copy-key').click();
  await expect(window.get('copied-key')).toContainText('60 seconds');
  await window.look('key-copied');
  await expect(window.get('copy-key')).toBeDisabled();
  const copied = (await clipboard()) ?? '';
  expect(Buffer.from(copied, 'base64')).toHaveLength(32);
  expect(await page.content()).not.toContain(copied);
  await window.get('hand-over-done').click();
  // No Worker has it yet, so nothing is encoded with it unless that is asked for.
  await expect(window.key('codec-new').getByTestId('encodes')).toBeHidden();
  // What was copied is the key.
  await window.importKey('same', copied);
  const print = async (id: string) => /Fingerprint\s*([0-9a-f]+)/.exec(await window.key(id).innerText())?.[1];
  expect(await print('same')).toBe(await print('codec-new'));
});

test('a key is replaced under its id, the one before is retired, and one undo brings it back', async ({ window }) => {
  await window.open('keys');
  await window.importKey('prod', randomBytes(32).toString('hex'));
  const print = async (row: number) => /Fingerprint\s*([0-9a-f]+)/.exec(await window.key('prod').nth(row).innerText())?.[1];
  const before = await print(0);
  await window.keyMenu('prod', 'key-replace');
  await expect(window.get('replace-dialog')).toContainText(before ?? 'none');
  await window.get('key-material').fill('00:11');
  await window.get('replace-submit').click();
  await expect(window.get('material-error')).toContainText('2 bytes');
  await window.look('key-replace');
  await window.get('key-material').fill(randomBytes(32).toString('hex'));
  await window.get('replace-submit').click();
  await expect(window.get('toast-ok')).toContainText('the one before is retired');
  await expect(window.key('prod')).toHaveCount(2);
  expect(await print(0)).not.toBe(before);
  await expect(window.key('prod').nth(1).getByTestId('key-retired')).toBeVisible();
  await window.get('toast-ok').getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => print(0)).toBe(before);
});

test('a fingerprint is explained where it is compared, and the commands that are copied give the same one', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('prod', key.toString('base64'));
  const print = /Fingerprint\s*([0-9a-f]{16})/.exec(await window.key('prod').innerText())?.[1];
  await window.get('fingerprint-help').locator('summary').click();
  await window.look('fingerprint');
  for (const way of ['shell', 'python', 'node']) {
    const command = await window.get(`fingerprint-${way}`).innerText();
    const env = { ...process.env, TEMPORAL_CODEC_KEY: key.toString('base64') };
    expect(execFileSync('sh', ['-c', command], { env, encoding: 'utf8' }).trim(), way).toBe(print);
  }
  // Beside the error that asks to compare.
  await window.go('inspector');
  await window.paste(payloads(encrypted('1', 'prod', randomBytes(32))));
  await expect(window.get('failure')).toContainText('fingerprint');
  await expect(window.get('failure').getByTestId('fingerprint-help')).toBeVisible();
});

test('a command unwraps data keys once it was confirmed, is tested on a Payload, and can be taken away', async ({ window }) => {
  const key = randomBytes(32);
  const sealed = encrypted('"order"', 'awskms:///alias/orders', key);
  sealed.metadata['encryption-dek'] = Buffer.from(key.toString('base64')).toString('base64');
  await window.open('keys');
  await window.page.keyboard.press('Control+k');
  await window.page.keyboard.type('unwrap data keys');
  await window.page.keyboard.press('Enter');
  await expect(window.get('wrapped-command')).toHaveValue(/^aws kms decrypt /);
  await window.look('wrapped-add');
  // It prints what it is given: the key.
  await window.get('wrapped-command').fill('cat');
  await window.get('wrapped-save').click();
  await expect(window.get('wrapped-source')).toContainText('cat');
  await window.look('wrapped-unconfirmed');

  await window.paste(payloads(sealed));
  await expect(window.page.getByText('has not been confirmed').first()).toBeVisible();
  await window.go('keys');
  const before = (await window.asked()).length;
  await window.get('wrapped-confirm').click();
  // The no is given before the next answer is another.
  await expect.poll(async () => (await window.asked()).length).toBe(before + 1);
  await expect(window.get('wrapped-confirm')).toBeVisible();
  await window.agree(true);
  await window.get('wrapped-confirm').click();
  await expect(window.get('wrapped-confirm')).toBeHidden();

  await window.get('wrapped-edit').click();
  await window.get('wrapped-payload').fill(JSON.stringify(sealed));
  await window.get('wrapped-test').click();
  await expect(window.get('wrapped-tested')).toContainText('256 bits, which opens');
  await window.look('wrapped-tested');
  await window.page.keyboard.press('Escape');
  await expect(window.get('wrapped-held')).toContainText('1 data key in memory');
  await window.paste(payloads(sealed));
  await expect(window.get('verdict')).toContainText('Decrypted');
  await window.go('keys');
  await window.get('wrapped-remove').click();
  await expect(window.get('wrapped-keys')).toBeHidden();
});

test('a data key that was refused leads to the command that was asked', async ({ window }) => {
  const sealed = encrypted('"order"', 'awskms:///alias/orders', randomBytes(32));
  sealed.metadata['encryption-dek'] = Buffer.from(randomBytes(32).toString('base64')).toString('base64');
  await window.open('inspector');
  await window.paste(payloads(sealed));
  await window.get('unwrap-data-keys').click();
  await window.get('wrapped-command').fill('false');
  await window.get('wrapped-save').click();
  await window.agree(true);
  await window.get('wrapped-confirm').click();
  await expect(window.get('wrapped-confirm')).toBeHidden();
  await window.go('inspector');
  await window.get('see-wrapped-keys').click();
  await expect(window.get('wrapped-edit')).toBeFocused();
});

test('from a Payload whose data key nobody unwraps to its value', async ({ window }) => {
  const key = randomBytes(32);
  const sealed = encrypted('"order"', 'gcpkms://projects/p/locations/l', key);
  sealed.metadata['encryption-dek'] = Buffer.from(key.toString('base64')).toString('base64');
  await window.open('inspector');
  await window.paste(payloads(sealed));
  await expect(window.get('verdict')).toContainText('wraps is not unwrapped');
  await window.get('unwrap-data-keys').click();
  await expect(window.get('wrapped-by')).toHaveValue('gcpkms://*');
  await expect(window.get('wrapped-command')).toHaveValue(/^gcloud kms decrypt /);
  // It prints what it is given: the key.
  await window.get('wrapped-command').fill('cat');
  await window.get('wrapped-save').click();
  await window.agree(true);
  await window.get('wrapped-confirm').click();
  await expect(window.get('wrapped-confirm')).toBeHidden();
  await window.go('inspector');
  await expect(window.get('verdict')).toContainText('Decrypted');
  await window.look('wrapped-decoded');
});

test('an extension server is set up in the place of a command, and is not asked before it was confirmed', async ({ window }) => {
  const sealed = encrypted('"order"', 'extension://kms/payloads', randomBytes(32));
  sealed.metadata['encryption-dek'] = Buffer.from(randomBytes(60).toString('base64')).toString('base64');
  await window.open('keys');
  await window.page.keyboard.press('Control+k');
  await window.page.keyboard.type('extension server');
  await window.page.keyboard.press('Enter');
  await window.get('wrapped-template').selectOption('Extension server of Temporal Proxy');
  await expect(window.get('wrapped-command')).toHaveValue('grpc://127.0.0.1:9443');
  await expect(window.get('wrapped-dialog')).toContainText('api.kms.v1.EncryptionService');
  await window.look('wrapped-server');
  // An address of another machine is refused where it is typed.
  await window.get('wrapped-command').fill('grpc://10.0.0.1:9443');
  await window.get('wrapped-save').click();
  await expect(window.get('wrapped-dialog')).toContainText('has to be on this computer');
  await window.get('wrapped-command').fill('grpc://127.0.0.1:1');
  await window.get('wrapped-save').click();
  await expect(window.get('wrapped-source')).toContainText('grpc://127.0.0.1:1');

  await window.paste(payloads(sealed));
  await expect(window.page.getByText('the extension server at 127.0.0.1:1 has not been confirmed').first()).toBeVisible();
  await window.go('keys');
  await window.agree(true);
  await window.get('wrapped-confirm').click();
  await expect(window.get('wrapped-confirm')).toBeHidden();
  expect((await window.asked()).at(-1)?.[0]).toBe('Ask this server?');
  await window.paste(payloads(sealed));
  await expect(window.page.getByText('cannot be reached (connection refused)').first()).toBeVisible();
  await window.look('wrapped-unreachable');
});

test('a secret that is no key is said to be one while it is typed, with the way to the format that makes a key of it', async ({ window, page }) => {
  await window.open('keys');
  await window.get('import-key').click();
  await window.get('key-id').fill('derived');
  await window.get('key-material').fill('correct horse battery staple');
  // Nothing was pressed yet.
  const fault = window.get('material-error');
  await expect(fault).toContainText('28 bytes: an AES key has 16, 24 or 32.');
  await expect(fault).toContainText('It looks like a passphrase. If your codec derives its key from a secret, choose its format below first.');
  await window.look('key-looks-like-passphrase');
  await window.get('choose-derivation').click();
  await expect(window.get('format-search')).toBeFocused();
  await expect(window.get('format-search')).toBeInViewport();
  await window.get('format-search').fill('ronykit');
  await window.get('format-ronykit').check();
  await expect(fault).toBeHidden();
  await expect(window.get('format-utf8')).toBeChecked();
  await expect(window.get('choose-derivation')).toHaveCount(0);
  await page.locator('[data-testid=key-material]').press('Enter');
  await expect(window.key('derived')).toContainText('224 bits');
});

test('what can only decode is offered to encode with nowhere, and what is limited not for every Namespace', async ({ window, page }) => {
  await window.open('keys');
  await window.importKey('first', randomBytes(32).toString('base64'));
  await window.importKey('reads', randomBytes(32).toString('base64'));
  await expect(window.key('reads').getByTestId('encode-with')).toBeVisible();
  await window.keyMenu('reads', 'key-edit-usage');
  await window.get('format-search').fill('saga420');
  await window.get('format-saga420').check();
  // Second, it is still what encodes that stands first.
  await expect(window.get('format-picker')).toContainText('only decodes');
  await expect(window.get('format-picker').getByRole('button', { name: 'Use to encode' })).toHaveCount(0);
  await window.get('format-search').fill('sdk-samples');
  await window.get('format-sdk-samples').uncheck();
  await window.look('key-format-only-decodes');
  await window.get('usage-submit').click();

  const key = window.key('reads');
  await expect(key).toContainText('Decodes only, by its format');
  await expect(key.getByTestId('encode-with')).toHaveCount(0);
  await key.getByTestId('key-menu').click();
  await expect(window.get('key-retire')).toBeVisible();
  await expect(window.get('key-encode-in')).toHaveCount(0);
  await page.keyboard.press('Escape');
  const options = (testid: string) => window.get(testid).locator('option:disabled').allInnerTexts();
  expect(await options('encode-key')).toEqual(['reads: saga420 only decodes']);
  await page.keyboard.press('Control+k');
  await window.get('palette-input').fill('reads encode');
  await expect(window.get('palette')).not.toContainText('to encode');
  await window.get('palette-input').fill('first encode');
  await expect(window.get('palette')).toContainText('Encode with first in a Namespace');
  await page.keyboard.press('Escape');
  await window.go('namespaces');
  await window.get('profile-new').click();
  expect(await options('profile-encode-key')).toEqual(['reads: saga420 only decodes']);
  await page.keyboard.press('Escape');

  await window.go('keys');
  await window.get('encode-key').selectOption('');
  await window.keyMenu('first', 'key-edit-usage');
  await window.get('key-namespaces-input').fill('orders');
  await page.keyboard.press('Enter');
  await window.get('usage-submit').click();
  await expect(window.key('first').getByTestId('encode-with')).toHaveCount(0);
  await window.keyMenu('first', 'key-encode-in');
  await expect(window.get('cannot-encode')).toHaveText('Cannot: only for orders');
  await window.look('key-limited-encode-in');
  await window.get('encode-new-profile').click();
  await expect(window.get('profile-name')).toBeFocused();
});

test('what unwraps a data key is said in the same words, whether a format claims the Payload or none does', async ({ window }) => {
  const core = readFileSync(new URL('../../../crates/app/src/hints.rs', import.meta.url), 'utf8');
  const hint = /const UNWRAP: &str = "(.+)";/.exec(core)?.[1] ?? 'no hint';
  const claimed = encrypted('"order"', 'gcpkms://projects/p/locations/l', randomBytes(32));
  claimed.metadata['encryption-dek'] = Buffer.from(randomBytes(32).toString('base64')).toString('base64');
  await window.open('inspector');
  await window.paste(payloads(claimed));
  await expect(window.get('failure')).toContainText(hint);
  const wrapped = randomBytes(64);
  await window.paste(payloads(sealedAs('binary/encrypted/tink', Buffer.concat([Buffer.from([0, 0, 0, 64]), wrapped, randomBytes(60)]))));
  await expect(window.get('unread')).toContainText(hint);
  await expect(window.get('unwrap-data-keys')).toBeVisible();
  await window.look('unread-wrapped');
});
