// A jq expression over a history and over a Payload: typed, wrong, copied, left; by keys alone.
import { readFileSync } from 'node:fs';
import { plain } from '../support/payloads';
import { expect, test } from '../support/test';

const history = (name: string) => readFileSync(new URL(`../../histories/${name}.json`, import.meta.url), 'utf8');

test('events are filtered while an expression is typed, and what is wrong in it is marked', async ({ window, page }) => {
  await page.setViewportSize({ width: 1280, height: 760 });
  await window.open('inspector');
  await window.paste(history('real-order-rich.decoded'));
  await expect(window.get('events-row').first()).toContainText('Workflow');
  await page.keyboard.press('Control+Shift+J');
  await expect(page.getByLabel('jq expression')).toBeFocused();
  await expect(window.get('filter-empty')).toContainText('Events that failed');
  await window.look('filter-empty');

  await page.keyboard.type('.[] | select(.eventType | test("failed"; "i")) | .eventId');
  await expect(window.get('filter-count')).toHaveText(/^\d+ results?$/);
  await expect(window.get('filter-results')).toContainText(/"\d+"/);
  await page.keyboard.type(' | {');
  await expect(window.get('filter-problem')).toContainText('Expected closing brace');
  await expect(window.get('filter-place')).toContainText('Line 1, column');
  // What was there before it stays.
  await expect(window.get('filter-results')).toContainText(/"\d+"/);
  await window.look('filter-wrong');
  await page.keyboard.type('n: .}');
  await expect(window.get('filter-results')).toContainText('"n":');

  await window.get('filter-copy').click();
  await page.keyboard.press('Escape');
  await expect(window.get('filter')).toBeHidden();
  await expect(window.get('events')).toBeFocused();
  // The expression is still there.
  await window.get('filter-document').click();
  await expect(window.get('filter-results')).toContainText('"n":');
});

test('an example is one click, endless work is ended and the next expression answers', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste(history('real-order-rich.decoded'));
  await window.get('filter-document').click();
  await window.get('filter-example').nth(1).click();
  await expect(window.get('filter-results')).toContainText('"type":');
  await page.getByLabel('jq expression').press('Control+A');
  await page.keyboard.type('1, 2, (def f: f; f)');
  await expect(window.get('filter-busy')).toBeVisible();
  // What takes long can be stopped, by keys; the results before it stay.
  await window.get('filter-cancel').focus();
  await page.keyboard.press('Enter');
  await expect(window.get('filter-problem')).toHaveText('Filtering was canceled.');
  await expect(window.get('filter-results')).toContainText('"type":');
  await expect(window.get('filter-again')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(window.get('filter-busy')).toBeVisible();
  await expect(page.getByLabel('jq expression')).toBeFocused();
  await expect(window.get('filter-problem')).toContainText('longer than 5 s', { timeout: 15_000 });
  await expect(window.get('filter-results')).toContainText('2');
  await window.look('filter-stopped');
  await page.getByLabel('jq expression').press('Control+A');
  await page.keyboard.type('length');
  await expect(window.get('filter-count')).toHaveText('1 result');
});

test('the value of a Payload is filtered, and blurred in screen-share mode', async ({ window, page }) => {
  await page.setViewportSize({ width: 760, height: 700 });
  await window.open('inspector');
  await window.paste(JSON.stringify(plain('{"customer":{"name":"Ada"},"total":9007199254740993}')));
  await expect(window.get('verdict')).toBeVisible();
  await page.keyboard.press('Control+Shift+J');
  await expect(window.get('filter-about')).toContainText('is the value of');
  await page.keyboard.type('.customer.name, .total');
  await expect(window.get('filter-results')).toContainText('9007199254740993');
  await expect(window.get('filter-count')).toHaveText('2 results');
  await expect(window.get('filter').locator('[data-value]', { has: window.get('filter-results') })).toHaveCount(1);
  await window.look('filter-payload');
  await page.getByLabel('jq expression').press('Control+A');
  await page.keyboard.type('.customer[] | select(. == 1)');
  await expect(window.get('filter-none')).toBeVisible();
});
