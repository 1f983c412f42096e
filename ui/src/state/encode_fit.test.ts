// Which keys are offered to encode with.
import { expect, test } from 'vitest';
import { exampleKey, formatsView, profilesView } from '../testing/fake_views';
import { onlyDecodes, whyNotEncode } from './encode_fit';

const sample = formatsView().formats[0];
const formats = sample === undefined ? [] : [sample, { ...sample, name: 'tink', title: 'Tink', encodes: false }];
const rules = { ...profilesView().default, namespaces: ['orders'] };
const key = exampleKey('a');

test('a key encodes with its first format, and one without any with the default one', () => {
  expect(whyNotEncode(key, formats)).toBeNull();
  expect(whyNotEncode({ ...key, formats: ['tink', 'sdk-samples'] }, formats)).toBe('Tink only decodes');
  expect(whyNotEncode({ ...key, formats: ['sdk-samples', 'tink'] }, formats)).toBeNull();
  expect(onlyDecodes(['tink'], formats)).toBe('Tink only decodes');
});

test('a format that is not known yet refuses nothing', () => {
  expect(whyNotEncode({ ...key, formats: ['tink'] }, [])).toBeNull();
});

test('a key that is limited to Namespaces is not for the default profile', () => {
  const limited = { ...key, namespaces: ['orders'] };
  expect(whyNotEncode(limited, formats)).toBe('only for orders');
  expect(whyNotEncode(limited, formats, rules)).toBeNull();
});

test('a profile says itself what it cannot encode with', () => {
  expect(whyNotEncode({ ...key, retired: true }, formats)).toBe('retired');
  expect(whyNotEncode(key, formats, { ...rules, no_codec: true })).toContain('no codec');
  expect(whyNotEncode(key, formats, { ...rules, decode_keys: ['b'] })).toContain('to decode with');
  expect(whyNotEncode(key, formats, { ...rules, decode_keys: ['a'] })).toBeNull();
});
