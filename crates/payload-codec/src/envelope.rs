//! Payloads that say `binary/encrypted` and are sealed with a data key that is itself wrapped by a key service. Opening them
//! as sample-family Payloads would only ever say "wrong key", so they are recognized, named, and passed through.

use temporal_payload::{METADATA_ENCRYPTION_KEY_ID, Payload, encodings};

/// An envelope format that this product knows by sight and cannot open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnsupportedEnvelope {
    /// Temporal Proxy: the data key is in `encryption-dek`, wrapped by the key that `encryption-key-id` names.
    TemporalProxy {
        /// The wrapping key's URI, as it stands in metadata.
        key: String,
    },
    /// samples-python `encryption_jwt`: the data key is in `data_key_encrypted`, wrapped by AWS KMS.
    AwsKmsDataKey,
}

impl std::fmt::Display for UnsupportedEnvelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            UnsupportedEnvelope::TemporalProxy { key } => {
                write!(f, "envelope-encrypted by Temporal Proxy with key {key}")
            }
            UnsupportedEnvelope::AwsKmsDataKey => {
                f.write_str("encrypted with a data key that AWS KMS wraps")
            }
        }
    }
}

/// Which envelope a Payload is, where it is one. Both of Temporal Proxy's fields must be there and not empty, as in its own
/// test for what it sealed.
pub fn recognize_envelope(payload: &Payload) -> Option<UnsupportedEnvelope> {
    if payload.encoding() != Some(encodings::BINARY_ENCRYPTED) {
        return None;
    }
    let filled = |name: &str| payload.metadata.get(name).filter(|value| !value.is_empty());
    if filled("encryption-dek").is_some() {
        let key = filled(METADATA_ENCRYPTION_KEY_ID)?;
        return Some(UnsupportedEnvelope::TemporalProxy {
            key: String::from_utf8_lossy(key).into_owned(),
        });
    }
    filled("data_key_encrypted").map(|_| UnsupportedEnvelope::AwsKmsDataKey)
}
