// Every view, light and dark: with nothing in it, as people use it, crowded, and where something failed; each compared with
// the picture in `pictures/`, which somebody looked at.
import { createServer } from 'node:net';
import { once } from 'node:events';
import { boundTo, encrypted, payloads, plain } from '../support/payloads';
import { history, still, type Still } from '../support/still';
import { expect, freePort, test as base, type View } from '../support/test';

const test = base.extend<{ shown: Still }>({
  shown: async ({ window }, use, info) => use(still(window, info)),
});

const KEY = Buffer.alloc(32, 7);
const OLD = Buffer.alloc(32, 9);
const ORDER = JSON.stringify({
  orderId: 'ORD-1042',
  customer: { id: 'c-77', email: 'ada@example.com' },
  items: [
    { sku: 'A-1', quantity: 2, price: 19.9 },
    { sku: 'B-7', quantity: 1, price: 90.15 },
  ],
  total: 129.95,
});

/** A nonce that is the same in every run. */
const nonce = (n: number) => Buffer.concat([Buffer.alloc(8, 0xa5), Buffer.from(Uint32Array.of(n).buffer)]);
const sealed = (json: string, n = 1) => encrypted(json, 'prod-2026', KEY, nonce(n));
const foreign = (json: string, n = 1) => encrypted(json, 'prod-2024', OLD, nonce(n));

function addKey(shown: Still, id: string, bytes: Buffer, more: object = {}): Promise<unknown> {
  const key = { id, label: '', material: bytes.toString('base64'), format: 'base64', lifetime: 'keychain' };
  return shown.call('import_key', { ...key, formats: [], namespaces: [], ...more });
}

const addProfile = (shown: Still, name: string, namespaces: string[], more: object = {}) =>
  shown.call('save_profile', {
    previous: null,
    profile: {
      name,
      namespaces,
      undecodable: 'explain',
      compression: 'none',
      encode_key: null,
      decode_keys: null,
      no_codec: false,
      messages_as_json: false,
      ...more,
    },
  });

/** An Event History of many Activities, some sealed with a key that is not here. */
function longHistory(nEvents: number): string {
  const events = Array.from({ length: nEvents }, (_, at) => {
    const payload = at % 17 === 5 ? foreign(`{"step":${at}}`, at) : sealed(`{"step":${at},"note":"checked and packed"}`, at);
    const common = { eventId: String(at + 1), eventTime: `2026-01-15T11:${String(at % 60).padStart(2, '0')}:00Z` };
    return at % 2 === 0
      ? {
          ...common,
          eventType: 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED',
          activityTaskScheduledEventAttributes: { activityId: String(at), activityType: { name: 'pack' }, input: { payloads: [payload] } },
        }
      : {
          ...common,
          eventType: 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED',
          activityTaskCompletedEventAttributes: { scheduledEventId: String(at), result: { payloads: [payload] } },
        };
  });
  return JSON.stringify({ events });
}

