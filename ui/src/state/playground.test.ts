// The playground encodes what its text says now.
import { beforeEach, describe, expect, test } from 'vitest';
import type { FakeHost } from '../testing/fake_host';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  ({ host, app } = await startApp());
});

describe('the playground', () => {
  test('encodes as the Namespace, and forgets the result when the text changes', async () => {
    app.playground.text = '{"a":1}';
    await app.playground.encode('orders');
    expect(host.requestsOf('encode_json')).toEqual([{ text: '{"a":1}', encoding: 'json/plain', namespace: 'orders' }]);
    expect(app.playground.result?.layers).toHaveLength(2);
    app.playground.changed();
    expect(app.playground.result).toBeNull();
  });

  test('asks whose it will be where the format binds it to that, and says so with the next try', async () => {
    const parts = [
      { part: 'namespace', title: 'Namespace' },
      { part: 'workflow_id', title: 'Workflow id' },
      { part: 'activity_type', title: 'Activity type' },
    ] as const;
    host.failures.encode_json = { code: 'not_encoded', message: 'it needs more', hint: 'Say it.', way_out: { type: 'say_whose', parts: [...parts] } };
    app.playground.text = '1';
    await app.playground.encode(null);
    expect(app.playground.asked).toEqual(parts);
    delete host.failures.encode_json;
    app.playground.given.workflow_id = 'order-1';
    await app.playground.encode(null);
    // An empty Namespace was not said; an empty type says that there is none.
    expect(host.requestsOf('encode_json').at(-1)).toEqual({ text: '1', encoding: 'json/plain', namespace: null, given: { workflow_id: 'order-1', activity_type: '' } });
    app.playground.forgetAsked();
    await app.playground.encode('orders');
    expect(host.requestsOf('encode_json').at(-1)).toEqual({ text: '1', encoding: 'json/plain', namespace: 'orders' });
  });

  test('a refusal is kept to be shown', async () => {
    host.failures.encode_json = { code: 'not_encoded', message: 'no key encodes', hint: 'Choose one.' };
    await app.playground.encode(null);
    expect(app.playground.error?.hint).toBe('Choose one.');
    expect(app.playground.busy).toBe(false);
  });
});
