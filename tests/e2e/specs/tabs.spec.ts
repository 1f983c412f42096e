// Several documents at once: each keeps what was looked at, and what was closed can be taken back.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { encrypted, payloads, plain } from '../support/payloads';
import { expect, test } from '../support/test';

test('documents stand side by side, each as it was left', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('inspector');
  await window.paste(payloads(...Array.from({ length: 400 }, (_, at) => plain(`"first ${at}"`))));
  const tabs = window.get('document-tab');
  await expect(tabs).toHaveCount(1);
  await expect(tabs).toHaveText('json/plain');
  // Far down in the first one.
  await window.get('payloads').evaluate((list) => (list.scrollTop = 9000));
  await window.get('payloads-row').filter({ hasText: 'first 1' }).last().click();
  await expect(window.get('decoded-text')).not.toContainText('"first 0"');
  const chosen = await window.get('decoded-text').innerText();
  const scrolled = await window.get('payloads').evaluate((list) => list.scrollTop);
  expect(scrolled).toBeGreaterThan(5000);

  await window.paste(JSON.stringify(encrypted('"sealed"', 'gone', key)));
  await window.paste(JSON.stringify(plain('"third"')));
  await expect(tabs).toHaveText(['json/plain', /gone/, 'json/plain (2)']);
  await expect(tabs.nth(2)).toHaveAttribute('aria-selected', 'true');
  await expect(window.get('decoded-text')).toContainText('"third"');
  await window.look('inspector-tabs');

  await tabs.nth(0).click();
  await expect(window.get('decoded-text')).toHaveText(chosen, { useInnerText: true });
  await expect.poll(() => window.get('payloads').evaluate((list) => list.scrollTop)).toBeGreaterThan(scrolled - 400);
  // A key that comes later counts for every document once it is looked at.
  await tabs.nth(1).click();
  await expect(window.get('failure')).toBeVisible();
  await tabs.nth(2).click();
  await window.importKey('gone', key.toString('base64'));
  await window.go('inspector');
  await tabs.nth(1).click();
  await expect(window.get('verdict')).toContainText('Decrypted with key gone');
  await page.setViewportSize({ width: 720, height: 480 });
  await window.look('inspector-tabs-small');
});

test('tabs are walked and closed by keys, and a closed one is taken back', async ({ window, page }) => {
  await window.open('inspector');
  for (const text of ['"one"', '"two"', '"three"']) {
    await window.paste(JSON.stringify(plain(text)));
    await expect(window.get('decoded-text')).toContainText(text);
  }
  const tabs = window.get('document-tab');
  await tabs.nth(2).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(tabs.nth(1)).toBeFocused();
  await expect(window.get('decoded-text')).toContainText('"two"');
  await page.keyboard.press('Delete');
  await expect(tabs).toHaveCount(2);
  await expect(window.get('decoded-text')).toContainText('"three"');
  await expect(window.get('toast-ok')).toContainText('Closed json/plain (2)');
  await window.get('toast-ok').getByRole('button', { name: 'Undo' }).click();
  await expect(tabs).toHaveCount(3);
  await expect(window.get('decoded-text')).toContainText('"two"');

  await page.keyboard.press('Control+w');
  await expect(tabs).toHaveCount(2);
  await page.keyboard.press('Control+PageUp');
  await expect(window.get('decoded-text')).toContainText('"one"');
  await page.keyboard.press('Control+PageDown');
  await expect(window.get('decoded-text')).toContainText('"three"');
  // Esc has nothing to close here, so it leaves the document alone.
  await page.keyboard.press('Escape');
  await expect(window.get('decoded-text')).toContainText('"three"');
  await window.get('document-new').click();
  await expect(window.get('source-input')).toBeVisible();
  await expect(window.get('document-new')).toHaveAttribute('aria-selected', 'true');
  await window.look('inspector-new-tab');
  await tabs.nth(0).click({ button: 'middle' });
  await expect(tabs).toHaveCount(1);
  await tabs.nth(0).hover();
  await window.get('document-tab-close').click();
  await expect(window.get('document-tabs')).toHaveCount(0);
  await page.keyboard.press('Control+Shift+T');
  await page.keyboard.press('Control+Shift+T');
  await expect(tabs).toHaveCount(2);
});

test('End and Home go to the ends of a list of any length, and keep the focus', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste(payloads(...Array.from({ length: 3000 }, (_, n) => plain(`"value-${n}"`))));
  await expect(window.get('document-count')).toHaveText('3,000 Payloads');
  await window.get('payloads').focus();
  await page.keyboard.press('End');
  await expect(window.get('decoded-text')).toContainText('"value-2999"');
  await expect(window.get('payloads').locator('[aria-selected=true]')).toBeInViewport();
  await expect(window.get('payloads')).toBeFocused();
  await page.keyboard.press('PageUp');
  await expect(window.get('decoded-text')).toContainText('"value-2989"');
  await page.keyboard.press('Home');
  await expect(window.get('decoded-text')).toContainText('"value-0"');
  await expect(window.get('payloads')).toBeFocused();
});

