// From a format to a key that uses it.
import type { KeyView } from '../../bindings/KeyView';
import type { AppState } from '../../state/app.svelte';
import { DEFAULT_FORMAT } from '../../state/formats.svelte';

/** Opens what the key is for, with the format as what it encodes with; nothing changes before it is saved there. */
export function useWithKey({ navigation }: AppState, format: string, key: KeyView): void {
  // A key without a format has the default one, and goes on opening what it encoded.
  const own = key.formats.length === 0 ? [DEFAULT_FORMAT] : key.formats;
  const others = own.filter((name) => name !== format);
  navigation.begin({ view: 'keys', name: 'usage', key: { ...key, formats: [format, ...others] } });
}
