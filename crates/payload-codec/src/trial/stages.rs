//! What each stage does, and says.

use sha2::{Digest as _, Sha256};
use temporal_payload::Payload;
use zeroize::Zeroizing;

use crate::budget::Budget;
use crate::cipher_name::CipherName;
use crate::context::Context;
use crate::key::SecretKey;
use crate::key_id::KeyId;
use crate::opening::{Opening, open};
use crate::primitives::cipher::Cipher;
use crate::spec::frame::{Framed, Unframed, framed_bytes, unframe};
use crate::spec::header;
use crate::spec::parts::Inputs;
use crate::spec::restore::restore;
use crate::spec::{Aad, Body, CodecSpec, Framing, NoncePlace};
use crate::spec_codec::derive::derive;

use super::mismatches::mismatches;
use super::stage::{Stage, StageName, StageOutcome};
use super::text::{bytes, hex, quoted};

/// Bytes that what was compressed inside may inflate to.
const MAX_PAYLOAD_BYTES: usize = 64 << 20;

/// A cipher, and the key that it was made of.
pub(super) struct Made {
    cipher: Cipher,
    key: Zeroizing<Vec<u8>>,
}

/// The stages so far.
#[derive(Default)]
pub(super) struct Stages(Vec<Stage>);

impl Stages {
    pub(super) fn done(self) -> Vec<Stage> {
        self.0
    }

    fn push(&mut self, name: StageName, outcome: StageOutcome, value: impl Into<String>) {
        let value = value.into();
        self.0.push(Stage {
            name,
            outcome,
            value,
        });
    }

    fn ok(&mut self, name: StageName, value: impl Into<String>) {
        self.push(name, StageOutcome::Ok, value);
    }

    fn fail(&mut self, name: StageName, value: impl Into<String>) {
        self.push(name, StageOutcome::Failed, value);
    }

    fn skip(&mut self, name: StageName, value: impl Into<String>) {
        self.push(name, StageOutcome::Skipped, value);
    }

    pub(super) fn matching(&mut self, spec: &CodecSpec, name: &str, payload: &Payload) {
        let mismatches = mismatches(spec, payload);
        if spec.claims(payload) {
            self.ok(StageName::Match, format!("{name} claims it"));
        } else if mismatches.is_empty() {
            self.fail(StageName::Match, "data does not have the format's shape");
        } else {
            self.fail(StageName::Match, mismatches.join("; "));
        }
    }

    pub(super) fn key_id(&mut self, spec: &CodecSpec, payload: &Payload) -> Option<KeyId> {
        if let (None, Some(id)) = (&spec.key_id, spec.named_key(payload)) {
            self.ok(StageName::KeyId, quoted(id.as_str()));
            return Some(id);
        }
        let Some(name) = &spec.key_id else {
            self.skip(StageName::KeyId, "the format names no key");
            return None;
        };
        let Some(value) = payload.metadata.get(name) else {
            let value = format!("no {} in metadata: treated as empty", quoted(name));
            self.ok(StageName::KeyId, value);
            return Some(KeyId::new(""));
        };
        let id = spec
            .named_key(payload)
            .unwrap_or_else(|| KeyId::of_bytes(value));
        self.ok(StageName::KeyId, quoted(id.as_str()));
        Some(id)
    }

    pub(super) fn key(
        &mut self,
        spec: &CodecSpec,
        given: Option<(&KeyId, &SecretKey)>,
        inputs: Inputs<'_>,
    ) -> Option<Made> {
        let id = inputs.id;
        let secret: &[u8] = match given {
            _ if spec.cipher == CipherName::None => {
                self.skip(StageName::Key, "the format has no cipher");
                let cipher = Cipher::new(spec.cipher, spec.nonce_bytes(), &[])?;
                let key = Zeroizing::default();
                return Some(Made { cipher, key });
            }
            _ if spec.takes_no_secret() => &[],
            Some((_, key)) => key.expose(),
            None => {
                self.skip(StageName::Key, "no key is chosen");
                return None;
            }
        };
        let missing = inputs.context.missing(spec.key.bound_to());
        if !missing.is_empty() {
            let value = format!("it is made of the {missing}, which the Payload does not carry");
            self.fail(StageName::Key, value);
            return None;
        }
        let Some(key) = derive(&spec.key, secret, inputs) else {
            self.fail(
                StageName::Key,
                "the Payload lacks what the key is derived from",
            );
            return None;
        };
        let what = format!("{}, fingerprint {}", bytes(key.len()), fingerprint(&key));
        let Some(cipher) = Cipher::new(spec.cipher, spec.nonce_bytes(), &key) else {
            let cipher = spec.cipher.as_str();
            let nonce = bytes(spec.nonce_bytes());
            let value = format!("{what}: {cipher} with a nonce of {nonce} does not accept it");
            self.fail(StageName::Key, value);
            return None;
        };
        let other = given.filter(|(given, _)| !spec.takes_no_secret() && *given != id);
        let other = other.map(|(given, _)| {
            let (given, id) = (quoted(given.as_str()), quoted(id.as_str()));
            format!("; it is key {given}, and the Payload names {id}")
        });
        self.ok(StageName::Key, what + &other.unwrap_or_default());
        Some(Made { cipher, key })
    }

