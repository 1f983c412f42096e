// The keys, without their bytes: those travel inward only, and are never kept here.
import type { CopyFormat } from '../bindings/CopyFormat';
import type { ExportBundleRequest } from '../bindings/ExportBundleRequest';
import type { GenerateKeyRequest } from '../bindings/GenerateKeyRequest';
import type { ImportKeyFileRequest } from '../bindings/ImportKeyFileRequest';
import type { ImportKeyRequest } from '../bindings/ImportKeyRequest';
import type { KeyTextView } from '../bindings/KeyTextView';
import type { KeyLifetime } from '../bindings/KeyLifetime';
import type { KeyPlace } from '../bindings/KeyPlace';
import type { KeysView } from '../bindings/KeysView';
import type { KeyView } from '../bindings/KeyView';
import type { RenameKeyRequest } from '../bindings/RenameKeyRequest';
import type { ReplaceKeyRequest } from '../bindings/ReplaceKeyRequest';
import type { SetKeyUsageRequest } from '../bindings/SetKeyUsageRequest';
import type { WorkerSnippet } from '../bindings/WorkerSnippet';
import type { Host } from '../host/types';
import { isStale } from '../lib/revision';
import type { Change } from './settings.svelte';

function areAllInVault(keys: KeyView[]): boolean {
  return keys.some((key) => key.lifetime === 'vault') && keys.every((key) => key.lifetime !== 'keychain');
}

export class Keys {
  view = $state.raw<KeysView | null>(null);
  list: KeyView[] = $derived(this.view?.keys ?? []);
  /** Where a new key is kept unless something else is chosen: in what works, and where the others are. */
  lifetime: KeyLifetime = $derived(
    this.view?.keychain.vault?.open && (this.view.keychain.problem || areAllInVault(this.list)) ? 'vault' : 'keychain',
  );
  /** Whether a file vault with keys in it waits for its passphrase; an empty one is not asked about. */
  vaultClosed = $derived(this.view?.keychain.vault?.open === false && this.list.some((key) => key.lifetime === 'vault'));
  /** Whether no key can be used before the app is unlocked, or the passphrase of the file that all keys are in is entered. */
  shut = $derived((this.view?.locked ?? false) || (this.vaultClosed && areAllInVault(this.list) && this.list.every((key) => key.lifetime !== 'session')));
  /** Called after the keys changed, whoever changed them. */
  onchange: () => void = () => undefined;
  #host: Host;
  /** A key that was dropped on the window, on its way to the field that takes it; never kept longer. */
  #dropped: string | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  async load(): Promise<void> {
    const view = await this.#host.call('list_keys');
    if (!isStale(this.view, view)) {
      this.view = view;
    }
  }

  take(view: KeysView): void {
    if (isStale(this.view, view)) {
      return;
    }
    // The answer to our own command and the event that follows it say the same.
    const same = JSON.stringify({ ...this.view, revision: 0 }) === JSON.stringify({ ...view, revision: 0 });
    this.view = view;
    if (!same) {
      this.onchange();
    }
  }

  /** Keeps keys elsewhere from now on. */
  async move(handles: string[], to: KeyPlace): Promise<void> {
    this.take(await this.#host.call('move_keys', { handles, to }));
  }

  /** Forgets every key; with `forgetSessionKeys` also those that are nowhere else. */
  async lock(forgetSessionKeys: boolean): Promise<void> {
    this.take(await this.#host.call('lock', { forget_session_keys: forgetSessionKeys }));
  }

  async unlock(): Promise<void> {
    this.take(await this.#host.call('unlock'));
  }

  async addSample(lifetime: KeyLifetime = 'keychain'): Promise<void> {
    this.take(await this.#host.call('add_sample_key', { lifetime }));
  }

  /** Adds the key that a format's project publishes. */
  async addDemo(format: string, lifetime: KeyLifetime): Promise<void> {
    this.take(await this.#host.call('add_demo_key', { format, lifetime }));
  }

  /** Makes a key, and says its handle. */
  async generate(request: GenerateKeyRequest): Promise<string> {
    const { keys, handle } = await this.#host.call('generate_key', request);
    this.take(keys);
    return handle;
  }

  /** Puts the key that was just made on the clipboard, once; its bytes never come here. Says for how many seconds. */
  /** Whether a new key would be left before it was copied, and whether that was said. */
  leaving = $state<'no' | 'uncopied' | 'said'>('no');

  async copyGenerated(handle: string, format: CopyFormat): Promise<number> {
    return (await this.#host.call('copy_generated_key', { handle, format })).seconds;
  }

  async forgetGenerated(): Promise<void> {
    await this.#host.call('forget_generated_key');
  }

  snippets(id: string, format: CopyFormat): Promise<WorkerSnippet[]> {
    return this.#host.call('worker_snippets', { id, format });
  }

  async importText(request: ImportKeyRequest): Promise<void> {
    this.take(await this.#host.call('import_key', request));
  }

  /** Puts another key in the place of one, which is retired. */
  async replace(request: ReplaceKeyRequest): Promise<Change> {
    const view = await this.#host.call('replace_key', request);
    this.take(view);
    return view.change;
  }

  async importFile(request: ImportKeyFileRequest): Promise<void> {
    this.take(await this.#host.call('import_key_file', request));
  }

  /** What a text is that was given as one key: in every spelling, the likeliest first, or something else. */
  read(material: string): Promise<KeyTextView> {
    return this.#host.call('guess_key_format', { material });
  }

  async rename(request: RenameKeyRequest): Promise<void> {
    this.take(await this.#host.call('rename_key', request));
  }

  /** Removes a key; one that is in use only when that is said. */
  async remove(handle: string, evenIfUsed = false): Promise<void> {
    this.take(await this.#host.call('remove_key', { handle, even_if_used: evenIfUsed }));
  }

  async setUsage(request: SetKeyUsageRequest): Promise<void> {
    this.take(await this.#host.call('set_key_usage', request));
  }

  async retire(handle: string): Promise<void> {
    this.take(await this.#host.call('retire_key', { handle }));
  }

  async restore(handle: string): Promise<void> {
    this.take(await this.#host.call('restore_key', { handle }));
  }

  /** Chooses the key that a profile encodes with; the default one where none is named. */
  async encodeWith(handle: string | null, profile: string | null = null): Promise<Change> {
    const view = await this.#host.call('set_encode_key', { handle, profile });
    this.take(view);
    return view.change;
  }

  async exportBundle(request: ExportBundleRequest): Promise<void> {
    await this.#host.call('export_bundle', request);
  }

  async createVault(passphrase: string, although_weak: boolean): Promise<void> {
    this.take(await this.#host.call('create_vault', { passphrase, although_weak }));
  }

  async openVault(passphrase: string): Promise<void> {
    this.take(await this.#host.call('open_vault', { passphrase }));
  }

  drop(text: string): void {
    this.#dropped = text;
  }

  /** Gives what was dropped, once. */
  takeDropped(): string | null {
    const dropped = this.#dropped;
    this.#dropped = null;
    return dropped;
  }

  async retryKeychain(): Promise<void> {
    this.take(await this.#host.call('retry_keychain'));
  }
}
