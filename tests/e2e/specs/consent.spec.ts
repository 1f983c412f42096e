// Consent: the question in the window, its keys, the answers that are remembered, and what the clients get.
import { encrypted, payloads } from '../support/payloads';
import { expect, test, type Window } from '../support/test';

const KEY = Buffer.alloc(32, 7);
const PAGE = 'http://localhost:8233';
const BODY = payloads(encrypted('{"a":1}', 'prod', KEY));

/** A server that asks first. */
async function serveWithConsent(window: Window): Promise<string> {
  await window.open('keys');
  await window.importKey('prod', KEY.toString('base64'));
  const endpoint = await window.serve();
  await window.go('access');
  await window.get('consent-on').check();
  await expect(window.get('consent-on')).toBeEnabled();
  return endpoint;
}

const page = (window: Window, endpoint: string, namespace: string, origin = PAGE) => window.post(endpoint, 'decode', BODY, { origin, 'x-namespace': namespace });

test('a page is asked about by who it is and for what, and an answer by keys leads back to where one was', async ({ window, page: tab }) => {
  const endpoint = await serveWithConsent(window);
  await window.get('nav-access').focus();
  const waits = page(window, endpoint, 'orders');
  const question = window.get('consent-question');
  await expect(question).toContainText(`${PAGE} wants to read 1 Payload of orders`);
  await expect(question).toContainText('1 request waiting');
  await expect(question).toContainText('Ctrl+Shift+A');
  // It comes without taking the focus.
  await expect(window.get('nav-access')).toBeFocused();
  await window.look('consent-question');
  await tab.keyboard.press('Control+Shift+A');
  await expect(window.get('consent-once')).toBeFocused();
  await tab.keyboard.press('Tab');
  await tab.keyboard.press('Tab');
  await expect(window.get('consent-always')).toBeFocused();
  await tab.waitForTimeout(500);
  await tab.keyboard.press('Enter');
  await expect(question).toBeHidden();
  await expect(window.get('nav-access')).toBeFocused();
  expect(await (await waits).text()).not.toContain('encryption-key-id');

  // Remembered for this Namespace, asked for another one; a no is remembered as well, and can be undone and taken back.
  expect((await page(window, endpoint, 'orders')).status).toBe(200);
  const refused = page(window, endpoint, 'billing');
  await expect(question).toContainText('of billing');
  await tab.waitForTimeout(500);
  await window.get('consent-deny').click();
  expect((await refused).status).toBe(403);
  expect((await page(window, endpoint, 'billing')).status).toBe(403);
  await expect(window.get('consent-answer')).toHaveCount(2);
  await window.look('consent-answers');
  const denied = window.get('consent-answer').filter({ hasText: 'billing' });
  await expect(denied).toContainText('Denied');
  await denied.getByTestId('consent-forget').click();
  await expect(window.get('consent-answer')).toHaveCount(1);
  await tab.keyboard.press('Control+z');
  await expect(window.get('consent-answer')).toHaveCount(2);
  expect((await page(window, endpoint, 'billing')).status).toBe(403);
});

test('several who wait are asked about one after the other, and pages of other origins only where that is chosen', async ({ window, page: tab }) => {
  const endpoint = await serveWithConsent(window);
  const question = window.get('consent-question');
  const stranger = 'https://other.example';
  expect((await page(window, endpoint, 'orders', stranger)).status).toBe(403);
  await expect(question).toBeHidden();
  await window.get('consent-unlisted').check();
  await expect(window.get('consent-unlisted')).toBeEnabled();

  const first = page(window, endpoint, 'orders', stranger);
  await expect(question).toContainText('This origin is not in your list');
  await expect(window.get('consent-deny')).toHaveClass(/primary/);
  await window.look('consent-unlisted');
  await tab.keyboard.press('Control+Shift+A');
  await expect(window.get('consent-deny')).toBeFocused();
  const second = window.post(endpoint, 'decode', BODY);
  await expect(question).toContainText('1 more question');
  await tab.waitForTimeout(500);
  await window.get('consent-deny').click();
  expect((await first).status).toBe(403);
  await expect(question).toContainText(/(^\s*|, )a program without a named token,? wants to read\s+1 Payload/i);
  // Where the system tells which process it is, that is what is named first; for a page, a no is put forward instead.
  await expect(window.get('consent-once')).toHaveClass(/primary/);
  await expect(window.get('consent-deny')).toHaveClass(/secondary/);
  await window.look('consent-program');
  await tab.waitForTimeout(500);
  await window.get('consent-hour').click();
  expect((await second).status).toBe(200);
  await expect(window.get('consent-answer').filter({ hasText: 'Programs without a named token' })).toContainText('for 60 minutes');

  // Requests says who denied it.
  await window.go('requests');
  await expect(window.get('requests-row').filter({ hasText: 'orders' }).first()).toContainText('Denied by the user');
});

