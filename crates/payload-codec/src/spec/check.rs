//! Whether a codec can be made of a spec: what its cipher takes, and that no two things are kept in one place.

use temporal_payload::shown_name;

use crate::primitives::cipher::Cipher;
use crate::spec::{Aad, Body, CipherName, CodecSpec, Derivation, Encoding, Framing, NoncePlace};

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
    /// Without a cipher, only base64 text shows whose a Payload is.
    #[error("without a cipher, the framing must be \"text_then_base64\"")]
    NotText,
}

impl CodecSpec {
    /// Whether [`build`](crate::build) makes a codec of it.
    ///
    /// # Errors
    /// [`BadSpec`], the first reason why not.
    pub fn check(&self) -> Result<(), BadSpec> {
        let cipher = self.cipher;
        let bytes = self.nonce_bytes();
        let fits = |len| Cipher::new(cipher, bytes, &[0; 32][..len]).is_some();
        if !fits(32) {
            return Err(BadSpec::NonceLength { cipher, bytes });
        }
        if self.key_id.is_none() && self.takes_no_secret() && cipher != CipherName::None {
            return Err(BadSpec::NoKeyId);
        }
        let authenticates_more = match cipher {
            CipherName::AesGcm | CipherName::Chacha20Poly1305 | CipherName::Xchacha20Poly1305 => {
                true
            }
            CipherName::NaclSecretbox | CipherName::Fernet | CipherName::None => false,
        };
        if self.aad != Aad::None && !authenticates_more {
            return Err(BadSpec::NoAad { cipher });
        }
        if cipher == CipherName::None && !matches!(self.framing, Framing::TextThenBase64(_)) {
            return Err(BadSpec::NotText);
        }
        let beside = matches!(self.nonce, NoncePlace::Metadata(_));
        if (self.framing == Framing::Base64HashNonce && (beside || cipher == CipherName::Fernet))
            || (beside && cipher == CipherName::Fernet)
        {
            return Err(BadSpec::NonceTwice);
        }
        self.check_names()
    }

    fn check_names(&self) -> Result<(), BadSpec> {
        let mut names = self.added();
        if let Derivation::WrappedBesideIt { metadata } = &self.key {
            names.push(metadata);
        }
        let encodings = match &self.encoding {
            Encoding::One(encoding) => std::slice::from_ref(encoding),
            Encoding::AnyOf(encodings) => encodings,
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
        if encodings.is_empty() || encodings.iter().any(String::is_empty) {
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
            NoncePlace::Metadata(name) => Some(name),
            NoncePlace::Prefix(_) => None,
        };
        let original = match &self.body {
            Body::Data {
                original_encoding, ..
            } => original_encoding.as_ref(),
            Body::Payload => None,
        };
        let ids = [self.key_id.as_ref(), nonce, original];
        ids.into_iter()
            .flatten()
            .chain(self.write.keys())
            .map(String::as_str)
            .collect()
    }
}

#[cfg(test)]
mod tests;
