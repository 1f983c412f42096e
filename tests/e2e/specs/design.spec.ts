// The design system's own page: every primitive in every state, in a picture; what moves, for how long; what keeps its size.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test as base, Window } from '../support/test';

const UI = fileURLToPath(new URL('../../../ui', import.meta.url));

const test = base.extend<{ design: Window }, { built: string }>({
  built: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'design-'));
      execFileSync(join(UI, 'node_modules/.bin/vite'), ['build', '--mode', 'design', '--outDir', folder, '--emptyOutDir'], { cwd: UI });
      await use(folder);
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  design: async ({ page, built }, use) => {
    // No host and no core: files alone.
    await page.route('http://design.test/**', (route) =>
      route.fulfill({ path: join(built, new URL(route.request().url()).pathname) }),
    );
    await page.goto('http://design.test/design.html');
    await expect(page.getByTestId('design')).toBeVisible();
    const none = { url: 'http://design.test', stop: () => Promise.resolve() };
    await use(new Window(page, none));
  },
});

test('every primitive in every state', async ({ design, page }) => {
  test.setTimeout(120_000);
  await page.setViewportSize({ width: 1180, height: 4600 });
  await design.look('design');
  await design.get('menu-rest').click();
  await design.look('design-menu');
  await page.keyboard.press('Escape');
  await design.get('open-dialog').click();
  await design.look('design-dialog');
});

test('a state that is forced looks like the one that a hand makes', async ({ design, page }) => {
  const background = (testid: string) => design.get(testid).evaluate((element) => getComputedStyle(element).backgroundColor);
  const outline = (testid: string) => design.get(testid).evaluate((element) => getComputedStyle(element).outlineStyle);
  const rest = await background('button-secondary-rest');
  const forced = await background('button-secondary-hover');
  expect(forced).not.toBe(rest);
  await design.get('button-secondary-rest').hover();
  await expect.poll(() => background('button-secondary-rest')).toBe(forced);
  expect(await outline('button-secondary-rest')).toBe('none');
  expect(await outline('button-secondary-focus')).toBe('solid');
  await design.get('button-primary-rest').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  expect(await outline('button-primary-rest')).toBe('solid');
});

test('a busy button keeps its size, and shows no spinner at first', async ({ design }) => {
  const size = async (state: string) => {
    const box = await design.get(`button-primary-${state}`).boundingBox();
    return [box?.width, box?.height];
  };
  expect(await size('busy')).toEqual(await size('rest'));
  const delay = await design
    .get('button-primary-busy')
    .locator('.spinner')
    .evaluate((element) => getComputedStyle(element).animationDelay);
  expect(delay).toBe('0.2s');
});

/** Milliseconds of everything that moves once: transitions, and animations that end. */
const longest = () =>
  Math.max(
    ...[...document.querySelectorAll('*')].flatMap((element) => {
      const style = getComputedStyle(element);
      const ms = (list: string) => list.split(', ').map((one) => parseFloat(one) * (one.endsWith('ms') ? 1 : 1000));
      const endless = style.animationIterationCount === 'infinite' || element.closest('.cm-editor') !== null;
      return [...ms(style.transitionDuration), ...(endless ? [] : ms(style.animationDuration))];
    }),
  );

test('motion is short', async ({ design, page }) => {
  await expect(design.get('design')).toBeVisible();
  const ms = await page.evaluate(longest);
  expect(ms).toBeGreaterThan(50);
  expect(ms).toBeLessThanOrEqual(200);
});

test.describe('where the system says so', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('nothing moves', async ({ design, page }) => {
    await expect(design.get('design')).toBeVisible();
    expect(await page.evaluate(longest)).toBeLessThanOrEqual(1);
    const running = await page.evaluate(
      () =>
        document.getAnimations().filter((one) => {
          const { duration = 0, iterations = 1 } = one.effect?.getComputedTiming() ?? {};
          return Number(duration) > 1 || (iterations ?? 1) > 1;
        }).length,
    );
    expect(running).toBe(0);
  });
});

test.describe('where the system chooses the colors', () => {
  test.use({ contextOptions: { forcedColors: 'active' } });

  test('what is chosen is still seen', async ({ design, page }) => {
    await page.setViewportSize({ width: 1180, height: 4600 });
    await design.shot('design-forced-colors');
    const backgrounds = await page.evaluate(() =>
      [':checked', ':not(:checked)'].map((state) => {
        const one = document.querySelector(`[role=switch]${state}`);
        return one ? getComputedStyle(one).backgroundColor : 'none';
      }),
    );
    expect(new Set(backgrounds).size).toBe(2);
  });
});

test('a split pane is resized by keys and by hand, and stays so', async ({ design, page }) => {
  const separator = design.get('split-rest-separator');
  const value = async () => Number(await separator.getAttribute('aria-valuenow'));
  const before = await value();
  await separator.focus();
  await page.keyboard.press('ArrowLeft');
  expect(await value()).toBe(before - 2);
  await page.keyboard.press('Home');
  expect(await value()).toBe(4);
  const box = await separator.boundingBox();
  expect(box).not.toBeNull();
  if (box) {
    await page.mouse.move(box.x, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 1, box.y + 20);
    await page.mouse.move(box.x + 900, box.y + 20);
    await page.mouse.up();
  }
  expect(await value()).toBe(Number(await separator.getAttribute('aria-valuemax')));
  await separator.dblclick();
  expect(await value()).toBeGreaterThan(3);
});
