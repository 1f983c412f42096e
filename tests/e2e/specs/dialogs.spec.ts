// Every dialog: where the focus begins, what Enter and Esc do, and where a pasted text goes.
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { payloads, plain } from '../support/payloads';
import { expect, freePort, test, type Window } from '../support/test';

const KEY = '0123456789abcdef0123456789abcdef';

/** A message that does not say its type. */
const MESSAGE = JSON.stringify({ metadata: { encoding: Buffer.from('binary/protobuf').toString('base64') }, data: 'CAE=' });

/** How each of them is opened, in a window that has a key, a profile, a document and a changed setting. */
const OPENERS: Record<string, (window: Window) => Promise<void>> = {
  'import-dialog': (window) => window.page.keyboard.press('Control+n'),
  'shortcuts-dialog': (window) => window.page.keyboard.press('Control+/'),
  'wrapped-dialog': (window) => choose(window, 'unwrap data keys'),
  'export-dialog': (window) => choose(window, 'export bundle'),
  'rename-dialog': (window) => choose(window, 'rename prod'),
  'replace-dialog': (window) => choose(window, 'replace prod'),
  'usage-dialog': (window) => choose(window, 'formats and namespaces of prod'),
  'encode-dialog': (window) => choose(window, 'encode with prod'),
  'remove-dialog': (window) => choose(window, 'remove prod…'),
  'profile-dialog': (window) => choose(window, 'new profile'),
  'remove-profile-dialog': (window) => choose(window, 'remove profile'),
  'rename-document-dialog': (window) => choose(window, 'rename document'),
  'decode-as-dialog': async (window) => {
    await window.paste(MESSAGE);
    await expect(window.get('decode-as-offer')).toBeVisible();
    await choose(window, 'decode as');
  },
  'save-dialog': (window) => choose(window, 'save value'),
  'export-document-dialog': (window) => choose(window, 'export document'),
  'export-access-log-dialog': (window) => choose(window, 'export access log'),
  'export-settings-dialog': (window) => choose(window, 'export settings'),
  'import-settings-dialog': (window) => choose(window, 'import settings'),
  'reset-dialog': (window) => choose(window, 'reset all settings'),
  'quit-dialog': (window) => window.page.keyboard.press('Control+q'),
  'whats-new': (window) => choose(window, 'show what'),
  'cli-change': async (window) => {
    await window.go('server');
    await window.get('cli-connect').click();
  },
  'provider-dialog': async (window) => {
    await window.go('access');
    await window.get('provider-new').click();
  },
  'https-export-dialog': async (window) => {
    await window.go('server');
    await window.get('https-port').fill(String(await freePort()));
    await window.get('https-on').check();
    await window.get('https-export').click();
  },
  'rule-dialog': (window) => choose(window, 'new rule'),
  'link-dialog': async ({ page, bridge }) => {
    const link = `temporal-codec://inspect?payload=${encodeURIComponent(JSON.stringify(plain('1')))}`;
    await page.request.post(`${bridge.url}/desktop/link`, { data: link, headers: { 'content-type': 'text/plain' } });
  },
};
/** Where a keychain cannot be used. */
const WITHOUT_KEYCHAIN = ['vault-dialog'];

