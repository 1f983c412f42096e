// Encrypts Payloads as the SDK samples do, with Node's own cipher: what the product decodes was not made by it.
import { createCipheriv, randomBytes } from 'node:crypto';

export interface JsonPayload {
  metadata: Record<string, string>;
  data: string;
}

const base64 = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64');

/** A Payload with `json/plain` data, in proto3 JSON. */
export function plain(json: string): JsonPayload {
  return { metadata: { encoding: base64('json/plain') }, data: base64(json) };
}

/** The same Payload, sealed: nonce ‖ ciphertext ‖ tag around its protobuf bytes. */
export function encrypted(json: string, keyId: string, key: Buffer): JsonPayload {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(`aes-${key.length * 8}-gcm` as 'aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([nonce, cipher.update(proto(json)), cipher.final(), cipher.getAuthTag()]);
  return {
    metadata: { encoding: base64('binary/encrypted'), 'encryption-key-id': base64(keyId) },
    data: base64(sealed),
  };
}

export function payloads(...list: JsonPayload[]): string {
  return JSON.stringify({ payloads: list });
}

/** temporal.api.common.v1.Payload { map<string, bytes> metadata = 1; bytes data = 2; } */
function proto(json: string): Buffer {
  const entry = Buffer.concat([field(1, Buffer.from('encoding')), field(2, Buffer.from('json/plain'))]);
  return Buffer.concat([field(1, entry), field(2, Buffer.from(json))]);
}

function field(number: number, bytes: Buffer): Buffer {
  const header = [(number << 3) | 2];
  let length = bytes.length;
  while (length > 127) {
    header.push((length & 127) | 128);
    length >>>= 7;
  }
  header.push(length);
  return Buffer.concat([Buffer.from(header), bytes]);
}