async function post(endpoint: string, body: string, headers: Record<string, string> = {}, operation = 'decode') {
  await fetch(`${endpoint}/${operation}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'curl/8.5.0', ...headers },
    body,
  });
}

async function traffic(endpoint: string): Promise<void> {
  const page = { origin: 'http://localhost:8233', 'x-namespace': 'orders' };
  await post(endpoint, payloads(sealed(ORDER)), page);
  await post(endpoint, payloads(sealed('1'), sealed('2'), plain('3')), page);
  await post(endpoint, payloads(sealed('1'), foreign('2')), { ...page, 'x-namespace': 'billing' });
  await post(endpoint, payloads(plain('1')), { 'x-namespace': 'orders' }, 'encode');
}

async function open(shown: Still, view: View): Promise<void> {
  await shown.begin();
  await shown.window.open(view);
}

test.describe('inspector', () => {
  test('empty', async ({ shown, window }) => {
    await open(shown, 'inspector');
    await shown.picture('inspector-first-run');
    await window.get('welcome-skip').click();
    await shown.picture('inspector-empty');
  });

  test('typical', async ({ shown, window }) => {
    await addKey(shown, 'test', Buffer.from('test-key-test-key-test-key-test!'));
    await open(shown, 'inspector');
    await window.paste(history('real-samples-go-encryption.encoded'));
    await expect(window.get('verdict')).toContainText('Decrypted');
    await shown.picture('inspector-typical');
  });

  test('history', async ({ shown, window, page }) => {
    await open(shown, 'inspector');
    await window.paste(history('real-order-rich.decoded'));
    await window.get('history-search').fill('card declined');
    await expect(window.get('event-failure')).toContainText('card declined');
    await shown.picture('inspector-history');
    await window.get('reading-timeline').check({ force: true });
    await shown.picture('inspector-timeline');
    await page.keyboard.press('Control+Shift+J');
    await expect(page.getByLabel('jq expression')).toBeFocused();
    await page.keyboard.type('.[] | select(.eventType | test("failed"; "i")) | {eventId, eventType, why: .. | .message? // empty}');
    await expect(window.get('filter-count')).toHaveText(/results$/);
    await shown.picture('inspector-filter');
    await page.keyboard.type(' | {');
    await expect(window.get('filter-place')).toBeVisible();
    await shown.picture('inspector-filter-wrong');
  });

  test('crowded', async ({ shown, window }) => {
    await addKey(shown, 'prod-2026', KEY);
    await open(shown, 'inspector');
    await window.paste(JSON.stringify(sealed(ORDER)));
    await expect(window.get('verdict')).toContainText('Decrypted');
    await window.paste(longHistory(600));
    await expect(window.get('document-count')).toContainText('600');
    await window.paste(payloads(...Array.from({ length: 40 }, (_, n) => sealed(ORDER, n))));
    await expect(window.get('document-count')).toContainText('40');
    await window.paste(longHistory(1200));
    await expect(window.get('document-count')).toContainText('1,200');
    await expect(window.get('verdict')).toBeVisible();
    await shown.picture('inspector-crowded');
  });

  test('error', async ({ shown, window }) => {
    await addKey(shown, 'prod-2026', KEY);
    await open(shown, 'inspector');
    await window.get('source-input').fill('{"payloads": [ { "metadata": ');
    await window.get('source-decode').click();
    await expect(window.get('source-error')).toBeVisible();
    await shown.picture('inspector-not-recognized');
    await window.paste(payloads(sealed(ORDER), foreign(ORDER)));
    await expect(window.get('failure')).toBeVisible();
    await shown.picture('inspector-error');
  });

  test('bound', async ({ shown, window }) => {
    const aad = { joined: ['namespace', { hex: '00' }, 'workflow_id'] };
    const spec = { encoding: 'binary/encrypted', key_id: 'encryption-key-id', cipher: 'aes-gcm', aad };
    await shown.call('save_format', { name: 'ours', previous: null, spec: JSON.stringify(spec) });
    await addKey(shown, 'prod-2026', KEY, { formats: ['ours'] });
    await open(shown, 'inspector');
    await window.paste(JSON.stringify(boundTo('prod.a1b2c\0order-1042', ORDER, 'prod-2026', KEY, nonce(1))));
    await expect(window.get('context-form')).toBeVisible();
    await shown.picture('inspector-bound');
  });
});

test.describe('server', () => {
  test('empty', async ({ shown }) => {
    await shown.call('set_port', { port: 8081 });
    await open(shown, 'server');
    await shown.picture('server-empty');
  });

  test('typical', async ({ shown }) => {
    await addKey(shown, 'prod-2026', KEY);
    await traffic(await shown.serve(await freePort()));
    await open(shown, 'server');
    await shown.picture('server-typical');
  });

  test('crowded', async ({ shown }) => {
    await addKey(shown, 'prod-2026', KEY);
    for (let n = 1; n <= 30; n += 1) {
      await shown.call('add_origin', { origin: `https://temporal-${n}.internal.example.com` });
    }
    const endpoint = await shown.serve(await freePort());
    await post(endpoint, payloads(...Array.from({ length: 2000 }, (_, n) => sealed('1', n))));
    await open(shown, 'server');
    await shown.picture('server-crowded');
  });

  test('error', async ({ shown }) => {
    const other = createServer().listen(await freePort(), '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await shown.serve(port, 'cannot');
    const { error } = await shown.call<{ error: { way_out: { port: number } } }>('server_status');
    shown.replace(String(error.way_out.port), '8082');
    // The program of this test has it.
    shown.replace(`process ${process.pid}`, 'process 4321');
    await open(shown, 'server');
    await shown.picture('server-error');
    other.close();
  });

  test('https', async ({ shown, window }) => {
    await shown.serve(await freePort());
    const port = await freePort();
    shown.replace(String(port), '8443');
    await shown.call('switch_https', { on: true, port });
    await window.agree(true);
    await shown.call('trust_authority', { store: '.pki/nssdb' });
    await open(shown, 'server');
    await window.get('trust-store').first().scrollIntoViewIfNeeded();
    await expect(window.get('trust-store').first()).toContainText('Trusted');
    await shown.picture('server-https');
  });
});

