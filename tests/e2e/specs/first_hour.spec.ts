// Where a first hour stumbled: a key with a slip in it, data without its metadata, and keys that everybody tries.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { encrypted, payloads } from '../support/payloads';
import { history } from '../support/still';
import { expect, test } from '../support/test';

test('a key that does not open what names it is replaced from there, and the Payload decodes', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('prod', randomBytes(32).toString('base64'));
  await window.go('inspector');
  await window.paste(payloads(encrypted('"hello"', 'prod', key)));
  await window.get('which-key').click();
  await expect(window.get('diagnosis')).toContainText('nor does any other');
  await window.look('failure-replace');
  await window.get('replace-key').click();
  await expect(window.get('replace-dialog')).toContainText('Replace prod');
  await window.get('key-material').fill(key.toString('base64'));
  await window.get('replace-submit').click();
  await expect(window.get('replace-dialog')).toBeHidden();
  // Back where it was asked for; what was said of the key before is not said of this one.
  await expect(window.get('view-inspector')).toBeVisible();
  await expect(window.get('verdict')).toContainText('Decrypted');
  await expect(window.get('diagnosis')).toBeHidden();
});

test('keys that are pasted where documents are opened go where keys are added, and do not stand in the clear', async ({ window, page }) => {
  const key = randomBytes(32).toString('base64url');
  const texts = {
    'JSON key list': JSON.stringify([{ id: 'team', material: key, format: 'base64' }]),
    JWK: JSON.stringify({ kty: 'oct', kid: 'team', k: key }),
    '.env': `TEMPORAL_ENCRYPTION_KEY=${randomBytes(32).toString('hex')}\n`,
  };
  await window.open('inspector');
  for (const [kind, text] of Object.entries(texts)) {
    await window.paste(text);
    await expect(window.get('preview-kind'), kind).toContainText('1 key, none added yet');
    expect(await page.content()).not.toContain(text.trim());
    await page.keyboard.press('Escape');
    await expect(window.get('import-dialog')).toBeHidden();
  }
  await window.get('nav-inspector').click();
  // What only speaks of keys is what it was.
  const settled = '{"id": "order-7", "key": "blue"}';
  await window.paste(settled);
  await expect(window.get('source-error')).toContainText('no Payload in it');
  await expect(window.get('source-input')).toHaveValue(settled);
  await expect(window.get('import-dialog')).toBeHidden();
  // Nothing is left of what it was about.
  await window.get('source-input').fill('');
  await expect(window.get('source-error')).toBeHidden();
  await window.go('keys');
  await window.paste(key);
  await expect(window.get('key-material')).toBeVisible();
  await expect(window.get('format-base64')).toBeChecked();
});

test('a key that is pasted beside requests goes where keys are added, and the view stays', async ({ window, page }) => {
  await window.open('requests');
  await window.paste(randomBytes(32).toString('base64'));
  await expect(page.getByRole('dialog')).toContainText('256 bits');
  await expect(window.get('view-requests')).toBeVisible();
});

test('a key whose id is taken takes its place from where it was pasted, and an undo brings the other back', async ({ window, page }) => {
  await window.open('keys');
  await window.importKey('prod', randomBytes(32).toString('base64'));
  await window.get('import-key').click();
  await window.get('key-id').fill('prod');
  await window.get('key-material').fill(randomBytes(32).toString('base64'));
  await window.get('import-submit').click();
  await expect(page.getByRole('dialog')).toContainText('Another key already has the id "prod"');
  // The other one is kept for this session alone; nothing is put elsewhere than asked for.
  await expect(window.get('replace-instead')).toHaveCount(0);
  await window.get('keep-session').check();
  await window.look('key-id-taken');
  await window.get('replace-instead').click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByText('Replaced key prod; the one before is retired')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('Undone: key prod is back')).toBeVisible();
});

test('what is compressed under a label of one’s own decodes without a key', async ({ window, page }) => {
  const packed = gzipSync('{"customer":"Ada","items":[1,2,3]}').toString('base64');
  const sent = { metadata: { encoding: Buffer.from('binary/acme-packed').toString('base64') }, data: packed };
  await window.open('inspector');
  await window.paste(JSON.stringify(sent));
  await window.get('which-key').click();
  await expect(window.get('diagnosis')).toContainText('A format reads it, and no key of yours is needed.');
  await window.look('diagnosis-packed');
  await window.get('adopt').click();
  await expect(window.get('view-inspector')).toContainText('"customer"');
  await page.keyboard.press('Control+z');
  await expect(window.get('unread')).toContainText('The data starts as gzip does.');
});

