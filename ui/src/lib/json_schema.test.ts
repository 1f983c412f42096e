// Completion and help of the spec editor, from the schema that the core judges specs with.
import { expect, test } from 'vitest';
import schema from '../../../crates/payload-codec/codec-spec.schema.json';
import { choices, contextAt, explain, type Schema } from './json_schema';

const root = schema as Schema;

/** What is offered where | stands. */
function offered(marked: string): string[] {
  const at = marked.indexOf('|');
  return choices(root, contextAt(marked.replace('|', ''), at, at)).map(({ text }) => text);
}

test('fields are offered that are not there yet, values as the schema lists them', () => {
  expect(offered('{|')).toContain('"encoding"');
  const rest = offered('{"encoding": "x", | "cipher": "aes-gcm"}');
  expect(rest).toContain('"nonce"');
  expect(rest).not.toContain('"cipher"');
  expect(offered('{"cipher": |')).toEqual(expect.arrayContaining(['"aes-gcm"', '"fernet"', '"none"']));
  expect(offered('{"nonce": |}')).toEqual(['{"prefix": 8}', '{"suffix": 8}', '{"metadata": ""}']);
  expect(offered('{"any_key": |')).toEqual(['true', 'false']);
  expect(offered('{"framing": |')).toEqual(expect.arrayContaining(['"tink"', '{"text_then_base64": ""}']));
});

test('what is there already decides which form is meant', () => {
  expect(offered('{"key": {"from": "pbkdf2", |}}')).toEqual(['"hash"', '"salt"', '"rounds"', '"bytes"']);
  expect(offered('{"key": {|}}')).toContain('"from"');
  expect(offered('{"key": {"from": |')).toEqual(expect.arrayContaining(['"secret"', '"scrypt"', '"x25519"']));
  expect(offered('{"aad": {"joined": ["key_id", |]}}')).toEqual(expect.arrayContaining(['"key_id"', '{"text": ""}']));
  expect(offered('{"key": {"from": "x25519", "public_key": {|')).toEqual(['"name"', '"as"', '"bytes"']);
  // A layout inside of a layout.
  expect(offered('{"otherwise": {"cipher": |')).toContain('"fernet"');
  // Nothing where JSON has nothing: behind a value, behind the end.
  expect(offered('{"cipher": "none" |')).toEqual([]);
  expect(offered('{} |')).toEqual([]);
});

test('a field says what it is and what may stand there', () => {
  const text = '{"cipher": "aes-gcm", "body": {"data": {"leave_empty": true}}}';
  const about = (word: string, isName: boolean) => {
    const from = text.indexOf(`"${word}"`);
    return explain(root, contextAt(text, from, from + word.length + 2), word, isName);
  };
  expect(about('cipher', true)).toMatch(/^What seals it\.[^]*Values: "aes-gcm"/);
  expect(about('aes-gcm', false)).toMatch(/^What seals it/);
  expect(about('leave_empty', true)).toContain('left as they are');
  expect(about('nothing', true)).toBeNull();
});