test.describe('doctor', () => {
  test('found', async ({ shown, window }) => {
    await addKey(shown, 'prod-2026', KEY);
    const endpoint = await shown.serve(await freePort());
    await post(endpoint, payloads(sealed(ORDER)), { origin: 'https://temporal.internal.example.com' });
    await post(endpoint, payloads(foreign(ORDER)), { origin: 'http://localhost:8233', 'x-namespace': 'billing' });
    await open(shown, 'doctor');
    await expect(window.page.locator('[data-id="key prod-2024"]')).toBeVisible();
    await shown.picture('doctor-found');
  });
});

test.describe('keys', () => {
  test('empty', async ({ shown }) => {
    await open(shown, 'keys');
    await shown.picture('keys-empty');
  });

  test('typical', async ({ shown }) => {
    await addKey(shown, 'prod-2026', KEY, { label: 'Production', namespaces: ['prod-*', 'orders'] });
    await addKey(shown, 'prod-2024', OLD, { label: 'Production, before 2026', namespaces: ['prod-*'] });
    await addKey(shown, 'events', Buffer.alloc(32, 3), { label: 'PostHog', formats: ['posthog-fernet'], lifetime: 'session' });
    await shown.call('add_sample_key', { lifetime: 'keychain' });
    await open(shown, 'keys');
    await shown.picture('keys-typical');
  });

  test('crowded', async ({ shown }) => {
    for (let n = 0; n < 50; n += 1) {
      const namespaces = n % 3 === 0 ? [] : [`team-${n % 7}-*`];
      await addKey(shown, `team-${n % 7}/orders-${2020 + (n % 6)}-${n}`, Buffer.alloc(32, n + 1), { namespaces });
    }
    await open(shown, 'keys');
    await shown.picture('keys-crowded');
  });

  base.describe('without a keychain', () => {
    test.use({ bridgeArguments: ['--no-keychain'] });

    test('error', async ({ shown, window }) => {
      await open(shown, 'keys');
      await window.get('import-key').click();
      await window.get('key-id').fill('prod-2026');
      await window.get('key-material').fill(KEY.toString('base64'));
      await window.get('import-submit').click();
      await expect(window.get('import-dialog')).toContainText('session');
      await shown.picture('keys-error');
    });
  });
});

test.describe('requests', () => {
  test('empty', async ({ shown }) => {
    await shown.serve(await freePort());
    await open(shown, 'requests');
    await shown.picture('requests-empty');
  });

  test('typical', async ({ shown, window }) => {
    await addKey(shown, 'prod-2026', KEY);
    await traffic(await shown.serve(await freePort()));
    await open(shown, 'requests');
    await window.get('requests-row').last().click();
    await expect(window.get('request-detail')).toBeVisible();
    await shown.picture('requests-typical');
  });

  test('crowded', async ({ shown, window }) => {
    await addKey(shown, 'prod-2026', KEY);
    const endpoint = await shown.serve(await freePort());
    for (let n = 0; n < 60; n += 1) {
      await traffic(endpoint);
    }
    await open(shown, 'requests');
    await expect(window.get('requests-row').first()).toBeVisible();
    await shown.picture('requests-crowded');
  });

  test('error', async ({ shown, window }) => {
    const endpoint = await shown.serve(await freePort());
    await post(endpoint, payloads(foreign('1')), { origin: 'http://localhost:8233', 'x-namespace': 'orders' });
    await post(endpoint, '{"payloads":[]}', { origin: 'https://temporal.example.com' });
    await open(shown, 'requests');
    await window.get('requests-row').first().click();
    await expect(window.get('request-reason')).toBeVisible();
    await shown.picture('requests-error');
  });
});

