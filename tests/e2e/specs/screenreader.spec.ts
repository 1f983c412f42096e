// Each view as a screen reader hears it, and as Tab walks through it.
import { encrypted, payloads } from '../support/payloads';
import { expect, test, type View } from '../support/test';

/** What must be there in that order; more may stand between. */
const SKELETONS: Record<Exclude<View, 'inspector'>, string> = {
  server: `
- complementary:
  - navigation "Views"
- main:
  - region "Stopped":
    - heading "Stopped" [level=1]
    - button "Start"
`,
  doctor: `
- complementary:
  - navigation "Views"
- main:
  - heading "Connection Doctor" [level=1]
  - button "Copy report"
`,
  keys: `
- complementary:
  - navigation "Views"
- main:
  - heading "Keys" [level=1]
  - button "Add keys…"
  - heading "All Namespaces 1 key" [level=2]
  - list "Keys for all Namespaces":
    - listitem
  - combobox "Key that encodes"
`,
  requests: `
- main:
  - heading "Requests" [level=1]
`,
  settings: `
- main:
  - heading "Settings" [level=1]
`,
  formats: `
- main:
  - heading "Formats" [level=1]
  - searchbox "Find a format"
  - region "Formats"
  - region "Format"
`,
  namespaces: `
- main:
  - heading "Namespaces" [level=1]
  - button "New profile…"
  - region "Profile tester":
    - textbox "Which profile does a Namespace use?"
  - list "Profiles"
`,
  access: `
- main:
  - heading "Access" [level=1]
  - switch "Access rules"
  - region "Rules"
  - region "Identity providers"
  - region "Programs"
  - region "Test a token"
  - region "Consent"
`,
};

test('landmarks, headings and names', async ({ window, page }) => {
  await window.open('keys');
  await window.addSampleKey();
  for (const view of Object.keys(SKELETONS) as (keyof typeof SKELETONS)[]) {
    await window.go(view);
    await expect(page.locator('body'), view).toMatchAriaSnapshot(SKELETONS[view]);
    const levels = await page.locator('main').getByRole('heading').evaluateAll((all) => all.map(({ tagName }) => Number(tagName.slice(1))));
    expect(levels[0], `${view} begins with its name`).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.slice(1).forEach((level, at) => expect(level - (levels[at] ?? 0), `${view} skips no level`).toBeLessThanOrEqual(1));
  }
});

test('what came out of a Payload is announced', async ({ window, page }) => {
  await window.open('keys');
  await window.addSampleKey();
  await window.go('inspector');
  await window.paste(payloads(encrypted('1', 'prod-2024', Buffer.alloc(32, 3))));
  await expect(page.locator('[role=alert], [role=status], [aria-live]').filter({ hasText: 'prod-2024' }).first()).toBeVisible();
});

test('what is done is announced', async ({ window, page }) => {
  await window.open('keys');
  await expect(page.getByRole('status').filter({ has: page.getByTestId('toast-ok') })).toHaveCount(0);
  await window.addSampleKey();
  await expect(window.get('toasts')).toHaveAttribute('aria-live', 'polite');
  await expect(window.get('toasts')).toContainText('key');
});

for (const view of ['inspector', ...Object.keys(SKELETONS)] as View[]) {
  test(`Tab walks through ${view}, and is seen at each step`, async ({ window, page }) => {
    await window.open('keys');
    await window.addSampleKey();
    await window.go(view);
    // The doctor is not in the navigation; it is reached from Server.
    await page.getByTestId(`nav-${view === 'doctor' ? 'server' : view}`).focus();
    const seen = new Set<string>();
    for (let step = 0; step < 120; step += 1) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(async () => {
        const element = document.activeElement;
        if (element?.closest('.cm-editor')) {
          // It says a moment later that it has the focus.
          await new Promise((done) => setTimeout(done, 50));
        }
        if (element === null || element === document.body) {
          return null;
        }
        // The place, so that two buttons of one name are two.
        const path: number[] = [];
        for (let one: Element | null = element; one?.parentElement; one = one.parentElement) {
          path.push([...one.parentElement.children].indexOf(one));
        }
        const ring = (one: Element | null) => one !== null && getComputedStyle(one).outlineStyle === 'solid' && parseFloat(getComputedStyle(one).outlineWidth) >= 2;
        const holder = element.closest('label, .chips, .cm-editor');
        const box = element.getBoundingClientRect();
        const name = element.getAttribute('data-testid') ?? element.getAttribute('aria-label') ?? element.textContent ?? '';
        return {
          path: path.join('.'),
          name: `${element.tagName} ${name.trim().slice(0, 40)}`,
          ring: ring(element) || ring(holder),
          inside: box.bottom > 0 && box.right > 0 && box.top < globalThis.innerHeight && box.left < globalThis.innerWidth,
        };
      });
      if (at === null || seen.has(at.path)) {
        break;
      }
      seen.add(at.path);
      expect(at, 'the focus is seen').toEqual({ ...at, ring: true, inside: true });
    }
    expect(seen.size).toBeGreaterThan(4);
    expect(seen.size, 'the walk comes to an end').toBeLessThan(119);
  });
}
