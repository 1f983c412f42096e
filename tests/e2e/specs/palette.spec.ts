// The command palette: found by a few letters, run by Enter, gone by Esc; over every view, never over a dialog.
import { expect, test } from '../support/test';

test('a few letters find a command, and Enter runs it', async ({ window, page }) => {
  await window.open('inspector');
  await page.keyboard.press('Control+k');
  await expect(window.get('palette-input')).toBeFocused();
  await expect(window.get('palette-choice').first()).toHaveAttribute('aria-selected', 'true');
  await window.look('palette');
  await page.keyboard.type('gen key');
  const first = window.get('palette-choice').first();
  await expect(first).toHaveAttribute('data-choice', 'keys.generate');
  await expect(window.get('palette-input')).toHaveAttribute('aria-activedescendant', (await first.getAttribute('id')) ?? '');
  await expect(window.get('palette-count')).toContainText('result');
  await window.look('palette-found');
  await page.keyboard.press('Enter');
  await expect(window.get('palette')).toBeHidden();
  await expect(window.get('import-dialog')).toBeVisible();
  // A dialog is not covered by another one.
  await page.keyboard.press('Control+k');
  await expect(window.get('palette')).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(window.get('import-dialog')).toBeHidden();
  // What was used last is offered first.
  await page.keyboard.press('Control+k');
  await expect(window.get('palette-choice').first()).toHaveAttribute('data-choice', 'keys.generate');
});