test.describe('settings', () => {
  test('typical', async ({ shown }) => {
    await shown.call('set_port', { port: 8081 });
    await open(shown, 'settings');
    await shown.picture('settings-typical');
  });

  test('crowded', async ({ shown }) => {
    await shown.call('set_port', { port: 9090 });
    await shown.call('update_settings', {
      max_body_mib: 256,
      undecodable: 'fail',
      compression: 'zstd',
      close_to_tray: false,
      start_server_on_launch: false,
      notify_undecodable: false,
      lock_when_idle: 15,
      lock_with_screen: true,
    });
    await open(shown, 'settings');
    await shown.picture('settings-changed');
  });

  base.describe('with a damaged file', () => {
    test.use({ bridgeArguments: ['--damaged-settings'] });

    test('error', async ({ shown, window }) => {
      await open(shown, 'settings');
      await expect(window.get('settings-notice')).toBeVisible();
      await shown.picture('settings-error');
    });
  });
});

const OURS = '{\n  "encoding": "binary/ours",\n  "key_id": "our-key",\n  "cipher": "aes-gcm"\n}';

test.describe('formats', () => {
  test('empty', async ({ shown, window }) => {
    await open(shown, 'formats');
    await window.get('formats-search').fill('no such codec');
    await expect(window.get('formats-none')).toBeVisible();
    await shown.picture('formats-empty');
  });

  test('typical', async ({ shown, window, page }) => {
    await addKey(shown, 'prod-2026', KEY);
    await open(shown, 'formats');
    await shown.picture('formats-typical');
    await page.locator('[data-format=sdk-samples]').click();
    await expect(window.get('format-spec')).toBeVisible();
    await shown.picture('formats-detail');
  });

  test('crowded', async ({ shown, window }) => {
    for (let n = 1; n <= 30; n += 1) {
      await shown.call('save_format', { name: `team-${n}`, previous: null, spec: OURS });
    }
    await open(shown, 'formats');
    await window.get('formats-search').fill('team');
    await expect(window.get('format')).toHaveCount(30);
    await shown.picture('formats-crowded');
  });

  test('error', async ({ shown, window, page }) => {
    await open(shown, 'formats');
    await page.locator('[data-format=sdk-samples]').click();
    await window.get('format-new').click();
    await window.get('draft-name').fill('ours');
    await window.get('draft-spec').getByRole('textbox').fill('{\n  "encoding": "binary/ours",\n  "cipher": "rot13"\n}');
    await expect(window.get('draft-problem')).toContainText('rot13');
    await shown.picture('formats-error');
  });
});

test.describe('namespaces', () => {
  test('empty', async ({ shown }) => {
    await open(shown, 'namespaces');
    await shown.picture('namespaces-empty');
  });

  test('typical', async ({ shown, window }) => {
    await addKey(shown, 'prod-2026', KEY, { label: 'Production' });
    await addProfile(shown, 'Production', ['prod-*', 'orders'], { undecodable: 'fail', compression: 'zstd' });
    await addProfile(shown, 'Sandbox', ['dev-*'], { no_codec: true });
    await open(shown, 'namespaces');
    await window.get('match-namespace').fill('orders.a1b2c');
    await expect(window.get('match')).toContainText('Production');
    await shown.picture('namespaces-typical');
  });

  test('crowded', async ({ shown }) => {
    for (let n = 1; n <= 40; n += 1) {
      await addProfile(shown, `Team ${n}`, [`team-${n}-*`, `team-${n}.a1b2c`, `shared-${n}`]);
    }
    await open(shown, 'namespaces');
    await shown.picture('namespaces-crowded');
  });

  test('error', async ({ shown, window }) => {
    await addProfile(shown, 'Production', ['prod-*']);
    await open(shown, 'namespaces');
    await window.get('profile-new').click();
    await window.get('profile-name').fill('Production');
    await window.get('profile-namespaces-input').fill('orders,');
    await window.get('profile-submit').click();
    await expect(window.get('profile-dialog')).toContainText('A profile named "Production" already exists');
    await shown.picture('namespaces-error');
  });
});

