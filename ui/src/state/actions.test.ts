// The list of actions as shortcuts, the sheet, the palette and menus rely on it.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { FakeHost } from '../testing/fake_host';
import { startApp } from '../testing/started_app';
import { GROUPS } from './actions.svelte';
import type { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  ({ host, app } = await startApp());
});

describe('the list', () => {
  test('every action has an id of its own, a name and a group, and no two share keys', () => {
    const { list } = app.actions;
    expect(list.length).toBeGreaterThan(25);
    const ids = list.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const names = list.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { id, name, group } of list) {
      expect(id).toMatch(/^[a-z]+\.[a-z_]+$/);
      expect(name.trim()).not.toBe('');
      expect(GROUPS).toContain(group);
    }
    const keys = list.flatMap((action) => [action.keys, action.alsoKeys]).filter((one) => one !== undefined);
    expect(new Set(keys.map((one) => one.replace('Mod', 'Ctrl').toLowerCase())).size).toBe(keys.length);
  });

  test('runs by id, and not what cannot be done now', () => {
    expect(app.actions.run('view.keys')).toBe(true);
    expect(app.navigation.view).toBe('keys');
    expect(app.actions.run('no.such')).toBe(false);
    expect(app.actions.run('inspector.open_file')).toBe(false);
    host.emit({ type: 'action_chosen', action: 'help.shortcuts' });
    expect(app.navigation.dialog?.name).toBe('shortcuts');
  });

  test('the theme is changed, and the one in force is not offered', async () => {
    expect(app.actions.run('theme.system')).toBe(false);
    expect(app.actions.run('theme.dark')).toBe(true);
    await vi.waitFor(() => expect(host.requestsOf('update_settings')).toEqual([{ theme: 'dark' }]));
  });

  test('the endpoint is copied while the server listens, and not offered otherwise', async () => {
    app.actions.run('server.copy_endpoint');
    await vi.waitFor(() => expect(host.copied).toEqual([app.server.view?.endpoint]));
    await app.server.stop();
    expect(app.actions.run('server.copy_endpoint')).toBe(false);
  });
});
