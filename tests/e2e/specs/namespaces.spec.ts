// Namespaces: profiles, which one a Namespace gets, and what the server then does.
import { randomBytes } from 'node:crypto';
import { encrypted, payloads, plain } from '../support/payloads';
import { expect, test } from '../support/test';

test('a profile names its Namespaces, its keys and its rules, and the tester says who gets it', async ({ window }) => {
  const [prod, other] = [randomBytes(32), randomBytes(32)];
  await window.open('keys');
  await window.importKey('other', other.toString('base64'));
  await window.importKey('prod', prod.toString('base64'));
  await window.go('namespaces');
  await window.look('namespaces-one');
  await window.get('profile-new').click();
  await window.get('profile-name').fill('Production');
  await window.get('profile-namespaces-input').fill('prod-*,orders');
  await window.get('decode-keys-these').check({ force: true });
  // Nothing is chosen for anybody.
  await expect(window.get('decode-none')).toBeVisible();
  await window.get('decode-key').nth(1).check();
  await window.get('profile-encode-key').selectOption({ label: 'prod' });
  await window.get('profile-undecodable').selectOption('fail');
  await window.look('profile-edit');
  await window.get('profile-submit').click();
  await expect(window.get('profile-dialog')).toBeHidden();
  const profile = window.page.locator('[data-profile=Production]');
  await expect(profile).toContainText('prod-*');

  await window.get('match-namespace').fill('prod-orders');
  await expect(window.get('match')).toContainText('Production');
  await window.get('match-namespace').fill('orders.a1b2c');
  await expect(window.get('match')).toContainText('matches orders');
  await window.look('namespaces');
  await window.get('match-namespace').fill('sandbox');
  await expect(window.get('match')).toContainText('Default');

  const endpoint = await window.serve();
  const post = (namespace: string, operation: string, body: string) =>
    window.post(endpoint, operation, body, { 'x-namespace': namespace });
  const sealed = payloads(encrypted('1', 'other', other));
  expect((await post('sandbox', 'decode', sealed)).status).toBe(200);
  expect((await post('prod-orders', 'decode', sealed)).status).not.toBe(200);
  const encoded = await (await post('orders', 'encode', payloads(plain('"p"')))).text();
  expect(encoded).toContain(Buffer.from('prod').toString('base64'));

  // The Inspector sees what that Namespace's clients would see.
  await window.go('inspector');
  await window.paste(sealed);
  await expect(window.get('verdict')).toContainText('Decrypted with key other');
  await window.get('namespace').fill('prod-orders');
  await window.get('namespace').press('Enter');
  await expect(window.get('verdict')).not.toContainText('Decrypted');
  await window.go('keys');
  await window.go('inspector');
  await expect(window.get('namespace')).toHaveValue('prod-orders');

  // A key that a profile encodes with is named before it goes.
  await window.go('keys');
  await window.keyMenu('prod', 'key-remove');
  await window.get('remove-confirm').click();
  await expect(window.get('remove-in-use')).toContainText('Production');
  await window.page.keyboard.press('Escape');

  await window.go('namespaces');
  await window.get('profile-remove').click();
  await window.get('profile-remove-confirm').click();
  await expect(profile).toHaveCount(0);
  await window.get('toast-ok').getByRole('button', { name: 'Undo' }).click();
  await expect(profile).toContainText('prod-*');
});

test('a key that the profile could not decode again is refused as the one that encodes', async ({ window }) => {
  await window.open('keys');
  await window.importKey('limited', randomBytes(32).toString('base64'));
  await window.get('encode-key').selectOption('');
  await expect(window.get('encodes')).toHaveCount(0);
  await window.keyMenu('limited', 'key-edit-usage');
  await window.get('key-namespaces-input').fill('elsewhere');
  await window.page.keyboard.press('Enter');
  await window.get('usage-submit').click();
  await window.go('namespaces');
  await window.get('profile-new').click();
  await window.get('profile-name').fill('Orders');
  await window.get('profile-namespaces-input').fill('orders');
  await window.get('profile-encode-key').selectOption({ label: 'limited' });
  await window.get('profile-submit').click();
  await expect(window.get('dialog-error')).toContainText('limited');
  await window.get('profile-encode-key').selectOption('');
  await window.get('profile-submit').click();
  await expect(window.page.locator('[data-profile=Orders]')).toContainText('/encode is refused');
});

test('Namespaces without a profile can be refused', async ({ window }) => {
  await window.open('namespaces');
  await window.get('unlisted-refuse').check({ force: true });
  await window.get('match-namespace').fill('anything');
  await expect(window.get('match')).toContainText('Refused');
  const endpoint = await window.serve();
  const answer = await window.post(endpoint, 'decode', '{"payloads":[]}', { 'x-namespace': 'anything' });
  expect(answer.status).not.toBe(200);
  await window.go('requests');
  await window.get('requests-row').first().click();
  await window.get('request-reason').getByRole('button', { name: 'Open Namespaces' }).click();
  await window.get('unlisted-default').check({ force: true });
  await expect(window.get('match')).toContainText('Default');
  expect((await window.post(endpoint, 'decode', '{"payloads":[]}', { 'x-namespace': 'anything' })).status).toBe(200);
});
