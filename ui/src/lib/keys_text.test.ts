// A guess at what is no document: keys as people keep them, and values that only speak of keys.
import { describe, expect, test } from 'vitest';
import { mayBeKeys } from './keys_text';

describe('a text', () => {
  test.each([
    ['-----BEGIN AGE ENCRYPTED FILE-----\nYWdl'],
    ['[{"id": "a", "material": "c2Vj"}]'],
    ['{"kty":"oct","kid":"a","k":"c2Vj"}'],
    ['[{"id":"key0","key":"passphrase"}]'],
    ['- id: key0\n  key: passphrase\n'],
    ['{"active_key_id":"k2","keys":{"k1":"AAAA"}}'],
    ['{"primaryKeyId":3,"key":[{"keyData":{"value":"Gi"}}]}'],
    ['apiVersion: v1\nkind: Secret\ndata:\n  a: dGVz\n'],
    ['# ours\nexport TEMPORAL_KEY=03c3\n'],
  ])('may be keys: %s', (text) => {
    expect(mayBeKeys(text)).toBe(true);
  });

  test.each([['hello'], ['{"order": 7, "key": "blue"}'], ['{"keys": ["a", "b"]}'], ['kind: Deployment\n'], ['a == b'], ['dGVzdA==']])('is something else: %s', (text) => {
    expect(mayBeKeys(text)).toBe(false);
  });
});
