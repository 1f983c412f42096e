// The view that is shown, and its address.
import { flushSync } from 'svelte';
import { beforeEach, describe, expect, test } from 'vitest';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';

let app: AppState;

beforeEach(async () => {
  ({ app } = await startApp());
});

describe('navigation', () => {
  test('the view is in the address', () => {
    app.navigation.go('keys');
    expect(location.hash).toBe('#/keys');
    location.hash = '#/requests';
    window.dispatchEvent(new HashChangeEvent('hashchange'));
    flushSync();
    expect(app.navigation.view).toBe('requests');
  });
});
