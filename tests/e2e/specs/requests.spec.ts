// Requests arrive live, say why they failed, and lead on.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { encrypted, payloads, plain } from '../support/payloads';
import { expect, test } from '../support/test';

test('a request shows up as it arrives, without its content', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('k', key.toString('base64'));
  const endpoint = await window.serve();
  await window.go('requests');
  await expect(window.get('requests-empty')).toContainText(endpoint);
  const body = payloads(encrypted('"plaintext-canary"', 'k', key));
  const answer = await window.post(endpoint, 'decode', body, { 'x-namespace': 'orders' });
  expect(await answer.text()).toContain(Buffer.from('"plaintext-canary"').toString('base64'));
  const row = window.get('requests-row');
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('decode');
  await expect(row).toContainText('orders');
  await expect(row).toContainText('Decoded');
  await row.click();
  await expect(window.get('request-detail')).toContainText('1, 1 changed, 0 failed');
  expect(await page.content()).not.toContain('plaintext-canary');
  await window.go('server');
  await expect(window.get('server')).toContainText('1');
});

test('a refused origin is allowed by a click, and served from the next request on', async ({ window }) => {
  await window.open('server');
  const endpoint = await window.serve();
  const post = () => window.post(endpoint, 'decode', '{"payloads":[]}', { origin: 'https://my-web-ui.example' });
  expect((await post()).status).toBe(403);
  await window.go('requests');
  await window.get('requests-row').first().click();
  await expect(window.get('request-reason')).toContainText('not in the list of allowed origins');
  await window.get('allow-origin').click();
  await expect(window.get('request-reason')).toContainText('This origin is allowed now');
  expect((await post()).status).toBe(200);
  await expect(window.get('requests-row')).toHaveCount(2);
});

