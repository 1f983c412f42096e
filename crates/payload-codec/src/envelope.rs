//! Formats that are known by sight and cannot be opened here: data keys that a key service wraps, and values that lie
//! elsewhere. Trying keys on them would only ever say "wrong key", so they are recognized, named, and passed through.

use temporal_payload::{METADATA_ENCRYPTION_KEY_ID, Payload, encodings};

/// A format that this product knows by sight, with what opening it would need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedEnvelope {
    what: &'static str,
    key: Option<String>,
}

impl std::fmt::Display for UnsupportedEnvelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{} with key {key}", self.what),
            None => f.write_str(self.what),
        }
    }
}

/// One format: what it is known by, and what it would need.
struct Recognized {
    encoding: Option<&'static str>,
    /// Metadata that must be there, and not empty.
    marker: Option<&'static str>,
    /// Metadata that names the key.
    key: Option<&'static str>,
    what: &'static str,
}

/// In this order; the first that fits.
const RECOGNIZED: [Recognized; 9] = [
    Recognized {
        encoding: Some(encodings::BINARY_ENCRYPTED),
        marker: Some(DATA_KEY_OF_PROXY),
        key: Some(METADATA_ENCRYPTION_KEY_ID),
        what: "envelope-encrypted by Temporal Proxy",
    },
    Recognized {
        encoding: Some(encodings::BINARY_ENCRYPTED),
        marker: Some(DATA_KEY_OF_AWS),
        key: None,
        what: "encrypted with a data key that AWS KMS wraps",
    },
    Recognized {
        encoding: Some("awsencryptionsdk/binary/encrypted"),
        marker: None,
        key: None,
        what: "an AWS Encryption SDK message, which needs its AWS KMS key",
    },
    Recognized {
        encoding: Some("binary/key-sealed-envelope"),
        marker: None,
        key: None,
        what: "a key-sealed envelope, which needs its recipient's private key",
    },
    Recognized {
        encoding: None,
        marker: Some("temporal.io/remote-codec"),
        key: None,
        what: "a reference of Datadog's large-payload codec, which needs its blob store",
    },
    Recognized {
        encoding: None,
        marker: Some("temporal.io/claim-check-codec"),
        key: None,
        what: "a claim check, which needs the store that it was checked into",
    },
    Recognized {
        encoding: Some("binary/external"),
        marker: Some("database-type-id"),
        key: None,
        what: "a reference of mrsimonemms's external codec, which needs its database",
    },
    Recognized {
        encoding: Some("codec_bucket"),
        marker: None,
        key: None,
        what: "a reference to a bucket, which needs that bucket",
    },
    Recognized {
        encoding: Some("binary/remote-payload"),
        marker: None,
        key: None,
        what: "a reference to a remote Payload, which needs its store",
    },
];

const DATA_KEY_OF_PROXY: &str = "encryption-dek";
const DATA_KEY_OF_AWS: &str = "data_key_encrypted";

fn filled<'a>(payload: &'a Payload, name: &str) -> Option<&'a Vec<u8>> {
    payload.metadata.get(name).filter(|value| !value.is_empty())
}

/// Whether it carries a data key of its own, so that no key of ours seals it. Both of Temporal Proxy's fields must be there
/// and not empty, as in its own test for what it sealed.
pub(crate) fn wraps_its_key(payload: &Payload) -> bool {
    let by_proxy = filled(payload, DATA_KEY_OF_PROXY).is_some();
    let named = filled(payload, METADATA_ENCRYPTION_KEY_ID).is_some();
    (by_proxy && named) || filled(payload, DATA_KEY_OF_AWS).is_some()
}

/// Which format a Payload has that cannot be opened here, where it has one.
pub fn recognize_envelope(payload: &Payload) -> Option<UnsupportedEnvelope> {
    if payload.encoding() == Some("binary/claim-check") {
        return Some(UnsupportedEnvelope {
            what: "a claim check, which needs the store that it was checked into",
            key: None,
        });
    }
    RECOGNIZED.iter().find_map(|format| {
        let fits = format
            .encoding
            .is_none_or(|encoding| payload.encoding() == Some(encoding))
            && format
                .marker
                .is_none_or(|marker| filled(payload, marker).is_some());
        let key = format.key.map(|name| filled(payload, name));
        (fits && key != Some(None)).then(|| UnsupportedEnvelope {
            what: format.what,
            key: key
                .flatten()
                .map(|key| String::from_utf8_lossy(key).into_owned()),
        })
    })
}
