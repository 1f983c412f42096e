//! The marks that stand in the place of values: equal values get equal marks under one secret, and without it nobody can try what a
//! short value was.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use temporal_payload::json_tokens::{Kind, Roots, Tokens};
use temporal_payload::{json_text::MAX_DEPTH, unescape};
use zeroize::Zeroizing;

/// What marks are made with: for one export alone, or kept, so that marks of several exports can be compared.
pub struct Secret {
    /// Already keyed: what is left to do for a mark is to read the value.
    mac: Hmac<Sha256>,
}

/// The system gives no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandomness;

impl Secret {
    /// Bytes that a kept secret has.
    pub const BYTES: usize = 32;

    /// A secret that nobody knows, and that is forgotten with this value.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn fresh() -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0; Self::BYTES]);
        getrandom::fill(&mut *bytes).map_err(|_| NoRandomness)?;
        Ok(Secret::of(&bytes))
    }

    /// A secret that somebody keeps.
    pub fn of(bytes: &[u8; Self::BYTES]) -> Self {
        let mac = Hmac::new_from_slice(bytes).expect("HMAC takes a key of any length");
        Secret { mac }
    }

    /// The mark of a text, or of bytes.
    pub(crate) fn mark(&self, value: &[u8]) -> String {
        let mut mac = self.mac.clone();
        mac.update(value);
        spelled(mac)
    }

    /// The mark of JSON: of a text what it says, whichever way it is escaped; of an object or a list its values, whichever way it is
    /// laid out; of everything else its bytes.
    pub(crate) fn mark_of_json(&self, json: &str) -> String {
        let json = json.trim();
        if json.starts_with('"') {
            return self.mark(unescape(json).as_bytes());
        }
        if !json.starts_with(['{', '[']) {
            return self.mark(json.as_bytes());
        }
        let mut mac = self.mac.clone();
        let mut tokens = Tokens::new(json, Roots::One, MAX_DEPTH);
        // Of what is no JSON the rest is not read: it has a mark all the same.
        while let Ok(Some(token)) = tokens.next() {
            let text = &json[token.span];
            let (kind, text) = match token.kind {
                Kind::BeginObject => (b'{', "".into()),
                Kind::EndObject => (b'}', "".into()),
                Kind::BeginArray => (b'[', "".into()),
                Kind::EndArray => (b']', "".into()),
                Kind::Name => (b'n', unescape(text)),
                Kind::Text => (b't', unescape(text)),
                Kind::Null | Kind::Scalar => (b's', text.into()),
            };
            mac.update(&[kind]);
            mac.update(&(text.len() as u64).to_le_bytes());
            mac.update(text.as_bytes());
        }
        spelled(mac)
    }
}

fn spelled(mac: Hmac<Sha256>) -> String {
    let tag = mac.finalize().into_bytes();
    let start = u32::from_be_bytes([tag[0], tag[1], tag[2], tag[3]]);
    format!("[REDACTED:{start:08x}]")
}