    /// Framing and nonce.
    pub(super) fn framed<'a>(
        &mut self,
        spec: &'a CodecSpec,
        payload: &'a Payload,
    ) -> Option<Framed<'a>> {
        let without_nonce = CodecSpec {
            nonce: NoncePlace::Prefix(0),
            ..spec.clone()
        };
        let what = match &spec.framing {
            Framing::None => "none".to_owned(),
            Framing::TextThenBase64(text) if text.is_empty() => "base64".to_owned(),
            Framing::TextThenBase64(text) => format!("{}, then base64", quoted(text)),
            Framing::UrlSafeBase64 => "URL-safe base64".to_owned(),
            Framing::Base64HashNonce => "base64, \"#\", the nonce as base64".to_owned(),
            Framing::Tink => "Tink's prefix of 5 bytes".to_owned(),
        };
        let data = bytes(payload.data.len());
        match unframe(&without_nonce, payload) {
            Ok(framed) => {
                let len = framed.nonce.len() + framed.sealed.len();
                let front = in_front(spec, payload);
                let front = front.map_or_else(String::new, |front| format!(" behind {front}"));
                self.ok(StageName::Framing, format!("{what}: {}{front}", bytes(len)));
            }
            Err(Unframed::Short) => {
                self.fail(StageName::Framing, format!("{what}: {data} are not enough"));
            }
            Err(Unframed::Text) => {
                let value = format!("{what}: {data} of data do not have this form");
                self.fail(StageName::Framing, value);
                self.skip(StageName::Nonce, "no data to look in");
                return None;
            }
        }
        let expected = spec.nonce_bytes();
        match unframe(spec, payload) {
            Ok(framed) if spec.cipher == CipherName::None => {
                self.skip(StageName::Nonce, "none");
                Some(framed)
            }
            Ok(framed) if spec.cipher == CipherName::Fernet => {
                self.skip(StageName::Nonce, "in the token");
                Some(framed)
            }
            Ok(framed) if framed.nonce.len() == expected => {
                self.ok(StageName::Nonce, hex(&framed.nonce));
                Some(framed)
            }
            Ok(framed) => {
                let found = bytes(framed.nonce.len());
                let value = format!("{found} instead of {expected}: {}", hex(&framed.nonce));
                self.fail(StageName::Nonce, value);
                None
            }
            Err(_) => {
                let value = match &spec.nonce {
                    NoncePlace::Metadata(field) => {
                        format!("no bytes in metadata {}", quoted(&field.name))
                    }
                    NoncePlace::Prefix(_) | NoncePlace::Suffix(_) => {
                        format!("{data} do not hold one of {expected}")
                    }
                };
                self.fail(StageName::Nonce, value);
                None
            }
        }
    }

    pub(super) fn aad(&mut self, spec: &CodecSpec, context: &Context, aad: &[u8]) {
        let missing = context.missing(spec.aad.bound_to());
        if spec.aad == Aad::None {
            self.skip(StageName::Aad, "none");
        } else if !missing.is_empty() {
            let value = format!("it has the {missing}, which the Payload does not carry");
            self.fail(StageName::Aad, value);
        } else {
            self.ok(StageName::Aad, hex(aad));
        }
    }

    pub(super) fn ciphertext(&mut self, spec: &CodecSpec, framed: Option<&Framed<'_>>) {
        let Some(framed) = framed else {
            return self.skip(StageName::Ciphertext, "no data to look in");
        };
        let sealed = &framed.sealed[..];
        let tag = match spec.cipher {
            CipherName::None => return self.skip(StageName::Ciphertext, "none"),
            CipherName::AesCbc => {
                let value = format!("{}, without a tag", bytes(sealed.len()));
                return self.ok(StageName::Ciphertext, value);
            }
            CipherName::Fernet if sealed.starts_with(b"gAAAA") => {
                let value = format!("a token of {}", bytes(sealed.len()));
                return self.ok(StageName::Ciphertext, value);
            }
            CipherName::Fernet => {
                let value = format!(
                    "{} that are not a token, which starts with \"gAAAA\"",
                    bytes(sealed.len())
                );
                return self.fail(StageName::Ciphertext, value);
            }
            CipherName::NaclSecretbox => sealed.first_chunk::<16>(),
            CipherName::AesGcm | CipherName::Chacha20Poly1305 | CipherName::Xchacha20Poly1305 => {
                sealed.last_chunk::<16>()
            }
        };
        match tag {
            Some(tag) => {
                let value = format!("{}, tag {}", bytes(sealed.len() - tag.len()), hex(tag));
                self.ok(StageName::Ciphertext, value);
            }
            None => {
                let value = format!("{} are not enough for a 16-byte tag", bytes(sealed.len()));
                self.fail(StageName::Ciphertext, value);
            }
        }
    }

    pub(super) fn open(
        &mut self,
        spec: &CodecSpec,
        made: Option<&Made>,
        framed: Option<&Framed<'_>>,
        aad: &[u8],
    ) -> Option<Vec<u8>> {
        let (Some(made), Some(framed)) = (made, framed) else {
            self.skip(StageName::Open, "an earlier stage is missing");
            return None;
        };
        match open(spec, &made.cipher, &made.key, framed, aad) {
            Opening::Opened { plain, moved } => {
                let mut value = bytes(plain.len());
                if moved {
                    value += "; the tag is before the ciphertext";
                }
                if spec.cipher == CipherName::AesCbc {
                    value +=
                        "; no tag proves that the key is right, or that nothing was changed";
                }
                self.ok(StageName::Open, value);
                return Some(plain);
            }
            Opening::KeyIsRight => self.fail(
                StageName::Open,
                "the tag does not match, but what comes out is text: key and nonce are right, but AAD or data is not",
            ),
            Opening::Nothing if !spec.authenticates() => self.fail(
                StageName::Open,
                "the padding is not valid: wrong key or IV, or damaged data",
            ),
            Opening::Nothing => self.fail(
                StageName::Open,
                "the tag does not match: wrong key, nonce or AAD, or damaged data",
            ),
        }
        None
    }

    pub(super) fn body(
        &mut self,
        spec: &CodecSpec,
        plain: Option<Vec<u8>>,
        payload: &Payload,
    ) -> Option<Payload> {
        let Some(plain) = plain else {
            self.skip(StageName::Body, "nothing was opened");
            return None;
        };
        let what = match &spec.body {
            Body::Payload | Body::Json => "a Payload",
            Body::Values | Body::Data { .. } => "data",
        };
        let budget = Budget::new(u64::MAX);
        let mut allowance = budget.allow(MAX_PAYLOAD_BYTES);
        match restore(spec, plain, payload, &mut allowance) {
            Ok(opened) => {
                let encoding = opened.encoding().map_or("no encoding".to_owned(), quoted);
                let value = format!("{what}: {encoding}, {}", bytes(opened.data.len()));
                self.ok(StageName::Body, value);
                Some(opened)
            }
            Err(error) => {
                self.fail(StageName::Body, error.to_string());
                None
            }
        }
    }
}

/// The first 8 bytes of SHA-256(key) in hex, as key lists show it.
fn fingerprint(key: &[u8]) -> String {
    hex(&Sha256::digest(key)[..8])
}

/// The bytes of the header, as hex.
fn in_front(spec: &CodecSpec, payload: &Payload) -> Option<String> {
    let framed = framed_bytes(spec, &payload.data).ok()?;
    let end = header::end(&spec.header, &framed).ok()?;
    Some(hex(framed.get(..end).filter(|front| !front.is_empty())?))
}
