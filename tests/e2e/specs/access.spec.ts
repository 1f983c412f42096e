// Access: rules in their order, providers, tokens of programs, a token that is tried, and what the server then does.
import { createSign, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { encrypted, payloads } from '../support/payloads';
import { expect, test, type Window } from '../support/test';

const ISSUER = 'https://id.example.com';
const KEY = Buffer.alloc(32, 7);
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** An access token of the provider, good for five minutes. */
function token(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 300;
  const signed = `${part({ alg: 'ES256', kid: 'k1' })}.${part({ iss: ISSUER, aud: 'ui', sub: 'u1', exp, ...claims })}`;
  const signature = createSign('SHA256').update(signed).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

async function addProvider(window: Window): Promise<void> {
  const path = window.temporary('jwks.json');
  writeFileSync(path, JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }] }));
  await window.get('provider-new').click();
  await window.get('provider-kind').selectOption('jwks_file');
  await window.get('provider-issuer').fill(ISSUER);
  await window.get('provider-audience-input').fill('ui,');
  await window.get('provider-file').fill(path);
  await window.get('provider-submit').click();
  await expect(window.get('provider-dialog')).toBeHidden();
  await expect(window.get('provider-good')).toBeVisible();
}

async function addRule(window: Window, name: string, domain: string, then: string): Promise<void> {
  await window.get('rule-new').click();
  await window.get('rule-name').fill(name);
  await window.get('rule-domain-input').fill(`${domain},`);
  await window.get(`rule-then-${then}`).check({ force: true });
  await window.get('rule-submit').click();
  await expect(window.get('rule-dialog')).toBeHidden();
}

test('rules by the claims of a token decide, in their order, for the next request', async ({ window, page }) => {
  await window.open('keys');
  await window.importKey('prod', KEY.toString('base64'));
  const endpoint = await window.serve();
  await window.go('access');
  await expect(window.get('access-off')).toBeVisible();
  await addProvider(window);
  await addRule(window, 'staff', 'example.com', 'original');
  await addRule(window, 'on call', 'example.com', 'decode');
  await window.get('access-default').selectOption('refuse');
  await window.get('access-on').check();
  await expect(window.get('access-off')).toBeHidden();
  await window.look('access');

  const body = payloads(encrypted('{"a":1}', 'prod', KEY));
  const ask = (claims: object) =>
    window.post(endpoint, 'decode', body, { origin: 'http://localhost:8233', authorization: `Bearer ${token(claims)}` });
  const ann = { email: 'ann@example.com' };
  expect(await (await ask(ann)).text()).toContain('encryption-key-id');

  // The second rule is moved in front, with the keyboard.
  await window.get('rule-up').nth(1).focus();
  await page.keyboard.press('Enter');
  await expect(window.get('rule').first()).toContainText('on call');
  expect(await (await ask(ann)).text()).not.toContain('encryption-key-id');
  await page.keyboard.press('Alt+ArrowDown');
  await expect(window.get('rule').first()).toContainText('staff');
  await page.keyboard.press('Control+z');
  await expect(window.get('rule').first()).toContainText('on call');
  expect((await ask({ email: 'eve@other.test' })).status).toBe(403);

  // Requests says who it was, and which rule decided.
  await window.go('requests');
  await expect(window.get('requests-row').first()).toContainText('eve@other.test');
  await window.get('requests-row').nth(1).click();
  await expect(window.get('request-detail')).toContainText('on call');
});

test('a rule for everybody and everything is refused, also by Enter alone', async ({ window, page }) => {
  await window.open('access');
  await window.get('rule-new').click();
  await expect(window.get('rule-name')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(window.get('rule-dialog')).toContainText('would be for everybody and everything');
  await window.get('rule-domain-input').fill('example.com,');
  await window.get('rule-submit').click();
  await expect(window.get('rule')).toHaveCount(1);
});

test('a token that is tried shows each check and the rule, and is nowhere afterwards', async ({ window, page }) => {
  await window.open('access');
  await addProvider(window);
  await addRule(window, 'team', 'example.com', 'decode');
  const good = token({ email: 'ann@example.com' });
  await window.get('test-token-text').fill(good);
  await page.keyboard.press('Enter');
  await expect(window.get('test-token-result')).toContainText('team');
  await expect(page.locator('[data-testid=token-check][data-passed=true]')).toHaveCount(8);
  await window.get('test-token-text').fill(token({ email: 'ann@example.com', exp: 1_000_000 }));
  await window.get('test-token-submit').click();
  await expect(window.get('test-token-result')).toContainText('The token has expired.');
  await expect(page.locator('[data-testid=token-check][data-passed=false]')).toHaveText('Not expired');
  await window.look('access-test');
  await window.go('keys');
  await window.go('access');
  await expect(window.get('test-token-text')).toHaveValue('');
});

test('a program gets a token that the window never sees', async ({ window, page }) => {
  const answers: string[] = [];
  page.on('response', (response) => void response.text().then((text) => answers.push(text), () => undefined));
  await window.open('access');
  await window.get('token-name').fill('ci');
  await page.keyboard.press('Enter');
  await expect(window.get('token-new')).toBeVisible();
  await window.get('token-copy').click();
  // Who says no in the system’s dialog may be asked again.
  await expect.poll(() => window.asked()).toHaveLength(1);
  await expect(window.get('token-new')).toBeVisible();
  await window.agree(true);
  await window.get('token-copy').click();
  await expect(window.get('token-copied')).toBeVisible();
  await expect(window.get('token-new')).toBeHidden();
  expect(answers.join('\n')).not.toContain('tcodec_');

  await window.get('programs-need-token').check();
  await window.get('access-on').check();
  const endpoint = await window.serve();
  expect((await window.post(endpoint, 'decode', payloads())).status).toBe(401);
  await window.go('access');
  await window.get('token-name').fill('ci');
  await page.keyboard.press('Enter');
  await expect(window.get('token-error')).toContainText('ci');
  await window.get('token-revoke').click();
  await expect(window.get('programs-empty')).toBeVisible();
});
