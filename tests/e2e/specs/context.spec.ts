// A format that binds Payloads to their Namespace, Workflow and Activity: the window asks for what a document does not say, once.
import { boundTo, type JsonPayload } from '../support/payloads';
import { expect, test, type Window } from '../support/test';

const KEY = Buffer.alloc(32, 7);
const SPEC = JSON.stringify({
  encoding: 'binary/encrypted',
  key_id: 'encryption-key-id',
  cipher: 'aes-gcm',
  aad: { joined: ['namespace', { hex: '00' }, 'workflow_id'] },
});

const sealed = (json: string, workflow = 'order-1') => boundTo(`prod.a1b2c\0${workflow}`, json, 'k1', KEY);

/** A key with that format. */
async function addKey({ bridge }: Window): Promise<void> {
  const call = (command: string, request: object) =>
    fetch(`${bridge.url}/ipc/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: bridge.url },
      body: JSON.stringify(request),
    });
  expect((await call('save_format', { name: 'bound', previous: null, spec: SPEC })).ok).toBe(true);
  const key = { id: 'k1', label: '', material: KEY.toString('base64'), format: 'base64', lifetime: 'keychain' };
  expect((await call('import_key', { ...key, formats: ['bound'], namespaces: [] })).ok).toBe(true);
}

const input = (payload: JsonPayload) => ({ input: { payloads: [payload] } });
const HISTORY = JSON.stringify({
  events: [
    {
      eventId: '1',
      eventTime: '2026-01-15T11:00:00Z',
      eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
      workflowExecutionStartedEventAttributes: { workflowType: { name: 'Order' }, workflowId: 'order-1', ...input(sealed('"started"')) },
    },
    {
      eventId: '5',
      eventTime: '2026-01-15T11:00:01Z',
      eventType: 'EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED',
      startChildWorkflowExecutionInitiatedEventAttributes: {
        namespace: 'prod.a1b2c',
        workflowId: 'ship-7',
        workflowType: { name: 'Ship' },
        ...input(sealed('"ship"', 'ship-7')),
      },
    },
  ],
});

test('a history is asked for its Namespace, and Enter opens all of it', async ({ window, page }) => {
  await addKey(window);
  await window.open('inspector');
  await window.paste(HISTORY);
  await expect(window.get('verdict')).toContainText('needs the Namespace');
  await expect(window.get('context-known')).toContainText('Workflow id order-1 from the history');
  await expect(window.get('context-workflow_id')).toBeHidden();
  await window.look('context-asks');
  await window.get('context-namespace').fill('prod.a1b2c');
  await page.keyboard.press('Enter');
  await expect(window.get('verdict')).toContainText('Decrypted with key k1');
  await expect(window.get('context-known')).toContainText('Namespace prod.a1b2c as you said');
  await window.look('context-known');
  // It is remembered for the document when it is decoded again.
  await window.get('context-change').click();
  await expect(window.get('context-namespace')).toBeFocused();
  await window.get('context-namespace').fill('staging');
  await page.keyboard.press('Enter');
  await expect(window.get('verdict')).toContainText('does not open it in this format with this Namespace and Workflow id');
  await window.get('context-namespace').fill('prod.a1b2c');
  await window.get('context-apply').click();
  await expect(window.get('verdict')).toContainText('Decrypted with key k1');
});

test('a pasted Payload is asked for all of it', async ({ window, page }) => {
  await addKey(window);
  await window.open('inspector');
  await window.paste(JSON.stringify(sealed('"alone"')));
  await expect(window.get('verdict')).toContainText('needs the Namespace and Workflow id');
  await window.get('context-namespace').fill('prod.a1b2c');
  await window.get('context-workflow_id').fill('order-2');
  await page.keyboard.press('Enter');
  await expect(window.get('verdict')).toContainText('with this Namespace and Workflow id: another context');
  await expect(window.get('context-apply')).toBeEnabled();
  await window.get('context-workflow_id').fill('order-1');
  await page.keyboard.press('Enter');
  await expect(window.get('decoded-text')).toContainText('"alone"');
});

test('Encode asks whose the Payload will be, and what it makes opens for that alone', async ({ window, page }) => {
  await addKey(window);
  await window.open('inspector');
  await window.get('inspector-mode-encode').click({ force: true });
  await window.get('encode-input').getByRole('textbox').fill('{"charge":42}');
  await window.get('encode-run').click();
  await expect(window.get('encode-error')).toContainText('Say whose Payload it will be');
  await expect(window.get('encode-namespace')).toBeFocused();
  await window.look('encode-asks');
  await window.get('encode-namespace').fill('prod.a1b2c');
  await window.get('encode-workflow_id').fill('order-9');
  await page.keyboard.press('Enter');
  await expect(window.get('encode-layers')).toContainText('encrypted · k1');
  await window.look('encode-bound');
  await window.get('encode-back').click();
  await window.get('context-namespace').fill('prod.a1b2c');
  await window.get('context-workflow_id').fill('order-1');
  await page.keyboard.press('Enter');
  await expect(window.get('verdict')).toContainText('another context');
  await expect(window.get('context-apply')).toBeEnabled();
  await window.get('context-workflow_id').fill('order-9');
  await page.keyboard.press('Enter');
  await expect(window.get('decoded-text')).toContainText('42');
});
