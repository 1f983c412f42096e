// Who gets nothing: real Chromium, pages that are not listed, and every way around CORS that a page has; the real `temporal-codec serve`
// counts what it decoded.
import { test, expect, chromium, type Browser, type Page } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encrypted, payloads, plain } from '../support/payloads';
import { start } from '../support/process';

const CLI = process.env['CLI_BIN'] ?? fileURLToPath(new URL('../../../target/debug/temporal-codec', import.meta.url));
const KEY = Buffer.from('test-key-test-key-test-key-test!');
const SEALED = payloads(encrypted('{"order":1}', 'k', KEY));
const PLAIN = payloads(plain('{"order":1}'));

/** A page of an origin of its own, with nothing in it. */
async function servePage() {
  const server = createServer((_request, response) => response.setHeader('Content-Type', 'text/html').end('<p>A page</p>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, origin: `http://127.0.0.1:${port}`, stop: () => server.closeAllConnections() ?? server.close() };
}

/** What a page is answered, as far as it may see that. */
const ask = (page: Page, url: string, init: RequestInit) =>
  page.evaluate(
    async ([url, init]) => {
      try {
        const answer = await fetch(url, init);
        return { type: answer.type, status: answer.status, text: await answer.text() };
      } catch (error) {
        return { type: 'none', status: 0, text: String(error) };
      }
    },
    [url, init] as const,
  );

const JSON_POST = { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Namespace': 'default' }, body: SEALED };

interface Fixture {
  endpoint: string;
  port: number;
  listed: Awaited<ReturnType<typeof servePage>>;
  stranger: Awaited<ReturnType<typeof servePage>>;
  /** Payloads that were decoded for anybody, and requests that were refused. */
  counted(): Promise<{ decoded: number; refused: number }>;
  /** A browser with more arguments. */
  browse(...args: string[]): Promise<Browser>;
}

const it = test.extend<{ codec: Fixture }>({
  // Playwright wants the braces.
  // eslint-disable-next-line no-empty-pattern
  codec: async ({}, use, info) => {
    const folder = mkdtempSync(join(tmpdir(), 'strangers-'));
    const keys = join(folder, 'keys.json');
    writeFileSync(keys, JSON.stringify([{ id: 'k', material: KEY.toString('base64') }]), { mode: 0o600 });
    const [listed, stranger] = [await servePage(), await servePage()];
    const env = { ...process.env, HOME: folder, RUST_LOG: undefined };
    const codec = start(CLI, ['serve', '--port', '0', '--keys', keys, '--origin', listed.origin, '--metrics', '0'], env);
    const browsers: Browser[] = [];
    const { listening, metrics } = await codec.next<{ listening: string[]; metrics: string }>();
    const endpoint = listening.find((url) => url.startsWith('http://127.0.0.1:')) ?? '';
    const sum = (text: string, what: RegExp) => [...text.matchAll(what)].reduce((all, [, n]) => all + Number(n), 0);
    await use({
      endpoint,
      port: Number(new URL(endpoint).port),
      listed,
      stranger,
      async counted() {
        const text = await (await fetch(metrics)).text();
        return {
          decoded: sum(text, /^temporal_codec_payloads_total\{operation="decode",result="decoded"\} (\d+)$/gm),
          refused: sum(text, /^temporal_codec_requests_total\{operation="[a-z]+",result="(?!OK")[A-Z_]+"\} (\d+)$/gm),
        };
      },
      async browse(...args) {
        const usual = info.project.use.launchOptions ?? {};
        const browser = await chromium.launch({ ...usual, args: [...(usual.args ?? []), ...args] });
        browsers.push(browser);
        return browser;
      },
    });
    await Promise.all(browsers.map((browser) => browser.close()));
    await codec.stop();
    listed.stop();
    stranger.stop();
    rmSync(folder, { recursive: true });
  },
});

it('a listed page reads; a stranger gets nothing by any way around CORS, and nothing is decoded for it', async ({ codec }) => {
  const { endpoint, listed, stranger } = codec;
  const page = await (await codec.browse()).newPage();
  await page.goto(stranger.origin);
  // With a preflight, without one as a form sends it, and as a page that wants no answer.
  expect(await ask(page, `${endpoint}/decode`, JSON_POST)).toMatchObject({ type: 'none' });
  const simple = { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: SEALED };
  expect(await ask(page, `${endpoint}/decode`, simple)).toMatchObject({ type: 'none' });
  // Not even as an answer that it cannot see: its resource policy is for the same origin.
  expect(await ask(page, `${endpoint}/decode`, { ...simple, mode: 'no-cors' })).toMatchObject({ type: 'none' });
  // A frame that a form is sent into, and one without an origin.
  for (const sandbox of [null, 'allow-scripts allow-forms']) {
    const arrived = page.waitForEvent('requestfinished', (request) => request.url().startsWith(endpoint) && request.isNavigationRequest());
    await page.evaluate(
      ([action, body, sandbox]) => {
        const frame = document.createElement('iframe');
        frame.name = `frame-${sandbox ?? 'none'}`;
        if (sandbox !== null) {
          frame.setAttribute('sandbox', sandbox);
        }
        const form = document.createElement('form');
        Object.assign(form, { action, method: 'post', enctype: 'text/plain', target: frame.name });
        const field = document.createElement('input');
        Object.assign(field, { name: body, value: '' });
        form.append(field);
        document.body.append(frame, form);
        form.submit();
      },
      [`${endpoint}/decode`, SEALED, sandbox] as const,
    );
    const answer = await (await arrived).response();
    expect(answer?.status()).toBeGreaterThanOrEqual(400);
  }
  const strangers = await codec.counted();
  expect(strangers.decoded).toBe(0);
  expect(strangers.refused).toBeGreaterThanOrEqual(4);

  // The same browser, and the same request, of a page that is listed.
  await page.goto(listed.origin);
  expect(await ask(page, `${endpoint}/decode`, JSON_POST)).toEqual({ type: 'cors', status: 200, text: PLAIN });
  expect((await codec.counted()).decoded).toBe(1);
});

it('a page whose name leads to this machine, as after DNS rebinding, is served nothing', async ({ codec }) => {
  const browser = await codec.browse('--host-resolver-rules=MAP rebind.test 127.0.0.1');
  const page = await browser.newPage();
  const own = `http://rebind.test:${codec.port}`;
  // Same origin: no preflight and no CORS stand in the way.
  const opened = await page.goto(`${own}/health`);
  expect(opened?.status()).toBeGreaterThanOrEqual(400);
  const answer = await ask(page, `${own}/decode`, JSON_POST);
  expect(answer).toMatchObject({ type: 'basic' });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.text).not.toContain(JSON.parse(PLAIN).payloads[0].data as string);
  expect(await codec.counted()).toMatchObject({ decoded: 0 });
});

it('a page of a public address reads only after the user lets it reach this machine', async ({ codec }) => {
  const { endpoint, listed } = codec;
  const browser = await codec.browse(`--ip-address-space-overrides=127.0.0.1:${listed.port}=public`);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(listed.origin);
  // Nobody is there to be asked: Chromium stops the request before it is sent, although the page is listed.
  const denied = ask(page, `${endpoint}/decode`, JSON_POST);
  const stopped = await Promise.race([denied, page.waitForTimeout(3000).then(() => ({ type: 'waits', status: 0, text: '' }))]);
  expect(['none', 'waits']).toContain(stopped.type);
  expect(await codec.counted()).toEqual({ decoded: 0, refused: 0 });
  await page.close();

  await context.grantPermissions(['local-network-access'], { origin: listed.origin });
  const allowed = await context.newPage();
  await allowed.goto(listed.origin);
  expect(await ask(allowed, `${endpoint}/decode`, JSON_POST)).toEqual({ type: 'cors', status: 200, text: PLAIN });
});
