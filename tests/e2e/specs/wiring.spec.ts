// The Temporal CLI is connected in one click: the difference first, a proof, and the way back.
import { expect, freePort, test } from '../support/test';

test('a profile is connected, proved and taken back', async ({ window }) => {
  await window.open('server');
  const endpoint = await window.serve();
  const profiles = window.get('cli-profiles');
  await expect(profiles).toContainText('temporal.toml');
  await expect(window.get('cli-profile')).toContainText('No Codec Server');

  await window.get('cli-connect').click();
  const lines = window.get('cli-lines');
  await expect(lines).toContainText('[profile.default.codec]');
  await expect(lines).toContainText(`endpoint = "${endpoint}"`);
  await window.look('wiring-change');
  await window.get('cli-write').click();
  await expect(window.get('cli-proof')).toContainText('came back');
  await expect(window.get('cli-profile')).toContainText('Connected to this app');
  await window.look('wiring-connected');

  await window.get('cli-undo').click();
  await expect(lines).toContainText(`endpoint = "${endpoint}"`);
  await window.get('cli-write').click();
  await expect(window.get('cli-profile')).toContainText('No Codec Server');
  await expect(profiles).toContainText('not created yet');
});

test('a stopped server is said to be silent, with what to do', async ({ window }) => {
  await window.open('server');
  // Some other program may listen on the usual port.
  await window.get('port-input').fill(String(await freePort()));
  await window.get('port-save').click();
  await expect(window.get('port-save')).toBeDisabled();
  await window.get('cli-connect').click();
  await window.get('cli-write').click();
  await expect(window.get('cli-unproven')).toContainText('Start the Codec Server');
});
