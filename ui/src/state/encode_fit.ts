// Whether a key can encode: what the core would refuse anyway is not offered, and the reason is said beside it.
import type { FormatView } from '../bindings/FormatView';
import type { KeyView } from '../bindings/KeyView';
import type { ProfileView } from '../bindings/ProfileView';
import { DEFAULT_FORMAT } from './formats.svelte';

/** What of a profile decides; the default one has no patterns. */
type Rules = Pick<ProfileView, 'namespaces' | 'no_codec' | 'decode_keys'>;

/** Keys encode in the default profile unless another one is asked about. */
const DEFAULT: Rules = { namespaces: [], no_codec: false, decode_keys: null };

/** Why nothing can be encoded with a format; nothing while it is not known. */
function formatOnlyDecodes(name: string, formats: readonly FormatView[]): string | null {
  const format = formats.find((one) => one.name === name);
  return format?.encodes === false ? `${format.title} only decodes` : null;
}

/** Why a key of these formats encodes nowhere; the first of them would encode. */
export function onlyDecodes(keyFormats: readonly string[], formats: readonly FormatView[]): string | null {
  return formatOnlyDecodes(keyFormats[0] ?? DEFAULT_FORMAT, formats);
}

/**
 * Why a profile cannot encode with a key, in a few words; nothing where the core alone can tell, which looks again. Without
 * a profile the default one is meant.
 */
export function whyNotEncode(key: KeyView, formats: readonly FormatView[], rules: Rules = DEFAULT): string | null {
  if (key.retired) {
    return 'retired';
  }
  const reading = onlyDecodes(key.formats, formats);
  if (reading !== null) {
    return reading;
  }
  if (rules.no_codec) {
    return 'no codec in this profile';
  }
  if (rules.decode_keys !== null && !rules.decode_keys.includes(key.handle)) {
    return 'not among the profile’s keys to decode with';
  }
  return rules.namespaces.length === 0 && key.namespaces.length > 0 ? `only for ${key.namespaces.join(', ')}` : null;
}
