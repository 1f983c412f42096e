// A Workflow Execution is read by its events: what failed is found, its Failure is read, and the rest is a key away.
import { readFileSync } from 'node:fs';
import { plain } from '../support/payloads';
import { expect, test } from '../support/test';

const history = (name: string) => readFileSync(new URL(`../../histories/${name}.json`, import.meta.url), 'utf8');

test('the failed Activity is found and its Failure read; a text is searched; the timeline and the Payloads are a key away', async ({ window, page }) => {
  await page.setViewportSize({ width: 1280, height: 760 });
  await window.open('inspector');
  await window.paste(history('real-order-rich.decoded'));
  await expect(window.get('events-row').first()).toContainText('Workflow');
  // Twenty events are seen without scrolling.
  const seen = await window.get('events-row').evaluateAll((rows) => rows.filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length);
  expect(seen).toBeGreaterThanOrEqual(20);
  await window.look('history-events');

  await window.get('history-show-failures').check({ force: true });
  const failed = window.get('events-row').filter({ hasText: 'charge' });
  await failed.click();
  await expect(window.get('event-failure')).toContainText('card declined');
  await expect(window.get('event-failure')).toContainText('CardDeclined');
  // A frame of the stack has one line, however long it is; a message goes on in the next one.
  const lines = await window.get('event-failure').locator('.cm-line').evaluateAll((all) => all.map((line) => ({ text: line.textContent, high: line.clientHeight, wide: line.scrollWidth })));
  const room = (await window.get('event-failure').boundingBox())?.width ?? 0;
  expect(Math.max(...lines.map(({ wide }) => wide))).toBeGreaterThan(room);
  expect(lines.filter(({ text, high }) => text.startsWith('  ') && high > 24)).toEqual([]);
  expect(lines.find(({ text }) => text.startsWith('Caused by'))?.high).toBeGreaterThan(24);
  await window.look('history-failure');
  await window.get('tab-attributes').click();
  await expect(window.get('event-attributes')).toContainText('"message": "card declined for Ada Lovelace"');

  // Its events are opened by keys, and the focus stays in the list.
  await window.get('events').focus();
  await page.keyboard.press('ArrowRight');
  await expect(window.get('events-row').filter({ hasText: 'ActivityTaskScheduled' })).toBeVisible();
  await window.get('history-show-all').check({ force: true });

  await page.keyboard.press('Control+Shift+F');
  await page.keyboard.type('downing');
  await expect(window.get('history-count')).toHaveText(/1 of \d+/);
  // What was found is marked where it stands, and its line says that it is there.
  await expect(page.locator('.document mark.found', { hasText: /downing/i }).first()).toBeVisible();
  await expect(window.get('event').locator('mark.found').first()).toHaveText(/downing/i);
  await expect(window.get('events-row').filter({ has: window.get('events-found') }).first()).toHaveAttribute('aria-selected', 'true');
  await window.look('history-found');
  await page.keyboard.press('Escape');
  await expect(window.get('events')).toBeFocused();

  await window.get('reading-timeline').check({ force: true });
  await window.get('history-scale').focus();
  await page.keyboard.press('+');
  await expect(window.get('history-scale')).not.toHaveAttribute('aria-valuetext', /all of it/);
  await window.look('history-timeline');
  await page.keyboard.press('Control+J');
  await expect(window.get('payloads-row').first()).toContainText('userMetadata.summary');
  await page.setViewportSize({ width: 760, height: 760 });
  await page.keyboard.press('Control+J');
  await expect(window.get('events-row').first()).toBeVisible();
  await window.look('history-narrow');
});

