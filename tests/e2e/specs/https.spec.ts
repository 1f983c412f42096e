// HTTPS in Server: switched on beside http, its endpoint, its port, the certificate of its authority.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { freePort, expect, test } from '../support/test';

/** The status of a request to the endpoint, for whoever trusts this authority. */
function ask(endpoint: string, ca: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(`${endpoint}/decode`, { method: 'POST', ca, headers: { 'content-type': 'application/json' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asking.on('error', reject);
    asking.end('{"payloads":[]}');
  });
}

test('HTTPS is served beside http, with a certificate that can be exported', async ({ window }) => {
  await window.open('server');
  await window.serve();
  const port = await freePort();
  await window.get('https-port').fill(String(port));
  await window.get('https-on').check();
  await expect(window.get('https-endpoint')).toHaveText(`https://127.0.0.1:${port}`);
  await window.look('server-https');

  const path = window.temporary('authority.pem');
  await window.get('https-export').click();
  await window.look('server-https-export');
  await window.get('https-export-path').fill(path);
  await window.get('https-export-submit').click();
  await expect(window.get('https-export-dialog')).toBeHidden();
  const authority = readFileSync(path, 'utf8');
  expect(await ask(`https://127.0.0.1:${port}`, authority)).toBe(200);

  // The port of http moves, that of HTTPS stays.
  const moved = await freePort();
  await window.get('port-input').fill(String(moved));
  await window.get('port-save').click();
  await expect(window.get('endpoint')).toHaveText(`http://127.0.0.1:${moved}`);
  expect(await ask(`https://127.0.0.1:${port}`, authority)).toBe(200);

  const http = new URL((await window.get('endpoint').innerText()).trim()).port;
  await window.get('https-port').fill(http);
  await window.get('https-port-save').click();
  await expect(window.get('https-error')).toContainText('one of its own');
  await window.get('https-port').fill(String(port));
  await window.get('https-on').uncheck();
  await expect(window.get('https-endpoint')).toBeHidden();
  await expect(ask(`https://127.0.0.1:${port}`, authority)).rejects.toThrow();
});

test('a browser has to trust the certificate only after the exact command was shown and agreed to, and no longer when that is taken back', async ({ window, page }) => {
  await window.open('server');
  await window.serve();
  await window.get('https-port').fill(String(await freePort()));
  await window.get('https-on').check();
  const chrome = window.get('trust-store').filter({ hasText: 'Chrome, Chromium and Edge' });
  await expect(chrome).toContainText('Not trusted');
  await expect(window.get('trust-words')).toContainText('Nothing that was looked at knows this authority yet');
  await chrome.getByTestId('trust-add').click();
  await expect.poll(() => window.asked()).toHaveLength(1);
  expect((await window.asked())[0]?.[1]).toContain('certutil -A');
  await expect(chrome).toContainText('Not trusted');
  await window.agree(true);
  await chrome.getByTestId('trust-add').click();
  await expect(chrome).not.toContainText('Not trusted');
  await expect(chrome).toContainText('Trusted');
  // Who trusts it already is not said to know nothing of it, and the others are still told apart.
  await expect(window.get('trust-words')).toContainText('Trusted by Chrome, Chromium and Edge.');
  await expect(window.get('trust-words')).not.toContainText('Nothing that was looked at');
  await window.get('trust').getByText('By hand').click();
  await expect(window.get('trust').locator('details li').last()).toBeInViewport();
  await window.look('server-trust');
  await page.setViewportSize({ width: 760, height: 700 });
  await window.shot('server-trust-760');
  await chrome.getByTestId('trust-remove').click();
  await expect(chrome).toContainText('Not trusted');
  await expect(window.get('trust-words')).toContainText('Nothing that was looked at');
});
