// Protobuf types of the user's own: added in Settings, shown by in the Inspector, taken away and brought back.
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