test('arrow keys walk, Esc gives the focus back, and what is not found is said', async ({ window, page }) => {
  await window.open('settings');
  await window.get('setting-tray').focus();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('ArrowUp');
  await expect(window.get('palette-choice').last()).toHaveAttribute('aria-selected', 'true');
  await expect(window.get('palette-choice').last()).toBeInViewport();
  await page.keyboard.press('ArrowDown');
  await expect(window.get('palette-choice').first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.type('nothing is called like this');
  await expect(window.get('palette-none')).toBeVisible();
  await window.look('palette-none');
  await page.keyboard.press('Enter');
  await expect(window.get('palette')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(window.get('palette')).toBeHidden();
  await expect(window.get('setting-tray')).toBeFocused();
});

test('it goes to a key, an origin, a format and a profile by name', async ({ window, page }) => {
  await window.open('keys');
  await window.importKey('prod-2026', '0123456789abcdef0123456789abcdef');
  await window.importKey('prod-2027', 'fedcba9876543210fedcba9876543210');
  await window.go('settings');
  await window.get('palette-open').click();
  await page.keyboard.type('prod-2027');
  await page.keyboard.press('Enter');
  await expect(window.get('view-keys')).toBeVisible();
  await expect(window.key('prod-2027')).toBeFocused();
  await window.look('palette-landed');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('cloud.temporal');
  await page.keyboard.press('Enter');
  await expect(window.get('view-server')).toBeVisible();
  await expect(page.locator('[data-address="https://cloud.temporal.io"]')).toBeFocused();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('posthog');
  await page.keyboard.press('Enter');
  await expect(window.get('view-formats')).toBeVisible();
  await expect(page.locator('[data-testid=format][aria-current=true]')).toHaveAttribute('data-format', /posthog/);
  await expect(page.locator('[data-testid=format][aria-current=true]')).toBeFocused();
});

test('every command that is shown says what it does and can be run from every view', async ({ window, page }) => {
  await window.open('inspector');
  for (const view of ['inspector', 'server', 'keys', 'requests', 'settings', 'formats', 'namespaces', 'access'] as const) {
    await window.go(view);
    await page.keyboard.press('Control+k');
    await expect(window.get('palette')).toBeVisible();
    await page.keyboard.type('theme dark');
    await expect(window.get('palette-choice').first()).toContainText('dark');
    await page.keyboard.press('Escape');
    await expect(window.get('palette')).toBeHidden();
  }
});

test('the sheet of shortcuts lists what the list of actions has', async ({ window, page }) => {
  await window.open('inspector');
  await page.keyboard.press('F1');
  await expect(window.get('shortcuts-dialog')).toContainText('Copy endpoint');
  await expect(window.get('shortcuts-dialog')).toContainText('Ctrl+Shift+C');
  await window.look('shortcuts');
});

test('a setting opens at its control, a command at what it needs', async ({ window, page }) => {
  await window.open('inspector');
  const choose = async (words: string) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(words);
    await expect(window.get('palette-choice').first()).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(window.get('palette')).toBeHidden();
  };
  await choose('port');
  await expect(window.get('port-input')).toBeFocused();
  await window.look('palette-setting');
  await choose('compression when');
  await expect(window.get('setting-compression')).toBeFocused();
  await choose('allow an origin');
  await expect(window.get('view-server')).toBeVisible();
  await expect(window.get('origin-input')).toBeFocused();
  await choose('export settings');
  await expect(window.get('export-settings-dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await choose('new profile');
  await expect(window.get('profile-name')).toBeFocused();
  await page.keyboard.press('Escape');
  await window.importKey('prod-2026', '0123456789abcdef0123456789abcdef');
  await window.go('requests');
  await choose('rename prod');
  await expect(window.get('rename-dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(window.get('rename-dialog')).toBeHidden();
  await choose('temporal cloud');
  await expect(window.get('card-cloud')).toBeInViewport();
});

test('zoom is among the shortcuts, works by keys and wheel, and stays; so does the view', async ({ window, page }) => {
  await window.open('keys');
  const size = () => page.evaluate(() => Number(document.documentElement.style.zoom || 1));
  await page.keyboard.press('Control+/');
  await expect(window.get('shortcuts-dialog')).toContainText('Zoom in');
  // A dialog is no reason not to read it larger.
  await page.keyboard.press('Control++');
  await expect.poll(size).toBe(1.1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+=');
  await expect.poll(size).toBe(1.25);
  await page.keyboard.press('Control+-');
  await expect.poll(size).toBe(1.1);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -100);
  await page.keyboard.up('Control');
  await expect.poll(size).toBe(1.25);
  await window.go('requests');
  // A start, which names no view.
  await page.goto(`${window.bridge.url}/`);
  await expect(window.get('view-requests')).toBeVisible();
  await expect.poll(size).toBe(1.25);
  await page.keyboard.press('Control+0');
  await expect.poll(size).toBe(1);
  await page.keyboard.press('Control+-');
  await page.keyboard.press('Control+-');
  await page.keyboard.press('Control+-');
  await expect.poll(size).toBe(0.8);
});

test('an entry that leads to a part of a view gives the focus to what it names', async ({ window, page }) => {
  test.setTimeout(120_000);
  const LANDS: readonly (readonly [string, string])[] = [
    ['Connect the Temporal CLI', 'cli-connect'],
    ['Temporal CLI terminal', 'cli-connect'],
    ['Temporal Cloud', 'card-cloud'],
    ['HTTPS', 'https-on'],
    ['Allow an origin', 'origin-input'],
    ['Allow a host for programs', 'program-host-input'],
    ['Access rules', 'rule-new'],
    ['Providers of access tokens', 'provider-new'],
    ['Tokens of programs', 'token-name'],
    ['Test a token', 'test-token-text'],
    ['Consent: whom', 'consent-on'],
    ['Access file for another', 'access-file'],
    ['Which profile does a', 'match-namespace'],
    ['Namespaces without a profile', 'unlisted-default'],
    ['Ask for a passphrase to unlock', 'unlock-ask-passphrase'],
    ['Protobuf types', 'protobuf-path'],
    ['Run self-test', 'self-test'],
  ];
  await window.open('server');
  await window.serve();
  for (const [words, testid] of LANDS) {
    // From a view that does not have it, where what is fetched first comes later.
    await window.go('requests');
    await page.keyboard.press('Control+k');
    await page.keyboard.type(words);
    await expect(window.get('palette-choice').first()).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(window.get(testid), words).toBeFocused();
    await expect(page.locator('[data-landed]'), words).toHaveCount(1);
  }
});
