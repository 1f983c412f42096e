// Encrypts Payloads as the SDK samples do, with Node's own cipher: what the product decodes was not made by it.
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';

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
export function encrypted(json: string, keyId: string, key: Buffer, nonce: Buffer = randomBytes(12)): JsonPayload {
  return sealedAs('binary/encrypted', sealedWith(json, key, nonce), { 'encryption-key-id': keyId });
}

/** As {@link encrypted}, for whoever knows this additional data. */
export function boundTo(context: string, json: string, keyId: string, key: Buffer, nonce: Buffer = randomBytes(12)): JsonPayload {
  const data = sealedWith(json, key, nonce, Buffer.from(context));
  return sealedAs('binary/encrypted', data, { 'encryption-key-id': keyId });
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

/** A Payload around bytes that were sealed in another way, under the label of the samples or another one. */
export function sealedAs(encoding: string, data: Buffer, metadata: Record<string, string> = {}): JsonPayload {
  const more = Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, base64(value)]));
  return { metadata: { encoding: base64(encoding), ...more }, data: base64(data) };
}

/** AES-GCM over the Payload's protobuf bytes with a nonce of any length in front. */
export function sealedWithNonce(json: string, key: Buffer, nonceLength: number): Buffer {
  return sealedWith(json, key, randomBytes(nonceLength));
}

function sealedWith(json: string, key: Buffer, nonce: Buffer, aad: Buffer = Buffer.alloc(0)): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-gcm` as 'aes-256-gcm', key, nonce).setAAD(aad);
  return Buffer.concat([nonce, cipher.update(proto(json)), cipher.final(), cipher.getAuthTag()]);
}

/** A Fernet token (its specification, version 0x80) over the Payload's protobuf bytes; `key` has 32 bytes. */
export function fernet(json: string, key: Buffer): Buffer {
  const iv = randomBytes(16);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)));
  const cipher = createCipheriv('aes-128-cbc', key.subarray(16), iv);
  const body = Buffer.concat([Buffer.from([0x80]), time, iv, cipher.update(proto(json)), cipher.final()]);
  const tag = createHmac('sha256', key.subarray(0, 16)).update(body).digest();
  const token = Buffer.concat([body, tag]).toString('base64');
  return Buffer.from(token.replaceAll('+', '-').replaceAll('/', '_'));
}
