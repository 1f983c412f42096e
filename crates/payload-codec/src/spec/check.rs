//! Whether a codec can be made of a spec: what its cipher takes, and that no two things are kept in one place.

use temporal_payload::shown_name;

use crate::cipher_name::CipherName;
use crate::primitives::cipher::Cipher;
use crate::primitives::hex;
use crate::spec::derivation::{MAX_ROUNDS, scrypt_params};
use crate::spec::header::least_bytes;
use crate::spec::{
    Aad, Body, CodecSpec, Derivation, Encoding, Field, Framing, HeaderPart, Marker, NoncePlace,
    Part, Rounds, TagPlace,
};

/// A spec that no codec can be made of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSpec {
    /// The cipher takes nonces of another length.
    #[error("the cipher {} does not take a nonce of {bytes} bytes", cipher.as_str())]
    NonceLength {
        /// The cipher.
        cipher: CipherName,
        /// The length that the spec names, in bytes.
        bytes: usize,
    },
    /// The key is made from the key id, and the spec says nowhere to find one.
    #[error("the key is derived from the key id, but the spec names no metadata for it")]
    NoKeyId,
    /// The cipher authenticates nothing beside the ciphertext.
    #[error("the cipher {} does not support additional authenticated data", cipher.as_str())]
    NoAad {
        /// The cipher.
        cipher: CipherName,
    },
    /// No encoding, or an empty one: it would claim what nobody sealed.
    #[error("\"encoding\" names no encoding")]
    NoEncoding,
    /// Two things under one name of metadata.
    #[error("metadata \"{}\" is used twice", shown_name(name))]
    NameTwice {
        /// The name.
        name: String,
    },
    /// The format writes no metadata, and keeps something there.
    #[error("a Payload without metadata has no place for \"{}\"", shown_name(name))]
    NoMetadata {
        /// What should be there.
        name: String,
    },
    /// The framing holds the nonce already, or the cipher does.
    #[error("the nonce is in two places")]
    NonceTwice,
    /// It names a tag, and the cipher has none of its own or a place for it.
    #[error("the cipher {} does not have a tag that could be placed", cipher.as_str())]
    NoTag {
        /// The cipher.
        cipher: CipherName,
    },
    /// A header that cannot be read.
    #[error("\"header\" is not hex digits, or longer than 256 bytes")]
    BadHeader,
    /// The key's id is in metadata and among the bytes, or takes no byte there.
    #[error("the key id is in two places, or takes no byte in \"header\"")]
    KeyIdTwice,
    /// Bytes that are spelled as hex, and are not.
    #[error("\"hex\" is not pairs of hex digits")]
    BadHex,
    /// A key of a length that no cipher takes.
    #[error("no cipher takes a key of {bytes} bytes")]
    KeyLength {
        /// The length that the spec names, in bytes.
        bytes: usize,
    },
    /// The costs of a password's derivation are none.
    #[error("the costs of the key’s derivation are out of bounds")]
    BadCosts,
    /// The secret, or what stands for the key, where it must not be.
    #[error("\"secret\" is only used in \"joined\", and \"crc_of_key\" only in \"aad\"")]
    MisplacedPart,
    /// The tag is known last, so nothing can depend on it.
    #[error(
        "neither the key nor the additional data can depend on the metadata that holds the tag"
    )]
    TagCovered,
    /// Too many layouts, one behind the other.
    #[error("there are more than {MAX_VERSIONS} layouts in one format")]
    TooManyVersions,
    /// Without a cipher, only base64 text shows whose a Payload is.
    #[error(
        "without a cipher, the framing must be \"text_then_base64\", or there must be compression or a header"
    )]
    NotText,
}

impl BadSpec {
    /// The field of the spec that it is about, where that is one.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            BadSpec::NonceLength { .. } | BadSpec::NonceTwice => Some("nonce"),
            BadSpec::NoKeyId | BadSpec::KeyLength { .. } | BadSpec::BadCosts => Some("key"),
            BadSpec::NoAad { .. } => Some("aad"),
            BadSpec::NoEncoding | BadSpec::NoMetadata { .. } => Some("encoding"),
            BadSpec::NoTag { .. } | BadSpec::TagCovered => Some("tag"),
            BadSpec::BadHeader | BadSpec::KeyIdTwice => Some("header"),
            BadSpec::TooManyVersions => Some("otherwise"),
            BadSpec::NotText => Some("cipher"),
            BadSpec::NameTwice { .. } | BadSpec::BadHex | BadSpec::MisplacedPart => None,
        }
    }
}

/// Layouts in one format at most.
const MAX_VERSIONS: usize = 4;

