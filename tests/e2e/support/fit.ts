// How a page is asked whether it fits its window; the real window is asked the same (`tests/support/misfits.js`).
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';

const MISFITS = `(${readFileSync(new URL('../../support/misfits.js', import.meta.url), 'utf8').replace(/^\/\/.*$/gm, '').trim()})()`;

/** What does not fit, in words. */
export async function misfits(page: Page): Promise<string[]> {
  // Two frames: sizes that scripts watch are followed in the next one.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return page.evaluate<string[]>(MISFITS);
}

/**
 * Every width in CSS pixels that a window of 720 px to 4K has between 80 and 200 % zoom, in steps of 20 px where layouts
 * change, with the height that goes with it.
 */
export const SWEEP: readonly { width: number; height: number }[] = [
  ...Array.from({ length: 53 }, (_, step) => 360 + 20 * step),
  ...[1500, 1600, 1750, 1920, 2560, 3840, 4800],
].map((width) => ({ width, height: width < 720 ? 380 : 700 }));
