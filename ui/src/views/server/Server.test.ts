// A way on from what keeps clients out: a port that is taken, an origin that is none.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { openWindow, testid } from '../../testing/opened_window';

describe('the server', () => {
  test('a port that is taken offers the next one', async () => {
    const { host, app } = await openWindow((host) => {
      host.server = {
        ...host.server,
        state: 'failed',
        started: null,
        listening: [],
        error: { code: 'port_in_use', message: 'port 8081 is taken', hint: 'Do this instead.', way_out: { type: 'use_port', port: 8082 } },
      };
    });
    app.navigation.go('server');
    await fireEvent.click(await testid('use-free-port'));
    expect(host.requestsOf('set_port')).toEqual([{ port: 8082 }]);
    await waitFor(() => expect(screen.getByTestId('server-state').textContent).toBe('Serving'));
  });

  test('an origin that is none is said at its field', async () => {
    const { app } = await openWindow((host) => {
      host.failures.add_origin = { code: 'invalid_origin', message: 'not an origin', hint: 'Write scheme://host.' };
    });
    app.navigation.go('server');
    const field = await testid('origin-input');
    await fireEvent.input(field, { target: { value: 'nonsense' } });
    await fireEvent.click(await testid('origin-add'));
    expect((await testid('origin-error')).textContent).toBe('Not an origin. Write scheme://host.');
  });

  test('a host for programs is added and taken away', async () => {
    const { host, app } = await openWindow();
    app.navigation.go('server');
    await fireEvent.input(await testid('program-host-input'), { target: { value: ' host.docker.internal ' } });
    await fireEvent.click(await testid('program-host-add'));
    expect((await testid('program-host')).textContent).toContain('host.docker.internal');
    expect(host.requestsOf('add_program_host')).toEqual([{ host: 'host.docker.internal' }]);
    await fireEvent.click(await testid('program-host-remove'));
    await waitFor(() => expect(screen.queryByTestId('program-host')).toBeNull());
  });
});
