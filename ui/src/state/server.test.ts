// The Codec Server as its events and answers tell it.
import { beforeEach, describe, expect, test } from 'vitest';
import type { FakeHost } from '../testing/fake_host';
import { serverView } from '../testing/fake_views';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  ({ host, app } = await startApp());
});

describe('the server', () => {
  test('a request that was refused connects nobody', () => {
    const { counts } = serverView();
    app.server.take({ ...serverView(), counts: { ...counts, requests: 2, errors: 2 } });
    expect(app.server.answered).toBe(0);
    app.server.count({ ...counts, requests: 3, errors: 2 });
    expect(app.server.answered).toBe(1);
  });

  test('the cards follow the endpoint', async () => {
    expect(host.requestsOf('connect_cards')).toHaveLength(1);
    await app.server.setPort(9000);
    expect(host.requestsOf('connect_cards')).toHaveLength(2);
    host.emit({ type: 'server_changed', server: { ...serverView(), port: 9000, endpoint: 'http://127.0.0.1:9000' } });
    expect(host.requestsOf('connect_cards')).toHaveLength(2);
  });
});