/** The first row that is seen, by its place in the list, and how many pixels of it are above. */
function firstSeen(): Promise<string> | string {
  const list = document.querySelector('[data-testid=payloads]');
  const top = list?.getBoundingClientRect().top ?? 0;
  const rows = [...(list?.querySelectorAll('[role=option]') ?? [])].map((row) => ({ row, box: row.getBoundingClientRect() }));
  const first = rows.sort((a, b) => a.box.top - b.box.top).find(({ box }) => box.bottom > top + 1);
  return `${first?.row.getAttribute('aria-posinset') ?? 'none'} at ${Math.round((first?.box.top ?? 0) - top)}`;
}

test('of 5,000 rows the same ones are seen after every switch of tabs and views', async ({ window, page }) => {
  await window.open('inspector');
  // One and three Payloads an event, so that rows with the heading of an event and without one are of two heights.
  let n = 0;
  const events = Array.from({ length: 2500 }, (_, at) => ({
    eventId: String(at + 1),
    eventTime: '2026-01-15T12:00:00Z',
    eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED',
    workflowExecutionSignaledEventAttributes: {
      signalName: 'changed',
      input: { payloads: Array.from({ length: at % 2 === 0 ? 1 : 3 }, () => plain(`"value ${n++}"`)) },
    },
  }));
  await window.paste(JSON.stringify({ events }));
  await expect(window.get('document-count')).toHaveText('5,000 Payloads');
  await window.listPayloads();
  await window.paste(payloads(...Array.from({ length: 3 }, (_, n) => plain(`"other ${n}"`))));
  await expect(window.get('document-count')).toHaveText('3 Payloads');
  await window.get('document-tab').first().click();
  await expect(window.get('document-count')).toHaveText('5,000 Payloads');
  await window.get('payloads').focus();
  await page.keyboard.press('End');
  for (let at = 0; at < 12; at += 1) {
    await page.keyboard.press('PageUp');
  }
  await page.mouse.move(400, 400);
  await page.mouse.wheel(0, -7777);
  const selected = '"value 4879"';
  await expect(window.get('decoded-text')).toContainText(selected);
  let before = '';
  await expect.poll(async () => {
    const now = await page.evaluate(firstSeen);
    const still = now === before;
    before = now;
    return still;
  }, { intervals: [300] }).toBe(true);
  expect(Number.parseInt(before, 10)).toBeGreaterThan(4000);
  for (let time = 0; time < 10; time += 1) {
    if (time % 2 === 0) {
      await window.get('document-tab').nth(1).click();
      await expect(window.get('decoded-text')).toContainText('"other');
      await window.get('document-tab').first().click();
    } else {
      await window.go('keys');
      await window.go('inspector');
    }
    await expect(window.get('decoded-text')).toContainText(selected);
    await expect.poll(() => page.evaluate(firstSeen)).toBe(before);
    await expect(window.get('payloads')).toHaveAttribute('aria-activedescendant', /-4879$/);
  }
});

test('after a paste the list has the focus, knows its length, and goes where letters say', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste(payloads(...Array.from({ length: 3000 }, (_, n) => plain(`"${n === 2345 ? 'needle' : 'straw'} ${n}"`))));
  await expect(window.get('document-count')).toHaveText('3,000 Payloads');
  await expect(window.get('payloads')).toBeFocused();
  // The scrollbar covers all of them, though a fraction is here.
  const covers = () => window.get('payloads').evaluate((list) => {
    const [first] = list.querySelectorAll('[role=option]');
    return list.scrollHeight / ((first?.getBoundingClientRect().height ?? 0) * 3000);
  });
  await expect.poll(covers).toBeGreaterThan(0.9);
  // Its middle is there as soon as it is dragged to.
  await window.get('payloads').evaluate((list) => (list.scrollTop = list.scrollHeight / 2));
  await expect(window.get('payloads-row').filter({ hasText: 'straw 15' }).first()).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(window.get('decoded-text')).toContainText('"straw 1"');
  await page.keyboard.type('needle');
  await expect(window.get('decoded-text')).toContainText('"needle 2345"');
  await expect(window.get('payloads').locator('[aria-selected=true]')).toBeInViewport();
  await expect(window.get('payloads')).toBeFocused();
  await page.keyboard.press('PageDown');
  await expect(window.get('decoded-text')).toContainText('"straw 2355"');
  await page.keyboard.press('Home');
  await expect(window.get('decoded-text')).toContainText('"straw 0"');
});

