//! A codec's wire format as data: which Payloads it wrote, how its key is made, cipher, nonce, AAD, body, framing.
//!
//! "Encoding plus key id" does not tell a format: the same label hides different layouts. A spec says what does, and
//! [`build`](crate::build) makes a codec of it. Only authenticated ciphers can be named, so that trying a spec on a Payload
//! that another codec wrote can fail and cannot mistake it.

pub(crate) mod check;

pub(crate) mod derivation;

pub(crate) mod field;

pub(crate) mod parts;

pub(crate) mod frame;

pub(crate) mod header;

pub(crate) mod layout;

pub(crate) mod restore;

mod summary;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cipher_name::CipherName;
use crate::compression_name::Compression;
use crate::context::ContextParts;
pub use derivation::{Derivation, HashName, Part, Rounds, Short};
pub use field::{BytesAs, Field};
pub use header::{HeaderPart, LengthAs};

/// The salt, in hex, of the gallery's formats that have one for each project: it stands for that.
pub(crate) const PLACEHOLDER_SALT: &str = "0123456789abcdef";

/// The JSON Schema of [`CodecSpec`], for editors and for those who say what is wrong with one.
pub const CODEC_SPEC_SCHEMA: &str = include_str!("../codec-spec.schema.json");

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
    /// How the key id's bytes are spelled there; without it, the value is the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id_as: Option<BytesAs>,
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
    /// Where the tag is. Without a word about it, it is written behind the ciphertext and read on either side of it: where it
    /// does not match on one, the other is tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<TagPlace>,
    /// Bytes in front of nonce and ciphertext, such as the version of a token. The tag does not cover them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub header: Vec<HeaderPart>,
    /// What the tag covers beside the ciphertext.
    #[serde(default)]
    pub aad: Aad,
    /// What is inside.
    #[serde(default)]
    pub body: Body,
    /// How the bytes are written into data.
    #[serde(default)]
    pub framing: Framing,
    /// How it was compressed before it was sealed. With cipher `none`, the only thing that was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<Compression>,
    /// Another layout that is only read, where this one does not fit: an earlier version, or a second cipher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Box<CodecSpec>>,
}

/// What `encoding` says on Payloads of one format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "encoding must be a text, a list of texts, {\"marker\": …}, or null"
)]
pub enum Encoding {
    /// This.
    One(String),
    /// Any of these; the first is written.
    AnyOf(Vec<String>),
    /// What it was before: other metadata says that the data is sealed.
    Marked(Marker),
    /// Nothing: the Payload has no metadata whatever.
    None,
}

impl Encoding {
    /// The one that is written; `None` where there is no metadata.
    pub fn written(&self) -> Option<&str> {
        match self {
            Encoding::One(encoding) => Some(encoding),
            Encoding::AnyOf(encodings) => encodings.first().map(String::as_str),
            Encoding::Marked(_) | Encoding::None => None,
        }
    }
}

/// Metadata that says that the data is sealed, where `encoding` does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marker {
    /// Its name.
    pub marker: String,
    /// Its value; without one, any, and `true` is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Where the nonce is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum NoncePlace {
    /// In front of the ciphertext: so many bytes. With [`Framing::Base64HashNonce`] behind the hash.
    Prefix(usize),
    /// Behind the ciphertext, and behind a tag there: so many bytes, the last ones.
    Suffix(usize),
    /// In metadata.
    Metadata(Field),
}

impl Default for NoncePlace {
    fn default() -> Self {
        NoncePlace::Prefix(12)
    }
}

/// Where the tag is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum TagPlace {
    /// Right before the ciphertext: behind a nonce that stands in front.
    Before,
    /// Behind the ciphertext.
    Behind,
    /// In front of all, of a nonce that stands there too: `tag ‖ nonce ‖ ciphertext`.
    First,
    /// Behind all, of a nonce that stands there too: `ciphertext ‖ nonce ‖ tag`.
    Last,
    /// In metadata.
    Metadata(Field),
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

impl Aad {
    /// Its pieces.
    pub(crate) fn parts(&self) -> &[Part] {
        match self {
            Aad::None => &[],
            Aad::Joined(parts) | Aad::LengthPrefixed(parts) => parts,
        }
    }

    /// What it takes of a Payload's context.
    pub(crate) fn bound_to(&self) -> ContextParts {
        self.parts().iter().filter_map(Part::of_context).collect()
    }
}

