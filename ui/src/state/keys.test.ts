// Where a new key is kept, and the one that was dropped.
import { beforeEach, describe, expect, test } from 'vitest';
import type { FakeHost } from '../testing/fake_host';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  ({ host, app } = await startApp());
});

describe('keys', () => {
  test('in the encrypted file where the keychain cannot be used and the file is open', async () => {
    const problem = { code: 'keychain_unavailable', message: 'none', hint: 'Do this instead.' } as const;
    host.keys = { ...host.keys, keychain: { name: 'Secret Service', problem, vault: null } };
    await app.keys.load();
    expect(app.keys.lifetime).toBe('keychain');
    await app.keys.createVault('passphrase', false);
    expect(app.keys.lifetime).toBe('vault');
  });

  test('a dropped key is handed over once', () => {
    app.keys.drop('secret');
    expect([app.keys.takeDropped(), app.keys.takeDropped()]).toEqual(['secret', null]);
  });
});
