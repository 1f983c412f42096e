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
        verdict: 'Key "prod-2024" was not found.',
        error: { code: 'key_not_found', message: 'Key "prod-2024" was not found.', hint: 'Add the key.' },
        missing_key: 'prod-2024',
      };
    });
    await app.open(() => app.inspector.openText('{}'));
    await fireEvent.click(await testid('add-missing-key'));
    expect(((await testid('key-id')) as HTMLInputElement).value).toBe('prod-2024');
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
        error: { code: 'port_in_use', message: 'port 8081 is taken', hint: 'Do this instead.' },
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