/** The dialogs that the source has: what is new must be walked over as well. */
function inSource(): string[] {
  const root = fileURLToPath(new URL('../../../ui/src/views', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.svelte'));
  const texts = files.map((name) => readFileSync(join(root, name), 'utf8')).filter((text) => text.includes('<Dialog'));
  const named = texts.flatMap((text) => [...text.matchAll(/<Dialog\b[^>]*?testid="([^"]+)"|testid: '([\w-]+-dialog)'/gs)]);
  return named.map(([, own, listed]) => own ?? listed ?? '').sort();
}

async function choose(window: Window, words: string): Promise<void> {
  await window.page.keyboard.press('Control+k');
  await window.page.keyboard.type(words);
  await expect(window.get('palette-choice').first()).toBeVisible();
  await window.page.keyboard.press('Enter');
  await expect(window.get('palette')).toBeHidden();
}

/** The focus is in the dialog, and not where Enter would close it; in the first field, where it has one to be typed into. */
async function begins(window: Window, testid: string): Promise<void> {
  const dialog = window.get(testid);
  await expect(dialog, testid).toBeVisible();
  const focused = window.page.locator(`[data-testid=${testid}]:focus, [data-testid=${testid}] :focus`);
  await expect(focused, `${testid}: what has the focus`).toHaveCount(1);
  await expect(dialog.locator('[data-testid=dialog-close]:focus'), testid).toHaveCount(0);
  const fields = dialog.locator('input:not([type=radio]):not([type=checkbox]):not([readonly]):visible, textarea:visible');
  if ((await fields.count()) > 0) {
    await expect(dialog.locator('input:focus, textarea:focus, select:focus'), `${testid}: a field has the focus`).toHaveCount(1);
  }
}

/** It is inside of the window at every size; what is longer is scrolled to. */
async function fits(window: Window, testid: string): Promise<void> {
  for (const [width, height] of [[720, 480], [760, 700], [1000, 800], [1180, 760]] as const) {
    await window.page.setViewportSize({ width, height });
    const seen = await window.get(testid).evaluate((dialog) => {
      dialog.scrollTop = dialog.scrollHeight;
      const [box, last] = [dialog.getBoundingClientRect(), dialog.lastElementChild?.getBoundingClientRect()];
      return { top: box.top, bottom: box.bottom, last: last?.bottom ?? 0 };
    });
    expect(seen.top, `${testid} at ${width} × ${height}`).toBeGreaterThanOrEqual(0);
    expect(seen.bottom, `${testid} at ${width} × ${height}`).toBeLessThanOrEqual(height);
    expect(seen.last, `${testid} at ${width} × ${height}`).toBeLessThanOrEqual(seen.bottom);
  }
}

async function paste(window: Window, text: string): Promise<void> {
  await window.page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

test('what a rule does and for whom is seen at once; where a dialog is longer than the window, a line says that there is more', async ({ window, page }) => {
  await window.open('access');
  const footer = page.locator('dialog[open] footer');
  const line = () => footer.evaluate((one) => getComputedStyle(one).borderTopWidth);
  for (const size of [{ width: 1180, height: 760 }, { width: 960, height: 700 }]) {
    await page.setViewportSize(size);
    await window.get('rule-new').click();
    await expect(window.get('rule-name')).toBeFocused();
    for (const field of ['rule-name', 'rule-then', 'rule-client', 'rule-operation', 'rule-email-input', 'rule-domain-input', 'rule-permission', 'rule-namespaces-input', 'rule-claim', 'rule-claim-is', 'rule-submit']) {
      await expect(window.get(field), field).toBeInViewport({ ratio: 1 });
      await window.get(field).click({ trial: true, force: field === 'rule-then' });
    }
    await expect.poll(line).toBe('0px');
    await window.look(`rule-dialog-${size.width}`);
    await page.keyboard.press('Escape');
  }
  await page.setViewportSize({ width: 787, height: 507 });
  await window.get('rule-new').click();
  await expect(window.get('rule-then')).toBeInViewport({ ratio: 1 });
  await expect.poll(line).toBe('1px');
  await window.shot('rule-dialog-787');
  await page.locator('dialog[open]').evaluate((dialog) => dialog.scrollTo(0, dialog.scrollHeight));
  await expect.poll(line).toBe('0px');
});

test('what opens in place comes into view, and a form begins at its first field', async ({ window, page }) => {
  await page.setViewportSize({ width: 787, height: 507 });
  await window.open('keys');
  for (let n = 0; n < 6; n += 1) {
    await window.importKey(`key-${n}`, Buffer.alloc(32, n).toString('base64'));
  }
  const help = window.get('fingerprint-help');
  await help.locator('summary').click();
  await expect(help).toBeInViewport({ ratio: 0.99 });
  await window.get('import-key').click();
  await window.get('key-usage').locator('summary').click();
  await expect(window.get('format-search')).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Escape');
  await window.go('access');
  await window.get('test-token-submit').click();
  await expect(window.get('test-token-result').locator('p').first()).toBeInViewport({ ratio: 1 });
});

test('every dialog begins at its first field, and Esc closes it', async ({ window, page }) => {
  test.setTimeout(120_000);
  expect([...Object.keys(OPENERS), ...WITHOUT_KEYCHAIN].sort()).toEqual(inSource());
  await window.open('keys');
  await window.importKey('prod', KEY);
  await window.post(await window.serve(), 'decode', payloads(plain('1')));
  await choose(window, 'theme dark');
  await choose(window, 'new profile');
  await page.keyboard.type('Production');
  await window.get('profile-namespaces-input').fill('prod-*');
  // Enter takes the pattern, and then sends the form.
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(window.page.locator('[data-profile=Production]')).toBeVisible();
  await window.go('inspector');
  await window.paste(payloads(plain('1')));
  for (const [testid, open] of Object.entries(OPENERS)) {
    await open(window);
    await begins(window, testid);
    await fits(window, testid);
    await page.keyboard.press('Escape');
    await expect(window.get(testid), testid).toBeHidden();
  }
  for (const tab of ['key from a file', 'list, .env or bundle', 'keys from a command', 'generate key', 'temporal’s sample key']) {
    await choose(window, tab);
    await begins(window, 'import-dialog');
    await page.keyboard.press('Escape');
  }
});

test('Enter does what the dialog is for, and a pasted list goes to its field', async ({ window, page }) => {
  await window.open('settings');
  await choose(window, 'export settings');
  const path = window.temporary('settings.json');
  await page.keyboard.type(path);
  await page.keyboard.press('Enter');
  await expect(window.get('export-settings-dialog')).toBeHidden();
  expect(existsSync(path)).toBe(true);

  await window.go('keys');
  await page.keyboard.press('Control+n');
  await window.get('tab-list').click();
  await expect(window.get('tab-list')).toBeFocused();
  await paste(window, JSON.stringify([{ id: 'listed', material: randomBytes(32).toString('base64'), format: 'base64' }]));
  await expect(window.get('list-text')).toBeFocused();
  await page.keyboard.press('Control+Enter');
  await expect(window.get('preview-entry')).toContainText('listed');
  await expect(window.get('keep-keys')).toBeFocused();
  await window.get('keep-session').check();
  await page.keyboard.press('Enter');
  await expect(window.key('listed')).toBeVisible();
  await expect(window.get('import-dialog')).toBeHidden();

  // A key goes to the field for keys, not to its id, which everybody can read.
  await page.keyboard.press('Control+n');
  await window.get('tab-paste').focus();
  await paste(window, KEY);
  await expect(window.get('key-material')).toHaveValue(KEY);
  await expect(window.get('key-id')).not.toHaveValue(KEY);
});

test.describe('without a keychain', () => {
  test.use({ bridgeArguments: ['--no-keychain'] });

  test('the dialog of the encrypted file', async ({ window, page }) => {
    await window.open('keys');
    await page.keyboard.press('Control+n');
    await window.get('key-material').fill(KEY);
    // The keychain is found missing when it is asked.
    await page.keyboard.press('Enter');
    await window.get('keep-vault-offer').press('Enter');
    await begins(window, 'vault-dialog');
    await page.keyboard.press('Escape');
    await expect(window.get('vault-dialog')).toBeHidden();
  });
});
