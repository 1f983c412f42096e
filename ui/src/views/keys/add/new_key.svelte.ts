// What every way to a single key asks for: its names, what it is for, where it is kept. Never its bytes.
import type { KeyLifetime } from '../../../bindings/KeyLifetime';

export class NewKey {
  id = $state('');
  label = $state('');
  formats = $state.raw<string[]>([]);
  namespaces = $state.raw<string[]>([]);
  lifetime = $state<KeyLifetime>('keychain');

  constructor(id: string, lifetime: KeyLifetime) {
    this.id = id;
    this.lifetime = lifetime;
  }

  /** The part of a request that they all share. */
  get request() {
    const { id, label, formats, namespaces, lifetime } = this;
    return { id, label, formats, namespaces, lifetime };
  }
}
