//! Authenticated ciphers behind one function: a key of bytes, and `open(nonce, aad, sealed)`. Nothing is given out whose tag
//! does not match.

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::aead::{Aead, KeyInit, Nonce, Payload};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _, StreamCipher as _};
use hmac::{Hmac, Mac as _};
use poly1305::Poly1305;
use salsa20::XSalsa20;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::spec::CipherName;

/// A cipher with its key, expanded.
pub(crate) trait Open: Send + Sync {
    /// The plaintext, where nonce and tag are right.
    fn open(&self, nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>>;
}

/// The cipher with this key, for nonces of `nonce_bytes`. `None` where the lengths do not fit.
pub(crate) fn cipher(name: CipherName, nonce_bytes: usize, key: &[u8]) -> Option<Box<dyn Open>> {
    use aes_gcm::aes::{Aes128, Aes192, Aes256};
    match (name, nonce_bytes, key.len()) {
        (CipherName::AesGcm, 12, 16) => aead::<AesGcm<Aes128, U12>>(key),
        (CipherName::AesGcm, 12, 24) => aead::<AesGcm<Aes192, U12>>(key),
        (CipherName::AesGcm, 12, 32) => aead::<AesGcm<Aes256, U12>>(key),
        (CipherName::AesGcm, 16, 16) => aead::<AesGcm<Aes128, U16>>(key),
        (CipherName::AesGcm, 16, 24) => aead::<AesGcm<Aes192, U16>>(key),
        (CipherName::AesGcm, 16, 32) => aead::<AesGcm<Aes256, U16>>(key),
        (CipherName::Chacha20Poly1305, 12, _) => aead::<chacha20poly1305::ChaCha20Poly1305>(key),
        (CipherName::Xchacha20Poly1305, 24, _) => aead::<chacha20poly1305::XChaCha20Poly1305>(key),
        (CipherName::NaclSecretbox, 24, 32) => {
            Some(Box::new(SecretBox(Zeroizing::new(key.try_into().ok()?))))
        }
        (CipherName::Fernet, _, 32) => Some(Box::new(Fernet(Zeroizing::new(key.try_into().ok()?)))),
        _ => None,
    }
}

struct Sealed<C>(C);

fn aead<C: Aead + KeyInit + Send + Sync + 'static>(key: &[u8]) -> Option<Box<dyn Open>> {
    Some(Box::new(Sealed(C::new_from_slice(key).ok()?)))
}

impl<C: Aead + Send + Sync> Open for Sealed<C> {
    fn open(&self, nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let nonce = Nonce::<C>::try_from(nonce).ok()?;
        self.0.decrypt(&nonce, Payload { msg: sealed, aad }).ok()
    }
}

/// `tag(16) ‖ ciphertext`: Poly1305's key is the first 32 bytes of XSalsa20's stream, the message is under what follows
/// (source: NaCl crypto_secretbox_xsalsa20poly1305).
struct SecretBox(Zeroizing<[u8; 32]>);

impl Open for SecretBox {
    fn open(&self, nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let nonce: &[u8; 24] = nonce.try_into().ok()?;
        let (tag, ciphertext) = sealed.split_first_chunk::<16>()?;
        if !aad.is_empty() {
            return None;
        }
        let mut stream = XSalsa20::new((&*self.0).into(), nonce.into());
        let mut one_time = Zeroizing::new([0; 32]);
        stream.apply_keystream(&mut *one_time);
        let computed = Poly1305::new((&*one_time).into()).compute_unpadded(ciphertext);
        if !bool::from(computed.as_slice().ct_eq(tag)) {
            return None;
        }
        let mut plain = ciphertext.to_vec();
        stream.apply_keystream(&mut plain);
        Some(plain)
    }
}

/// `0x80 ‖ time(8) ‖ iv(16) ‖ AES-128-CBC ‖ HMAC-SHA-256(32)` as URL-safe base64; the key is `signing(16) ‖ encryption(16)`
/// (source: the Fernet specification). The time is not judged: Payloads are kept.
struct Fernet(Zeroizing<[u8; 32]>);

impl Open for Fernet {
    fn open(&self, _: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        // Every token starts so: the version's byte and a time before the year 2106.
        if !sealed.starts_with(b"gAAAA") || !aad.is_empty() {
            return None;
        }
        let token = temporal_payload::base64::decode(std::str::from_utf8(sealed).ok()?)?;
        let (signed, tag) = token.split_last_chunk::<32>()?;
        let (signing, encryption) = self.0.split_at(16);
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(signing).ok()?;
        mac.update(signed);
        mac.verify_slice(tag).ok()?;
        let (iv, ciphertext) = signed.get(9..)?.split_first_chunk::<16>()?;
        cbc::Decryptor::<aes::Aes128>::new_from_slices(encryption, iv)
            .ok()?
            .decrypt_padded_vec::<Pkcs7>(ciphertext)
            .ok()
    }
}