test('what is not recognized stays in its field, to be mended', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste('{"metadata": {"encoding"');
  await expect(window.get('source-error')).toBeVisible();
  await expect(window.get('source-input')).toHaveValue('{"metadata": {"encoding"');
  await expect(window.get('source-input')).toHaveAttribute('aria-invalid', 'true');
  await window.get('source-input').fill(JSON.stringify(plain('"mended"')));
  await window.get('source-decode').click();
  await expect(window.get('decoded-text')).toContainText('"mended"');
  await page.keyboard.press('Control+w');
  await expect(window.get('source-input')).toHaveValue('');
});

test('a tab is named by its Workflow, and renamed by F2, a double click or the menu', async ({ window, page }) => {
  await window.open('inspector');
  const history = readFileSync(new URL('../../histories/real-order-rich.encoded.json', import.meta.url), 'utf8');
  await window.paste(history);
  const tab = window.get('document-tab').first();
  await expect(tab).toHaveText(/OrderRich · interop-order-rich/);
  await expect(window.get('events')).toBeFocused();
  await page.keyboard.press('F2');
  await expect(window.get('document-name')).toBeFocused();
  await window.look('document-rename');
  await page.keyboard.type('The one that failed');
  await page.keyboard.press('Enter');
  await expect(window.get('rename-document-dialog')).toBeHidden();
  await expect(tab).toHaveText(/The one that failed/);
  await expect(window.get('events')).toBeFocused();
  await tab.dblclick();
  await page.keyboard.press('Escape');
  await expect(tab).toHaveText(/The one that failed/);
  await window.get('payload-more').click();
  await window.get('rename-document').click();
  await window.get('document-name').fill('');
  await page.keyboard.press('Enter');
  await expect(tab).toHaveText(/OrderRich · interop-order-rich/);
});

test('a file that is open is read again in its own place', async ({ window }) => {
  const path = window.temporary('order.json');
  writeFileSync(path, JSON.stringify(plain('"before"')));
  await window.open('inspector');
  await window.get('welcome-skip').click();
  await window.get('open-path').fill(path);
  await window.get('open-file').click();
  await expect(window.get('decoded-text')).toContainText('"before"');
  await expect(window.get('document-tab')).toHaveText('order.json');
  writeFileSync(path, JSON.stringify(plain('"after"')));
  await window.get('document-new').click();
  await window.get('open-path').fill(path);
  await window.get('open-file').click();
  await expect(window.get('decoded-text')).toContainText('"after"');
  await expect(window.get('document-tab')).toHaveCount(1);
});

test('of too many documents the oldest is closed, and can be taken back', async ({ window, page }) => {
  await window.open('inspector');
  for (let at = 1; at <= 17; at += 1) {
    await window.paste(JSON.stringify(plain(`"number ${at}"`)));
    await expect(window.get('decoded-text')).toContainText(`"number ${at}"`);
  }
  await expect(window.get('document-tab')).toHaveCount(16);
  await expect(window.get('toast-ok')).toContainText('Closed json/plain to keep 16 documents open');
  await page.keyboard.press('Control+z');
  await expect(window.get('document-tab')).toHaveCount(17);
  await expect(window.get('decoded-text')).toContainText('"number 1"');
  await window.get('document-tab').nth(1).click();
  await expect(window.get('decoded-text')).toContainText('"number 2"');
  await window.look('inspector-tabs-crowded');
});

test('quitting says which documents would be lost, over any dialog and by keys alone', async ({ window, page }) => {
  await window.open('inspector');
  const path = window.temporary('in-a-file.json');
  writeFileSync(path, JSON.stringify(plain('"in a file"')));
  await window.get('welcome-skip').click();
  await window.get('open-path').fill(path);
  await window.get('open-file').click();
  await expect(window.get('decoded-text')).toContainText('in a file');
  const quit = window.get('quit-dialog');
  await page.keyboard.press('Control+q');
  await expect(quit).toBeVisible();
  await expect(window.get('quit-lost')).toBeHidden();
  await page.keyboard.press('Escape');

  for (const text of ['"one"', '"two"', '"three"']) {
    await window.paste(JSON.stringify(plain(text)));
    await expect(window.get('decoded-text')).toContainText(text);
  }
  await page.keyboard.press('Control+w');
  await page.keyboard.press('Control+n');
  await page.keyboard.press('Control+q');
  await expect(window.get('quit-lost')).toHaveText('2 pasted documents are only in this window.');
  await window.look('quit');
  // What would be lost is not lost by Enter alone.
  await page.keyboard.press('Enter');
  await expect(quit).toBeHidden();
  await expect(window.get('import-dialog')).toBeVisible();
  expect((await window.told()).quit).toBe(false);
  await page.keyboard.press('Control+q');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await window.told()).quit).toBe(true);
});
