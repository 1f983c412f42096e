// Components on a fake host: what must never be got wrong on the way to the screen.
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, test } from 'vitest';
import App from '../App.svelte';
import { AppState } from '../state/app.svelte';
import { FakeHost } from '../testing/fake_host';

afterEach(cleanup);

async function open(prepare: (host: FakeHost) => void = () => undefined) {
  const host = new FakeHost();
  prepare(host);
  const app = new AppState(host);
  render(App, { props: { app } });
  await app.start();
  return { host, app };
}

const testid = (id: string) => screen.findByTestId(id);

describe('importing a key', () => {
  test('the text is in its field alone, and gone from it with the dialog', async () => {
    const { host, app } = await open();
    app.navigation.importKey('prod-2024');
    const field = (await testid('key-material')) as HTMLInputElement;
    expect(field.type).toBe('password');
    expect(((await testid('key-id')) as HTMLInputElement).value).toBe('prod-2024');
    field.value = 'k'.repeat(32);
    await fireEvent.input(field);
    await testid('format-utf8');
    expect(document.documentElement.outerHTML).not.toContain('kkkk');
    await fireEvent.click(await testid('import-submit'));
    await waitFor(() => expect(screen.queryByTestId('import-dialog')).toBeNull());
    expect(field.value).toBe('');
    expect(host.requestsOf('import_key')).toEqual([
      { id: 'prod-2024', label: '', material: 'k'.repeat(32), format: 'utf8', lifetime: 'keychain' },
    ]);
  });

  test('closing it clears the field too', async () => {
    const { host, app } = await open();
    app.navigation.importKey();
    const field = (await testid('key-material')) as HTMLInputElement;
    field.value = 'k'.repeat(32);
    await fireEvent.click(await testid('dialog-close'));
    expect(field.value).toBe('');
    expect(host.requestsOf('import_key')).toEqual([]);
  });

  test('what is no key is refused at the field', async () => {
    const { host, app } = await open();
    app.navigation.importKey();
    const field = (await testid('key-material')) as HTMLInputElement;
    field.value = 'short';
    await fireEvent.input(field);
    await fireEvent.click(await testid('import-submit'));
    expect((await testid('material-error')).textContent).toContain('16, 24 or 32 bytes');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(host.requestsOf('import_key')).toEqual([]);
  });
});

describe('the inspector', () => {
  test('a number over 2^53 reaches the screen digit by digit', async () => {
    const { app } = await open();
    await app.open(() => app.inspector.openText('{}'));
    expect((await testid('decoded-text')).textContent).toContain('9007199254740993');
    expect((await testid('verdict')).textContent).toContain('Decrypted with key prod-2026.');
  });

  test('a missing key leads to its import', async () => {
    const { app } = await open((host) => {
      host.payload = {
        ...host.payload,
        row: { ...host.payload.row, outcome: 'failed' },
        verdict: 'Key "prod-2024" is not in the key store.',
        error: { code: 'key_not_found', message: 'Key "prod-2024" is not in the key store.', hint: 'Add the key.' },
        missing_key: 'prod-2024',
      };
    });
    await app.open(() => app.inspector.openText('{}'));
    await fireEvent.click(await testid('add-missing-key'));
    expect(((await testid('key-id')) as HTMLInputElement).value).toBe('prod-2024');
  });
});

describe('the keys', () => {
  test('a keychain that cannot be used is said, with a way out', async () => {
    const { host, app } = await open((host) => {
      host.keys = {
        ...host.keys,
        keychain: {
          name: 'Secret Service',
          problem: { code: 'keychain_unavailable', message: 'the keychain is locked', hint: 'Unlock it, then press Retry.' },
        },
      };
    });
    app.navigation.go('keys');
    const banner = await testid('keychain-problem');
    expect(banner.textContent).toContain('The keychain is locked.');
    expect(banner.textContent).toContain('Unlock it, then press Retry.');
    await fireEvent.click(await testid('keychain-retry'));
    await waitFor(() => expect(screen.queryByTestId('keychain-problem')).toBeNull());
    expect(host.requestsOf('retry_keychain')).toHaveLength(1);
  });

  test('removing one asks first, and says which', async () => {
    const { host, app } = await open();
    await app.keys.addSample();
    app.navigation.go('keys');
    await fireEvent.click(await testid('key-remove'));
    expect((await testid('remove-dialog')).textContent).toContain('0011223344556677');
    expect(host.requestsOf('remove_key')).toEqual([]);
    await fireEvent.click(await testid('remove-confirm'));
    await testid('keys-empty');
    expect(host.requestsOf('remove_key')).toEqual([{ handle: 'key-1' }]);
  });
});

describe('the settings', () => {
  test('a settings file that was set aside is said', async () => {
    const { app } = await open((host) => {
      host.settings.notice = { code: 'file', message: 'the settings file was broken', hint: 'It is kept.' };
    });
    app.navigation.go('settings');
    expect((await testid('settings-notice')).textContent).toContain('The settings file was broken.');
  });
});

describe('the server', () => {
  test('a port that is taken offers the next one', async () => {
    const { host, app } = await open((host) => {
      host.server = {
        ...host.server,
        state: 'failed',
        started: null,
        listening: [],
        error: { code: 'port_in_use', message: 'port 8081 is taken', hint: null },
        free_port: 8082,
      };
    });
    app.navigation.go('server');
    await fireEvent.click(await testid('use-free-port'));
    expect(host.requestsOf('set_port')).toEqual([{ port: 8082 }]);
    await waitFor(() => expect(screen.getByTestId('server-state').textContent).toBe('Serving'));
  });

  test('an origin that is none is said at its field', async () => {
    const { app } = await open((host) => {
      host.failures.add_origin = { code: 'invalid_origin', message: 'not an origin', hint: 'Write scheme://host.' };
    });
    app.navigation.go('server');
    const field = await testid('origin-input');
    await fireEvent.input(field, { target: { value: 'nonsense' } });
    await fireEvent.click(await testid('origin-add'));
    expect((await testid('origin-error')).textContent).toBe('Not an origin. Write scheme://host.');
  });
});
