//! A codec's wire format as data: which Payloads it wrote, how its key is made, cipher, nonce, AAD, body, framing.
//!
//! "Encoding plus key id" does not tell a format: the same label hides different layouts. A spec says what does, and
//! [`build`](crate::build) makes a codec of it. Only authenticated ciphers can be named, so that trying a spec on a Payload
//! that another codec wrote can fail and cannot mistake it.

pub(crate) mod check;

pub(crate) mod parts;

pub(crate) mod frame;

pub(crate) mod layout;

pub(crate) mod restore;

mod summary;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How an encryption codec writes Payloads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct CodecSpec {
    /// The exact value of `encoding` on what it wrote: text, a list of texts of which the first is written, or null for a
    /// codec that writes no metadata at all.
    pub encoding: Encoding,
    /// Metadata that must be there, and not empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub require: Vec<String>,
    /// Metadata that must not be there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forbid: Vec<String>,
    /// The metadata that names the key; without one, every key of the codec is tried. A missing id is the empty one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// Whether the writer ignores the key id that it writes, so that every key is tried whatever a Payload names.
    #[serde(default, skip_serializing_if = "is_false")]
    pub any_key: bool,
    /// Metadata that is written beside the key id and the nonce, always with these values, in the clear.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub write: BTreeMap<String, String>,
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

/// What `encoding` says on Payloads of one format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "encoding must be a text, a list of texts, or null"
)]
pub enum Encoding {
    /// This.
    One(String),
    /// Any of these; the first is written.
    AnyOf(Vec<String>),
    /// Nothing: the Payload has no metadata whatever.
    None,
}

impl Encoding {
    /// The one that is written; `None` where there is no metadata.
    pub fn written(&self) -> Option<&str> {
        match self {
            Encoding::One(encoding) => Some(encoding),
            Encoding::AnyOf(encodings) => encodings.first().map(String::as_str),
            Encoding::None => None,
        }
    }
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
    /// No cipher: only base64 text. It hides nothing, so nothing is encoded with it.
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
            CipherName::None => "base64",
        }
    }
}

/// Where the nonce is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum NoncePlace {
    /// In front of the ciphertext: so many bytes. With [`Framing::Base64HashNonce`] behind the hash.
    Prefix(usize),
    /// In metadata, as base64 text: read in any of its spellings, written URL-safe and padded.
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
    /// Only its data; metadata stays in the clear. What the format itself adds is taken away again.
    Data {
        /// The metadata that keeps the original encoding. Without one the encoding is lost: what is JSON becomes
        /// `json/plain`, everything else `binary/plain`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        original_encoding: Option<String>,
        /// More metadata that the codec added, and that goes with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remove: Vec<String>,
        /// Whether Payloads without data, and `binary/null`, are left as they are.
        #[serde(default, skip_serializing_if = "is_false")]
        leave_empty: bool,
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
    /// Tink's prefix in front: the byte 1 and the number of the key in its keyset, four bytes, big end first. Only read: the
    /// number is the keyset's, and a key here has none.
    Tink,
}

impl CodecSpec {
    /// Whether no secret is needed: the key comes from the key id alone, or there is none.
    pub fn takes_no_secret(&self) -> bool {
        self.cipher == CipherName::None
            || matches!(
                self.key,
                Derivation::Sha256OfId | Derivation::Id | Derivation::WrappedBesideIt { .. }
            )
    }

    /// Whether Payloads can be encoded so that they are hidden and come back as they were.
    pub fn encodes(&self) -> bool {
        let wrapped = matches!(self.key, Derivation::WrappedBesideIt { .. });
        let lossy = matches!(
            self.body,
            Body::Data {
                original_encoding: None,
                ..
            }
        );
        self.cipher != CipherName::None && self.framing != Framing::Tink && !wrapped && !lossy
    }

    /// The nonce's length in bytes. Fernet's is its block cipher's.
    pub(crate) fn nonce_bytes(&self) -> usize {
        match (&self.nonce, self.cipher) {
            (_, CipherName::None) => 0,
            (_, CipherName::Fernet) => 16,
            (NoncePlace::Prefix(bytes), _) => *bytes,
            (
                NoncePlace::Metadata(_),
                CipherName::Xchacha20Poly1305 | CipherName::NaclSecretbox,
            ) => 24,
            (NoncePlace::Metadata(_), CipherName::AesGcm | CipherName::Chacha20Poly1305) => 12,
        }
    }
}

/// What serde asks, to leave out a setting that is off.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(setting: &bool) -> bool {
    !*setting
}
