//! A codec's wire format as data: which Payloads it wrote, how its key is made, cipher, nonce, AAD, body, framing.
//!
//! "Encoding plus key id" does not tell a format: the same label hides different layouts. A spec says what does, and
//! [`build`](crate::build) makes a codec of it. Only authenticated ciphers can be named, so that trying a spec on a Payload
//! that another codec wrote can fail and cannot mistake it.

use serde::{Deserialize, Serialize};

/// How an encryption codec writes Payloads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct CodecSpec {
    /// The exact value of `encoding` on what it wrote.
    pub encoding: String,
    /// Metadata that must be there, and not empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub require: Vec<String>,
    /// Metadata that must not be there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forbid: Vec<String>,
    /// The metadata that names the key; without one, every key of the codec is tried. A missing id is the empty one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// How the cipher's key is made.
    #[serde(default)]
    pub key: Derivation,
    /// What seals it.
    pub cipher: CipherName,
    /// Where the nonce is. Fernet has its own place for it.
    #[serde(default)]
    pub nonce: NoncePlace,
    /// What the tag covers beside the ciphertext.
    #[serde(default)]
    pub aad: Aad,
    /// What is inside.
    #[serde(default)]
    pub body: Body,
    /// How the bytes are written into data.
    #[serde(default)]
    pub framing: Framing,
}

/// How the cipher's key is made from the secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "from")]
pub enum Derivation {
    /// The secret is the key.
    #[default]
    Secret,
    /// The secret's first 32 bytes, zero bytes in front where it is shorter (PostHog).
    First32,
    /// SHA-256 of the key id: no secret at all (Temporal's orders reference app).
    Sha256OfId,
    /// The key id's own bytes (samples-java).
    Id,
    /// 32 bytes of HKDF-SHA-256 (RFC 5869) over the secret.
    HkdfSha256 {
        /// The salt; where it is empty, HKDF's default of 32 zero bytes.
        salt: Vec<Part>,
        /// The info.
        info: Vec<Part>,
    },
    /// A data key lies in metadata as base64 text of `nonce(24) ‖ secretbox`, and the key that wraps it stands in the key id
    /// itself, as URL-safe base64 after `base64key://` or `testing://` (Temporal Proxy without a key service).
    WrappedBesideIt {
        /// The metadata that holds the data key.
        metadata: String,
    },
}

/// A piece of salt, info or AAD.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Part {
    /// This text.
    Text(String),
    /// The key id.
    KeyId,
    /// A metadata value of the Payload; nothing where it is missing.
    Metadata(String),
}

/// An authenticated cipher.
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
        }
    }
}

/// Where the nonce is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum NoncePlace {
    /// In front of the ciphertext: so many bytes.
    Prefix(usize),
    /// In metadata, as base64 text in any of its spellings.
    Metadata(String),
}

impl Default for NoncePlace {
    fn default() -> Self {
        NoncePlace::Prefix(12)
    }
}

/// What the tag covers beside the ciphertext.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Aad {
    /// Nothing.
    #[default]
    None,
    /// These, one after the other.
    Joined(Vec<Part>),
    /// These, each after its length in four bytes, big end first.
    LengthPrefixed(Vec<Part>),
}

/// What is inside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Body {
    /// The whole Payload as protobuf.
    #[default]
    Payload,
    /// Only its data; metadata stays in the clear.
    Data {
        /// The metadata that keeps the original encoding.
        original_encoding: String,
        /// Metadata that the codec added, and that goes with it.
        remove: Vec<String>,
    },
}

/// How sealed bytes are written into data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Framing {
    /// As they are.
    #[default]
    None,
    /// This text, then base64.
    TextThenBase64(String),
    /// `base64(sealed)#base64(nonce)`.
    Base64HashNonce,
}
