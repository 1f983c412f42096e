// The list of actions as shortcuts, the sheet, the palette and menus rely on it; and what the palette finds.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeHost } from '../testing/fake_host';
import { GROUPS } from './actions.svelte';
import { AppState } from './app.svelte';
import { search } from './command_palette';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  host = new FakeHost();
  app = new AppState(host);
  await app.start();
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

describe('the palette', () => {
  const names = (query: string) => search(app, query).flatMap(({ list }) => list.map(({ name }) => name));

  test('offers what was used last first, and itself never', () => {
    app.actions.remember('keys.add');
    app.actions.remember('view.server');
    const [first] = search(app, '');
    expect(first?.title).toBe('Recent');
    expect(first?.list.map(({ id }) => id)).toEqual(['view.server', 'keys.add']);
    expect(names('').filter((name) => name === 'Add keys…')).toHaveLength(1);
    expect(names('')).not.toContain('Search or run a command');
    expect(names('')).not.toContain('Open file…');
  });

  test('says what an action does now', async () => {
    expect(names('lock')[0]).toBe('Lock');
    await app.keys.lock(false);
    expect(names('unlock')[0]).toBe('Unlock');
  });

  test('goes to a key, a format and an origin', async () => {
    await app.keys.importText({ id: 'prod-2026', label: 'Orders', format: 'hex', lifetime: 'session', material: '' } as never);
    const key = search(app, 'prod-2026').flatMap(({ list }) => list).find(({ id }) => id.startsWith('key:'));
    key?.run();
    expect(app.navigation.view).toBe('keys');
    expect(app.navigation.reveal).toEqual({ view: 'keys', row: 'prod-2026' });
    search(app, 'localhost:8233')[0]?.list[0]?.run();
    expect(app.navigation.reveal).toEqual({ view: 'server', row: 'http://localhost:8233' });
    const format = app.formats.list[0];
    search(app, format?.title ?? '').flatMap(({ list }) => list).find(({ id }) => id.startsWith('format:'))?.run();
    expect(app.navigation.view).toBe('formats');
    expect(app.formats.current?.name).toBe(format?.name);
  });

  test('finds nothing where nothing is called so', () => {
    expect(search(app, 'zzzzqqq')).toEqual([]);
  });
});

describe('what is new', () => {
  test('is shown at start after the version changed, and not otherwise', async () => {
    expect(app.navigation.dialog).toBeNull();
    host.settings = { ...host.settings, has_news: true };
    const other = new AppState(host);
    await other.start();
    expect(other.navigation.dialog?.name).toBe('whats_new');
  });
});
