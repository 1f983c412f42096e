//! @eropple's key-sealed envelope, in JSON: `{kid, cek: {recipient: data key, wrapped for it}, payload, signature, ctx}`, where
//! `payload = nonce(12) ‖ ciphertext ‖ tag(16)`, AES-256-GCM without additional data, and
//! `ctx = SHA-256("@eropple/key-sealed-envelope/v1" ‖ payload)`; bytes are base64. A data key is wrapped by RSA-OAEP (SHA-256), or as
//! `point(65) ‖ nonce(12) ‖ ciphertext(32) ‖ tag(16)` by ECDH on P-256. The sender's signature is not verified: no key says whose it is.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use temporal_payload::{Payload, base64};

use crate::data_key::{DataKeyForm, WrappedKey};

/// The label of such an envelope.
pub(crate) const KEY_SEALED: &str = "binary/key-sealed-envelope";

const CONTEXT: &[u8] = b"@eropple/key-sealed-envelope/v1";

/// Recipients that are looked at.
const MAX_RECIPIENTS: usize = 100;

#[derive(Deserialize)]
struct Envelope {
    cek: BTreeMap<String, String>,
    payload: String,
    ctx: String,
}

impl Envelope {
    fn read(payload: &Payload) -> Option<Self> {
        if !payload.has_encoding(KEY_SEALED) {
            return None;
        }
        serde_json::from_slice(&payload.data).ok()
    }
}

/// The data key, as it is wrapped for each recipient.
pub(crate) fn wrapped(payload: &Payload) -> Option<Vec<WrappedKey>> {
    let envelope = Envelope::read(payload)?;
    let keys = envelope.cek.iter().take(MAX_RECIPIENTS);
    let keys = keys.filter_map(|(recipient, wrapped)| {
        WrappedKey::new(recipient, &base64::decode(wrapped)?, DataKeyForm::Raw)
    });
    let keys: Vec<WrappedKey> = keys.collect();
    (!keys.is_empty()).then_some(keys)
}

/// Its recipients, by the names of their keys.
pub(crate) fn recipients(payload: &Payload) -> Vec<String> {
    Envelope::read(payload).map_or_else(Vec::new, |envelope| {
        envelope.cek.into_keys().take(MAX_RECIPIENTS).collect()
    })
}

/// What the data key seals: `nonce ‖ ciphertext ‖ tag`. `None` where it is none, or another one than was sealed for all.
pub(crate) fn sealed(payload: &Payload) -> Option<Vec<u8>> {
    let envelope = Envelope::read(payload)?;
    let sealed = base64::decode(&envelope.payload)?;
    let mut hasher = Sha256::new();
    hasher.update(CONTEXT);
    hasher.update(&sealed);
    (hasher.finalize()[..] == base64::decode(&envelope.ctx)?).then_some(sealed)
}
