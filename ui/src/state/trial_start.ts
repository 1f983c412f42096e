// What a Payload is tried with in Formats at first: which format, which key, under which encoding.
import type { KeyView } from '../bindings/KeyView';
import type { NearestView } from '../bindings/NearestView';
import type { PayloadView } from '../bindings/PayloadView';
import { inUseFirst } from '../lib/key_names';
import type { FormatDraft } from './format_draft.svelte';
import { DEFAULT_FORMAT, type Formats } from './formats.svelte';

/** The metadata entry in which the SDKs' samples name a key. */
const KEY_ID = 'encryption-key-id';

/** The metadata entry by which formats are told apart. */
const ENCODING = 'encoding';

/**
 * A format of one's own for this Payload, which starts from what came nearest, or from the format of the key that the Payload names, or of
 * the first key.
 */
export function draftFor(payload: PayloadView, nearest: NearestView | null, list: readonly KeyView[], formats: Formats): FormatDraft | null {
  const metadata = (wanted: string) => payload.metadata.find(({ name }) => name === wanted)?.value;
  // A key that was retired and added again is here twice, and the one in use is the one to go on with.
  const keys = inUseFirst(list);
  const tried = keys.find((key) => key.handle === nearest?.key);
  const named = nearest ? keys.find((key) => key.id === tried?.id && key.fingerprint === tried.fingerprint) : keys.find((key) => key.id === metadata(KEY_ID));
  const key = named ?? keys[0];
  const name = nearest?.format ?? key?.formats[0] ?? DEFAULT_FORMAT;
  const format = formats.list.find((one) => one.name === name) ?? formats.current;
  if (format === null) {
    return null;
  }
  const draft = formats.startFrom(format, key?.handle ?? null);
  draft.payload = payload.payload_json;
  draft.spec = withEncoding(draft.spec, metadata(ENCODING));
  draft.given = Object.fromEntries(payload.context.flatMap(({ part, value }) => (value === null ? [] : [[part, value]])));
  return draft;
}

/** A spec for Payloads of this encoding: one that was found to come near would be refused for another project's name. */
function withEncoding(spec: string, encoding: string | undefined): string {
  if (encoding === undefined || !/^[\w.+-]+\/[\w.+-]+$/.test(encoding)) {
    return spec;
  }
  const ours = JSON.stringify(encoding);
  return spec.replace(/("encoding"\s*:\s*)("[^"\\]*"|\[[^\]]*\])/, (whole, name: string, theirs: string) => (theirs.includes(ours) ? whole : name + ours));
}
