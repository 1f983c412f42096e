// The Codec Server: start, stop, port, clients, origins.
import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, freePort, test } from '../support/test';

test('starts, stops, and moves to another port', async ({ window }) => {
  await window.open('server');
  await expect(window.get('server-state')).toHaveText('Stopped');
  const endpoint = await window.serve();
  await expect(window.get('sidebar-state')).toContainText(new URL(endpoint).port);
  expect((await window.post(endpoint, 'decode', '{"payloads":[]}')).status).toBe(200);

  const port = await freePort();
  await window.get('port-input').fill(String(port));
  await window.get('port-save').click();
  await expect(window.get('endpoint')).toHaveText(`http://127.0.0.1:${port}`);
  expect((await window.post(`http://127.0.0.1:${port}`, 'decode', '{"payloads":[]}')).status).toBe(200);
  // The cards carry the new address.
  await expect(window.get('card-cli')).toContainText(`http://127.0.0.1:${port}`);

  await window.get('server-stop').click();
  await expect(window.get('server-state')).toHaveText('Stopped');
  await expect(window.post(`http://127.0.0.1:${port}`, 'decode', '{"payloads":[]}')).rejects.toThrow();
});

test('a port that is taken is named, and the next one is a click away', async ({ window }) => {
  const other = createServer().listen(await freePort(), '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  await window.open('server');
  await window.get('port-input').fill(String(port));
  await window.get('port-save').click();
  await window.get('server-start').click();
  await expect(window.get('server-state')).toHaveText('Not serving');
  await expect(window.get('server-error')).toContainText(String(port));
  // It is said once.
  await expect(window.get('toast-error')).toHaveCount(0);
  await window.get('use-free-port').click();
  await expect(window.get('server-state')).toHaveText('Serving');
  await expect(window.get('endpoint')).not.toHaveText(`http://127.0.0.1:${port}`);
  other.close();
});

test('a server that serves stays where it is when the new port is taken, and the owner is named', async ({ window }) => {
  const other = createServer().listen(await freePort(), '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  await window.open('server');
  const endpoint = await window.serve();
  await window.get('port-input').fill(String(port));
  await window.get('port-save').click();
  // The program of this test has it.
  await expect(window.get('port-error')).toContainText(`(process ${process.pid})`);
  await expect(window.get('port-error')).toContainText('Nothing was changed');
  await window.look('server-port-taken');
  await expect(window.get('server-state')).toHaveText('Serving');
  await expect(window.get('endpoint')).toHaveText(endpoint);
  expect((await window.post(endpoint, 'decode', '{"payloads":[]}')).status).toBe(200);
  // The free one that it names is a click away.
  const free = /use port (\d+)/.exec(await window.get('port-error').innerText())?.[1] ?? '';
  await expect(window.get('port-free')).toHaveText(`Use port ${free} instead`);
  await window.get('port-free').click();
  await expect(window.get('endpoint')).toHaveText(`http://127.0.0.1:${free}`);
  await expect(window.get('port-error')).toHaveCount(0);
  await expect(window.get('port-input')).toHaveValue(free);
  other.close();
});

test('a port that is none is refused at its field, until it is one; nothing moves meanwhile', async ({ window, page }) => {
  await window.open('server');
  for (const width of [760, 1000, 1280]) {
    await page.setViewportSize({ width, height: 700 });
    const places = () => page.locator('[data-testid=server] :is(h2, dl, button, input, code)').evaluateAll((all) => all.map((one) => JSON.stringify(one.getBoundingClientRect())));
    await window.get('port-input').fill('8082');
    const before = await places();
    await window.get('port-input').fill('80');
    await expect(window.get('port-error')).toHaveCount(0);
    await window.get('port-save').click();
    await expect(window.get('port-error')).toContainText('1024 to 65535');
    expect(await places()).toEqual(before);
    await window.get('port-input').fill('808');
    await expect(window.get('port-error')).toBeVisible();
    await window.get('port-input').fill('8083');
    await expect(window.get('port-error')).toHaveCount(0);
    expect(await places()).toEqual(before);
  }
});

test('every client has its card, with words to copy', async ({ window, page }) => {
  await window.open('server');
  for (const id of ['web_ui', 'cloud', 'dev_server', 'self_hosted', 'cli', 'sdks']) {
    await expect(window.get(`card-${id}`)).toBeVisible();
  }
  await window.get('card-dev_server').getByTestId('card-copy').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('temporal server start-dev');
});

test('steps are numbered, ways of which one is enough are not, and what the app does itself comes first', async ({ window }) => {
  await window.open('server');
  await expect(window.get('card-web_ui').locator('ol > li')).toHaveCount(5);
  for (const id of ['dev_server', 'self_hosted', 'cli', 'sdks']) {
    const card = window.get(`card-${id}`);
    await expect(card.locator('ol')).toHaveCount(0);
    await expect(card.getByRole('button', { name: /step \d/ })).toHaveCount(0);
  }
  const card = window.get('card-cli');
  await card.scrollIntoViewIfNeeded();
  const top = async (locator: ReturnType<typeof card.getByTestId>) => (await locator.first().boundingBox())?.y ?? 0;
  expect(await top(card.getByTestId('cli-connect'))).toBeLessThan(await top(card.getByTestId('card-copy')));
  // What is only to be known stands below what can be done.
  expect(await card.locator('ul').last().locator('li').evaluateAll((all) => all.map((one) => one.querySelector('button') !== null))).toEqual([true, true, true, false, false]);
  await expect(card.getByRole('button', { name: 'Copy Temporal CLI, For one command' })).toBeVisible();
  await window.look('server-card-cli');
});

test('origins are added, refused, removed and reset', async ({ window }) => {
  await window.open('server');
  const before = await window.get('origin').count();
  await window.get('origin-input').fill('https://temporal.example.com');
  await window.get('origin-add').click();
  await expect(window.get('origin')).toHaveCount(before + 1);
  await window.get('origin-input').fill('not an origin');
  await window.get('origin-add').click();
  await expect(window.get('origin-error')).toBeVisible();
  await expect(window.get('origin')).toHaveCount(before + 1);
  await window.get('origin-remove').first().click();
  await expect(window.get('origin')).toHaveCount(before);
  await window.get('origins-reset').click();
  await expect(window.get('origins-reset')).toBeDisabled();
  await expect(window.get('origin')).toHaveCount(before);
});

test('the allowed origins stand beside the endpoint, without scrolling, also while something is wrong', async ({ window, page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await window.open('server');
  await window.serve();
  const origins = window.get('origin');
  const shown = async () => {
    await expect(window.get('endpoint')).toBeInViewport({ ratio: 1 });
    await expect(window.get('origin-input')).toBeInViewport({ ratio: 1 });
    await expect(window.get('origin-add')).toBeInViewport({ ratio: 1 });
  };
  await shown();
  await expect(origins.first()).toBeInViewport({ ratio: 1 });
  await expect(origins.last()).toBeInViewport({ ratio: 1 });
  await window.get('server-pause').click();
  await expect(window.get('server-paused')).toBeVisible();
  await shown();
  await expect(origins.first()).toBeInViewport({ ratio: 1 });
  // However many there are, the clients stay within reach.
  for (let at = 0; at < 12; at += 1) {
    await window.get('origin-input').fill(`https://temporal-${at}.example.com`);
    await window.get('origin-input').press('Enter');
    await expect(window.page.locator(`[data-address="https://temporal-${at}.example.com"]`)).toBeAttached();
  }
  await shown();
  // The one that was added is in sight.
  await expect(origins.last()).toBeInViewport({ ratio: 1 });
  await expect(origins.last()).toContainText('temporal-11');
  expect((await window.get('origins').boundingBox())?.height).toBeLessThan(400);
  await window.look('server-origins');
});

test('a pasted address is trimmed to its origin, plain http is warned of, and both ways can be undone', async ({ window }) => {
  await window.open('server');
  const before = await window.get('origin').count();
  await window.get('origin-input').fill('https://temporal.example.com:8443/namespaces/prod/workflows?query=x');
  await window.get('origin-add').click();
  await expect(window.get('toast-ok')).toContainText('https://temporal.example.com:8443 is now allowed');
  await expect(window.page.locator('[data-address="https://temporal.example.com:8443"]')).toBeVisible();
  await window.get('origin-input').fill('http://temporal.corp:8080/');
  await window.get('origin-add').click();
  await expect(window.get('toast-ok')).toContainText('serve it over https');
  await expect(window.get('origin-insecure')).toContainText('Chrome and Edge block it');
  await window.get('origin-insecure').scrollIntoViewIfNeeded();
  await window.look('origin-insecure');
  await window.get('toast-ok').getByRole('button', { name: 'Undo' }).click();
  await expect(window.get('origin')).toHaveCount(before + 1);
});

test('changes of settings are named by a toast and undone by it: an origin, the port', async ({ window }) => {
  await window.open('server');
  const undo = () => window.get('toast-ok').getByRole('button', { name: 'Undo' }).click();
  const first = await window.get('origin').first().getAttribute('data-address');
  await window.get('origin-remove').first().click();
  await expect(window.get('toast-ok')).toContainText(`${first ?? ''} is no longer allowed`);
  await undo();
  await expect(window.get('origin').first()).toHaveAttribute('data-address', first ?? '');
  const endpoint = await window.serve();
  const port = await freePort();
  await window.get('port-input').fill(String(port));
  await window.get('port-save').click();
  await expect(window.get('toast-ok')).toContainText(`Port changed to ${port}`);
  await undo();
  await expect(window.get('endpoint')).toHaveText(endpoint);
  expect((await window.post(endpoint, 'decode', '{"payloads":[]}')).status).toBe(200);
});

test('pauses and resumes: a page is told, and the window says so', async ({ window }) => {
  await window.open('server');
  const endpoint = await window.serve();
  await window.get('server-pause').click();
  await expect(window.get('server-state')).toHaveText('Paused');
  await expect(window.get('sidebar-state')).toContainText('Paused');
  await expect(window.get('server-paused')).toBeVisible();
  await window.look('server-paused');
  const plain = '{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MQ=="}]}';
  const refused = await window.post(endpoint, 'encode', plain);
  expect([refused.status, refused.statusText]).toEqual([503, 'Codec Server is paused in Temporal Codec Desktop']);
  await window.get('server-resume').click();
  await expect(window.get('server-state')).toHaveText('Serving');
  await expect(window.get('server-paused')).toBeHidden();
  expect((await window.post(endpoint, 'decode', plain)).status).toBe(200);
});

test('while the app is locked, the server says so and unlocks it', async ({ window }) => {
  await window.open('inspector');
  await window.addSampleKey();
  await window.serve();
  await expect(window.get('server-locked')).toBeHidden();
  await window.get('lock').click();
  await expect(window.get('server-locked')).toContainText('while the app is locked');
  await window.look('server-locked');
  await window.get('server-unlock').click();
  await expect(window.get('server-locked')).toBeHidden();
  await expect(window.get('lock')).toHaveAttribute('data-locked', 'false');
});

test('a card tells the last request of its client, and a refused page is allowed from there', async ({ window }) => {
  await window.open('server');
  const endpoint = await window.serve();
  const seen = window.get('card-web_ui').getByTestId('last-seen');
  await expect(seen).toContainText('No request from a Web UI yet');
  const ask = (origin: string) =>
    fetch(`${endpoint}/decode`, { method: 'POST', headers: { 'Content-Type': 'application/json', Origin: origin }, body: '{"payloads":[]}' });
  expect((await ask('http://localhost:9999')).status).toBe(403);
  await expect(window.get('card-self_hosted').getByTestId('last-seen')).toContainText('http://localhost:9999: Origin not allowed');
  await expect(window.get('card-dev_server').getByTestId('last-seen')).toContainText('No request');
  await expect(window.get('card-cli').getByTestId('last-seen')).toContainText('Go programs look like the CLI');
  await expect(seen).toContainText('http://localhost:9999: Origin not allowed');
  await window.look('server-last-seen');
  await expect(seen.getByTestId('last-seen-allow')).toHaveText('Allow http://localhost:9999');
  await seen.getByTestId('last-seen-allow').click();
  await expect(window.get('origins')).toContainText('http://localhost:9999');
  expect((await ask('http://localhost:9999')).status).toBe(200);
  await expect(seen).toContainText('http://localhost:9999: OK');
  await expect(seen.getByTestId('last-seen-allow')).toBeHidden();
});
