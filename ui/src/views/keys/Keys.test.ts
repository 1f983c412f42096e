// The keys on a fake host: what must never be got wrong on the way in.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { openWindow, testid } from '../../testing/opened_window';

describe('importing a key', () => {
  test('the text is in its field alone, and gone from it with the dialog', async () => {
    const { host, app } = await openWindow();
    app.navigation.importKey('prod-2024');
    const field = (await testid('key-material')) as HTMLInputElement;
    expect(field.type).toBe('password');
    expect(((await testid('key-id')) as HTMLInputElement).value).toBe('prod-2024');
    field.value = 'k'.repeat(32);
    await fireEvent.input(field);
    await testid('format-utf8');
    expect(document.documentElement.outerHTML).not.toContain('kkkk');
    await fireEvent.click(await testid('import-submit'));
    await waitFor(() => expect(screen.queryByTestId('import-dialog')).toBeNull());
    expect(field.value).toBe('');
    expect(host.requestsOf('import_key')).toEqual([
      { id: 'prod-2024', label: '', formats: [], namespaces: [], material: 'k'.repeat(32), format: 'utf8', lifetime: 'keychain' },
    ]);
  });

  test('closing it clears the field too', async () => {
    const { host, app } = await openWindow();
    app.navigation.importKey();
    const field = (await testid('key-material')) as HTMLInputElement;
    field.value = 'k'.repeat(32);
    await fireEvent.click(await testid('dialog-close'));
    expect(field.value).toBe('');
    expect(host.requestsOf('import_key')).toEqual([]);
  });

  test('what is no key is refused at the field', async () => {
    const { host, app } = await openWindow();
    app.navigation.importKey();
    const field = (await testid('key-material')) as HTMLInputElement;
    field.value = 'short';
    await fireEvent.input(field);
    await fireEvent.click(await testid('import-submit'));
    expect((await testid('material-error')).textContent).toContain('an AES key has 16, 24 or 32');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(host.requestsOf('import_key')).toEqual([]);
  });
});

describe('the keys', () => {
  test('a keychain that cannot be used is said, with a way out', async () => {
    const { host, app } = await openWindow((host) => {
      host.keys = {
        ...host.keys,
        keychain: {
          name: 'Secret Service',
          vault: null,
          problem: { code: 'keychain_unavailable', message: 'the keychain is locked', hint: 'Unlock it, then press Retry.' },
        },
      };
    });
    app.navigation.go('keys');
    const banner = await testid('keychain-problem');
    expect(banner.textContent).toContain('The keychain is locked.');
    expect(banner.textContent).toContain('Unlock it, then press Retry.');
    await fireEvent.click(await testid('keychain-retry'));
    await waitFor(() => expect(screen.queryByTestId('keychain-problem')).toBeNull());
    expect(host.requestsOf('retry_keychain')).toHaveLength(1);
  });

  test('removing one asks first, and says which', async () => {
    const { host, app } = await openWindow();
    await app.keys.addSample();
    app.navigation.go('keys');
    await fireEvent.click(await testid('key-menu'));
    await fireEvent.click(await testid('key-remove'));
    expect((await testid('remove-dialog')).textContent).toContain('0011223344556677');
    expect(host.requestsOf('remove_key')).toEqual([]);
    await fireEvent.click(await testid('remove-confirm'));
    await testid('keys-empty');
    expect(host.requestsOf('remove_key')).toEqual([{ handle: 'key-1', even_if_used: false }]);
  });

  test('one that is in use goes only when that is said twice', async () => {
    const { host, app } = await openWindow();
    await app.keys.addSample();
    host.failures.remove_key = { code: 'key_in_use', message: 'profile Default encodes with it', hint: 'Choose another key first.' };
    app.navigation.go('keys');
    await fireEvent.click(await testid('key-menu'));
    await fireEvent.click(await testid('key-remove'));
    await fireEvent.click(await testid('remove-confirm'));
    expect((await testid('remove-in-use')).textContent).toContain('Profile Default encodes with it.');
    expect(((await testid('remove-confirm')) as HTMLButtonElement).disabled).toBe(true);
    delete host.failures.remove_key;
    await fireEvent.click(await testid('remove-anyway'));
    await fireEvent.click(await testid('remove-confirm'));
    await testid('keys-empty');
    expect(host.requestsOf('remove_key').at(-1)).toEqual({ handle: 'key-1', even_if_used: true });
  });

  test('a command is run only when its words are shown, and whether the user agrees is not the page’s to say', async () => {
    const { host, app } = await openWindow();
    app.navigation.addKeys('command');
    const field = await testid('command');
    await fireEvent.input(field, { target: { value: 'op read key' } });
    await waitFor(async () => expect((await testid('command-words')).textContent).toContain('op'));
    const run = (await testid('command-run')) as HTMLButtonElement;
    await waitFor(() => expect(run.disabled).toBe(false));
    expect(run.textContent).toContain('Run command…');
    await fireEvent.input(field, { target: { value: 'op read other' } });
    expect(run.disabled).toBe(true);
    await waitFor(() => expect(run.disabled).toBe(false));
    await fireEvent.click(run);
    await testid('preview');
    expect(host.requestsOf('preview_keys')).toEqual([{ source: { type: 'command', command: 'op read other' } }]);
    await fireEvent.click(await testid('dialog-close'));
    await waitFor(() => expect(host.requestsOf('discard_keys_preview')).toEqual([{ token: 'preview-1' }]));
  });

  test('a pasted list is cleared with its field, and nothing of it is on the page', async () => {
    const { host, app } = await openWindow();
    app.navigation.addKeys('list');
    const field = (await testid('list-text')) as HTMLTextAreaElement;
    field.value = 'SECRET=kkkkkkkk';
    await fireEvent.click(await testid('list-read'));
    await testid('preview');
    expect(document.documentElement.outerHTML).not.toContain('kkkkkkkk');
    await fireEvent.click(await testid('keep-keys'));
    await waitFor(() => expect(screen.queryByTestId('import-dialog')).toBeNull());
    expect(field.value).toBe('');
    expect(host.requestsOf('import_keys')).toEqual([{ token: 'preview-1', choose: [0, 2], ids: [], replace: [], lifetime: 'keychain' }]);
  });
});