test('a key that is not there is added from what Which key opens this? says', async ({ window, page }) => {
  await window.open('keys');
  await window.importKey('prod', randomBytes(32).toString('base64'));
  await window.go('inspector');
  await window.paste(payloads(encrypted('"hello"', 'orders-2027', randomBytes(32))));
  await window.get('which-key').click();
  await expect(window.get('diagnosis')).toContainText('which you do not have');
  await window.get('diagnosis-add-key').click();
  await expect(window.get('key-id')).toHaveValue('orders-2027');
  await page.keyboard.press('Escape');
  await window.look('diagnosis-add-key');
});

test('a file that cannot be opened is named, and nothing is marked in the text that stands there', async ({ window }) => {
  await window.open('inspector');
  await window.get('welcome-skip').click();
  await window.paste('{"order": 7}');
  await expect(window.get('source-error')).toContainText('no Payload in it');
  const path = window.temporary('team-keys.age');
  writeFileSync(path, '-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3Yx\n-----END AGE ENCRYPTED FILE-----\n');
  await window.get('open-path').fill(path);
  await window.get('open-file').click();
  await expect(window.get('source-error')).toContainText('team-keys.age: ');
  await expect(window.get('source-place')).toBeHidden();
  await expect(window.get('source-input')).not.toHaveAttribute('aria-invalid');
  await window.look('source-error-file');
  await window.get('source-add-keys').click();
  await expect(window.get('list-text')).toBeVisible();
});

test('Ctrl and a digit lead into the view: the next Tab is in it', async ({ window, page }) => {
  await window.open('server');
  await window.get('nav-formats').focus();
  await page.keyboard.press('Control+3');
  await expect(window.get('view-keys')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(window.get('view-keys').locator(':focus')).toHaveCount(1);
  // What is written into keeps the focus, where it is still there.
  await page.keyboard.press('Control+k');
  await window.get('palette-input').fill('ask me first');
  await expect(window.get('palette')).toContainText('Ask before somebody new is served');
});

test('a bundle names its keys so that they are told apart, and leads to what is missing', async ({ window }) => {
  await window.open('keys');
  await window.importKey('prod', randomBytes(32).toString('base64'));
  await window.keyMenu('prod', 'key-replace');
  await window.get('key-material').fill(randomBytes(32).toString('base64'));
  await window.get('replace-submit').click();
  await expect(window.get('key')).toHaveCount(2);
  const prints = await window.get('keys-list').locator('[data-testid=key] code').allInnerTexts();
  await window.get('export-bundle').click();
  const rows = window.get('export-dialog').locator('label', { has: window.get('export-key') });
  // Those in use first, as in the list.
  await expect(rows.nth(1)).toContainText('(retired)');
  // What is handed on is in use; the retired one is there to be ticked.
  await expect(rows.nth(0).getByRole('checkbox')).toBeChecked();
  await expect(rows.nth(1).getByRole('checkbox')).not.toBeChecked();
  await expect(window.get('export-submit')).toHaveText('Export 1 key');
  for (const at of [0, 1]) {
    const print = (await rows.nth(at).locator('code').innerText()).trim();
    expect(prints).toContain(print);
  }
  await window.look('export-bundle-retired');
  await window.get('export-submit').click();
  await expect(window.get('export-passphrase')).toBeFocused();
  await expect(window.get('export-dialog')).toContainText('Choose where to save the bundle.');
  await window.get('export-path').fill('/nowhere/keys.age');
  await expect(window.get('export-dialog')).not.toContainText('Choose where to save the bundle.');
});

test('a list that holds an id twice has room for the names of formats', async ({ window }) => {
  await window.open('keys');
  const material = randomBytes(32).toString('base64');
  await window.importKey('payments-2026', material);
  await window.get('import-key').click();
  await window.get('tab-list').click();
  const taken = { id: 'payments-2026', material: randomBytes(32).toString('base64') };
  await window.get('list-text').fill(JSON.stringify([taken, { id: 'payments-2025', material }]));
  await window.get('list-read').click();
  // A slip of somebody: the same bytes under two ids.
  await expect(window.get('preview-same')).toHaveText('The same bytes as payments-2026, which is here already.');
  await expect(window.get('preview-same')).toHaveCount(1);
  const first = window.get('preview-entry').first();
  await expect(first).toContainText('already has the id');
  const format = first.locator('td').nth(4);
  const word = await format.evaluate((cell) => {
    const range = document.createRange();
    const text = cell.firstChild as Text;
    range.setStart(text, text.data.indexOf('Temporal'));
    range.setEnd(text, text.data.indexOf('Temporal') + 'Temporal'.length);
    return range.getClientRects().length;
  });
  expect(word, 'lines that a word takes').toBe(1);
  await window.look('preview-taken');
});

test('the data of a Payload alone can be gone on with', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('prod', key.toString('base64'));
  await window.go('inspector');
  await window.paste(encrypted('"hello"', 'prod', key).data);
  await expect(window.get('source-error')).toContainText('looks like base64 of');
  await window.get('source-as-data').click();
  await expect(window.get('verdict')).toContainText('Decrypted with key prod');
  await expect(window.get('decoded-text')).toContainText('hello');
});