test('a failed Workflow opens at the Activity that failed in it', async ({ window, page }) => {
  await page.setViewportSize({ width: 760, height: 760 });
  await window.open('inspector');
  const { events } = JSON.parse(history('real-order-rich.decoded')) as { events: { eventId: string; eventType: string }[] };
  // Until the Activity fails; the Workflow fails of that.
  const until = events.findIndex(({ eventType }) => eventType === 'EVENT_TYPE_ACTIVITY_TASK_FAILED') + 1;
  const failed = { eventId: String(until + 1), eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED', workflowExecutionFailedEventAttributes: { failure: { message: 'Activity task failed' } } };
  await window.paste(JSON.stringify({ events: [...events.slice(0, until), failed] }));
  await expect(window.get('event-failure')).toContainText('card declined');
  await expect(window.get('events-row').filter({ hasText: 'charge' })).toHaveAttribute('aria-selected', 'true');
  await expect(window.get('events-row').filter({ hasText: 'charge' })).toBeInViewport();
  await window.look('history-failed-workflow');
});

test('the value of a Payload has the most room of what is below the list, and a list that was dragged keeps its size', async ({ window, page }) => {
  await window.open('keys');
  await window.addSampleKey();
  await window.go('inspector');
  await window.paste(history('real-samples-go-encryption.encoded'));
  await expect(window.get('decoded-text')).toContainText('My Secret Friend');
  const seen = async () => {
    const box = await window.get('decoded-text').boundingBox();
    return box ? Math.min(box.y + box.height, page.viewportSize()?.height ?? 0) - box.y : 0;
  };
  for (const [width, height] of [[760, 700], [760, 800], [1000, 700], [1000, 800], [1280, 700], [1280, 800]] as const) {
    await page.setViewportSize({ width, height });
    await expect.poll(seen, `${width} × ${height}`).toBeGreaterThanOrEqual(height === 700 ? 165 : 235);
    // The list keeps its rows.
    expect((await window.get('events').boundingBox())?.height, `${width} × ${height}`).toBeGreaterThanOrEqual(4 * 24);
  }
  await page.setViewportSize({ width: 760, height: 800 });
  await window.get('inspector-split-separator').focus();
  await page.keyboard.press('End');
  await expect(window.get('inspector-split-separator')).toHaveAttribute('aria-valuenow', '80');
  await window.go('keys');
  await window.go('inspector');
  await expect(window.get('inspector-split-separator')).toHaveAttribute('aria-valuenow', '80');
});

test('the Payloads of a document are searched too, also behind what their rows show', async ({ window, page }) => {
  await window.open('inspector');
  const long = { name: 'x'.repeat(200), city: 'Lisbon' };
  await window.paste(JSON.stringify([plain('"one"'), plain(JSON.stringify(long)), plain('"lisbon"')]));
  await expect(window.get('payloads-row')).toHaveCount(3);
  await page.keyboard.press('Control+f');
  await expect(window.get('payloads-search')).toBeFocused();
  await page.keyboard.type('LISBON');
  await expect(window.get('payloads-count')).toHaveText('1 of 2');
  await expect(window.get('payloads-row').nth(1)).toHaveAttribute('aria-selected', 'true');
  await expect(window.get('decoded-text').locator('mark.found')).toHaveText('Lisbon');
  await expect(window.get('payloads-row').filter({ has: window.get('payloads-found') })).toHaveCount(2);
  await window.look('payloads-found');
  await page.keyboard.press('Enter');
  await expect(window.get('payloads-row').nth(2)).toHaveAttribute('aria-selected', 'true');
  await expect(window.get('payloads-row').nth(2).locator('mark.found')).toHaveText('lisbon');
  await page.keyboard.press('Escape');
  await expect(page.locator('mark.found')).toHaveCount(0);
  await expect(window.get('payloads')).toBeFocused();
  // Of a history, its list of Payloads has the same.
  await window.paste(history('real-order-rich.decoded'));
  await window.listPayloads();
  await expect(window.get('payloads-row').first()).toBeVisible();
  await page.keyboard.press('Control+f');
  await page.keyboard.type('downing');
  await expect(window.get('payloads-count')).toHaveText(/1 of \d+/);
  await expect(window.get('decoded-text').locator('mark.found').first()).toBeInViewport();
});

test('which of many Payloads an event shows is read in full, in every window', async ({ window, page }) => {
  test.setTimeout(120_000);
  await window.open('inspector');
  for (const name of ['real-order-rich.decoded', 'synthetic-all-payload-fields.decoded']) {
    await window.pasteDocument(history(name));
    // It opens at what failed in it; many Payloads are in its first event.
    await expect(window.get('events-row').and(page.locator('[aria-selected=true]'))).toBeVisible();
    await window.get('events').press('Home');
    await expect(window.get('event-payload').locator('option').nth(9)).toBeAttached();
    await window.get('tab-payloads').click();
    const choice = window.get('event-payload');
    const names = await choice.locator('option').allTextContents();
    for (const [width, height] of [[720, 480], [960, 700], [1180, 760]] as const) {
      await page.setViewportSize({ width, height });
      for (const [index, label] of names.entries()) {
        await choice.selectOption({ index });
        const shown = choice.locator('xpath=preceding-sibling::span');
        await expect(shown).toHaveText(label);
        // Its words are within its field, before the arrow, and the field is within the window.
        const words = await shown.evaluate((one) => {
          const range = document.createRange();
          range.selectNodeContents(one);
          const [text, field] = [range.getBoundingClientRect(), one.getBoundingClientRect()];
          return { fits: text.left >= field.left && text.right <= field.right - 16 && text.top >= field.top && text.bottom <= field.bottom, right: field.right };
        });
        expect({ width, label, ...words }).toMatchObject({ fits: true });
        expect(words.right).toBeLessThanOrEqual(width);
      }
    }
    await window.look(`event-payloads-${name.split('-')[0]}`);
  }
});
