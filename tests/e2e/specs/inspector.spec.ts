// Paste, drop, open; see what it says, or why it says nothing and what to do.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encrypted, payloads, plain } from '../support/payloads';
import { expect, test } from '../support/test';

const history = (name: string) => fileURLToPath(new URL(`../../histories/${name}`, import.meta.url));
/** Over 2^53, with a decimal that a double would shorten, and one key twice. */
const EXACT = '{"id":9007199254740993,"price":1.10,"a":1,"a":2}';

test('a missing key is named, added, and the Payload is decoded without pasting again', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('inspector');
  await window.paste(payloads(encrypted(EXACT, 'prod-2024', key)));
  await expect(window.get('verdict')).toContainText('"prod-2024" was not found');
  await expect(window.get('failure')).toContainText('Add the key with this id');
  await window.get('add-missing-key').click();
  await expect(window.get('key-id')).toHaveValue('prod-2024');
  await window.get('key-material').fill(key.toString('base64'));
  await expect(window.get('format-base64')).toBeChecked();
  await window.get('import-submit').click();
  await expect(window.get('verdict')).toContainText('Decrypted with key prod-2024');
  const text = window.get('decoded-text');
  await expect(text).toContainText('9007199254740993');
  await expect(text).toContainText('1.10');
});

test('copies the value and the decoded Payload exactly', async ({ window, page }) => {
  const key = randomBytes(16);
  await window.open('inspector');
  await window.importKey('k', key.toString('hex'));
  await window.go('inspector');
  await window.paste(JSON.stringify(encrypted(EXACT, 'k', key)));
  await window.get('copy-value').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(EXACT);
  await window.get('copy-payload').click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(JSON.parse(copied)).toEqual(plain(EXACT));
  await window.get('form-raw').check({ force: true });
  await expect(window.get('decoded-text')).toContainText(EXACT);
  await window.get('tab-metadata').click();
  await expect(window.get('metadata')).toContainText('encryption-key-id');
  await expect(window.get('metadata')).toContainText('json/plain');
});

test('several Payloads are listed with their outcome in words, and walked by keys', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('inspector');
  await window.importKey('k', key.toString('base64'));
  await window.go('inspector');
  await window.paste(payloads(encrypted('"one"', 'k', key), plain('"two"'), encrypted('"three"', 'gone', key)));
  const rows = window.get('payloads-row');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0)).toContainText('Decoded');
  await expect(rows.nth(1)).toContainText('Not encoded');
  await expect(rows.nth(2)).toContainText('Not decoded');
  await expect(window.get('count-failed')).toHaveText('1 not decoded');
  // What needs a look is shown first.
  await expect(rows.nth(2)).toHaveAttribute('aria-selected', 'true');
  await window.get('payloads').focus();
  await page.keyboard.press('Home');
  await expect(window.get('decoded-text')).toContainText('"one"');
  await page.keyboard.press('ArrowDown');
  await expect(window.get('decoded-text')).toContainText('"two"');
  await page.keyboard.press('Escape');
  await expect(window.get('decoded-text')).toContainText('"two"');
});

test('a history is opened by its path and grouped by event', async ({ window }) => {
  await window.open('inspector');
  await window.get('welcome-skip').click();
  await window.get('open-path').fill(history('real-samples-go-encryption.encoded.json'));
  await window.get('open-file').click();
  await window.listPayloads();
  await expect(window.get('payloads')).toContainText('WorkflowExecutionStarted');
  await expect(window.get('payloads')).toContainText('input[0]');
  await expect(window.get('count-failed')).toBeVisible();
});

test('the whole of a long document can be scrolled through', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste(payloads(...Array.from({ length: 1500 }, (_, at) => plain(`"number ${at}"`))));
  await expect(window.get('document-count')).toHaveText('1,500 Payloads');
  await window.get('payloads').focus();
  await expect(async () => {
    await page.keyboard.press('End');
    await expect(window.get('decoded-text')).toContainText('number 1499', { timeout: 500 });
  }).toPass();
  expect(await window.get('payloads-row').count()).toBeLessThan(100);
});

