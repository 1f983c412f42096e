// Both hosts: how a command goes out, how its answer, its error and the events come back.
import { emit } from '@tauri-apps/api/event';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { AppEvent } from '../bindings/AppEvent';
import { settingsView } from '../testing/fake_views';
import { bridgeHost } from './bridge';
import { tauriHost } from './tauri';

const error = { code: 'not_recognized', message: 'no Payload in it', hint: 'Paste a Payload.' } as const;
const event: AppEvent = { type: 'settings_changed', settings: settingsView() };

describe('the desktop shell', () => {
  afterEach(clearMocks);

  test('a request is the one argument, null where a command takes none', async () => {
    const heard: [string, unknown][] = [];
    mockIPC((command, payload) => {
      heard.push([command, payload]);
      return 'answer';
    });
    await expect(tauriHost().call('inspect', { source: '{}' })).resolves.toBe('answer');
    await tauriHost().call('server_status');
    expect(heard).toEqual([
      ['inspect', { request: { source: '{}' } }],
      ['server_status', { request: null }],
    ]);
  });

  test('an error arrives as it was sent', async () => {
    mockIPC(() => {
      throw error;
    });
    await expect(tauriHost().call('inspect', { source: '' })).rejects.toBe(error);
  });

  test('events are heard until it stops', async () => {
    mockIPC(() => undefined, { shouldMockEvents: true });
    const handler = vi.fn();
    const stop = tauriHost().listen(handler);
    await emit('app-event', event);
    expect(handler).toHaveBeenCalledExactlyOnceWith(event);
    stop();
    await vi.waitFor(async () => {
      handler.mockClear();
      await emit('app-event', event);
      expect(handler).not.toHaveBeenCalled();
    });
  });

  test('a file is asked for by the core, a text copied and read by the plugin', async () => {
    const heard: [string, unknown][] = [];
    mockIPC((command, payload) => {
      heard.push([command, payload]);
      const answers: Record<string, unknown> = {
        choose_file: { ticket: 't', path: 'history.json' },
        'plugin:clipboard-manager|read_text': 'their text',
      };
      return answers[command] ?? null;
    });
    await expect(tauriHost().chooseFile({ purpose: 'inspect' }, 'typed')).resolves.toEqual({ ticket: 't', path: 'history.json' });
    await tauriHost().copy('text');
    await expect(tauriHost().readClipboard()).resolves.toBe('their text');
    expect(heard).toMatchObject([
      ['choose_file', { request: { purpose: 'inspect' } }],
      ['plugin:clipboard-manager|write_text', { text: 'text' }],
      ['plugin:clipboard-manager|read_text', {}],
    ]);
  });
});

describe('the bridge', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('a command is a POST, and its error is thrown', async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(() => Promise.resolve(Response.json({ source: 's' })));
    vi.stubGlobal('fetch', fetch);
    await expect(bridgeHost('http://bridge').call('sample_payload')).resolves.toEqual({ source: 's' });
    expect(fetch.mock.calls[0]?.[0]).toBe('http://bridge/ipc/sample_payload');
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ method: 'POST', body: 'null' });
    fetch.mockResolvedValueOnce(Response.json(error, { status: 400 }));
    await expect(bridgeHost().call('inspect', { source: '' })).rejects.toEqual(error);
  });

  test('the clipboard is the browser’s', async () => {
    const clipboard = { writeText: vi.fn(() => Promise.resolve()), readText: () => Promise.resolve('their text') };
    vi.stubGlobal('navigator', { clipboard });
    await bridgeHost().copy('ours');
    expect(clipboard.writeText).toHaveBeenCalledExactlyOnceWith('ours');
    await expect(bridgeHost().readClipboard()).resolves.toBe('their text');
  });
});