impl CodecSpec {
    /// Whether [`build`](crate::build) makes a codec of it.
    ///
    /// # Errors
    /// [`BadSpec`], the first reason why not.
    pub fn check(&self) -> Result<(), BadSpec> {
        match self.problems().into_iter().next() {
            Some((_, problem)) => Err(problem),
            None => Ok(()),
        }
    }

    /// Every reason why no codec can be made of it, each with the layout that it is about: 0 for this one, 1 for what is read
    /// otherwise.
    pub fn problems(&self) -> Vec<(usize, BadSpec)> {
        if self.versions().nth(MAX_VERSIONS).is_some() {
            return vec![(0, BadSpec::TooManyVersions)];
        }
        let mut problems = Vec::new();
        for (depth, version) in self.versions().enumerate() {
            let mut found = Vec::new();
            version.check_one(&mut found);
            problems.extend(found.into_iter().map(|problem| (depth, problem)));
        }
        problems
    }

    fn check_one(&self, found: &mut Vec<BadSpec>) {
        let cipher = self.cipher;
        let bytes = self.nonce_bytes();
        let fits = |len| Cipher::new(cipher, bytes, &[0; 32][..len]).is_some();
        if !fits(32) {
            found.push(BadSpec::NonceLength { cipher, bytes });
        }
        if !self.names_keys() && self.takes_no_secret() && cipher != CipherName::None {
            found.push(BadSpec::NoKeyId);
        }
        let authenticates_more = match cipher {
            CipherName::AesGcm | CipherName::Chacha20Poly1305 | CipherName::Xchacha20Poly1305 => {
                true
            }
            CipherName::NaclSecretbox
            | CipherName::Fernet
            | CipherName::AesCbc
            | CipherName::None => false,
        };
        if self.aad != Aad::None && !authenticates_more {
            found.push(BadSpec::NoAad { cipher });
        }
        let tells_apart = matches!(
            self.framing,
            Framing::TextThenBase64(_) | Framing::UrlSafeBase64
        ) || self.compression.is_some()
            || !self.header.is_empty();
        if cipher == CipherName::None && !tells_apart {
            found.push(BadSpec::NotText);
        }
        let has_tag = matches!(
            cipher,
            CipherName::AesGcm
                | CipherName::Chacha20Poly1305
                | CipherName::Xchacha20Poly1305
                | CipherName::NaclSecretbox
        );
        if self.tag.is_some() && !has_tag {
            found.push(BadSpec::NoTag { cipher });
        }
        let hex = |part: &HeaderPart| match part {
            HeaderPart::Hex(digits) => hex::decode(digits).is_some(),
            HeaderPart::Skip(_)
            | HeaderPart::KeyId(_)
            | HeaderPart::KeyIdAfterLength(_)
            | HeaderPart::Time => true,
        };
        let header = least_bytes(&self.header);
        let framed = matches!(self.framing, Framing::Base64HashNonce | Framing::Tink);
        if !self.header.iter().all(hex)
            || header > 256
            || (header > 0 && (cipher == CipherName::Fernet || framed))
        {
            found.push(BadSpec::BadHeader);
        }
        let ids = self.header.iter().filter(|part| part.is_key_id());
        if ids.count() + usize::from(self.key_id.is_some()) > 1
            || self.header.contains(&HeaderPart::KeyId(0))
        {
            found.push(BadSpec::KeyIdTwice);
        }
        self.check_key(found);
        // A hash, or the token, is where the nonce is.
        let beside = matches!(self.nonce, NoncePlace::Metadata(_) | NoncePlace::Suffix(_));
        if (self.framing == Framing::Base64HashNonce && (beside || cipher == CipherName::Fernet))
            || (beside && cipher == CipherName::Fernet)
        {
            found.push(BadSpec::NonceTwice);
        }
        found.extend(self.check_names().err());
    }

    fn check_key(&self, found: &mut Vec<BadSpec>) {
        let covered = self.aad.parts();
        let is_joined = matches!(self.key, Derivation::Joined { .. });
        let pieces = self.key.pieces();
        let misplaced = pieces
            .iter()
            .any(|part| **part == Part::CrcOfKey || (**part == Part::Secret && !is_joined));
        if misplaced || covered.contains(&Part::Secret) {
            found.push(BadSpec::MisplacedPart);
        }
        if let Some(TagPlace::Metadata(Field { name, .. })) = &self.tag {
            let is_tag = |part: &Part| matches!(part, Part::Metadata(other) if other == name);
            let depends = self.key.metadata().contains(&name.as_str());
            if depends || covered.iter().any(is_tag) {
                found.push(BadSpec::TagCovered);
            }
        }
        let bad = |part: &Part| matches!(part, Part::Hex(digits) if hex::decode(digits).is_none());
        if covered.iter().any(bad) || pieces.into_iter().any(bad) {
            found.push(BadSpec::BadHex);
        }
        found.extend(check_derivation(&self.key).err());
    }

