//! A spec in one line for people: what seals, with which key, what it covers, where things stand.

use crate::cipher_name::CipherName;
use crate::context::ContextPart;
use crate::spec::frame::NonceSpot;
use crate::spec::{
    Aad, Body, CodecSpec, Derivation, Encoding, Framing, NoncePlace, Part, Rounds, Short, TagPlace,
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
            CipherName::AesCbc => "AES-CBC without a tag",
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
        words.extend(self.tag_words());
        words.extend(self.compression.map(|packed| packed.title().to_owned()));
        words.push(
            match &self.body {
                Body::Payload => "whole Payload",
                Body::Json => "whole Payload as JSON",
                Body::Values => "data and each metadata value by itself",
                Body::Data { .. } if self.loses_encoding() => "data only, encoding lost",
                Body::Data { .. } => "data only",
            }
            .to_owned(),
        );
        words.extend(match &self.framing {
            Framing::None => None,
            Framing::TextThenBase64(text) if text.is_empty() => Some("base64 text".to_owned()),
            Framing::TextThenBase64(text) => Some(format!("{text} and base64 text")),
            Framing::UrlSafeBase64 => Some("URL-safe base64 text".to_owned()),
            Framing::Base64HashNonce => Some("base64#base64 text".to_owned()),
            Framing::Tink => Some("Tink prefix".to_owned()),
        });
        // The order is told where words would not do.
        let is_usual = matches!(self.nonce_spot(), NonceSpot::First | NonceSpot::Elsewhere);
        if !self.header.is_empty() || !is_usual {
            words.push(self.notation());
        }
        if let Encoding::Marked(marker) = &self.encoding {
            words.push(format!("marked by {}", marker.marker));
        }
        words.extend(match (&self.key_id, &self.encoding) {
            (_, Encoding::None) if self.body == Body::Values => None,
            (_, Encoding::None) => Some("no metadata".to_owned()),
            (Some(name), _) if self.any_key => Some(format!("key id in {name}, ignored")),
            (Some(name), _) => Some(format!("key id in {name}")),
            (None, _) if self.takes_no_secret() || self.names_keys() => None,
            (None, _) => Some("no key id".to_owned()),
        });
        let mut summary = words.join(" · ");
        if let Some(otherwise) = &self.otherwise {
            summary.push_str("; or ");
            summary.push_str(&otherwise.summary());
        }
        summary
    }

    /// Where the tag is, if it is not where the cipher puts it.
    fn tag_words(&self) -> Option<String> {
        match &self.tag {
            Some(TagPlace::First) if matches!(self.nonce, NoncePlace::Prefix(_)) => {
                Some("tag before the nonce".to_owned())
            }
            Some(TagPlace::Last) if matches!(self.nonce, NoncePlace::Suffix(_)) => {
                Some("tag behind the nonce".to_owned())
            }
            Some(TagPlace::Before | TagPlace::First)
                if self.cipher != CipherName::NaclSecretbox =>
            {
                Some("tag before the ciphertext".to_owned())
            }
            Some(TagPlace::Behind | TagPlace::Last) if self.cipher == CipherName::NaclSecretbox => {
                Some("tag behind the ciphertext".to_owned())
            }
            Some(TagPlace::Metadata(field)) => Some(format!("tag in {}", field.name)),
            Some(TagPlace::Before | TagPlace::Behind | TagPlace::First | TagPlace::Last) | None => {
                None
            }
        }
    }

    fn key_words(&self) -> Option<String> {
        let words = derivation_words(&self.key)?;
        if self.key.bound_to().is_empty() || matches!(self.key, Derivation::Joined { .. }) {
            return Some(words);
        }
        Some(format!("{words}{}", bound_words(&self.key)))
    }

    fn nonce_words(&self) -> Option<String> {
        match (&self.nonce, self.cipher) {
            (_, CipherName::Fernet | CipherName::None) => None,
            (NoncePlace::Prefix(bytes), _) => Some(format!("nonce {bytes}")),
            (NoncePlace::Suffix(bytes), _) => Some(format!("nonce {bytes} at the end")),
            (NoncePlace::Metadata(field), _) => Some(format!("nonce in {}", field.name)),
        }
    }

    fn aad_words(&self) -> Option<String> {
        let (parts, with_lengths) = match &self.aad {
            Aad::None => return None,
            Aad::Joined(parts) => (parts, ""),
            Aad::LengthPrefixed(parts) => (parts, ", each with its length"),
        };
        // What it is bound to is told byte by byte.
        if !self.aad.bound_to().is_empty() {
            return Some(format!("aad = {}{with_lengths}", notation_of(parts)));
        }
        let names: Vec<&str> = parts
            .iter()
            .map(|part| match part {
                Part::Text(_) | Part::Hex(_) => "text",
                Part::KeyId => "key id",
                Part::CrcOfKey => "CRC-32 of SHA-256 of the key",
                Part::Secret => "secret",
                Part::Namespace | Part::WorkflowId | Part::WorkflowType | Part::ActivityType => {
                    part.of_context().map_or("", ContextPart::name)
                }
                Part::Metadata(name) => name,
            })
            .collect();
        Some(format!("covers {}{with_lengths}", names.join(", ")))
    }
}

