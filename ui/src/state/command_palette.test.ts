// What the command palette finds, and where it leads.
import { beforeEach, describe, expect, test } from 'vitest';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';
import { search } from './command_palette';

let app: AppState;

beforeEach(async () => {
  ({ app } = await startApp());
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
    expect(app.navigation.reveal).toEqual({ view: 'keys', row: 'key-1' });
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
