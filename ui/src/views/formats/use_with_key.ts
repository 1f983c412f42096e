// From a format to a key that uses it.
import type { KeyView } from '../../bindings/KeyView';
import type { AppState } from '../../state/app.svelte';

/** Opens what the key is for, with the format as what it encodes with; nothing changes before it is saved there. */
export function useWithKey({ navigation }: AppState, format: string, key: KeyView): void {
  const others = key.formats.filter((name) => name !== format);
  navigation.begin({ view: 'keys', name: 'usage', key: { ...key, formats: [format, ...others] } });
}
