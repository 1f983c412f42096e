// Bodies are captured only while that is on and seen to be on; what was captured is looked at, inspected and replayed.
import { randomBytes } from 'node:crypto';
import { encrypted, payloads } from '../support/payloads';
import { expect, test } from '../support/test';

test('bodies are captured while that is on, and wiped when it ends', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('k', key.toString('base64'));
  const endpoint = await window.serve();
  const body = payloads(encrypted('"what is inside"', 'k', key));
  const inside = Buffer.from('"what is inside"').toString('base64');
  await window.post(endpoint, 'decode', body);
  await window.go('requests');
  await window.get('requests-row').click();
  await expect(window.get('no-replay')).toContainText('Turn on “Capture bodies”');
  await expect(window.get('request-replay')).toBeDisabled();
  await expect(window.get('tab-sent')).toBeHidden();

  await window.get('requests-capture').click();
  await expect(window.get('capture-note')).toContainText('Bodies are captured.');
  await expect(window.get('nav-requests')).toHaveAccessibleName(/capturing/i);
  await window.post(endpoint, 'decode', body);
  await expect(window.get('requests-row')).toHaveCount(2);
  await window.get('requests-row').first().click();
  await expect(window.get('request-captured')).toBeVisible();
  await window.get('tab-answered').click();
  await expect(window.get('request-body')).toContainText(inside);
  await window.look('requests-captured');
  await window.get('request-inspect').click();
  await expect(window.get('decoded-text')).toContainText('what is inside');

  await window.go('requests');
  await window.get('requests-capture').click();
  await expect(window.get('capture-note')).toBeHidden();
  await expect(window.get('request-captured')).toBeHidden();
  expect(await page.content()).not.toContain(inside);
});

test('a request is replayed, and says that the answer is another one now', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('server');
  const endpoint = await window.serve();
  await window.go('requests');
  await window.get('nav-requests').click();
  await window.page.getByTestId('requests-capture').click();
  await expect(window.get('capture-note')).toBeVisible();
  const body = payloads(encrypted('"x"', 'late', key));
  await window.post(endpoint, 'decode', body, { origin: 'http://localhost:8233' });
  await window.get('requests-row').click();
  await window.get('request-replay').click();
  await expect(window.get('request-comparison')).toContainText('Same answer as request 1.');
  await expect(window.get('requests-row')).toHaveCount(2);
  await window.importKey('late', key.toString('hex'));
  await window.go('requests');
  await window.get('request-replay').click();
  await expect(window.get('request-comparison')).toContainText('The answer differs: status 200 instead of 422.');
  await expect(window.get('requests-row').first()).toContainText('↻ #2');
  await window.look('requests-replayed');
  await window.get('request-original').click();
  await expect(window.get('request-detail')).toContainText('#2 ');
  // A lock takes the bodies away, and ends the capturing.
  await window.get('lock').click();
  await window.page.getByRole('button', { name: 'Lock and forget them' }).click();
  await expect(window.get('capture-note')).toBeHidden();
  await expect(window.get('request-replay')).toBeDisabled();
});