test.describe('access', () => {
  const rule = (name: string, then: string, more: object) => ({
    place: null,
    rule: {
      name,
      client: null,
      program: '',
      email: [],
      email_domain: [],
      permission: null,
      claim: '',
      claim_is: '',
      namespace: [],
      operation: null,
      then,
      ...more,
    },
  });

  test('empty', async ({ shown }) => {
    await open(shown, 'access');
    await shown.picture('access-empty');
  });

  test('typical', async ({ shown, window }) => {
    await window.agree(true);
    await shown.call('save_provider', { kind: 'temporal_cloud', issuer: '', audience: [], url: '' });
    await shown.call('save_provider', { kind: 'oidc', issuer: 'https://id.example.com', audience: ['temporal-ui'], url: '' });
    await shown.call('save_rule', rule('on call', 'decode', { email: ['ann@example.com', 'bo@example.com'], namespace: ['prod-*'] }));
    await shown.call('save_rule', rule('', 'decode', { permission: 'read', operation: 'decode' }));
    await shown.call('save_rule', rule('staff', 'original', { client: 'page', email_domain: ['example.com'] }));
    await shown.call('make_program_token', { name: 'ci' });
    await shown.call('forget_program_token');
    await shown.call('save_rule', rule('CI', 'decode', { client: 'named-program', program: 'ci' }));
    await shown.call('set_access_default', { then: 'refuse' });
    await shown.call('switch_access', { on: true });
    await open(shown, 'access');
    await shown.picture('access-typical');
  });

  test('consent', async ({ shown, window }) => {
    await addKey(shown, 'prod-2026', KEY);
    const port = await freePort();
    const endpoint = await shown.serve(port);
    await shown.call('switch_consent', { on: true, unlisted_pages: false });
    const ended = new AbortController();
    // Somebody is there to be asked.
    await fetch(`${window.bridge.url}/events`, { signal: ended.signal });
    const ask = (namespace: string) => {
      const headers = { 'content-type': 'application/json', origin: 'http://localhost:8233', 'x-namespace': namespace };
      return fetch(`${endpoint}/decode`, { method: 'POST', headers, body: payloads(sealed(ORDER)), signal: ended.signal });
    };
    const question = async () => {
      const view = () => shown.call<{ questions: { number: number }[] }>('list_consent');
      await expect.poll(async () => (await view()).questions.length).toBe(1);
      return (await view()).questions[0]?.number;
    };
    for (const [namespace, answer] of [['orders', 'always'], ['billing', 'deny']] as const) {
      const waits = ask(namespace);
      await shown.call('answer_consent', { number: await question(), answer });
      await waits;
    }
    const last = ask('shipping').catch(() => null);
    await question();
    await open(shown, 'access');
    await window.get('consent-answers').scrollIntoViewIfNeeded();
    await expect(window.get('consent-question')).toContainText('shipping');
    await shown.picture('access-consent');
    ended.abort();
    await last;
  });

  test('error', async ({ shown, window }) => {
    await open(shown, 'access');
    await window.get('provider-new').click();
    await window.get('provider-kind').selectOption('oidc');
    await window.get('provider-issuer').fill('http://id.example.com');
    await window.get('provider-audience-input').fill('temporal-ui,');
    await window.get('provider-submit').click();
    await expect(window.get('provider-dialog')).toContainText('is not an https URL');
    await shown.picture('access-error');
  });
});