test('a fragment with nothing but data is what its base64 is, one or several of them', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('prod', key.toString('base64'));
  await window.go('inspector');
  const { data } = encrypted('"hello"', 'prod', key);
  await window.paste(`      "data": "${data}",\n`);
  await expect(window.get('source-error')).toContainText('looks like base64 of');
  await expect(window.get('source-error')).toContainText('cannot be read without its metadata');
  await window.look('data-fragment');
  await window.get('source-as-data').click();
  await expect(window.get('verdict')).toContainText('Decrypted with key prod');
  await window.get('clear-document').click();
  await window.paste(`data: ${data}\ndata: ${data}\n`);
  await expect(window.get('source-error')).toContainText('in 2 parts');
  await window.get('source-as-data').click();
  await expect(window.get('document-count')).toHaveText('2 Payloads');
  await expect(window.get('count-decoded')).toHaveText('2 decoded');
});

test('Ctrl+E goes into the value, Ctrl+W leaves it and closes nothing; Ctrl+F searches a history', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste(history('real-order-rich.decoded'));
  await expect(window.get('history-search')).toBeVisible();
  await page.keyboard.press('Control+f');
  await expect(window.get('history-search')).toBeFocused();
  await window.get('nav-server').focus();
  await page.keyboard.press('Control+e');
  await page.keyboard.type('{"a":1}');
  await expect(window.get('encode-input')).toContainText('"a"');
  await page.keyboard.press('Control+w');
  await expect(window.get('history-search')).toBeVisible();
});

test('the Connection Doctor is in the sidebar, and what stands in a menu is seen where the arrow keys are', async ({ window, page }) => {
  await window.open('keys');
  await window.importKey('prod', randomBytes(32).toString('base64'));
  await window.get('nav-doctor').click();
  await expect(window.get('nav-doctor')).toHaveAttribute('aria-current', 'page');
  await window.go('keys');
  await window.key('prod').getByTestId('key-menu').click();
  await page.keyboard.press('ArrowDown');
  const color = () => page.evaluate(() => getComputedStyle(document.activeElement as Element).backgroundColor);
  await expect.poll(color).not.toBe('rgba(0, 0, 0, 0)');
});

test('the timeline of a narrow window says what failed before it says how', async ({ window, page }) => {
  await page.setViewportSize({ width: 720, height: 760 });
  await window.open('keys');
  await window.addSampleKey();
  await window.go('inspector');
  await window.paste(history('real-order-rich.encoded'));
  await window.get('reading-timeline').check({ force: true });
  const line = page.getByText('Timed out', { exact: true });
  await expect(line).toHaveAttribute('title', 'Timed out');
  const name = page.locator('.line', { has: line }).locator('.name');
  const [seen, whole] = await name.evaluate((element) => [element.clientWidth, element.scrollWidth]);
  expect(seen, 'the name is not cut').toBeGreaterThanOrEqual(whole ?? 0);
  await window.shot('timeline-narrow');
});

test('the first key is said to encode, the next one is not; one of the same bytes says so and leads to the other', async ({ window, page }) => {
  const material = randomBytes(32).toString('base64');
  await window.open('keys');
  await window.importKey('payments-2026', material);
  await expect(window.get('toast-ok')).toContainText('Key payments-2026 added. It encodes from now on.');
  await window.importKey('orders-2026', material);
  await expect(window.get('toast-ok').filter({ hasText: 'orders-2026' })).toHaveText(/^\s*Key orders-2026 added\s*$/);
  await expect(window.key('payments-2026').getByTestId('key-same')).toHaveText(/^The same bytes as\s+orders-2026$/);
  await window.key('orders-2026').getByTestId('key-same-as').focus();
  await page.keyboard.press('Enter');
  await expect(window.key('payments-2026')).toBeFocused();
  await window.look('keys-same-bytes');
});

test('a document is exported from its header by a button, in no more room than before', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste(history('real-order-rich.decoded'));
  const button = window.get('export-from-header');
  // As high as the header was without it.
  for (const [width, height, most] of [[720, 700, 67], [960, 700, 67], [1180, 760, 50]] as const) {
    await page.setViewportSize({ width, height });
    expect((await page.locator('.document > header').boundingBox())?.height).toBeLessThanOrEqual(most);
    const box = await button.boundingBox();
    expect((box?.x ?? width) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
  }
  await window.get('compare-document').focus();
  await page.keyboard.press('Tab');
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(window.get('export-as-redacted')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();
});
