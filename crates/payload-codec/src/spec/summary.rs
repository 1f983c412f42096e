//! A spec in one line for people: what seals, with which key, what it covers, where things stand.

use crate::spec::{
    Aad, Body, CipherName, CodecSpec, Derivation, Encoding, Framing, NoncePlace, Part,
};

impl CipherName {
    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            CipherName::AesGcm => "AES-GCM",
            CipherName::Chacha20Poly1305 => "ChaCha20-Poly1305",
            CipherName::Xchacha20Poly1305 => "XChaCha20-Poly1305",
            CipherName::NaclSecretbox => "NaCl secretbox",
            CipherName::Fernet => "Fernet",
            CipherName::None => "not encrypted",
        }
    }
}

impl CodecSpec {
    /// In one line: `AES-GCM · nonce 12 · whole Payload · key id in encryption-key-id`.
    pub fn summary(&self) -> String {
        let mut words = vec![self.cipher.title().to_owned()];
        words.extend(self.key_words());
        words.extend(self.nonce_words());
        words.extend(self.aad_words());
        words.push(match &self.body {
            Body::Payload => "whole Payload".to_owned(),
            Body::Data {
                original_encoding: Some(_),
                ..
            } => "data only".to_owned(),
            Body::Data {
                original_encoding: None,
                ..
            } => "data only, encoding lost".to_owned(),
        });
        words.extend(match &self.framing {
            Framing::None => None,
            Framing::TextThenBase64(text) if text.is_empty() => Some("base64 text".to_owned()),
            Framing::TextThenBase64(text) => Some(format!("{text} and base64 text")),
            Framing::Base64HashNonce => Some("base64#base64 text".to_owned()),
            Framing::Tink => Some("Tink prefix".to_owned()),
        });
        words.extend(match (&self.key_id, &self.encoding) {
            (_, Encoding::None) => Some("no metadata".to_owned()),
            (Some(name), _) if self.any_key => Some(format!("key id in {name}, ignored")),
            (Some(name), _) => Some(format!("key id in {name}")),
            (None, _) if self.takes_no_secret() => None,
            (None, _) => Some("no key id".to_owned()),
        });
        words.join(" · ")
    }

    fn key_words(&self) -> Option<String> {
        match &self.key {
            Derivation::Secret => None,
            Derivation::First32 => Some("first 32 bytes of the secret".to_owned()),
            Derivation::Sha256OfId => Some("key = SHA-256 of its id".to_owned()),
            Derivation::Id => Some("key = its id".to_owned()),
            Derivation::HkdfSha256 { .. } => Some("HKDF-SHA-256".to_owned()),
            Derivation::WrappedBesideIt { metadata } => Some(format!("data key in {metadata}")),
        }
    }

    fn nonce_words(&self) -> Option<String> {
        match (&self.nonce, self.cipher) {
            (_, CipherName::Fernet | CipherName::None) => None,
            (NoncePlace::Prefix(bytes), _) => Some(format!("nonce {bytes}")),
            (NoncePlace::Metadata(name), _) => Some(format!("nonce in {name}")),
        }
    }

    fn aad_words(&self) -> Option<String> {
        let (parts, with_lengths) = match &self.aad {
            Aad::None => return None,
            Aad::Joined(parts) => (parts, ""),
            Aad::LengthPrefixed(parts) => (parts, ", each with its length"),
        };
        let names: Vec<&str> = parts
            .iter()
            .map(|part| match part {
                Part::Text(_) => "text",
                Part::KeyId => "key id",
                Part::Metadata(name) => name,
            })
            .collect();
        Some(format!("covers {}{with_lengths}", names.join(", ")))
    }
}