test('a dropped file is read', async ({ window, page }) => {
  const text = readFileSync(history('real-order-rich.decoded.json'), 'utf8');
  await window.open('inspector');
  const data = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], 'history.json', { type: 'application/json' }));
    return transfer;
  }, text);
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: data });
  await expect(window.get('drop-veil')).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
  await expect(window.get('drop-veil')).toBeHidden();
  await window.listPayloads();
  await expect(window.get('payloads')).toContainText('WorkflowExecutionStarted');
  await expect(window.get('document-tab')).toHaveText(/OrderRich/);
  // Whatever says no Workflow has the name of its file, and not that of a key.
  const other = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], 'order-1042.json', { type: 'application/json' }));
    return transfer;
  }, JSON.stringify(encrypted('1', 'prod-2026', randomBytes(32))));
  await page.dispatchEvent('body', 'drop', { dataTransfer: other });
  await expect(window.get('document-tab').last()).toContainText('order-1042.json');
  await window.paste(JSON.stringify({ workflowExecutionInfo: { execution: { workflowId: 'order-1042' }, type: { name: 'Order' }, memo: { fields: { a: plain('1') } } } }));
  await expect(window.get('document-tab').last()).toHaveText('Order · order-1042');
});

test('what is not recognized is said, and the text stays to be mended', async ({ window }) => {
  await window.open('inspector');
  await window.get('welcome-skip').click();
  await window.get('source-input').fill('this is no Payload!');
  await window.get('source-decode').click();
  await expect(window.get('source-error')).toBeVisible();
  await expect(window.get('source-input')).toHaveValue('this is no Payload!');
  await window.get('source-input').fill(payloads(plain('"mended"')));
  await window.get('source-decode').click();
  await expect(window.get('decoded-text')).toContainText('"mended"');
});

test('the text is searched with Ctrl+F and folded', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste(payloads(plain('{"needle":{"deep":[1,2,3]},"other":true}')));
  await window.get('decoded-text').getByRole('textbox', { name: 'Decoded value' }).focus();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('deep');
  await expect(page.locator('.cm-searchMatch').first()).toHaveText('deep');
  await page.keyboard.press('Escape');
  // The search closes; the document stays.
  await expect(page.locator('.cm-search')).toHaveCount(0);
  await expect(window.get('decoded-text')).toBeVisible();
  await page.locator('.cm-foldGutter span[title="Fold line"]').first().click();
  await expect(page.locator('.cm-foldPlaceholder')).toBeVisible();
});

test('what is not recognized has its place said and marked, in JSON and in base64', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste('{"payloads": [\n  {"metadata": {}} {"data": ""}\n]}');
  const source = window.get('source-input');
  await expect(window.get('source-error')).toContainText('line 2, column 20: a comma or ] is expected there');
  await expect(window.get('fault')).toHaveText('{');
  await window.look('inspector-fault');
  // The mark lies on the character: the field and what lies behind it have the same lines.
  await window.get('source-place').click();
  await expect(source).toBeFocused();
  expect(await source.evaluate((field: HTMLTextAreaElement) => field.value.slice(field.selectionStart, field.selectionEnd))).toBe('{');
  const base64 = Buffer.from('A Payload 1 that was copied by hand, and not quite as it was.').toString('base64');
  await source.fill(`${base64.slice(0, 40)}%${base64.slice(40)}`);
  await expect(window.get('fault')).toHaveCount(0);
  await window.get('source-decode').click();
  await expect(window.get('source-error')).toContainText('line 1, column 41: this character does not belong to base64');
  await expect(window.get('fault')).toHaveText('%');
  await page.keyboard.press('Escape');
});

test('a document opens with its first failed Payload in the list, however far down that is', async ({ window }) => {
  await window.open('inspector');
  const many = Array.from({ length: 400 }, (_, n) => (n === 300 ? encrypted('"x"', 'nobody', randomBytes(32)) : plain(String(n))));
  await window.paste(payloads(...many));
  const row = window.get('payloads').locator('[role=option][aria-selected=true]');
  await expect(row).toBeInViewport();
  await expect(row).toContainText('payloads[300]');
});
