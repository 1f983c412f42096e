// Access tokens of a real OpenID provider (npm's oidc-provider): real Chromium signs in there, and a listed page passes the tokens as
// the Web UI does with “Pass access token”, over HTTPS, to the real `temporal-codec serve --access`.
import { expect, test } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encrypted, payloads, plain } from '../support/payloads';
import { start } from '../support/process';
import type { Process } from '../support/process';

const CLI = process.env['CLI_BIN'] ?? fileURLToPath(new URL('../../../target/debug/temporal-codec', import.meta.url));
const PROVIDER = fileURLToPath(new URL('../support/oidc_provider.mjs', import.meta.url));
const KEY = Buffer.from('test-key-test-key-test-key-test!');
const SEALED = payloads(encrypted('{"order":1}', 'k', KEY));
const PLAIN = payloads(plain('{"order":1}'));

interface Tokens {
  access_token: string;
  id_token: string;
}

/** A server on a port of its own, for pages that have nothing in them. */
async function servePages() {
  const server = createServer((_request, response) => response.setHeader('Content-Type', 'text/html').end('<p>A Web UI</p>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, stop: () => server.closeAllConnections() ?? server.close() };
}

function serveCodec(folder: string, issuer: string, origin: string): Process {
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const keys = file('keys.json', JSON.stringify([{ id: 'k', material: KEY.toString('base64') }]));
  const access = file(
    'access.json',
    JSON.stringify({
      providers: [{ kind: 'oidc', issuer, audience: ['temporal', 'temporal-ui'] }],
      rules: [
        { when: { email: ['ann@example.com'] }, then: 'decode' },
        { when: { email_domain: 'guest.test' }, then: 'original' },
      ],
      default: 'refuse',
    }),
  );
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', '-x509', ...made, ...subject], { stdio: 'ignore' });
  const tls = ['--https-port', '0', '--tls-cert', cert, '--tls-key', key];
  const env = { ...process.env, HOME: folder, RUST_LOG: undefined };
  return start(CLI, ['serve', '--port', '0', '--keys', keys, '--access', access, '--origin', origin, ...tls], env);
}

/** Signs in with the provider's own form, and exchanges the code as the Web UI's server does. */
async function signIn(page: Page, issuer: string, callback: string, email: string): Promise<Tokens> {
  const asked = { client_id: 'temporal-ui', response_type: 'code', redirect_uri: callback, scope: 'openid email' };
  await page.goto(`${issuer}/auth?${new URLSearchParams(asked).toString()}`);
  await page.fill('[name=login]', email);
  await page.fill('[name=password]', 'any');
  await page.click('[type=submit]');
  await page.waitForURL(`${callback}?**`);
  const code = new URL(page.url()).searchParams.get('code') ?? '';
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa('temporal-ui:not-a-secret')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: callback }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Tokens;
}

/** Decodes from the page, as the Web UI asks. */
async function decode(page: Page, endpoint: string, headers: Record<string, string>) {
  return await page.evaluate(
    async ({ endpoint, headers, body }) => {
      const common = { 'Content-Type': 'application/json', 'X-Namespace': 'default' };
      const answer = await fetch(`${endpoint}/decode`, { method: 'POST', headers: { ...common, ...headers }, body });
      return { line: `${answer.status} ${answer.statusText}`, body: await answer.text() };
    },
    { endpoint, headers, body: SEALED },
  );
}

const both = (tokens: Tokens) => ({
  Authorization: `Bearer ${tokens.access_token}`,
  'Authorization-Extras': tokens.id_token,
});

async function signedIn(browser: Browser, issuer: string, callback: string, email: string) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  return { page, tokens: await signIn(page, issuer, callback, email), end: () => context.close() };
}

test('one is decoded, one gets the originals, one is refused, and keys rotate in between', async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), 'oidc-'));
  const pages = await servePages();
  const callback = `${pages.origin}/callback`;
  const provider = start(process.execPath, [PROVIDER, callback]);
  const { issuer } = await provider.next<{ issuer: string }>();
  const codec = serveCodec(folder, issuer, pages.origin);
  try {
    const { listening } = await codec.next<{ listening: string[] }>();
    const endpoint = listening.find((url) => url.startsWith('https://127.0.0.1:')) ?? '';

    const ann = await signedIn(browser, issuer, callback, 'ann@example.com');
    const cases = [both(ann.tokens), { Authorization: `Bearer ${ann.tokens.access_token}` }, { 'Authorization-Extras': ann.tokens.id_token }];
    for (const headers of cases) {
      expect(await decode(ann.page, endpoint, headers)).toEqual({ line: '200 OK', body: PLAIN });
    }
    expect((await decode(ann.page, endpoint, {})).line).toBe('401 Access token missing');

    // The next two sign in after the provider replaced its key: it is fetched when a token names it.
    provider.tell('rotate');
    await provider.next();
    const bo = await signedIn(browser, issuer, callback, 'bo@guest.test');
    expect(await decode(bo.page, endpoint, both(bo.tokens))).toEqual({ line: '200 OK', body: SEALED });
    const eve = await signedIn(browser, issuer, callback, 'eve@evil.test');
    expect((await decode(eve.page, endpoint, both(eve.tokens))).line).toBe('403 Refused by the access rules');

    // What the key that is gone signed is worth nothing, and who signs in again is decoded again.
    const gone = await decode(ann.page, endpoint, both(ann.tokens));
    expect(gone.line).toBe('401 Access token is signed with a key that the provider does not list');
    const again = await signedIn(browser, issuer, callback, 'ann@example.com');
    expect(await decode(again.page, endpoint, both(again.tokens))).toEqual({ line: '200 OK', body: PLAIN });

    for (const who of [ann, bo, eve, again]) {
      expect(codec.errors()).not.toContain(who.tokens.access_token.split('.')[2]);
      await who.end();
    }
  } finally {
    await codec.stop();
    await provider.stop();
    pages.stop();
    rmSync(folder, { recursive: true });
  }
});
