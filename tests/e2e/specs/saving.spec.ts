// What was decoded goes to the clipboard by its place, and to a file only when that is asked for.
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { encrypted, plain } from '../support/payloads';
import { history } from '../support/still';
import { expect, test } from '../support/test';

const EXACT = '{"id":9007199254740993,"price":1.10}';

test('the place of a Payload is copied in each spelling', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste(JSON.stringify({ memo: { fields: { 'order-id': plain(EXACT) } } }));
  const copied = async (item: string) => {
    await window.get('payload-more').click();
    await window.get(item).click();
    await expect(window.get('toast-ok')).toContainText('copied');
    return page.evaluate(() => navigator.clipboard.readText());
  };
  expect(await copied('copy-json-path')).toBe("$.memo.fields['order-id']");
  expect(await copied('copy-pointer')).toBe('/memo/fields/order-id');
  expect(await copied('copy-jq')).toBe('.memo.fields."order-id"');
  await window.get('payload-more').click();
  await window.look('inspector-more');
});

test('a value and a whole document are saved, decoded, for this user alone', async ({ window }) => {
  const key = randomBytes(32);
  const sealed = encrypted('"other"', 'gone', key);
  const source = `{ "note": 1.10,  "payloads": [${JSON.stringify(encrypted(EXACT, 'k', key))}, ${JSON.stringify(sealed)}] }`;
  await window.open('inspector');
  await window.importKey('k', key.toString('base64'));
  await window.go('inspector');
  await window.paste(source);
  await window.get('payloads-row').first().click();
  await expect(window.get('decoded-text')).toContainText('9007199254740993');

  const value = window.temporary('value.json');
  await window.get('payload-more').click();
  await window.get('save-value').click();
  await window.get('save-path').fill('value.json');
  await window.get('save-submit').click();
  await expect(window.get('dialog-error')).toContainText('not absolute');
  await window.look('inspector-save');
  await window.get('save-path').fill(value);
  await window.get('save-submit').click();
  await expect(window.get('toast-ok')).toContainText('value.json');
  expect(readFileSync(value, 'utf8')).toBe(EXACT);
  expect(statSync(value).mode & 0o777).toBe(0o600);

  // What is there already is not written over by a path that was typed.
  const other = window.temporary('decoded.json');
  writeFileSync(other, 'mine');
  await window.get('payload-more').click();
  await window.get('export-document').click();
  await window.get('save-path').fill(other);
  await window.get('save-submit').click();
  await expect(window.get('dialog-error')).toContainText('file already has this name');
  expect(readFileSync(other, 'utf8')).toBe('mine');
  await window.get('save-path').fill(`${other}.2`);
  await window.get('save-submit').click();
  await expect(window.get('toast-ok')).toContainText('1 Payload decoded, 1 not decoded');
  const saved = readFileSync(`${other}.2`, 'utf8');
  expect(saved).toContain('{ "note": 1.10,  "payloads": [');
  expect((JSON.parse(saved) as { payloads: unknown[] }).payloads).toEqual([plain(EXACT), sealed]);
});

