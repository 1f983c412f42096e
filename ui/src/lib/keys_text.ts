// Whether a text may hold keys rather than Payloads: what was copied for *Add keys* is easily pasted where documents are opened.

/** An encrypted bundle. */
const BUNDLE = /^-----BEGIN AGE ENCRYPTED FILE-----/;
/** What key lists, JWK and Tink keysets call a key's bytes, in JSON or YAML. */
const NAMED = /(?:^|[\s{,"'-])(?:material|kty|keyData)["']?\s*:/;
/** Entries of an id and a key, and keys by their ids. */
const LISTED = /(?:^|[\s{,"'-])id["']?\s*:[^{}[\]]*\bkey["']?\s*:/;
const KEYRING = /"keys"\s*:\s*\{/;
const KUBERNETES_SECRET = /^\s*["']?kind["']?\s*:\s*["']?Secret["']?\s*,?\s*$/m;
/** A line of a `.env` file that sets a variable. */
const VARIABLE = /^\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*=[^\s=]/m;

/** Characters that are looked at: every list shows by its first entries what it is. */
const LOOKED_AT = 16_384;

/** A guess, for what is no document; the core says whether it is so. */
export function mayBeKeys(text: string): boolean {
  const start = text.trimStart().slice(0, LOOKED_AT);
  return [BUNDLE, NAMED, LISTED, KEYRING, KUBERNETES_SECRET, VARIABLE].some((pattern) => pattern.test(start));
}
