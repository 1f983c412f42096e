// Which profile a Namespace gets.
import { beforeEach, describe, expect, test } from 'vitest';
import type { FakeHost } from '../testing/fake_host';
import { profilesView } from '../testing/fake_views';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  ({ host, app } = await startApp());
});

describe('profiles', () => {
  test('the answer about a Namespace follows the rules', async () => {
    await app.profiles.ask('prod-orders');
    expect(app.profiles.match?.reason).toContain('prod-orders');
    await app.profiles.save(null, { ...profilesView().default, name: 'Production', namespaces: ['prod-*'] });
    expect(app.profiles.view?.profiles.map(({ name }) => name)).toEqual(['Production']);
    expect(host.requestsOf('match_profile')).toHaveLength(2);
    await app.profiles.ask(' ');
    expect(app.profiles.match).toBeNull();
  });
});
