//! The ciphers that are known, and what they are called.

use serde::{Deserialize, Serialize};

/// What seals: an authenticated cipher, but for the last two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CipherName {
    /// AES-GCM with a 16-byte tag; the key's length picks AES-128, 192 or 256.
    AesGcm,
    #[serde(rename = "chacha20-poly1305")]
    /// ChaCha20-Poly1305 (RFC 8439): 32-byte key, 12-byte nonce.
    Chacha20Poly1305,
    #[serde(rename = "xchacha20-poly1305")]
    /// XChaCha20-Poly1305: 32-byte key, 24-byte nonce.
    Xchacha20Poly1305,
    /// NaCl's secretbox: XSalsa20-Poly1305, 32-byte key, 24-byte nonce, the tag first.
    NaclSecretbox,
    /// Fernet tokens: AES-128-CBC under HMAC-SHA-256, URL-safe base64; 32-byte key.
    Fernet,
    /// AES-CBC with PKCS#7 padding and nothing that proves that it is unchanged (Spring Security's `Encryptors.standard`). Only
    /// read, and never tried unless a format names it: a wrong key may give bytes that look like data.
    AesCbc,
    /// No cipher: only base64 text, compression, or a signature that is not checked. It hides nothing, so nothing is encoded with it.
    None,
}

impl CipherName {
    /// The word for settings, records and the UI.
    pub fn as_str(self) -> &'static str {
        match self {
            CipherName::AesGcm => "aes-gcm",
            CipherName::Chacha20Poly1305 => "chacha20-poly1305",
            CipherName::Xchacha20Poly1305 => "xchacha20-poly1305",
            CipherName::NaclSecretbox => "nacl-secretbox",
            CipherName::Fernet => "fernet",
            CipherName::AesCbc => "aes-cbc",
            CipherName::None => "base64",
        }
    }
}