    fn check_names(&self) -> Result<(), BadSpec> {
        let mut names = self.added();
        names.extend(self.key.fields());
        let encodings = match &self.encoding {
            Encoding::One(encoding) => std::slice::from_ref(encoding),
            Encoding::AnyOf(encodings) => encodings,
            Encoding::Marked(marker) => std::slice::from_ref(&marker.marker),
            Encoding::None if self.body == Body::Values && self.added().is_empty() => return Ok(()),
            Encoding::None => {
                let kept = self.require.first().map(String::as_str);
                return match names.first().copied().or(kept) {
                    Some(name) => Err(BadSpec::NoMetadata { name: name.into() }),
                    None if self.body != Body::Payload => Err(BadSpec::NoMetadata {
                        name: "encoding".to_owned(),
                    }),
                    None => Ok(()),
                };
            }
        };
        // An empty marker is as good as none.
        let marks_nothing = matches!(&self.encoding, Encoding::Marked(Marker { value: Some(value), .. }) if value.is_empty());
        if marks_nothing || encodings.is_empty() || encodings.iter().any(String::is_empty) {
            return Err(BadSpec::NoEncoding);
        }
        names.push("encoding");
        // What is written or required must not be forbidden: nothing would ever be claimed.
        let required = self.require.iter().map(String::as_str);
        let kept: Vec<&str> = names.iter().copied().chain(required).collect();
        if let Some(name) = self
            .forbid
            .iter()
            .find(|name| kept.contains(&name.as_str()))
        {
            return Err(BadSpec::NameTwice { name: name.clone() });
        }
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(BadSpec::NameTwice {
                name: pair[0].to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// The metadata that the format adds beside `encoding`.
    pub(crate) fn added(&self) -> Vec<&str> {
        let nonce = match &self.nonce {
            NoncePlace::Metadata(field) => Some(&field.name),
            NoncePlace::Prefix(_) | NoncePlace::Suffix(_) => None,
        };
        let tag = match &self.tag {
            Some(TagPlace::Metadata(field)) => Some(&field.name),
            Some(TagPlace::Before | TagPlace::Behind | TagPlace::First | TagPlace::Last) | None => {
                None
            }
        };
        let marker = match &self.encoding {
            Encoding::Marked(marker) => Some(&marker.marker),
            Encoding::One(_) | Encoding::AnyOf(_) | Encoding::None => None,
        };
        let original = match &self.body {
            Body::Data {
                original_encoding, ..
            } => original_encoding.as_ref(),
            Body::Payload | Body::Json | Body::Values => None,
        };
        let ids = [self.key_id.as_ref(), nonce, tag, marker, original];
        ids.into_iter()
            .flatten()
            .chain(self.write.keys())
            .map(String::as_str)
            .collect()
    }
}

fn check_derivation(derivation: &Derivation) -> Result<(), BadSpec> {
    match derivation {
        Derivation::Joined { bytes, .. } | Derivation::Hkdf { bytes, .. } => key_length(*bytes),
        Derivation::Pbkdf2 { rounds, bytes, .. } => match rounds {
            Rounds::Fixed(rounds) if !(1..=MAX_ROUNDS).contains(rounds) => Err(BadSpec::BadCosts),
            Rounds::Fixed(_) | Rounds::Named { .. } => key_length(*bytes),
        },
        Derivation::Scrypt { n, r, p, bytes, .. } => {
            scrypt_params(*n, *r, *p).ok_or(BadSpec::BadCosts)?;
            key_length(*bytes)
        }
        // One exchange of keys is all there is.
        Derivation::X25519 { then, .. } => {
            let is_another = matches!(
                **then,
                Derivation::X25519 { .. } | Derivation::WrappedBesideIt { .. }
            );
            if is_another {
                return Err(BadSpec::MisplacedPart);
            }
            check_derivation(then)
        }
        Derivation::Secret
        | Derivation::First32
        | Derivation::Sha256
        | Derivation::SecretOrSha256
        | Derivation::Sha256OfId
        | Derivation::Id
        | Derivation::HkdfSha256 { .. }
        | Derivation::WrappedBesideIt { .. } => Ok(()),
    }
}

fn key_length(bytes: usize) -> Result<(), BadSpec> {
    match bytes {
        16 | 24 | 32 => Ok(()),
        _ => Err(BadSpec::KeyLength { bytes }),
    }
}

#[cfg(test)]
mod tests;
