// Settings go out in order, and the theme follows them.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { AppError } from '../bindings/AppError';
import type { Host } from '../host/types';
import type { FakeHost } from '../testing/fake_host';
import { settingsView } from '../testing/fake_views';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  ({ host, app } = await startApp());
});

describe('settings', () => {
  test('changes of settings go out one after the other, also after one that failed', async () => {
    const out: unknown[] = [];
    let answer: () => void = () => undefined;
    vi.spyOn(host, 'call').mockImplementation((async (_: string, change: unknown) => {
      out.push(change);
      await new Promise<void>((resolve) => (answer = resolve));
      if (out.length === 1) {
        throw { code: 'file', message: 'the disk is full', hint: 'Free some space.' } as AppError;
      }
      return settingsView();
    }) as Host['call']);
    const first = app.settings.update({ theme: 'dark' });
    const second = app.settings.update({ theme: 'light' });
    const third = app.settings.reset(['theme']);
    await vi.waitFor(() => expect(out).toEqual([{ theme: 'dark' }]));
    answer();
    await expect(first).rejects.toMatchObject({ code: 'file' });
    await vi.waitFor(() => expect(out).toHaveLength(2));
    answer();
    await second;
    await vi.waitFor(() => expect(out).toEqual([{ theme: 'dark' }, { theme: 'light' }, { names: ['theme'] }]));
    answer();
    await third;
  });

  test('the theme is on the page', async () => {
    await app.settings.update({ theme: 'dark' });
    expect(document.documentElement.dataset['theme']).toBe('dark');
    await app.settings.update({ theme: 'light' });
    expect(document.documentElement.dataset['theme']).toBe('light');
  });
});
