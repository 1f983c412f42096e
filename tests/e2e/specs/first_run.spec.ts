// A newcomer: from nothing to a decoded Payload, one click each.
import { expect, test } from '../support/test';

test('three steps end with a decoded Payload on the screen', async ({ window }) => {
  await window.open('inspector');
  await expect(window.get('welcome')).toBeVisible();
  await window.get('add-sample-key').click();
  await expect(window.get('toast-ok')).toContainText('added');
  await window.get('welcome-sample').click();
  await expect(window.get('verdict')).toContainText('Decrypted with key test');
  await expect(window.get('layers')).toContainText('encrypted · test');
  await expect(window.get('layers')).toContainText('json/plain');
  await expect(window.get('decoded-text')).toContainText('orderId');
});

test('the sample alone brings its key with it', async ({ window }) => {
  await window.open('inspector');
  await window.get('welcome-skip').click();
  await window.get('try-sample').click();
  await expect(window.get('decoded-text')).toContainText('orderId');
  await window.go('keys');
  await expect(window.get('key')).toHaveCount(1);
});

test('the endpoint is copied from the second step', async ({ window, page }) => {
  await window.open('inspector');
  const endpoint = await window.serve();
  await window.go('inspector');
  await expect(window.get('welcome-endpoint')).toHaveText(endpoint);
  await window.get('welcome-copy-endpoint').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(endpoint);
});

test('each client is connected in its own way in the second step', async ({ window }) => {
  await window.open('inspector');
  await window.serve();
  await window.go('inspector');
  await expect(window.get('welcome-words')).toContainText('glasses');
  await window.look('welcome-web-ui');
  await window.get('welcome-client-cloud').check({ force: true });
  await expect(window.get('welcome-words')).toContainText('Namespace Admin');
  await window.get('welcome-client-cli').check({ force: true });
  await expect(window.get('cli-profile').first()).toBeVisible();
  await window.look('welcome-cli');
  await window.get('cli-connect').first().click();
  await window.get('cli-write').click();
  await expect(window.get('cli-proof')).toContainText('Payload');
});

test('the three steps need no mouse', async ({ window, page }) => {
  await window.open('inspector');
  await window.serve();
  await window.go('inspector');
  const press = async (testid: string) => {
    for (let stop = 0; stop < 40 && !(await window.get(testid).evaluate((one) => one === document.activeElement)); stop += 1) {
      await page.keyboard.press('Tab');
    }
    await expect(window.get(testid)).toBeFocused();
    await page.keyboard.press('Enter');
  };
  await press('add-sample-key');
  await expect(window.get('welcome-key')).toContainText('added');
  await press('welcome-copy-endpoint');
  await press('welcome-sample');
  await expect(window.get('decoded-text')).toContainText('orderId');
});
