// Two runs side by side, light and dark, each compared with the picture in `pictures/`, which somebody looked at.
import { deviates, history, still, type Still } from '../support/still';
import { expect, test as base } from '../support/test';

const test = base.extend<{ shown: Still }>({
  shown: async ({ window }, use, info) => use(still(window, info)),
});

test('a run that deviates', async ({ shown, window, page }) => {
  await page.setViewportSize({ width: 1280, height: 760 });
  await shown.begin();
  await window.open('inspector');
  await window.paste(deviates());
  await expect(window.get('events-row').first()).toContainText('Workflow');
  await window.paste(history('real-order-rich.decoded'));
  await expect(window.get('document-tabs').getByRole('tab')).toHaveCount(3);
  await page.keyboard.press('Control+D');
  await expect(window.get('compare-differences')).toBeVisible();
  await shown.picture('inspector-compare-changed');
  await page.keyboard.press('F8');
  await expect(window.get('compare-apart')).toContainText('schedules Activity charge');
  await shown.picture('inspector-compare');
});
