// The Connection Doctor: a line for each thing in a client's way, live, with what the app can do about it; and the self-test.
import { randomBytes } from 'node:crypto';
import { misfits } from '../support/fit';
import { encrypted, payloads } from '../support/payloads';
import { expect, test, type Window } from '../support/test';

const line = (window: Window, id: string) => window.page.locator(`[data-testid=finding][data-id="${id}"]`);

test('what is in the way is found as it happens, and done about where it stands', async ({ window, page }) => {
  await window.open('keys');
  await window.addSampleKey();
  const endpoint = await window.serve();
  await window.get('open-doctor').click();
  await expect(window.get('view-doctor')).toBeVisible();
  await expect(line(window, 'server')).toHaveAttribute('data-state', 'good');
  await expect(line(window, 'loopback_v4')).toHaveAttribute('data-state', 'good');
  await expect(line(window, 'silent')).toHaveAttribute('data-state', 'unknown');
  await expect(window.get('doctor-summary')).toHaveText('Nothing was found that does not work.');
  await line(window, 'silent').getByText('Steps', { exact: true }).click();
  await expect(line(window, 'silent')).toContainText('Use my browser setting and ignore Cluster-level setting');
  await window.look('doctor-steps');

  // While it is looked at: a page that is not listed, and a key that is not here.
  const key = randomBytes(32);
  await window.post(endpoint, 'decode', payloads(encrypted('1', 'prod-2024', key)), { origin: 'https://temporal.corp' });
  await window.post(endpoint, 'decode', payloads(encrypted('1', 'prod-2024', key)), { origin: 'http://localhost:8233' });
  const stranger = line(window, 'origin https://temporal.corp');
  await expect(stranger).toHaveAttribute('data-state', 'bad');
  await expect(line(window, 'key prod-2024')).toContainText('Add key prod-2024');
  // Opened by hand, and still so after it looked again.
  await expect(line(window, 'silent').locator('details')).toHaveAttribute('open', '');
  await window.look('doctor-found');
  for (const size of [{ width: 590, height: 380 }, { width: 720, height: 480 }, { width: 3840, height: 2160 }]) {
    await page.setViewportSize(size);
    expect(await misfits(page), `at ${size.width}`).toEqual([]);
    await window.shot(`doctor-${size.width}`);
  }
  await page.setViewportSize({ width: 1180, height: 760 });
  // The sidebar counts what does not work, where it is dealt with, and says so.
  await expect(window.get('nav-server').getByTestId('nav-faults')).toContainText('1, the Connection Doctor found 1 fault');
  await expect(window.get('nav-keys').getByTestId('nav-faults')).toContainText('1');
  // A missing key is one problem: whoever asked for it arrived.
  await expect(window.get('doctor-summary')).toContainText('2 things do not work');
  await expect(line(window, 'key prod-2024')).toContainText('Missing key "prod-2024" 1 Payload without a Namespace was encrypted');
  await expect(line(window, 'origin http://localhost:8233')).toHaveAttribute('data-state', 'unknown');
  await expect(line(window, 'origin http://localhost:8233')).toContainText('Add key prod-2024');
  // The view that is counted says what it is, and has the way out.
  await window.go('keys');
  await expect(window.get('faults')).toContainText('Missing key "prod-2024"');
  await expect(window.get('fault-act')).toHaveText('Add key prod-2024');
  await window.go('server');
  await expect(window.get('faults')).toContainText('https://temporal.corp');
  await expect(window.get('fault-act')).toHaveText('Allow https://temporal.corp');
  await window.look('server-faults');
  await page.setViewportSize({ width: 720, height: 480 });
  expect(await misfits(page)).toEqual([]);
  await expect(window.get('sidebar-state')).toBeInViewport({ ratio: 1 });
  await window.look('server-faults-small');
  await page.setViewportSize({ width: 1180, height: 760 });
  await window.get('faults-doctor').click();
  await stranger.getByTestId('finding-allow_origin').click();
  await expect(window.get('nav-server').getByTestId('nav-faults')).toHaveCount(0);
  await expect(stranger).toHaveAttribute('data-state', 'unknown');

  await page.keyboard.press('Control+.');
  await expect(line(window, 'paused')).toHaveAttribute('data-state', 'bad');
  await line(window, 'paused').getByTestId('finding-resume').click();
  await expect(line(window, 'paused')).toHaveAttribute('data-state', 'good');
});

test('the self-test goes the whole way, by the keyboard alone, and its report is copied', async ({ window, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await window.open('keys');
  await window.addSampleKey();
  await window.serve();
  await page.keyboard.press('Control+9');
  await expect(line(window, 'server')).toHaveAttribute('data-state', 'good');
  await window.get('self-test-run').focus();
  await page.keyboard.press('Enter');
  await expect(window.get('self-test-step')).toHaveCount(4);
  for (const step of await window.get('self-test-step').all()) {
    await expect(step).toHaveAttribute('data-state', 'good');
  }
  await window.get('self-test').scrollIntoViewIfNeeded();
  await window.look('doctor-self-test');
  await window.get('doctor-report').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('[ok] Decode for a program');
});

test('a port that is taken is told, and another one taken', async ({ window }) => {
  await window.open('server');
  const { port } = new URL(window.bridge.url);
  await window.get('port-input').fill(port);
  await window.get('port-save').click();
  await window.get('server-start').click();
  await expect(window.get('server-error')).toBeVisible();
  await window.page.keyboard.press('Control+9');
  await expect(line(window, 'server')).toHaveAttribute('data-state', 'bad');
  await expect(line(window, 'port')).toContainText('bridge');
  await window.look('doctor-port');
  await line(window, 'server').getByTestId('finding-use_port').click();
  await expect(line(window, 'server')).toHaveAttribute('data-state', 'good');
});

test('the panic lock refuses everybody, from any view, until it is lifted in Server', async ({ window, page }) => {
  await window.open('keys');
  await window.addSampleKey();
  const endpoint = await window.serve();
  await page.keyboard.press('Control+Shift+L');
  await expect(window.get('server-state')).toHaveText('Panic lock');
  const refused = await window.post(endpoint, 'decode', payloads(encrypted('1', 'test-key-id', randomBytes(32))));
  expect([refused.status, refused.statusText]).toEqual([403, 'Panic lock is set in Temporal Codec Desktop']);
  await expect(window.get('sidebar-state')).toHaveText('Panic lock');
  await expect(window.get('lock')).toHaveAttribute('data-locked', 'true');
  await window.look('panic-lock');
  // Pressed again, it does not lift itself.
  await page.keyboard.press('Control+Shift+L');
  await expect(window.get('server-panic-locked')).toBeVisible();
  await page.keyboard.press('Control+9');
  await expect(line(window, 'panic_lock')).toHaveAttribute('data-state', 'bad');
  await window.go('server');
  await window.get('server-lift-panic-lock').click();
  await expect(window.get('server-panic-locked')).toBeHidden();
  await expect(window.get('server-locked')).toBeVisible();
  await window.get('server-unlock').click();
  await expect(window.get('server-state')).toHaveText('Serving');
});
