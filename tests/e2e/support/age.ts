// An age key pair (X25519, as the age specification writes it): Bech32 text around keys that Node made.
import { generateKeyPairSync } from 'node:crypto';

export interface AgeKeyPair {
  /** `age1…`, to encrypt to. */
  recipient: string;
  /** `AGE-SECRET-KEY-1…`, to decrypt with. */
  identity: string;
}

export function ageKeyPair(): AgeKeyPair {
  const { privateKey } = generateKeyPairSync('x25519');
  const { d, x } = privateKey.export({ format: 'jwk' });
  const raw = (text: string | undefined) => Buffer.from(text ?? '', 'base64url');
  return { recipient: bech32('age', raw(x)), identity: bech32('age-secret-key-', raw(d)).toUpperCase() };
}

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/** BIP 173, without its limit of 90 characters. */
function bech32(prefix: string, bytes: Buffer): string {
  const words = inFives(bytes);
  const expanded = [...[...prefix].map((c) => c.charCodeAt(0) >> 5), 0, ...[...prefix].map((c) => c.charCodeAt(0) & 31)];
  const sum = polymod([...expanded, ...words, 0, 0, 0, 0, 0, 0]) ^ 1;
  const checksum = [0, 1, 2, 3, 4, 5].map((at) => (sum >>> (5 * (5 - at))) & 31);
  return `${prefix}1${[...words, ...checksum].map((word) => ALPHABET[word]).join('')}`;
}

function inFives(bytes: Buffer): number[] {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => parseInt(five.padEnd(5, '0'), 2));
}

function polymod(values: number[]): number {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    generator.forEach((part, at) => (sum ^= (top >>> at) & 1 ? part : 0));
  }
  return sum >>> 0;
}