/// `order ‖ 0x00 ‖ workflow_id`
fn notation_of(parts: &[Part]) -> String {
    let names: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) if text.is_empty() || text.contains(char::is_control) => {
                let bytes = text.bytes().map(|byte| format!("{byte:02x}"));
                format!("0x{}", bytes.collect::<String>())
            }
            Part::Text(text) => text.clone(),
            Part::Hex(digits) => format!("0x{digits}"),
            Part::KeyId => "key id".to_owned(),
            Part::Metadata(name) => name.clone(),
            Part::CrcOfKey => "CRC-32 of SHA-256 of the key".to_owned(),
            Part::Secret => "secret".to_owned(),
            Part::Namespace | Part::WorkflowId | Part::WorkflowType | Part::ActivityType => {
                let part = part.of_context();
                part.map_or("", ContextPart::name).to_owned()
            }
        })
        .collect();
    names.join(" ‖ ")
}

/// Salt and info of a key that is made for a context.
fn bound_words(derivation: &Derivation) -> String {
    let (salt, info) = match derivation {
        Derivation::HkdfSha256 { salt, info } | Derivation::Hkdf { salt, info, .. } => {
            (&salt[..], &info[..])
        }
        Derivation::Pbkdf2 { salt, .. } | Derivation::Scrypt { salt, .. } => (&salt[..], &[][..]),
        Derivation::X25519 { then, .. } => return bound_words(then),
        Derivation::Secret
        | Derivation::First32
        | Derivation::Sha256
        | Derivation::SecretOrSha256
        | Derivation::Sha256OfId
        | Derivation::Id
        | Derivation::Joined { .. }
        | Derivation::WrappedBesideIt { .. } => return String::new(),
    };
    let said = [("salt", salt), ("info", info)]
        .into_iter()
        .filter(|(_, parts)| !parts.is_empty())
        .map(|(name, parts)| format!(", {name} = {}", notation_of(parts)));
    said.collect()
}

fn derivation_words(derivation: &Derivation) -> Option<String> {
    Some(match derivation {
        Derivation::Secret => return None,
        Derivation::First32 => "first 32 bytes of the secret".to_owned(),
        Derivation::Sha256 => "key = SHA-256 of the secret".to_owned(),
        Derivation::SecretOrSha256 => "key = the secret, or SHA-256 of it".to_owned(),
        Derivation::Sha256OfId => "key = SHA-256 of its id".to_owned(),
        Derivation::Id => "key = its id".to_owned(),
        Derivation::Joined {
            parts,
            bytes,
            short,
            hash,
        } => {
            let names: Vec<&str> = parts
                .iter()
                .map(|part| match part {
                    Part::Text(_) | Part::Hex(_) => "text",
                    Part::KeyId => "key id",
                    Part::Metadata(name) => name,
                    Part::Namespace
                    | Part::WorkflowId
                    | Part::WorkflowType
                    | Part::ActivityType => part.of_context().map_or("", ContextPart::name),
                    Part::Secret | Part::CrcOfKey => "secret",
                })
                .collect();
            let hash = hash.map_or(String::new(), |hash| format!("{} of ", hash.title()));
            let short = match short {
                Short::Refuse => "",
                Short::ZerosBehind => ", zeros behind",
                Short::ZerosBefore => ", zeros in front",
                Short::Repeat => ", repeated",
            };
            format!("key = {hash}{} in {bytes} bytes{short}", names.join(" + "))
        }
        Derivation::HkdfSha256 { .. } => "HKDF-SHA-256".to_owned(),
        Derivation::Hkdf { hash, .. } => format!("HKDF-{}", hash.title()),
        Derivation::Pbkdf2 { hash, rounds, .. } => match rounds {
            Rounds::Fixed(rounds) => format!("PBKDF2-{}, {rounds} rounds", hash.title()),
            Rounds::Named { metadata } => format!("PBKDF2-{}, rounds in {metadata}", hash.title()),
        },
        Derivation::Scrypt { n, r, p, .. } => format!("scrypt {n}/{r}/{p}"),
        Derivation::X25519 { public_key, then } => {
            let then = derivation_words(then).map_or(String::new(), |then| format!(", {then}"));
            format!("X25519 with the key in {}{then}", public_key.name)
        }
        Derivation::WrappedBesideIt { metadata } => format!("data key in {metadata}"),
    })
}
