// "Which key opens this?": what was found, and one click to use it from now on.
import { randomBytes } from 'node:crypto';
import { boundTo, encrypted, fernet, payloads, plain, sealedAs } from '../support/payloads';
import { expect, test } from '../support/test';

test('a key under another id is found, and used from now on', async ({ window, page }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('prod-2026', key.toString('base64'));
  await window.go('inspector');
  await window.paste(payloads(encrypted('"found"', 'prod-2019', key)));
  await window.get('which-key').click();
  await expect(window.get('finding')).toHaveCount(1);
  await expect(window.get('finding')).toContainText('prod-2026');
  await expect(window.get('finding')).toContainText('"found"');
  await window.look('diagnosis');
  // Esc closes the diagnosis, and leaves the document.
  await page.keyboard.press('Escape');
  await expect(window.get('diagnosis')).toBeHidden();
  await expect(window.get('failure')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(window.get('failure')).toBeVisible();
  await window.get('which-key').click();
  await window.get('adopt').click();
  await expect(window.get('verdict')).toContainText('Decrypted with key prod-20');
  await expect(window.get('diagnosis')).toBeHidden();
  await window.go('keys');
  await expect(window.key('prod-2026')).toContainText('prod-2019');
});

test('another format is found, and the key gets it', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('posthog', key.toString('base64'));
  await window.go('inspector');
  await window.paste(payloads(sealedAs('binary/encrypted', fernet('"token"', key))));
  await window.get('which-key').click();
  await expect(window.get('finding').first()).toContainText('PostHog');
  await window.get('adopt').first().click();
  await expect(window.get('decoded-text')).toContainText('"token"');
  await window.go('keys');
  await expect(window.key('posthog').getByTestId('key-format')).toContainText(['PostHog']);
});

test('what nothing opens is explained, and closing is a way out', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('k', key.toString('base64'));
  await window.go('inspector');
  await window.paste(payloads(plain('"other"'), encrypted('"lost"', 'k', randomBytes(32))));
  await window.get('which-key').click();
  await expect(window.get('diagnosis')).toContainText(/wrong|damaged|another key/i);
  await expect(window.get('finding')).toHaveCount(0);
  await window.look('diagnosis-nothing');
  // Step by step, with the same Payload and the key that it names.
  await window.get('try-in-formats').click();
  await expect(window.get('trial-payload')).toHaveValue(/encryption-key-id/);
  await expect(window.get('trial-key').locator('option:checked')).toHaveText('k');
  await expect(window.get('trial-verdict')).toBeVisible();
  await window.look('diagnosis-try-in-formats');
  await window.go('inspector');
  await window.get('diagnosis-close').click();
  await expect(window.get('diagnosis')).toBeHidden();
});

test('a key that is right is said to be right, in the words that Formats has for it', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('k', key.toString('base64'));
  await window.importKey('other', randomBytes(32).toString('base64'));
  await window.go('inspector');
  // Nothing proves a key like the text that comes out; the end was cut off on the way.
  const cut = encrypted('"somebody with a name"', 'k', key);
  cut.data = Buffer.from(cut.data, 'base64').subarray(0, -1).toString('base64');
  await window.paste(payloads(cut));
  await window.get('which-key').click();
  await expect(window.get('diagnosis')).toContainText('Key "k" and the nonce are right');
  await expect(window.get('diagnosis')).not.toContainText(/another key of that id/);
  const words = 'key and nonce are right, but AAD or data is not';
  await expect(window.get('nearest')).toContainText(words);
  await window.look('diagnosis-right-key');
  await window.get('try-in-formats').click();
  await expect(window.get('trial-key').locator('option:checked')).toHaveText('k');
  await expect(window.get('trial-verdict')).toContainText(words);
});

test('what came near under another name is tried under the name that the Payload has, with the key that is in use', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('k', key.toString('base64'));
  // Replaced, and replaced again by the bytes from before: the first one is retired, and has them, too.
  for (const material of [randomBytes(32), key]) {
    await window.key('k').first().getByTestId('key-menu').click();
    await window.get('key-replace').click();
    await window.get('key-material').fill(material.toString('base64'));
    await window.get('replace-submit').click();
    await expect(window.get('replace-dialog')).toBeHidden();
  }
  await window.go('inspector');
  const ours = boundTo('ours', '"somebody with a name"', 'k', key);
  ours.metadata['encoding'] = Buffer.from('binary/ours').toString('base64');
  await window.paste(payloads(ours));
  await window.get('which-key').click();
  await expect(window.get('nearest')).toContainText('key and nonce are right');
  await window.get('try-in-formats').last().click();
  await expect(window.get('draft-spec')).toContainText('"encoding": "binary/ours"');
  await expect(window.get('trial-key').locator('option:checked')).toHaveText('k');
  await expect(window.get('trial-verdict')).toContainText('key and nonce are right');
  await window.look('diagnosis-our-encoding');
});

test('what data shows by its first characters leads to the first step', async ({ window }) => {
  const key = randomBytes(32);
  await window.open('keys');
  await window.importKey('k', randomBytes(32).toString('base64'));
  await window.importKey('theirs', key.toString('base64'));
  await window.go('inspector');
  await window.paste(payloads(sealedAs('binary/encrypted', fernet('"token"', key), { 'encryption-key-id': 'k' })));
  await expect(window.get('failure')).toContainText('starts as a Fernet token does');
  const first = window.get('failure').getByRole('button').first();
  await expect(first).toHaveText('Which key opens this?');
  await window.look('failure-mark');
  await first.click();
  await expect(window.get('finding').first()).toContainText('theirs');
  await window.get('diagnosis-close').click();
  // A label that no format has, around what no format reads.
  await window.paste(payloads(sealedAs('binary/ours', Buffer.from('age-encryption.org/v1\n-> X25519 x\n'))));
  await expect(window.get('unread')).toContainText('starts as an age file does. No format of this app reads that.');
  await window.look('unread-mark');
});
