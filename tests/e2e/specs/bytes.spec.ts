// The bytes of a Payload, part by part; most useful where no key opens it.
import { randomBytes } from 'node:crypto';
import { encrypted, fernet, payloads, plain, sealedAs } from '../support/payloads';
import { expect, test } from '../support/test';

test('nonce, ciphertext and tag of a Payload that no key opens', async ({ window }) => {
  const sealed = encrypted('{"total":129.95}', 'prod-2024', randomBytes(32));
  const bytes = Buffer.from(sealed.data, 'base64');
  await window.open('inspector');
  await window.paste(JSON.stringify(sealed));
  await window.get('tab-bytes').click();
  const parts = window.get('bytes-part');
  await expect(parts).toHaveText(['nonce 12', `ciphertext ${bytes.length - 28}`, 'tag 16']);
  const nonce = window.get('bytes').getByRole('region', { name: 'nonce, 12 bytes' });
  expect((await nonce.locator('.hex').innerText()).replace(/\s/g, '')).toBe(bytes.subarray(0, 12).toString('hex'));
  const tag = window.get('bytes').getByRole('region', { name: 'tag, 16 bytes' });
  expect((await tag.locator('.hex').allInnerTexts()).join('').replace(/\s/g, '')).toBe(bytes.subarray(-16).toString('hex'));
  await expect(window.get('bytes')).toContainText('boundaries are assumed');
  await window.look('inspector-bytes');
});

test('a token is shown as the bytes that its text stands for; what opened it says what it is', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('inspector');
  await window.paste(JSON.stringify(sealedAs('binary/fernet', fernet('"hello"', key))));
  await window.get('tab-bytes').click();
  await expect(window.get('bytes-size')).toBeVisible();
  const sample = encrypted('"opened"', 'k', key);
  await window.importKey('k', key.toString('base64'));
  await window.go('inspector');
  await window.paste(JSON.stringify(sample));
  await expect(window.get('verdict')).toContainText('Decrypted with key k');
  await window.get('tab-bytes').click();
  await expect(window.get('bytes-part').first()).toHaveText('nonce 12');
  await expect(window.get('bytes')).not.toContainText('boundaries are assumed');
});

test('what is cut is said with sizes, and long data is shown by its start and its end', async ({ window }) => {
  const long = encrypted(JSON.stringify('x'.repeat(20_000)), 'prod', randomBytes(32));
  const short = { ...long, data: Buffer.alloc(20, 7).toString('base64') };
  await window.open('inspector');
  await window.paste(payloads(short, long, plain('"plain"')));
  await window.get('tab-bytes').click();
  await expect(window.get('bytes-problem')).toContainText('20 bytes');
  await window.look('inspector-bytes-cut');
  await window.get('payloads-row').nth(1).click();
  await expect(window.get('bytes-part').last()).toHaveText('tag 16');
  await expect(window.get('bytes-gap')).toContainText('not shown');
  await window.get('payloads-row').nth(2).click();
  await expect(window.get('bytes-part')).toHaveText(['data 7']);
});

test('each layer is shown by its own bytes', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('inspector');
  await window.importKey('k', key.toString('base64'));
  await window.go('inspector');
  await window.paste(JSON.stringify(encrypted('"inside"', 'k', key)));
  await window.get('tab-bytes').click();
  await expect(window.get('bytes-part')).toHaveText(['nonce 12', /ciphertext/, 'tag 16']);
  await window.get('bytes-layer').selectOption({ index: 1 });
  await expect(window.get('bytes-part')).toHaveText(['data 8']);
  const shown = await window.get('bytes').locator('.hex').allInnerTexts();
  expect(Buffer.from(shown.join('').replace(/\s/g, ''), 'hex').toString()).toBe('"inside"');
  await window.look('inspector-bytes-layer');
});
