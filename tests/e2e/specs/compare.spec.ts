// Two executions and two Payloads side by side: from which event on they differ, by keys alone; what is not decoded; a lock.
import { randomBytes } from 'node:crypto';
import { encrypted, payloads, plain } from '../support/payloads';
import { deviates, history } from '../support/still';
import { expect, test } from '../support/test';

const started = (payload: object) => ({ eventId: '1', eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED', workflowExecutionStartedEventAttributes: { workflowType: { name: 'Order' }, input: { payloads: [payload] } } });
const run = (payload: object) => JSON.stringify({ events: [started(payload)] });

test('from which event on two runs differ, and how, by keys alone', async ({ window, page }) => {
  await page.setViewportSize({ width: 1280, height: 760 });
  await window.open('inspector');
  await window.paste(history('real-order-rich.decoded'));
  await expect(window.get('events-row').first()).toContainText('Workflow');
  // There is nothing else to compare with yet.
  await page.keyboard.press('Control+D');
  await expect(window.get('compare-empty')).toContainText('No other Event History is open');
  await window.look('compare-empty');
  await page.keyboard.press('Escape');
  await window.paste(deviates());
  await expect(window.get('document-tabs').getByRole('tab')).toHaveCount(3);
  await page.keyboard.press('Control+D');
  await expect(window.get('compare-said')).toHaveText('Same up to event 33. Event 34 (ActivityTaskScheduled) says something else. From event 46 on: left starts a Timer, right schedules Activity charge.');
  await expect(window.get('compare-counts')).toHaveText('42 the same · 1 changed · 1 only left · 3 only right');
  await expect(window.get('compare-other')).toBeFocused();
  await expect(window.get('compare-differences')).toContainText('.input.payloads[0].data');
  await window.look('compare-changed');

  await page.keyboard.press('F8');
  await expect(window.get('compare-apart')).toContainText('starts a Timer');
  await expect(window.get('compare-apart')).toContainText('schedules Activity charge');
  await expect(window.get('compare-at')).toHaveText('2 of 4');
  await window.look('compare-apart');
  await page.keyboard.press('F8');
  await expect(window.get('compare-apart')).toContainText('No event here');
  await page.keyboard.press('Shift+F8');
  await page.keyboard.press('Shift+F8');
  await expect(window.get('compare-at')).toHaveText('1 of 4');

  // Everything counts where that is asked for.
  await window.get('compare-everything').press('Space');
  await expect(window.get('compare-said')).toContainText('says something else');
  await expect(window.get('compare-at')).not.toHaveText(/of 4$/);
  await window.get('compare-everything').press('Space');
  await expect(window.get('compare-at')).toHaveText('1 of 4');

  // The event where it stands.
  await window.get('compare-show-right').click();
  await expect(window.get('compare')).toBeHidden();
  await expect(window.get('event')).toContainText('blob');
  await page.keyboard.press('Control+D');
  await expect(window.get('compare-said')).toContainText('From event 46 on');
  await page.keyboard.press('Escape');
  await expect(window.get('compare')).toBeHidden();
  await expect(window.get('events')).toBeFocused();
});

test('a run that differs in times and ids alone is the same', async ({ window, page }) => {
  await window.open('inspector');
  await window.paste(history('real-order-rich.decoded'));
  await expect(window.get('events-row').first()).toContainText('Workflow');
  await window.paste(history('real-order-rich.decoded').replaceAll('2026-11-24T', '2026-12-01T').replaceAll('18267@vm', '7@other'));
  await expect(window.get('document-tabs').getByRole('tab')).toHaveCount(3);
  await page.setViewportSize({ width: 720, height: 600 });
  await window.get('compare-document').click();
  await expect(window.get('compare-said')).toHaveText('No differences, apart from times, ids and Workflow Tasks.');
  await expect(window.get('compare-none')).toContainText('46 events, the same in both');
  await window.look('compare-none');
  // One that takes long can be stopped, and made again.
  await page.route('**/ipc/compare_executions', async (route) => {
    await new Promise((done) => setTimeout(done, 2000));
    await route.continue().catch(() => undefined);
  });
  await window.get('compare-everything').press('Space');
  await expect(window.get('compare-progress')).toBeVisible();
  await window.look('compare-progress');
  await window.get('compare-cancel').click();
  await expect(window.get('compare-again')).toBeVisible();
  await page.unroute('**/ipc/compare_executions');
  await window.get('compare-again').getByRole('button').click();
  await expect(window.get('compare-said')).toContainText('says something else');
  await expect(window.get('compare-rows')).toBeVisible();
  await window.look('compare-small');
});

test('what is not decoded is not known, and a lock takes what is shown', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('prod-2026', key.toString('base64'));
  await window.go('inspector');
  const value = (total: number) => encrypted(`{"customer":"Ada","total":${total}}`, 'prod-2026', key);
  await window.paste(run(value(1)));
  await expect(window.get('document-count')).toBeVisible();
  await window.paste(run(value(2)));
  await expect(window.get('document-tabs').getByRole('tab')).toHaveCount(3);
  await page.keyboard.press('Control+D');
  await expect(window.get('compare-differences')).toContainText('.input.payloads[0].data.total');
  await expect(window.get('compare-said')).toHaveText('Event 1 (WorkflowExecutionStarted) says something else. Both have the same events.');
  await page.keyboard.press('Control+L');
  await window.get('toast-error').getByRole('button', { name: 'Lock and forget them' }).click();
  await expect(window.get('compare-said')).toContainText('not decoded');
  await expect(window.get('compare')).not.toContainText('Ada');
  await expect(window.get('compare-differences')).toContainText('Not decoded');
  await window.look('compare-unknown');
});

test('two Payloads of one document, and two documents with one each', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('prod-2026', key.toString('base64'));
  await window.go('inspector');
  const order = '{"customer":{"name":"Ada"},"note":"leave it at the door","total":9007199254740993}';
  const other = '{"customer":{"name":"Ada"},"note":"leave it at the back door","total":9007199254740992,"vip":true}';
  await window.paste(payloads(encrypted(order, 'prod-2026', key), encrypted(other, 'prod-2026', key), plain(order)));
  await expect(window.get('verdict')).toBeVisible();
  await page.keyboard.press('Control+D');
  await window.get('compare-other').selectOption({ index: 1 });
  await window.get('compare-payload').selectOption({ index: 1 });
  await expect(window.get('compare-said')).toHaveText('3 places differ.');
  await expect(window.get('compare-differences')).toContainText('9007199254740993');
  await expect(window.get('compare-differences').locator('mark').first()).toHaveText('back ');
  await window.look('compare-payloads');
  await window.get('compare-payload').selectOption({ index: 2 });
  await expect(window.get('compare-said')).toHaveText('Both say the same. They are encoded differently.');
  await expect(window.get('compare-about')).toContainText('Layers');
  await window.look('compare-encoded');

  await window.paste(payloads(plain(other)));
  await expect(window.get('document-tabs').getByRole('tab')).toHaveCount(3);
  await page.keyboard.press('Control+D');
  await window.get('compare-other').selectOption({ index: 1 });
  await expect(window.get('compare-said')).toHaveText('3 places differ.');
});
