// From a format to a key that uses it.
import type { KeyView } from '../../bindings/KeyView';
import type { AppState } from '../../state/app.svelte';
import { DEFAULT_FORMAT } from '../../state/formats.svelte';

/** Opens what the key is for, with the format added to what it opens; it encodes as before unless that is chosen there. */
export function useWithKey({ navigation }: AppState, format: string, key: KeyView): void {
  // A key without a format has the default one, and goes on opening what it encoded.
  const own = key.formats.length === 0 ? [DEFAULT_FORMAT] : key.formats;
  navigation.begin({ view: 'keys', name: 'usage', key: { ...key, formats: [...own.filter((name) => name !== format), format] } });
}
