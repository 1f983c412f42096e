// Protobuf types of the user's own: added in Settings, shown by in the Inspector, taken away and brought back; and chosen for messages
// that do not say theirs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../support/test';

const MONEY = 'syntax = "proto3";\npackage acme;\nmessage Money { string currency = 1; int64 units = 2; }\n';
const ORDER =
  'syntax = "proto3";\npackage acme.orders.v1;\nimport "acme/money.proto";\nmessage Order { string id = 1; acme.Money total = 2; }\n';
const BROKEN = 'syntax = "proto3";\nimport "acme/gone.proto";\nmessage Broken {\n  acme.Gone gone = 1;\n}\n';

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');
const PAYLOAD = JSON.stringify({
  metadata: { encoding: base64('binary/protobuf'), messageType: base64('acme.orders.v1.Order') },
  data: base64('\x0a\x03A-1\x12\x07\x0a\x03EUR\x10\x07'),
});
const HISTORY = JSON.stringify({
  events: [
    { eventId: '1', eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED', workflowExecutionStartedEventAttributes: { workflowType: { name: 'Order' }, workflowId: 'o-1' } },
    {
      eventId: '5',
      eventType: 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED',
      activityTaskScheduledEventAttributes: {
        activityId: '5',
        activityType: { name: 'ChargeCard' },
        input: { payloads: [{ metadata: { encoding: base64('binary/protobuf') }, data: base64('\x0a\x03A-1\x12\x07\x0a\x03EUR\x10\x07') }] },
      },
    },
  ],
});

test('a folder of .proto files is added, shown by, removed and brought back', async ({ window, page }) => {
  const folder = window.temporary('protos');
  mkdirSync(join(folder, 'acme'), { recursive: true });
  writeFileSync(join(folder, 'acme/money.proto'), MONEY);
  writeFileSync(join(folder, 'acme/order.proto'), ORDER);
  await window.open('inspector');
  await window.get('welcome-skip').click();
  await window.paste(PAYLOAD);
  await expect(window.get('content-label')).toContainText('acme.orders.v1.Order, a type that is not known here');
  await expect(window.get('decoded-text')).toContainText('1: text "A-1"');

  await window.go('settings');
  await expect(window.get('protobuf-types')).toContainText('None added yet');
  await window.get('protobuf-path').fill(window.temporary('gone'));
  await window.get('protobuf-add-folder').click();
  await expect(window.get('protobuf-error')).toContainText('it is not there');
  await window.get('protobuf-path').fill(folder);
  await page.keyboard.press('Enter');
  await expect(window.get('protobuf-read')).toHaveText('2 types from 2 files: acme.Money, acme.orders.v1.Order');
  await expect(window.get('protobuf-error')).toBeHidden();

  writeFileSync(join(folder, 'broken.proto'), BROKEN);
  await window.get('protobuf-again').click();
  const problem = window.get('protobuf-problem');
  await expect(problem).toContainText('Left out: broken.proto, line 4: ');
  await expect(problem).toContainText('its import "acme/gone.proto" is not there');
  await window.get('protobuf-types').scrollIntoViewIfNeeded();
  await window.look('settings-protobuf');

  await window.go('inspector');
  const label = window.get('content-label');
  await expect(label).toContainText(`as its messageType says; the type is from acme/order.proto of ${folder}`);
  await expect(window.get('decoded-text')).toContainText('"currency": "EUR"');
  await window.look('inspector-protobuf');

  await window.go('settings');
  await window.get('protobuf-remove').click();
  await expect(window.get('protobuf-place')).toHaveCount(0);
  await window.get('toast-ok').getByRole('button', { name: 'Undo' }).click();
  await expect(window.get('protobuf-place')).toHaveCount(1);
  await window.go('inspector');
  await expect(window.get('decoded-text')).toContainText('"currency": "EUR"');
});

test('a message without its type is read as the one that is chosen, for now and by a rule', async ({ window, page }) => {
  const folder = window.temporary('protos');
  mkdirSync(join(folder, 'acme'), { recursive: true });
  writeFileSync(join(folder, 'acme/money.proto'), MONEY);
  writeFileSync(join(folder, 'acme/order.proto'), ORDER);
  await window.open('settings');
  await window.get('protobuf-path').fill(folder);
  await page.keyboard.press('Enter');
  await expect(window.get('protobuf-read')).toBeVisible();

  await window.go('inspector');
  await window.paste(HISTORY);
  const label = window.get('content-label');
  await window.page.getByText('ChargeCard').first().click();
  await expect(label).toContainText('Protobuf without a messageType');
  await window.get('decode-as-offer').click();
  await expect(window.get('decode-as-search')).toBeFocused();
  const first = window.get('decode-as-type').first();
  await expect(first).toHaveAttribute('data-type', 'acme.orders.v1.Order');
  await expect(first).toHaveAttribute('aria-selected', 'true');
  await window.look('decode-as');
  await page.keyboard.type('money');
  await expect(window.get('decode-as-type').first()).toHaveAttribute('data-type', 'acme.Money');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('acme order');
  await expect(window.get('decode-as-type')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(window.get('decode-as-dialog')).toBeHidden();
  await expect(label).toContainText('acme.orders.v1.Order, as chosen for now');
  await expect(window.get('decoded-text')).toContainText('"currency": "EUR"');
  await window.get('decode-as-before').click();
  await expect(label).toContainText('Protobuf without a messageType');

  await page.keyboard.press('Control+Shift+D');
  await expect(window.get('decode-as-always')).toBeVisible();
  await window.get('decode-as-always').check();
  await window.look('decode-as-rule');
  await window.get('decode-as-submit').click();
  await expect(label).toContainText('acme.orders.v1.Order, by the rule for Activity type ChargeCard, input; the type is from');
  await expect(window.get('decoded-text')).toContainText('"currency": "EUR"');
  await window.look('inspector-by-rule');

  await window.go('settings');
  await expect(window.get('message-rule')).toContainText('Activity type ChargeCard, input');
  await window.get('message-rule').scrollIntoViewIfNeeded();
  await window.look('settings-message-rules');
  await window.get('message-rule-remove').click();
  await expect(window.get('message-rule')).toHaveCount(0);
  await window.go('inspector');
  await expect(label).toContainText('Protobuf without a messageType');
  await page.keyboard.press('Control+z');
  await expect(label).toContainText('by the rule for Activity type ChargeCard, input');
});