/// What is inside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Body {
    /// The whole Payload as protobuf. Where what opens is the JSON of one, that is read as well.
    #[default]
    Payload,
    /// The whole Payload as JSON: `{"metadata": {…}, "data": …}` with base64 values.
    Json,
    /// Its data and the value of every metadata entry, each sealed by itself and with a nonce of its own. Only read.
    Values,
    /// Only its data; metadata stays in the clear. What the format itself adds is taken away again.
    Data {
        /// The metadata that keeps the original encoding. Without one the encoding is lost, unless a marker leaves it as it was:
        /// what is JSON becomes `json/plain`, everything else `binary/plain`.
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
    /// URL-safe base64, padded. Read in any spelling.
    UrlSafeBase64,
    /// `base64(sealed)#base64(nonce)`.
    Base64HashNonce,
    /// Tink's prefix in front: the byte 1 and the number of the key in its keyset, four bytes, big end first. Only read: the
    /// number is the keyset's, and a key here has none.
    Tink,
}

impl CodecSpec {
    /// This format, and those that are read where it does not fit.
    pub fn versions(&self) -> impl Iterator<Item = &CodecSpec> {
        std::iter::successors(Some(self), |spec| spec.otherwise.as_deref())
    }

    /// What must be known of whose Payload it is: the parts of its context that the tag covers or the key is made of.
    pub fn bound_to(&self) -> ContextParts {
        self.versions()
            .map(CodecSpec::one_bound_to)
            .fold(ContextParts::NONE, ContextParts::and)
    }

    /// As [`bound_to`](CodecSpec::bound_to), of this layout alone.
    pub(crate) fn one_bound_to(&self) -> ContextParts {
        self.aad.bound_to().and(self.key.bound_to())
    }

    /// Whether Payloads say which key sealed them, in metadata or among their bytes.
    pub fn names_keys(&self) -> bool {
        self.key_id.is_some() || self.header.iter().any(HeaderPart::is_key_id)
    }

    /// Whether no secret is needed: the key comes from the key id alone, or there is none.
    pub fn takes_no_secret(&self) -> bool {
        self.cipher == CipherName::None || self.key.takes_no_secret()
    }

    /// Whether a wrong key, or a changed byte, cannot pass.
    pub fn authenticates(&self) -> bool {
        !matches!(self.cipher, CipherName::None | CipherName::AesCbc)
    }

    /// Whether the original encoding is lost: what was sealed can be anything.
    pub fn loses_encoding(&self) -> bool {
        let lost = matches!(
            self.body,
            Body::Data {
                original_encoding: None,
                ..
            }
        );
        lost && !matches!(self.encoding, Encoding::Marked(_))
    }

    /// Whether its salt is the gallery's, which stands for one that each project has for itself: with it, no key of a project opens
    /// anything, and nobody of the project could decode what it encodes.
    pub fn has_placeholder_salt(&self) -> bool {
        let is_placeholder =
            |part: &Part| matches!(part, Part::Hex(salt) if salt.as_str() == PLACEHOLDER_SALT);
        if let Derivation::Pbkdf2 { salt, .. } = &self.key {
            matches!(&salt[..], [part] if is_placeholder(part))
        } else {
            false
        }
    }

    /// Whether Payloads can be encoded so that they are hidden and come back as they were.
    pub fn encodes(&self) -> bool {
        let skips = |part: &HeaderPart| matches!(part, HeaderPart::Skip(_));
        let marks_whole =
            matches!(self.encoding, Encoding::Marked(_)) && !matches!(self.body, Body::Data { .. });
        self.authenticates()
            && self.framing != Framing::Tink
            && self.body != Body::Values
            && !self.header.iter().any(skips)
            && !self.key.is_only_read()
            && !self.has_placeholder_salt()
            && self.compression.is_none_or(Compression::is_written)
            && !self.loses_encoding()
            && !marks_whole
    }

    /// The nonce's length in bytes. Fernet's is its block cipher's.
    pub(crate) fn nonce_bytes(&self) -> usize {
        match (&self.nonce, self.cipher) {
            (_, CipherName::None) => 0,
            (_, CipherName::Fernet) => 16,
            (NoncePlace::Prefix(bytes) | NoncePlace::Suffix(bytes), _) => *bytes,
            (NoncePlace::Metadata(field), cipher) => field.bytes.unwrap_or(match cipher {
                CipherName::Xchacha20Poly1305 | CipherName::NaclSecretbox => 24,
                CipherName::AesCbc => 16,
                CipherName::AesGcm
                | CipherName::Chacha20Poly1305
                | CipherName::Fernet
                | CipherName::None => 12,
            }),
        }
    }

    /// Whether the tag may stand on either side: nothing says where it is, and the cipher does not either.
    pub(crate) fn reads_tag_on_either_side(&self) -> bool {
        let aead = matches!(
            self.cipher,
            CipherName::AesGcm | CipherName::Chacha20Poly1305 | CipherName::Xchacha20Poly1305
        );
        aead && self.tag.is_none() && self.framing != Framing::Tink
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