test('line breaks are seen, a value is copied pretty-printed, and a document is saved for people', async ({ window, page }) => {
  const key = randomBytes(32);
  const trace = '{"message":"no","stackTrace":"at pay()\\n\\tat order()"}';
  await window.open('inspector');
  await window.importKey('k', key.toString('base64'));
  await window.go('inspector');
  await window.paste(JSON.stringify({ payloads: [encrypted(trace, 'k', key), plain('"first\\nsecond"'), encrypted('{"a":[1.10]}', 'k', key)] }));
  await window.get('payloads-row').first().click();
  // As people read it, and as it is written.
  await expect(window.get('decoded-text').locator('.cm-line').filter({ hasText: 'at order()' })).not.toContainText('at pay()');
  await window.look('inspector-lines');
  await window.get('form-pretty').check({ force: true });
  await expect(window.get('decoded-text').locator('.cm-line').filter({ hasText: 'at order()' })).toContainText('at pay()\\n\\tat order()');
  await window.get('payloads-row').nth(1).click();
  await expect(window.get('decoded-text')).toContainText('"first\\nsecond"');
  await window.get('form-lines').check({ force: true });
  await expect(window.get('decoded-text').locator('.cm-line').first()).toHaveText('first');

  await window.get('payloads-row').nth(2).click();
  const copied = async (press: () => Promise<void>) => {
    await press();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  expect(await copied(() => window.get('copy-value').click())).toBe('{"a":[1.10]}');
  await window.get('payload-more').click();
  expect(await copied(() => window.get('copy-pretty').click())).toBe('{\n  "a": [\n    1.10\n  ]\n}');

  const path = window.temporary('readable.json');
  await window.get('payload-more').click();
  await window.get('export-document').click();
  await window.get('export-as-readable').check({ force: true });
  await expect(window.get('export-preview')).toContainText('[1.10]');
  await window.get('save-path').fill(path);
  await window.get('save-submit').click();
  await expect(window.get('toast-ok')).toContainText('2 Payloads decoded');
  const saved = readFileSync(path, 'utf8');
  expect(saved).toContain('"data":{"a":[1.10]}');
  expect(saved).toContain('"data":"first\\nsecond"');
  // It is a document again.
  await window.paste(saved);
  await expect(window.get('document-count')).toHaveText('3 Payloads');
  await expect(window.get('count-failed')).toHaveCount(0);
});

test('a redacted copy is shown before it is written, and holds no value', async ({ window, page }) => {
  const key = randomBytes(32);
  const gone = encrypted('"gone"', 'gone', randomBytes(32));
  await window.open('inspector');
  await window.importKey('k', key.toString('base64'));
  await window.go('inspector');
  await window.paste(JSON.stringify({ payloads: [encrypted('{"mail":"ada@example.com","n":1}', 'k', key), gone] }));
  await expect(window.get('payloads-row')).toHaveCount(2);
  await page.keyboard.press('Control+Shift+E');
  await window.get('export-as-redacted').check({ force: true });
  await expect(window.get('export-preview')).toContainText('[REDACTED:');
  await expect(window.get('export-left-out')).toContainText('/payloads/1');
  await expect(window.get('export-kept')).toContainText('Not redacted');
  await window.look('inspector-export-redacted');
  await window.get('export-redacts-rules').check({ force: true });
  await expect(window.get('export-preview')).toContainText('"n":1');
  await expect(window.get('export-preview')).not.toContainText('ada@');
  await window.get('export-rules').fill('no rule');
  await expect(window.get('dialog-error')).toContainText('Rule 1');
  await window.get('export-rules').fill('$.n');
  await expect(window.get('export-preview')).toContainText('ada@example.com');
  await window.look('inspector-export-rules');
  const path = window.temporary('redacted.json');
  await window.get('save-path').fill(path);
  await window.get('save-submit').click();
  await expect(window.get('toast-ok')).toContainText('1 mark, 1 value left out');
  expect(readFileSync(path, 'utf8')).toMatch(/"n":"\[REDACTED:[0-9a-f]{8}\]"/);
});

test('the preview of a redacted history begins at its first mark, and the file is named after the Workflow', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste(history('real-order-rich.decoded'));
  await expect(window.get('events')).toBeVisible();
  await page.keyboard.press('Control+Shift+E');
  await window.get('export-as-redacted').check({ force: true });
  const preview = window.get('export-preview');
  await expect(preview).toContainText('[REDACTED:');
  const markIsSeen = () =>
    preview.evaluate((pre) => {
      const [text] = pre.childNodes;
      const at = pre.textContent?.indexOf('[REDACTED:') ?? -1;
      const mark = document.createRange();
      mark.setStart(text as Node, at);
      mark.setEnd(text as Node, at + 1);
      const [{ top, bottom }, box] = [mark.getBoundingClientRect(), pre.getBoundingClientRect()];
      return pre.scrollTop > 0 && top >= box.top && bottom <= box.bottom;
    });
  await expect.poll(markIsSeen).toBe(true);
  await expect(page.getByText(/such as \/home\/you\/[\w.-]+\.redacted\.json/)).toBeVisible();
  await expect(page.getByText('document.redacted.json')).toHaveCount(0);
  await window.look('inspector-export-redacted-history');
  await window.get('export-as-decoded').check({ force: true });
  await expect.poll(() => preview.evaluate((pre) => pre.scrollTop)).toBe(0);
});

test('in screen-share mode values are blurred until Alt is held', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste(JSON.stringify({ payloads: [plain('{"a":1}')] }));
  await expect(window.get('decoded-text')).toBeVisible();
  const filter = () => window.get('decoded-text').evaluate((text) => getComputedStyle(text.closest('[data-value]') ?? text).filter);
  expect(await filter()).toBe('none');
  await page.keyboard.press('Control+Shift+H');
  await expect.poll(filter).toContain('blur');
  await window.look('inspector-screen-share');
  await page.keyboard.down('Alt');
  await expect.poll(filter).toBe('none');
  await page.keyboard.up('Alt');
  await expect.poll(filter).toContain('blur');
  await window.get('screen-share-off').click();
  await expect.poll(filter).toBe('none');
});

test('in screen-share mode only values of chosen names are blurred, and those without a name', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste(JSON.stringify({ payloads: [plain('{"order":7,"password":"hunter2"}'), plain('{"order":8}'), plain('"hunter3"')] }));
  await expect(window.get('payloads-row')).toHaveCount(3);
  await page.keyboard.press('Control+Shift+H');
  await window.get('screen-share-choose').click();
  await expect(window.get('screen-share-names')).toBeFocused();
  await page.keyboard.type('pass*');
  await page.keyboard.press('Enter');
  await expect(window.get('screen-share')).toContainText('values named pass* are blurred, and those without a name');
  const isBlurred = (text: string) =>
    page.getByText(text, { exact: true }).last().evaluate((found) => {
      const hidden = found.closest('.cm-blurred');
      return (hidden !== null && getComputedStyle(hidden).color === 'rgba(0, 0, 0, 0)') || getComputedStyle(found.closest('[data-value]') ?? found).filter !== 'none';
    });
  const value = window.get('decoded-text');
  await expect(value.locator('.cm-blurred')).toHaveText('"hunter2"');
  await expect.poll(() => isBlurred('"hunter2"')).toBe(true);
  expect(await isBlurred('7')).toBe(false);
  const previews = window.get('payloads-row').locator('.preview');
  const blurs = () => previews.evaluateAll((all) => all.map((one) => getComputedStyle(one).filter !== 'none'));
  expect(await blurs()).toEqual([true, false, true]);
  await window.look('inspector-screen-share-names');
  // Metadata and bytes have no such names.
  await window.get('tab-bytes').click();
  expect(await window.get('bytes').evaluate((bytes) => getComputedStyle(bytes).filter)).toContain('blur');
  await page.keyboard.down('Alt');
  await expect.poll(blurs).toEqual([false, false, false]);
  await page.keyboard.up('Alt');
  // It is kept for the next start.
  await page.reload();
  await expect(window.get('screen-share')).toContainText('values named pass* are blurred');
  await window.get('screen-share-choose').click();
  await window.get('screen-share-names').fill('');
  await window.get('screen-share-done').click();
  await expect(window.get('screen-share')).toContainText('values are blurred');
});
