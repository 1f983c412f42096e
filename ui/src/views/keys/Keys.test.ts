// The keys on a fake host: what must never be got wrong on the way in.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { KeyView } from '../../bindings/KeyView';
import { keyName } from '../../lib/key_names';
import type { AppState } from '../../state/app.svelte';
import { exampleKey } from '../../testing/fake_views';
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

describe('a bundle', () => {
  const keys = [
    { ...exampleKey('key-1'), id: 'old-1', retired: true },
    { ...exampleKey('key-2'), id: 'prod-2026' },
    { ...exampleKey('key-3'), id: 'old-2', retired: true },
  ];
  const ticked = () => screen.getAllByTestId<HTMLInputElement>('export-key').map((box) => [box.closest('label')?.textContent?.trim().split(' ').slice(0, 2).join(' '), box.checked]);

  test('has the keys in use; the retired ones are below, said to be retired, and taken in all at once', async () => {
    const { app } = await openWindow((host) => {
      host.keys = { ...host.keys, keys };
    });
    app.navigation.exportKeys();
    const all = (await testid('export-retired')) as HTMLInputElement;
    const submit = await testid('export-submit');
    expect(ticked()).toEqual([['prod-2026 0011223344556677', true], ['old-1 (retired)', false], ['old-2 (retired)', false]]);
    expect(submit.textContent).toContain('Export 1 key');
    await fireEvent.click(all);
    expect(ticked().map(([, is]) => is)).toEqual([true, true, true]);
    expect(submit.textContent).toContain('Export 3 keys');
    await fireEvent.click(screen.getAllByTestId('export-key')[1] as HTMLElement);
    await waitFor(() => expect([all.checked, all.indeterminate]).toEqual([false, true]));
    await fireEvent.click(all);
    expect(submit.textContent).toContain('Export 3 keys');
    await fireEvent.click(all);
    expect(submit.textContent).toContain('Export 1 key');
  });
});

describe('keys with the same bytes', () => {
  test('name one another, and lead there out of a folded group', async () => {
    const { app } = await openWindow((host) => {
      host.keys = {
        ...host.keys,
        keys: [
          { ...exampleKey('key-1'), id: 'payments-2026', namespaces: ['payments'] },
          { ...exampleKey('key-2'), id: 'orders-2026' },
          { ...exampleKey('key-3'), id: 'other', fingerprint: 'ffeeddccbbaa9988' },
        ],
      };
    });
    app.navigation.go('keys');
    const row = (handle: string) => document.querySelector<HTMLElement>(`[data-key=${handle}]`);
    await waitFor(() => expect(row('key-2')).not.toBeNull());
    const said = (handle: string) => row(handle)?.querySelector('[data-testid=key-same]')?.textContent?.replace(/\s+/g, ' ').trim();
    expect([said('key-1'), said('key-2'), said('key-3')]).toEqual(['The same bytes as orders-2026', 'The same bytes as payments-2026', undefined]);
    const folds = screen.getAllByTestId('key-group-fold');
    await fireEvent.click(folds[1] as HTMLElement);
    expect(row('key-1')).toBeNull();
    await fireEvent.click(row('key-2')?.querySelector('[data-testid=key-same-as]') as HTMLElement);
    await waitFor(() => expect(document.activeElement).toBe(row('key-1')));
  });
});

describe('a key that was added', () => {
  const said = (app: AppState) => app.toasts.list.at(-1)?.text;

  test('is named, and said to encode where it is the one that does', async () => {
    const { app } = await openWindow();
    const add = async (id: string) => {
      app.navigation.importKey(id);
      const field = (await testid('key-material')) as HTMLInputElement;
      field.value = 'k'.repeat(32);
      await fireEvent.input(field);
      await testid('format-utf8');
      await fireEvent.click(await testid('import-submit'));
      await waitFor(() => expect(screen.queryByTestId('import-dialog')).toBeNull());
    };
    await add('payments-2026');
    expect(said(app)).toBe('Key payments-2026 added. It encodes from now on.');
    await add('payments-2027');
    expect(said(app)).toBe('Key payments-2027 added');
  });

  test('of a list is named where it encodes', async () => {
    const { app } = await openWindow();
    app.navigation.addKeys('list');
    ((await testid('list-text')) as HTMLTextAreaElement).value = 'a list';
    await fireEvent.click(await testid('list-read'));
    await testid('preview');
    await waitFor(async () => expect(((await testid('keep-keys')) as HTMLButtonElement).disabled).toBe(false));
    await fireEvent.click(await testid('keep-keys'));
    await waitFor(() => expect(screen.queryByTestId('import-dialog')).toBeNull());
    expect(said(app)).toBe(`Added 2 keys. ${keyName(app.keys.list[0] as KeyView)} encodes from now on.`);
  });

  const ways: [string, string, (app: AppState) => Promise<unknown>][] = [
    ['as a sample', 'Sample key added. It encodes from now on.', (app) => app.addSampleKey()],
    ['of a format', 'Public key added. It encodes from now on.', (app) => app.addDemoKey('posthog')],
    [
      'as a sample, in the dialog',
      'Sample key added. It encodes from now on.',
      async (app) => {
        app.navigation.addKeys('sample');
        await fireEvent.click(await testid('sample-submit'));
      },
    ],
    [
      'generated',
      'Generated a 256-bit key. It encodes from now on.',
      async (app) => {
        app.navigation.addKeys('generate');
        await fireEvent.click(await testid('generate-submit'));
        await testid('hand-over');
      },
    ],
    [
      'from a file',
      'Key payments-2026 added. It encodes from now on.',
      async (app) => {
        app.navigation.addKeys('file', 'payments-2026');
        await fireEvent.input(await testid('key-path'), { target: { value: '/home/you/key.bin' } });
        await fireEvent.click(await testid('import-submit'));
      },
    ],
  ];
  test.each(ways)('%s, it says so', async (_, words, way) => {
    const { app } = await openWindow();
    await way(app);
    await waitFor(() => expect(said(app)).toBe(words));
  });
});
