// Where a first hour stumbled: a key with a slip in it, data without its metadata, and keys that everybody tries.
import { randomBytes } from 'node:crypto';
import { encrypted, payloads } from '../support/payloads';
import { history } from '../support/still';
import { expect, test } from '../support/test';

test('a key that does not open what names it is replaced from there, and the Payload decodes', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('prod', randomBytes(32).toString('base64'));
  await window.go('inspector');
  await window.paste(payloads(encrypted('"hello"', 'prod', key)));
  await window.look('failure-replace');
  await window.get('replace-key').click();
  await expect(window.get('replace-dialog')).toContainText('Replace prod');
  await window.get('key-material').fill(key.toString('base64'));
  await window.get('replace-submit').click();
  await expect(window.get('replace-dialog')).toBeHidden();
  await window.go('inspector');
  await expect(window.get('verdict')).toContainText('Decrypted');
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
