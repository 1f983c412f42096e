// A link of another program: it is offered, never obeyed.
import { plain } from '../support/payloads';
import { expect, test } from '../support/test';

test('a link is asked about, and opened only when that is agreed to', async ({ window }) => {
  await window.open('server');
  const { page, bridge } = window;
  const open = (link: string) => page.request.post(`${bridge.url}/desktop/link`, { data: link, headers: { 'content-type': 'text/plain' } });
  const payload = encodeURIComponent(JSON.stringify(plain('{"order":"ORD-1042","note":"right\u202eleft"}')));

  await open(`temporal-codec://inspect?payload=${payload}`);
  const dialog = page.getByTestId('link-dialog');
  await expect(dialog).toContainText('Inspect a Payload from a link?');
  await expect(page.getByTestId('link-beginning')).toContainText('"metadata"');
  // Enter alone must not open what came unasked.
  await expect(page.getByTestId('link-ignore')).toBeFocused();
  await window.look('link');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByTestId('view-server')).toBeVisible();

  await open(`temporal-codec://inspect?payload=${encodeURIComponent('{"first":1}')}`);
  await expect(dialog).toBeVisible();
  await open(`temporal-codec://inspect?payload=${payload}`);
  await expect(page.getByTestId('link-replaced')).toBeVisible();
  await page.getByTestId('link-inspect').click();
  await expect(page.getByTestId('decoded-text')).toContainText('ORD-1042');

  await open('temporal-codec://settings?port=1');
  await expect(page.getByTestId('toasts')).toContainText('asks for something other than');
  await window.look('link-refused');
});
