// What became of the settings file is said.
import { describe, expect, test } from 'vitest';
import { openWindow, testid } from '../../testing/opened_window';

describe('the settings', () => {
  test('a settings file that was set aside is said', async () => {
    const { app } = await openWindow((host) => {
      host.settings.notice = { code: 'file', message: 'the settings file was broken', hint: 'It is kept.' };
    });
    app.navigation.go('settings');
    expect((await testid('settings-notice')).textContent).toContain('The settings file was broken.');
  });
});
