// Makes oracle-key-sealed.json: envelopes as @eropple/key-sealed-envelope lays them out, by Node's WebCrypto, which is what that library
// seals with. Keys and nonces are new each time.
//
//   node key_sealed.mjs > ../oracle-key-sealed.json
//
// An envelope is JSON: {kid, cek: {recipient: base64}, payload: base64(nonce(12) ‖ ciphertext ‖ tag(16)), signature, ctx}.

import { webcrypto } from 'node:crypto';

const { subtle } = webcrypto;
const CONTEXT = '@eropple/key-sealed-envelope/v1';
const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const random = (n) => webcrypto.getRandomValues(new Uint8Array(n));
const joined = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

/** A Payload of two fields: its metadata's one entry, and data. */
function proto(encoding, data) {
  const field = (number, bytes) => {
    const length = [];
    for (let left = bytes.length; ; left >>= 7) {
      if (left < 128) {
        length.push(left);
        break;
      }
      length.push((left & 127) | 128);
    }
    return joined([(number << 3) | 2], length, bytes);
  };
  const entry = joined(field(1, Buffer.from('encoding')), field(2, Buffer.from(encoding)));
  return data.length === 0 ? field(1, entry) : joined(field(1, entry), field(2, data));
}

const FAMILIES = {
  'RSA-OAEP': {
    encryption: [{ name: 'RSA-OAEP', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, ['encrypt', 'decrypt']],
    signing: [{ name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, ['sign', 'verify']],
    sign: { name: 'RSA-PSS', saltLength: 32 },
    wrap: (cek, recipient) => subtle.encrypt({ name: 'RSA-OAEP' }, recipient.publicKey, cek),
  },
  'ECDH P-256': {
    encryption: [{ name: 'ECDH', namedCurve: 'P-256' }, ['deriveKey']],
    signing: [{ name: 'ECDSA', namedCurve: 'P-256' }, ['sign', 'verify']],
    sign: { name: 'ECDSA', hash: 'SHA-256' },
    // point(65) ‖ nonce(12) ‖ ciphertext(32) ‖ tag(16)
    async wrap(cek, recipient) {
      const once = await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveKey']);
      const shared = await subtle.deriveKey({ name: 'ECDH', public: recipient.publicKey }, once.privateKey, { name: 'AES-GCM', length: 256 }, true, ['encrypt']);
      const iv = random(12);
      return joined(await subtle.exportKey('raw', once.publicKey), iv, await subtle.encrypt({ name: 'AES-GCM', iv }, shared, cek));
    },
  },
};

async function sealed(name, encoding, data) {
  const family = FAMILIES[name];
  const recipients = {};
  for (const kid of ['client-encrypter', 'worker-encrypter']) {
    recipients[kid] = await subtle.generateKey(family.encryption[0], true, family.encryption[1]);
  }
  const signer = await subtle.generateKey(family.signing[0], true, family.signing[1]);
  const [cek, iv] = [random(32), random(12)];
  const key = await subtle.importKey('raw', cek, 'AES-GCM', false, ['encrypt']);
  const payload = joined(iv, await subtle.encrypt({ name: 'AES-GCM', iv }, key, proto(encoding, data)));
  const wrapped = {};
  for (const [kid, recipient] of Object.entries(recipients)) {
    wrapped[kid] = base64(await family.wrap(cek, recipient));
  }
  // Its canonical JSON, as it has none but plain names.
  const signed = `{"cek":{${Object.keys(wrapped).sort().map((kid) => `"${kid}":"${wrapped[kid]}"`).join(',')}},"kid":"client-signer","payload":"${base64(payload)}"}`;
  const envelope = {
    kid: 'client-signer',
    cek: wrapped,
    payload: base64(payload),
    signature: base64(await subtle.sign(family.sign, signer.privateKey, Buffer.from(signed))),
    ctx: base64(await subtle.digest('SHA-256', joined(Buffer.from(CONTEXT), payload))),
  };
  const jwk = async (pair, kid) => ({ ...(await subtle.exportKey('jwk', pair.privateKey)), kid });
  const pem = base64(await subtle.exportKey('pkcs8', recipients['worker-encrypter'].privateKey)).replace(/(.{64})/g, '$1\n').trim();
  return {
    name: `${name}, ${data.length} bytes`,
    recipient: 'worker-encrypter',
    recipient_pem: `-----BEGIN PRIVATE KEY-----\n${pem}\n-----END PRIVATE KEY-----\n`,
    recipient_jwk: await jwk(recipients['worker-encrypter'], 'worker-encrypter'),
    sender_jwk: { ...(await subtle.exportKey('jwk', signer.publicKey)), kid: 'client-signer' },
    data_key: base64(cek),
    encoded: { metadata: { encoding: base64(Buffer.from('binary/key-sealed-envelope')) }, data: base64(Buffer.from(JSON.stringify(envelope))) },
    decoded: { metadata: { encoding: base64(Buffer.from(encoding)) }, ...(data.length > 0 && { data: base64(data) }) },
  };
}

const vectors = [];
for (const name of Object.keys(FAMILIES)) {
  vectors.push(await sealed(name, 'json/plain', Buffer.from('{"order":"42","total":"199.90 €"}')));
  vectors.push(await sealed(name, 'binary/null', Buffer.alloc(0)));
  vectors.push(await sealed(name, 'binary/plain', Buffer.from(random(3000))));
}
const description = 'Key-sealed envelopes of @eropple/temporal-payload-codec: the data key is wrapped once for each recipient, by RSA-OAEP (SHA-256) or by ECDH on P-256 with a key used once.';
process.stdout.write(`${JSON.stringify({ description, vectors }, null, 1)}\n`);
