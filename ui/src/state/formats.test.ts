// Formats, and the drafts of custom ones.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FakeHost } from '../testing/fake_host';
import { formatsView } from '../testing/fake_views';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  ({ host, app } = await startApp());
});
afterEach(() => vi.useRealTimers());

describe('formats', () => {
  const [sample] = formatsView().formats;

  test('are found by every word', () => {
    app.formats.filter = 'POST fernet';
    expect(app.formats.shown.map((format) => format.name)).toEqual(['posthog-fernet']);
    app.formats.filter = 'nothing';
    expect(app.formats.shown).toEqual([]);
  });

  test('a draft starts under a free name, outlives navigation, and is gone when it is saved', async () => {
    if (!sample) {
      throw new Error('the fake has no format');
    }
    const draft = app.formats.startFrom(sample, null);
    expect(app.formats.startFrom(sample, null).name).toBe('my-sdk-samples-2');
    app.formats.show('posthog-fernet');
    app.navigation.go('keys');
    expect(app.formats.drafts).toContain(draft);
    draft.spec = '{"encoding":"other"}';
    await app.formats.save(draft);
    expect(host.requestsOf('save_format')).toEqual([{ name: 'my-sdk-samples', previous: null, spec: '{"encoding":"other"}' }]);
    expect(app.formats.drafts).toHaveLength(1);
    expect(app.formats.current?.name).toBe('my-sdk-samples');
    expect(app.formats.edit(app.formats.current ?? sample, null).dirty).toBe(false);
  });

  test('a draft asks once the typing pauses, and tries only what is well-formed', async () => {
    vi.useFakeTimers();
    if (!sample) {
      throw new Error('the fake has no format');
    }
    const draft = app.formats.startFrom(sample, 'key-1');
    draft.payload = '{"data":""}';
    draft.touch();
    draft.spec = 'nonsense';
    draft.touch();
    await vi.advanceTimersByTimeAsync(299);
    expect(host.requestsOf('check_format')).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(host.requestsOf('check_format')).toEqual([{ spec: 'nonsense' }]);
    expect(draft.check?.error?.place?.line).toBe(1);
    expect(host.requestsOf('try_format')).toEqual([]);
    draft.spec = '{}';
    await draft.ask();
    expect(host.requestsOf('try_format')).toEqual([{ spec: '{}', key: 'key-1', payload: '{"data":""}', given: {} }]);
    expect(draft.trial?.stages.map((stage) => stage.outcome)).toEqual(['ok', 'failed', 'skipped']);
  });
});
