// The page under the desktop window's Content Security Policy, with which every test of this suite runs.
import { expect, test } from '../support/test';

test('the page runs under the policy of the desktop window', async ({ window, page }) => {
  await window.open('inspector');
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.body.dataset.ran = "yes"';
    document.body.append(script);
    return document.body.dataset['ran'] ?? 'refused';
  });
  expect(ran).toBe('refused');
  window.expectedProblems = /Content Security Policy/;
});
