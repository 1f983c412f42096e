// What must never be got wrong between a Payload and the screen.
import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { openWindow, testid } from '../../testing/opened_window';

describe('the inspector', () => {
  test('a number over 2^53 reaches the screen digit by digit', async () => {
    const { app } = await openWindow();
    await app.open(() => app.inspector.openText('{}'));
    expect((await testid('decoded-text')).textContent).toContain('9007199254740993');
    expect((await testid('verdict')).textContent).toContain('Decrypted with key prod-2026.');
  });

  test('a missing key leads to its import', async () => {
    const { app } = await openWindow((host) => {
      host.payload = {
        ...host.payload,
        row: { ...host.payload.row, outcome: 'failed' },
        verdict: 'Key "prod-2024" was not found.',
        error: { code: 'key_not_found', message: 'Key "prod-2024" was not found.', hint: 'Add the key.' },
        missing_key: 'prod-2024',
      };
    });
    await app.open(() => app.inspector.openText('{}'));
    await fireEvent.click(await testid('add-missing-key'));
    expect(((await testid('key-id')) as HTMLInputElement).value).toBe('prod-2024');
  });
});
