// Many keys: by Namespace, folded, searched, and walked through with the keyboard alone.
import { randomBytes } from 'node:crypto';
import { expect, test, type Window } from '../support/test';

async function addMany(window: Window, nKeys: number): Promise<void> {
  const { url } = window.bridge;
  for (let at = 0; at < nKeys; at += 1) {
    const namespaces = [[], ['orders*'], ['payments', 'payments-eu']][at % 3];
    const request = { id: `key-${String(at).padStart(2, '0')}`, label: at % 4 === 0 ? `Team ${at}` : '', formats: [], namespaces, lifetime: 'keychain' };
    const answer = await fetch(`${url}/ipc/import_key`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ ...request, material: randomBytes(32).toString('base64'), format: 'base64' }),
    });
    expect(answer.ok, await answer.text()).toBe(true);
  }
}

test('fifty keys are groups of Namespaces that fold, and a search finds in all of them', async ({ window, page }) => {
  await addMany(window, 50);
  await window.open('keys');
  const group = (name: string) => page.locator(`[data-testid=key-group][data-group="${name}"]`);
  await expect(window.get('key-group')).toHaveCount(3);
  await expect(window.get('key')).toHaveCount(50);
  await expect(group('')).toContainText('All Namespaces');
  await expect(group('')).toContainText('17 keys');
  await expect(group('payments').getByTestId('key').first()).toContainText('also for payments-eu');
  const rows = await window.get('key').evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height));
  expect(Math.max(...rows), 'a row has two lines').toBeLessThanOrEqual(64);
  await window.look('keys-many');
  await group('orders*').getByTestId('key-group-fold').click();
  await expect(window.get('key')).toHaveCount(33);
  await expect(group('orders*').getByTestId('key-group-fold')).toHaveAttribute('aria-expanded', 'false');
  await window.get('keys-search').fill('key-01');
  await expect(window.get('key')).toHaveCount(1);
  await window.get('keys-search').fill('');
  await expect(window.get('key')).toHaveCount(33);
  await window.look('keys-many-folded');
});

test('arrow keys walk, Enter opens the menu, Delete asks', async ({ window, page }) => {
  await addMany(window, 9);
  await window.open('keys');
  await window.get('key-group-fold').first().focus();
  await page.keyboard.press('Tab');
  const at = (index: number) => window.get('key').nth(index);
  await expect(at(0)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(at(3)).toBeFocused();
  await page.keyboard.press('End');
  await expect(at(8)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(at(7)).toBeFocused();
  const id = await at(7).getAttribute('data-key-id');
  await page.keyboard.press('Enter');
  await expect(window.get('key-rename')).toBeFocused();
  await page.keyboard.press('Escape');
  await at(7).focus();
  await page.keyboard.press('Delete');
  await expect(window.get('remove-dialog')).toContainText(id ?? 'none');
  await page.keyboard.press('Escape');
  await expect(at(7)).toBeFocused();
});

test('long names and ids are read whole in the list, in every width', async ({ window, page }) => {
  const { url } = window.bridge;
  const id = 'projects/acme-prod/locations/europe-west3/keyRings/temporal/cryptoKeys/codec/cryptoKeyVersions/7';
  const label = 'Payments and settlements of the European region, production, since the migration of March 2026';
  const request = { id, label, formats: [], namespaces: [], lifetime: 'keychain' };
  const answer = await fetch(`${url}/ipc/import_key`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ ...request, material: randomBytes(32).toString('base64'), format: 'base64' }),
  });
  expect(answer.ok, await answer.text()).toBe(true);
  await window.open('keys');
  for (const [width, height] of [[1180, 760], [720, 480], [590, 380]] as const) {
    await page.setViewportSize({ width, height });
    const cut = await window.key(id).evaluate((row) =>
      [...row.querySelectorAll('*')]
        .filter((part) => part.checkVisibility() && !part.classList.contains('visually-hidden'))
        .filter((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0 || part.scrollHeight > part.clientHeight + 1 && part.clientHeight > 0)
        .filter((part) => getComputedStyle(part).overflow !== 'visible')
        .map((part) => `${part.tagName} ${part.textContent}`),
    );
    expect(cut, `${width} px wide`).toEqual([]);
    await expect(window.key(id)).toContainText(label);
  }
});
