// What must never be got wrong between a Payload and the screen.
import { fireEvent } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
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

  test('a data key that nobody unwraps leads to a command for the key that wraps it', async () => {
    const { app } = await openWindow((host) => {
      host.payload = {
        ...host.payload,
        row: { ...host.payload.row, outcome: 'failed' },
        verdict: 'The data key is not unwrapped.',
        error: { code: 'data_key_unavailable', message: 'The data key is not unwrapped.', hint: 'Unwrap it.' },
        wrapped_by: 'gcpkms://projects/p/key',
      };
    });
    await app.open(() => app.inspector.openText('{}'));
    await fireEvent.click(await testid('unwrap-data-keys'));
    expect(((await testid('wrapped-by')) as HTMLInputElement).value).toBe('gcpkms://*');
    expect(((await testid('wrapped-command')) as HTMLTextAreaElement).value).toContain('gcloud kms decrypt');
  });

  test('an id that is empty is known: the key is typed first', async () => {
    const { app } = await openWindow((host) => {
      host.payload = {
        ...host.payload,
        row: { ...host.payload.row, outcome: 'failed' },
        verdict: 'The key with the empty id was not found.',
        error: { code: 'key_not_found', message: 'The key with the empty id was not found.', hint: 'Add the key.' },
        missing_key: '',
      };
    });
    await app.open(() => app.inspector.openText('{}'));
    await fireEvent.click(await testid('add-missing-key'));
    expect((await testid('key-material')).hasAttribute('data-focus')).toBe(true);
    expect((await testid('key-id')).hasAttribute('data-focus')).toBe(false);
  });

  test('a format that no key uses leads from the encoding that is not read to itself', async () => {
    const { app } = await openWindow((host) => {
      host.payload = {
        ...host.payload,
        row: { ...host.payload.row, outcome: 'unsupported' },
        verdict: 'Encoding binary/ours: no format in use reads it.',
        unread: { formats: [{ name: 'abacus', title: 'Abacus' }] },
      };
    });
    await app.open(() => app.inspector.openText('{}'));
    expect((await testid('unread')).textContent).toContain('no key uses it');
    expect((await testid('which-key')).textContent).toContain('Which key opens this?');
    const go = vi.spyOn(app.navigation, 'go').mockImplementation(() => {});
    await fireEvent.click(await testid('unread-format'));
    expect(go).toHaveBeenCalledWith('formats');
    expect(app.formats.chosen).toBe('abacus');
  });

  test('what a document does not say of whose it is, is asked for once and goes along whenever it is decoded', async () => {
    const { app, host } = await openWindow((host) => {
      host.payload = {
        ...host.payload,
        row: { ...host.payload.row, outcome: 'failed' },
        verdict: 'The format needs the Namespace, which the Payload does not carry.',
        error: { code: 'context_missing', message: 'the format needs the Namespace', hint: 'Say it.' },
        context: [
          { part: 'namespace', title: 'Namespace', value: null, source: null },
          { part: 'workflow_id', title: 'Workflow id', value: 'order-1', source: 'history' },
        ],
      };
    });
    await app.open(() => app.inspector.openText('{}'));
    expect((await testid('context-known')).textContent).toContain('order-1');
    // What the history says is not asked for.
    expect(document.querySelector('[data-testid="context-workflow_id"]')).toBeNull();
    await fireEvent.input(await testid('context-namespace'), { target: { value: 'prod.a1b2c' } });
    await fireEvent.submit(await testid('context-form'));
    // What is written while it is decoded is not lost.
    const field = (await testid('context-namespace')) as HTMLInputElement;
    expect(app.inspector.busy).toBe(true);
    await fireEvent.input(field, { target: { value: 'staging' } });
    await vi.waitFor(() => expect(app.inspector.busy).toBe(false));
    expect(field.value).toBe('staging');
    const given = { namespace: 'prod.a1b2c' };
    await vi.waitFor(() => expect(host.requestsOf('refresh_document')).toMatchObject([{ document: 1, given }]));
    await app.inspector.refresh();
    expect(host.requestsOf('refresh_document')).toMatchObject([{ given }, { given }]);
  });
});
