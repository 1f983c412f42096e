//! @eropple's key-sealed envelope, in JSON: `{kid, cek: {recipient: data key, wrapped for it}, payload, signature, ctx}`, where
//! `payload = nonce(12) ‖ ciphertext ‖ tag(16)`, AES-256-GCM without additional data, and
//! `ctx = SHA-256("@eropple/key-sealed-envelope/v1" ‖ payload)`; bytes are base64. A data key is wrapped by RSA-OAEP (SHA-256), or as
//! `point(65) ‖ nonce(12) ‖ ciphertext(32) ‖ tag(16)` by ECDH on P-256. The sender's signature is not verified: no key says whose it is.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use sha2::{Digest as _, Sha256};
use temporal_payload::{Payload, base64};

use crate::data_key::{DataKeyForm, WrappedKey};

/// The label of such an envelope.
pub(crate) const KEY_SEALED: &str = "binary/key-sealed-envelope";

const CONTEXT: &[u8] = b"@eropple/key-sealed-envelope/v1";

/// Recipients that are read; those behind them are passed over, since a few bytes each would take a hundred.
const MAX_RECIPIENTS: usize = 100;

#[derive(Deserialize)]
struct Envelope {
    cek: Recipients,
    payload: String,
    ctx: String,
}

/// The first [`MAX_RECIPIENTS`], each with the data key as it is wrapped for it.
struct Recipients(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Recipients {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RecipientsVisitor)
    }
}

struct RecipientsVisitor;

impl<'de> Visitor<'de> for RecipientsVisitor {
    type Value = Recipients;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of base64 texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Recipients, A::Error> {
        let mut recipients = Vec::new();
        while recipients.len() < MAX_RECIPIENTS {
            let Some(recipient) = map.next_entry()? else {
                return Ok(Recipients(recipients));
            };
            recipients.push(recipient);
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Recipients(recipients))
    }
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
    let keys = envelope.cek.0.iter();
    let keys = keys.filter_map(|(recipient, wrapped)| {
        WrappedKey::new(recipient, &base64::decode(wrapped)?, DataKeyForm::Raw)
    });
    let keys: Vec<WrappedKey> = keys.collect();
    (!keys.is_empty()).then_some(keys)
}

/// Its recipients, by the names of their keys.
pub(crate) fn recipients(payload: &Payload) -> Vec<String> {
    Envelope::read(payload).map_or_else(Vec::new, |envelope| {
        let recipients = envelope.cek.0.into_iter();
        recipients.map(|(recipient, _)| recipient).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use temporal_payload::METADATA_ENCODING;

    #[test]
    fn of_any_number_of_recipients_the_first_are_read() {
        let cek: Vec<String> = (0..3 * MAX_RECIPIENTS)
            .map(|n| format!("\"r{n}\":\"AAAA\""))
            .collect();
        let cek = cek.join(",");
        let payload = Payload {
            metadata: [(METADATA_ENCODING.to_owned(), KEY_SEALED.into())].into(),
            data: format!("{{\"cek\":{{{cek}}},\"payload\":\"\",\"ctx\":\"\"}}").into(),
            external_payloads: Vec::new(),
        };
        let read = recipients(&payload);
        assert_eq!(read.len(), MAX_RECIPIENTS);
        assert_eq!(read[0], "r0");
        assert_eq!(
            wrapped(&payload).map(|keys| keys.len()),
            Some(MAX_RECIPIENTS)
        );
    }
}
