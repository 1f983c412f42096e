// The keys, without their bytes: those travel inward only, and are never kept here.
import type { GenerateKeyRequest } from '../bindings/GenerateKeyRequest';
import type { ImportKeyFileRequest } from '../bindings/ImportKeyFileRequest';
import type { ImportKeyRequest } from '../bindings/ImportKeyRequest';
import type { KeyFormatGuess } from '../bindings/KeyFormatGuess';
import type { KeyLifetime } from '../bindings/KeyLifetime';
import type { KeyView } from '../bindings/KeyView';
import type { KeysView } from '../bindings/KeysView';
import type { RenameKeyRequest } from '../bindings/RenameKeyRequest';
import type { Host } from '../host/types';

export class Keys {
  view = $state.raw<KeysView | null>(null);
  list: KeyView[] = $derived(this.view?.keys ?? []);
  /** Called after the keys changed, whoever changed them. */
  onchange: () => void = () => undefined;
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async load(): Promise<void> {
    this.view = await this.#host.call('list_keys');
  }

  take(view: KeysView): void {
    // The answer to our own command and the event that follows it say the same.
    const same = JSON.stringify(this.view) === JSON.stringify(view);
    this.view = view;
    if (!same) {
      this.onchange();
    }
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

  async generate(request: GenerateKeyRequest): Promise<void> {
    this.take(await this.#host.call('generate_key', request));
  }

  async importText(request: ImportKeyRequest): Promise<void> {
    this.take(await this.#host.call('import_key', request));
  }

  async importFile(request: ImportKeyFileRequest): Promise<void> {
    this.take(await this.#host.call('import_key_file', request));
  }

  guess(material: string): Promise<KeyFormatGuess[]> {
    return this.#host.call('guess_key_format', { material });
  }

  async rename(request: RenameKeyRequest): Promise<void> {
    this.take(await this.#host.call('rename_key', request));
  }

  async remove(handle: string): Promise<void> {
    this.take(await this.#host.call('remove_key', { handle }));
  }

  async encodeWith(handle: string | null): Promise<void> {
    this.take(await this.#host.call('set_encode_key', { handle }));
  }

  async retryKeychain(): Promise<void> {
    this.take(await this.#host.call('retry_keychain'));
  }
}