test('a question is put aside and answered later, and stands in the dialog that is open', async ({ window, page: tab }) => {
  const endpoint = await serveWithConsent(window);
  const question = window.get('consent-question');
  const waits = page(window, endpoint, 'orders');
  await expect(question).toBeVisible();
  await tab.keyboard.press('Control+Shift+A');
  await tab.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(window.get('consent-rest')).toContainText(PAGE);
  await window.get('consent-rest-always').click();
  expect((await waits).status).toBe(200);
  await expect(window.get('consent-rest')).toBeHidden();

  // A dialog takes the keyboard from everything else, so the question is in it; closed, it leaves the question behind.
  await window.get('rule-new').click();
  const second = page(window, endpoint, 'billing');
  await expect(question).toContainText('billing');
  await tab.keyboard.press('Control+Shift+A');
  await expect(window.get('consent-once')).toBeFocused();
  await window.look('consent-over-dialog');
  await tab.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(window.get('rule-dialog')).toBeVisible();
  const third = page(window, endpoint, 'shipping', 'http://localhost:8080');
  await expect(question).toContainText('shipping');
  await tab.keyboard.press('Escape');
  await expect(window.get('rule-dialog')).toBeHidden();
  await expect(question).toContainText('shipping');
  await tab.waitForTimeout(500);
  await window.get('consent-deny').click();
  expect((await third).status).toBe(403);
  await window.get('consent-rest-deny').click();
  expect((await second).status).toBe(403);
});

test('a question over a dialog is told to a screen reader there, and reached and answered by keys; the palette is one, too', async ({ window, page: tab }) => {
  const endpoint = await serveWithConsent(window);
  const question = window.get('consent-question');
  await window.get('rule-new').click();
  const dialog = tab.getByRole('dialog', { name: 'New rule' });
  // It begins at its first field, with the place for what is told there before there is something to tell.
  await expect(dialog.getByRole('status').last()).toBeEmpty();
  const field = tab.locator(':focus');
  const typed = await field.getAttribute('data-testid');
  const first = page(window, endpoint, 'orders');
  await expect(dialog.getByRole('status').getByRole('region', { name: 'Consent question' })).toContainText('orders');
  // Once in the page, and not where a modal dialog hides it.
  await expect(question).toHaveCount(1);
  await expect(tab.locator(':focus')).toHaveAttribute('data-testid', typed ?? '');
  // The last thing of the dialog: Tab leads through its answers.
  await tab.keyboard.press('Control+Shift+A');
  for (const choice of ['consent-hour', 'consent-always', 'consent-deny', 'consent-later']) {
    await tab.keyboard.press('Tab');
    await expect(window.get(choice)).toBeFocused();
  }
  await window.accessible();
  await tab.keyboard.press('Shift+Tab');
  await tab.waitForTimeout(500);
  await tab.keyboard.press('Enter');
  expect((await first).status).toBe(403);
  await expect(question).toBeHidden();
  await expect(window.get('rule-dialog')).toBeVisible();
  await expect(tab.locator(':focus')).toHaveAttribute('data-testid', typed ?? '');
  await tab.keyboard.press('Escape');

  await tab.keyboard.press('Control+k');
  await expect(window.get('palette-input')).toBeFocused();
  const second = page(window, endpoint, 'billing');
  await expect(tab.getByRole('dialog').getByRole('region', { name: 'Consent question' })).toContainText('billing');
  await window.look('consent-over-palette');
  await tab.keyboard.press('Control+Shift+A');
  await expect(window.get('consent-once')).toBeFocused();
  await tab.waitForTimeout(500);
  await tab.keyboard.press('Enter');
  expect((await second).status).toBe(200);
  await expect(window.get('palette-input')).toBeFocused();
});