test('a host of containers is allowed for programs by a click, undone, and taken back in Server', async ({ window, page }) => {
  await window.open('server');
  const endpoint = await window.serve();
  const { port } = new URL(endpoint);
  /** As the CLI in a container asks. */
  const ask = async () => {
    const headers = { host: `host.docker.internal:${port}`, 'content-type': 'application/json' };
    const [answer] = (await once(request(`${endpoint}/decode`, { method: 'POST', headers }).end('{"payloads":[]}'), 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };
  expect(await ask()).toBe(403);
  await window.go('requests');
  await window.get('requests-row').first().click();
  await expect(window.get('allow-host')).toHaveText('Allow host.docker.internal for programs');
  await window.look('request-host');
  await window.get('allow-host').click();
  await expect(window.get('request-reason')).toContainText('Programs may ask for this host now');
  expect(await ask()).toBe(200);
  await page.keyboard.press('Control+z');
  await expect(window.get('allow-host')).toBeVisible();
  expect(await ask()).toBe(403);
  await window.get('allow-host').click();
  await window.go('server');
  await window.get('program-hosts').scrollIntoViewIfNeeded();
  await window.look('program-hosts');
  await window.get('program-host-remove').click();
  await expect(window.get('program-hosts')).toContainText('No other host is allowed');
  expect(await ask()).toBe(403);
});

test('a missing key is added from the request that missed it', async ({ window }) => {
  const key = randomBytes(32);
  const body = payloads(encrypted('1', 'lost', key), encrypted('2', 'lost', key));
  await window.open('server');
  const endpoint = await window.serve();
  await window.post(endpoint, 'decode', body);
  await window.go('requests');
  await window.get('requests-row').first().click();
  await expect(window.get('request-reason')).toHaveCount(1);
  await expect(window.get('request-reason')).toContainText('2 Payloads: ');
  await window.get('request-add-key').first().click();
  await expect(window.get('key-id')).toHaveValue('lost');
  await window.get('key-material').fill(key.toString('hex'));
  await window.get('import-submit').click();
  await expect(window.get('request-reason').first()).toContainText('has been added');
  await window.post(endpoint, 'decode', body);
  await expect(window.get('requests-row').first()).toContainText('Decoded');
});

test('pause, and clear with a way back', async ({ window }) => {
  await window.open('server');
  const endpoint = await window.serve();
  const post = () => window.post(endpoint, 'decode', '{"payloads":[]}');
  await post();
  await post();
  await window.go('requests');
  await expect(window.get('requests-row')).toHaveCount(2);
  await window.get('requests-pause').click();
  await post();
  await expect(window.get('requests-pause')).toContainText('Resume (1)');
  await expect(window.get('requests-row')).toHaveCount(2);
  await window.get('requests-pause').click();
  await expect(window.get('requests-row')).toHaveCount(3);
  await window.get('requests-clear').click();
  await expect(window.get('requests-empty')).toBeVisible();
  await window.page.getByRole('button', { name: 'Undo' }).click();
  await expect(window.get('requests-row')).toHaveCount(3);
});

test('filters are built from what is there, and combine', async ({ window, page }) => {
  await window.open('server');
  const endpoint = await window.serve();
  const post = (namespace: string, headers: Record<string, string> = {}) =>
    window.post(endpoint, 'decode', '{"payloads":[]}', { 'x-namespace': namespace, ...headers });
  await post('orders');
  await post('orders', { origin: 'http://localhost:8233' });
  await post('billing', { origin: 'http://localhost:8233' });
  await window.post(endpoint, 'nowhere', '{}', { origin: 'https://evil.example' });
  await window.go('requests');
  await expect(window.get('requests-row')).toHaveCount(4);
  // The most frequent first, then by name; what has none sorts before all names.
  await expect(window.get('requests-namespace').locator('option')).toHaveText([
    'All Namespaces',
    'orders (2)',
    'No Namespace (1)',
    'billing (1)',
  ]);
  await window.get('requests-namespace').selectOption('orders');
  await expect(window.get('requests-row')).toHaveCount(2);
  await window.get('requests-from').selectOption('http://localhost:8233');
  await expect(window.get('requests-row')).toHaveCount(1);
  await expect(window.get('requests-count')).toHaveText('1 of 4 requests');
  // What arrives is filtered, too.
  await post('orders', { origin: 'http://localhost:8233' });
  await post('billing');
  await expect(window.get('requests-count')).toHaveText('2 of 6 requests');
  await window.look('requests-filtered');
  await window.get('requests-unfilter').click();
  await expect(window.get('requests-row')).toHaveCount(6);
  await window.get('requests-tone').selectOption('error');
  await expect(window.get('requests-row')).toHaveCount(1);
  await window.get('requests-tone').selectOption('');
  await window.get('requests-operation').selectOption('unknown');
  await expect(window.get('requests-row')).toHaveCount(1);
  await window.get('requests-unfilter').click();
  await window.get('requests').focus();
  await page.keyboard.press('/');
  await expect(window.get('requests-filter')).toBeFocused();
  await page.keyboard.type('evil');
  await expect(window.get('requests-row')).toHaveCount(1);
  await window.get('requests-filter').fill('nothing like that');
  await expect(window.get('requests-none')).toBeVisible();
  await window.look('requests-none');
});

test('ten thousand requests are a short page', async ({ window, page }) => {
  await window.open('server');
  const endpoint = await window.serve();
  const { hostname, port } = new URL(endpoint);
  await flood(hostname, Number(port), 9_999);
  await window.post(endpoint, 'decode', '{"payloads":[]}', { 'x-namespace': 'the-only-one' });
  // As after a start of the window: all that is kept is fetched, page by page.
  await page.reload();
  await window.go('requests');
  await expect(window.get('requests-count')).toHaveText('10,000 requests');
  expect(await window.get('requests-row').count()).toBeLessThan(100);
  await window.get('requests-filter').fill('the-only-one');
  await expect(window.get('requests-count')).toHaveText('1 of 10,000 requests');
  await expect(window.get('requests-row')).toHaveCount(1);
  await window.get('requests-filter').fill('');
  await window.get('requests').focus();
  await page.keyboard.press('End');
  await expect(window.get('request-detail')).toContainText('#1 ');
  expect(await window.get('requests-row').count()).toBeLessThan(100);
});

test('a request in full says its layers, its headers without secrets, and where the time went', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('prod-2026', key.toString('base64'));
  const endpoint = await window.serve();
  const body = payloads(encrypted('"a"', 'prod-2026', key), encrypted('"b"', 'prod-2026', key), plain('1'));
  await window.post(endpoint, 'decode', body, { authorization: 'Bearer s3cret-token', 'x-namespace': 'orders' });
  await window.go('requests');
  await window.get('requests-row').click();
  await expect(window.get('request-layers')).toContainText('encrypted · prod-2026 → json/plain');
  await expect(window.get('request-layers')).toContainText('2 Payloads');
  await expect(window.get('request-timing')).toContainText('Decoded');
  await window.look('requests-detail');
  await window.get('tab-headers').click();
  await expect(window.get('request-headers')).toContainText('Bearer ••••');
  expect(await page.content()).not.toContain('s3cret-token');
  await window.look('requests-headers');
  await window.get('request-curl').click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(`curl -X POST '${endpoint}/decode'`);
  expect(copied).not.toContain('s3cret-token');
});

test('without a key that encodes, the reason leads to the keys', async ({ window }) => {
  await window.open('server');
  const endpoint = await window.serve();
  const answer = await window.post(endpoint, 'encode', payloads(plain('1')));
  expect(answer.status).toBe(422);
  await window.go('requests');
  await window.get('requests-row').click();
  await window.get('request-reason').getByRole('button', { name: 'Open Keys' }).click();
  await expect(window.get('keys-empty')).toBeVisible();
});

test('keys go through the list, into a request and back', async ({ window, page }) => {
  await window.open('server');
  const endpoint = await window.serve();
  for (let sent = 0; sent < 4; sent += 1) {
    await window.post(endpoint, 'decode', '{"payloads":[]}');
  }
  await window.go('requests');
  await expect(window.get('requests-row')).toHaveCount(4);
  const list = page.getByRole('listbox', { name: 'Requests, newest first' });
  const detail = page.getByRole('region', { name: 'Request', exact: true });
  await list.focus();
  for (const [key, id] of [['End', 1], ['ArrowUp', 2], ['Home', 4], ['ArrowDown', 3]] as const) {
    await page.keyboard.press(key);
    await expect(detail).toContainText(`#${id} `);
    await expect(list).toBeFocused();
  }
  await page.keyboard.press('Enter');
  await expect(detail).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(detail).toBeHidden();
  await expect(list).toBeFocused();
});

test('in a small window a request has the whole view, and leads back to its place in the list', async ({ window, page }) => {
  await window.open('server');
  const endpoint = await window.serve();
  for (let sent = 0; sent < 40; sent += 1) {
    await window.post(endpoint, 'decode', '{"payloads":[]}');
  }
  await page.setViewportSize({ width: 590, height: 380 });
  await window.go('requests');
  await expect(window.get('requests-count')).toHaveText('40 requests');
  const list = page.getByRole('listbox', { name: 'Requests, newest first' });
  const detail = window.get('request-detail');
  await list.focus();
  await page.keyboard.press('End');
  // Keys only mark here: the list stays.
  await expect(list.getByRole('option', { selected: true })).toBeInViewport();
  await expect(detail).toBeHidden();
  await page.keyboard.press('Enter');
  await expect(detail).toContainText('#1 ');
  await expect(detail).toBeFocused();
  await expect(list).toBeHidden();
  expect((await detail.boundingBox())?.height).toBeGreaterThan(300);
  await window.look('requests-alone');
  await window.get('request-back').click();
  await expect(detail).toBeHidden();
  await expect(list).toBeFocused();
  await expect(list.getByRole('option', { selected: true })).toBeInViewport();
  await page.keyboard.press('ArrowUp');
  await expect(detail).toBeHidden();
  await list.getByRole('option', { selected: true }).click();
  await expect(detail).toContainText('#2 ');
  await page.keyboard.press('Escape');
  await expect(list).toBeFocused();
  // With room for both, they stand beside each other again.
  await page.setViewportSize({ width: 1180, height: 760 });
  await expect(detail).toContainText('#2 ');
  await expect(list).toBeVisible();
});

test('a chosen request stays where it is while others arrive, until the list is brought to its top again', async ({ window, page }) => {
  await window.open('server');
  const endpoint = await window.serve();
  const send = async (many: number) => {
    for (let sent = 0; sent < many; sent += 1) {
      await window.post(endpoint, 'decode', '{"payloads":[]}');
    }
  };
  const row = (id: number) => page.locator(`[role=option][id$="-${id}"]`);
  await send(3);
  await window.go('requests');
  await expect(window.get('requests-count')).toHaveText('3 requests');
  // All fit: nothing is scrolled yet.
  await row(1).click();
  await send(60);
  await expect(window.get('requests-count')).toHaveText('63 requests');
  await expect(row(1)).toBeInViewport();
  await expect(row(1)).toHaveAttribute('aria-selected', 'true');
  await expect(window.get('requests-fresh')).toHaveText('60 new');
  await window.look('requests-standing');
  // At the top the newest come into view again, whatever is chosen.
  await window.get('requests-fresh').click();
  await expect(row(63)).toBeInViewport();
  await expect(window.get('requests-fresh')).toBeHidden();
  await expect(window.get('requests')).toBeFocused();
  await send(60);
  await expect(window.get('requests-count')).toHaveText('123 requests');
  await expect(row(123)).toBeInViewport();
  // By keys too.
  await page.keyboard.press('End');
  await expect(row(1)).toBeInViewport();
  await send(2);
  await expect(window.get('requests-fresh')).toHaveText('2 new');
  await page.keyboard.press('Home');
  await expect(row(125)).toBeInViewport();
  await expect(window.get('requests-fresh')).toBeHidden();
});

/** Sends many requests on one connection, and waits until all are answered. */
async function flood(host: string, port: number, many: number): Promise<void> {
  const body = '{"payloads":[]}';
  const head = `POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  const socket = connect(port, host);
  await once(socket, 'connect');
  let answered = 0;
  const done = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      answered += chunk.toString('latin1').split('HTTP/1.1 200').length - 1;
      if (answered >= many) {
        resolve();
      }
    });
    socket.on('close', () => resolve());
  });
  for (let sent = 0; sent < many; sent += 1) {
    const last = sent === many - 1;
    socket.write(`${head}${last ? 'Connection: close\r\n' : ''}\r\n${body}`);
  }
  await done;
  socket.destroy();
}

test('the reason is in the row, what is shown is found, and a failed row leads to which key opens it', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('other-id', key.toString('base64'));
  const endpoint = await window.serve();
  const body = payloads(encrypted('"found"', 'lost-id', key));
  await window.post(endpoint, 'decode', body);
  await window.post(endpoint, 'decode', '{"payloads":[]}', { 'content-type': 'text/plain' });
  await window.go('requests');
  const rows = window.get('requests-row');
  await expect(rows.last()).toContainText('Key not found');
  await expect(rows.first()).toContainText('Content type not JSON');
  for (const [words, count] of [['key not found', 1], ['lost-id', 1], ['binary/encrypted', 1], ['KEY_NOT_FOUND', 1], ['unsupported_content_type', 1], ['no-such-words', 0]] as const) {
    await window.get('requests-filter').fill(words);
    await expect(rows).toHaveCount(count);
  }
  await window.get('requests-filter').fill('');
  // Not captured, so that is offered where it is missed.
  await rows.last().click();
  await expect(window.get('no-replay')).toContainText('not captured now');
  await window.look('request-not-captured');
  await window.get('replay-capture').click();
  await expect(window.get('requests-capture')).toHaveAttribute('aria-pressed', 'true');
  await window.post(endpoint, 'decode', body);
  await expect(rows).toHaveCount(3);
  await rows.first().click();
  await window.look('request-which-key');
  await window.get('request-which-key').click();
  await expect(window.get('view-inspector')).toBeVisible();
  await expect(window.get('finding').first()).toContainText('other-id');
  await page.keyboard.press('Escape');
});

test('the access log is exported from where the requests are', async ({ window }) => {
  await window.open('requests');
  await expect(window.get('requests-export')).toBeDisabled();
  await window.post(await window.serve(), 'decode', payloads(plain('1')));
  await window.go('requests');
  await window.get('requests-export').click();
  await expect(window.get('export-access-log-dialog')).toBeVisible();
  const path = window.temporary('access.csv');
  await window.get('export-access-log-path').fill(path);
  await window.look('export-access-log');
  await window.get('export-access-log-submit').click();
  await expect(window.get('export-access-log-dialog')).toBeHidden();
  expect(readFileSync(path, 'utf8').split('\n')[1]).toContain('decode');
});

test('beside the details, who asked and how it ended are read to their end; the list comes back at what is new', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('prod-2026', key.toString('base64'));
  const endpoint = await window.serve();
  const partly = payloads(encrypted('1', 'prod-2026', key), encrypted('1', 'prod-2024', key));
  for (let n = 0; n < 30; n += 1) {
    await window.post(endpoint, 'decode', partly, { origin: n % 2 ? 'https://cloud.temporal.io' : 'https://evil.example.com', 'x-namespace': 'a-namespace-with-quite-a-long-name.a1b2c' });
  }
  await window.go('requests');
  await window.get('requests-row').nth(1).click();
  for (const width of [720, 860, 1000, 1100, 1180, 1280, 1440]) {
    await page.setViewportSize({ width, height: 760 });
    const cut = await window.get('requests-row').locator('.from, .result .cut').evaluateAll((cells) =>
      cells.filter((cell) => cell.clientWidth > 0 && cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent),
    );
    expect(cut, `at ${width}`).toEqual([]);
    await window.shot(`requests-beside-${width}`);
  }
  // Whoever reads a request comes back to where it is.
  await page.setViewportSize({ width: 1180, height: 760 });
  await window.get('requests').hover();
  await page.mouse.wheel(0, 5000);
  await expect(window.get('requests').locator('[aria-posinset="30"]')).toBeInViewport();
  await window.get('requests').locator('[aria-posinset="30"]').click();
  await window.go('keys');
  await window.go('requests');
  await expect(window.get('requests').locator('[aria-selected=true]')).toBeInViewport();
  // Anybody else sees what came last.
  await window.get('request-detail').getByRole('button', { name: 'Close' }).click();
  await window.go('keys');
  await window.go('requests');
  await expect(window.get('requests').locator('[aria-posinset="1"]')).toBeInViewport();
});
