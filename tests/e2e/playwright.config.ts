// Every test in a light window, and what is about looks in a dark one too; each over a bridge of its own with nothing in it.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'specs',
  outputDir: 'test-results/failures',
  // Compared pictures. They are looked at before they are committed: `UPDATE=1 npm test -- pictures`.
  snapshotPathTemplate: 'pictures/{arg}{ext}',
  updateSnapshots: process.env['UPDATE'] === '1' ? 'all' : 'none',
  // A core, a browser and its helpers per worker.
  workers: 2,
  fullyParallel: true,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  // A headless Chromium sometimes stops drawing, once in some thousands of tests, and a click waits for a frame.
  // The second run decides; a test that needed it is listed as flaky.
  retries: 1,
  reporter: [['list']],
  use: {
    // A step that hangs is named, with what it waits for, before the test's own time ends.
    actionTimeout: 20_000,
    navigationTimeout: 20_000,
    browserName: 'chromium',
    viewport: { width: 1180, height: 760 },
    timezoneId: 'UTC',
    locale: 'en-US',
    permissions: ['clipboard-read', 'clipboard-write'],
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    },
  },
  projects: [
    { name: 'light', use: { colorScheme: 'light' } },
    // A theme changes colors: what is measured, compared or seen. What a click does was shown in the light.
    {
      name: 'dark',
      use: { colorScheme: 'dark' },
      testMatch: ['accessibility', 'compare_pictures', 'design', 'pictures', 'screenreader'].map((name) => `${name}.spec.ts`),
    },
  ],
});
