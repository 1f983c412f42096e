//! Formats that are known by sight and cannot be opened here: data keys that a key service wraps, values that lie elsewhere,
//! and what is no codec at all. Trying keys on them would only ever say "wrong key", so they are recognized, named with what
//! opening them would need, and passed through.

use std::fmt;

use temporal_payload::{METADATA_ENCRYPTION_KEY_ID, Payload, encodings, shown_name};

use super::json_marks;
use crate::aws_message;
use crate::compression::by_encoding::is_of_another_version;
use crate::key_sealed::{KEY_SEALED, recipients};

/// A format that this product knows by sight, with what opening it would need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedEnvelope {
    what: &'static str,
    needs: String,
}

impl UnsupportedEnvelope {
    /// What it is.
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// What opening it would need, with the key's name where the Payload says it.
    pub fn needs(&self) -> &str {
        &self.needs
    }
}

impl fmt::Display for UnsupportedEnvelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, which needs {}", self.what, self.needs)
    }
}

/// One format: who writes it, what it is known by, what it would need.
pub(crate) struct Recognized {
    /// Who writes it, for the catalogue.
    pub(crate) written_by: &'static str,
    pub(crate) what: &'static str,
    /// What opening it needs, whatever the Payload says.
    pub(crate) needs: &'static str,
    fits: fn(&Payload) -> bool,
    /// What it needs, more exactly, from the Payload.
    exactly: fn(&Payload) -> Option<String>,
}

/// In this order; the first that fits.
pub(crate) const RECOGNIZED: [Recognized; 24] = [
    Recognized {
        written_by: "Temporal Proxy, with a key service",
        what: "envelope-encrypted by Temporal Proxy",
        needs: "the key service that wraps its data key (AWS KMS, Google Cloud KMS, Azure Key Vault, or an extension server)",
        fits: |payload| encrypted(payload) && sealed_by_proxy(payload),
        exactly: key_of_proxy,
    },
    Recognized {
        written_by: "samples-python `encryption_jwt`",
        what: "encrypted with a data key that AWS KMS wraps",
        needs: "the AWS KMS key that wraps its data key",
        fits: |payload| encrypted(payload) && filled(payload, DATA_KEY_OF_AWS).is_some(),
        exactly: |_| None,
    },
    Recognized {
        written_by: "temporal-sa/temporal-cloud-proxy",
        what: "encrypted with a data key that AWS KMS wraps",
        needs: "the AWS KMS key that wraps its data key",
        fits: |payload| encrypted(payload) && filled(payload, DATA_KEY_OF_CLOUD_PROXY).is_some(),
        exactly: |payload| {
            let key = filled(payload, METADATA_ENCRYPTION_KEY_ID)?;
            Some(format!("the AWS KMS key {}", shown_name(&text(key))))
        },
    },
    Recognized {
        written_by: "samples-java `KeyringCodec` (AWS Encryption SDK)",
        what: "an AWS Encryption SDK message",
        needs: "the AWS KMS key that wraps its data key",
        fits: |payload| AWS_MESSAGE.iter().any(|label| is(payload, label)),
        exactly: |payload| aws_message::wrapped_by(&payload.data).map(|key| shown_name(&key)),
    },
    Recognized {
        written_by: "@eropple's codec",
        what: "a key-sealed envelope",
        needs: "a command that unwraps its data key with its recipient's private key",
        fits: |payload| is(payload, KEY_SEALED),
        exactly: |payload| {
            let names = recipients(payload);
            let names = names.iter().take(3).map(|name| shown_name(name));
            let names: Vec<String> = names.collect();
            (!names.is_empty()).then(|| {
                format!(
                    "a command that unwraps its data key with the private key of {}",
                    names.join(" or ")
                )
            })
        },
    },
    Recognized {
        written_by: "sdk-go `tinkcodec` with a key service",
        what: "encrypted with a data key that Tink wraps",
        needs: "the key service of its Tink keyset",
        fits: |payload| is(payload, TINK) && payload.data.first() == Some(&0),
        exactly: |_| None,
    },
    Recognized {
        written_by: "sdk-go `tinkcodec`, advdv/stdgo, with a keyset",
        what: "sealed with a Tink keyset",
        needs: "the AES key of its keyset, in the format tink",
        fits: |payload| {
            let names_namespace = filled(payload, "encryption-context-namespace").is_some();
            is(payload, TINK) || (encrypted(payload) && names_namespace)
        },
        exactly: |payload| {
            let number = payload.data.strip_prefix(&[1])?.first_chunk::<4>()?;
            let number = u32::from_be_bytes(*number);
            Some(format!(
                "the AES key with number {number} of its keyset, in the format tink"
            ))
        },
    },
    Recognized {
        written_by: "saga420/temporal-encryption-converter",
        what: "encrypted for the owner of a private key",
        needs: "its reader's X25519 private key, in the format saga420",
        fits: |payload| {
            encrypted(payload)
                && filled(payload, "enc-shared-public-key").is_some()
                && filled(payload, "enc-algo-method").is_some()
        },
        exactly: |_| None,
    },
    Recognized {
        written_by: "a codec in C# that writes `binary/encrypted-sk-v2`",
        what: "encrypted as binary/encrypted-sk-v2",
        needs: "its key and the Workflow id, which no request to a Codec Server names",
        fits: |payload| is(payload, "binary/encrypted-sk-v2"),
        exactly: |_| None,
    },
    Recognized {
        written_by: "a later version of agent-runtime",
        what: "an agent-runtime Payload of an unknown version",
        needs: "a codec of that version",
        fits: is_of_another_version,
        exactly: |_| None,
    },
    Recognized {
        written_by: "Datadog's large-payload codec",
        what: "a reference of Datadog's large-payload codec",
        needs: "its blob store",
        fits: |payload| filled(payload, "temporal.io/remote-codec").is_some(),
        exactly: |_| None,
    },
    Recognized {
        written_by: "ai-cookbook's claim check",
        what: "a claim check",
        needs: "the store that it was checked into",
        fits: |payload| filled(payload, "temporal.io/claim-check-codec").is_some(),
        exactly: |_| None,
    },
    Recognized {
        written_by: "Reliant Labs (`claim-check/v1`)",
        what: "a claim check",
        needs: "the store that it was checked into",
        fits: |payload| is(payload, "claim-check/v1"),
        exactly: |_| None,
    },
    Recognized {
        written_by: "codecs that write the path of a file into `claim-check`",
        what: "a claim check",
        needs: "the file that it was checked into",
        fits: |payload| payload.data.is_empty() && filled(payload, "claim-check").is_some(),
        exactly: |_| None,
    },
    Recognized {
        written_by: "nuonco/nuon (`nuon/largepayload`)",
        what: "a reference of nuon's large-payload codec",
        needs: "nuon's database",
        fits: |payload| is(payload, "nuon/largepayload"),
        exactly: |_| None,
    },
    Recognized {
        written_by: "nuonco/nuon (`nuon/blob`)",
        what: "a reference of nuon's blob codec",
        needs: "its S3 bucket",
        fits: |payload| is(payload, "nuon/blob"),
        exactly: |_| None,
    },
    Recognized {
        written_by: "codecs that write `binary/claim-check`",
        what: "a claim check",
        needs: "the store that it was checked into",
        fits: |payload| is(payload, "binary/claim-check"),
        exactly: |_| None,
    },
    Recognized {
        written_by: "mrsimonemms's external codec",
        what: "a reference of mrsimonemms's external codec",
        needs: "its database",
        fits: |payload| {
            is(payload, "binary/external") && filled(payload, "database-type-id").is_some()
        },
        exactly: |payload| {
            let database = filled(payload, "database-type-id")?;
            Some(format!("its database ({})", shown_name(&text(database))))
        },
    },
    Recognized {
        written_by: "codecs that write `codec_bucket`",
        what: "a reference to a bucket",
        needs: "that bucket",
        fits: |payload| is(payload, "codec_bucket"),
        exactly: |_| None,
    },
    Recognized {
        written_by: "agent-runtime's blob references",
        what: "a reference to a remote Payload",
        needs: "its store",
        fits: |payload| is(payload, "binary/remote-payload"),
        exactly: |_| None,
    },
    Recognized {
        written_by: "samples-java `payloadconverter/crypto`",
        what: "JSON with fields that jackson-json-crypto encrypted",
        needs: "the password of the converter that wrote them",
        fits: |payload| is_json(payload) && json_marks::has_encrypted_field(&payload.data),
        exactly: |_| None,
    },
    Recognized {
        written_by: "TypeScript SDK's tests (`ByteSkewerPayloadCodec`)",
        what: "JSON with every byte one too high, as the TypeScript SDK's ByteSkewer writes it",
        needs: "that test codec",
        fits: |payload| is_json(payload) && json_marks::is_skewed(&payload.data),
        exactly: |_| None,
    },
    Recognized {
        written_by: "Java SDK's tests (`SimplePrefixPayloadCodec`)",
        what: "JSON behind the text \"Customer: \", as the Java SDK's SimplePrefix writes it",
        needs: "that test codec",
        fits: |payload| is_json(payload) && json_marks::has_prefix(&payload.data),
        exactly: |_| None,
    },
    Recognized {
        written_by: "nzuguem's codec, without metadata",
        what: "base64 text around a '#' without metadata, as nzuguem's codec writes it",
        needs: "its key, in format nzuguem",
        fits: json_marks::is_base64_hash_base64,
        exactly: |_| None,
    },
];

pub(crate) const DATA_KEY_OF_PROXY: &str = "encryption-dek";
pub(crate) const DATA_KEY_OF_AWS: &str = "data_key_encrypted";
pub(crate) const DATA_KEY_OF_CLOUD_PROXY: &str = "encrypted-data-key";
pub(crate) const TINK: &str = "binary/encrypted/tink";
/// The sample spells the first; the second stood there once.
pub(crate) const AWS_MESSAGE: [&str; 2] = [
    "awsencryptionsdk/binary/encrypted",
    "awsencriptionsdk/binary/encrypted",
];

fn is(payload: &Payload, encoding: &str) -> bool {
    payload.has_encoding(encoding)
}

fn encrypted(payload: &Payload) -> bool {
    is(payload, encodings::BINARY_ENCRYPTED)
}

fn is_json(payload: &Payload) -> bool {
    is(payload, encodings::JSON_PLAIN)
}

fn filled<'a>(payload: &'a Payload, name: &str) -> Option<&'a Vec<u8>> {
    payload.metadata.get(name).filter(|value| !value.is_empty())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Both of Temporal Proxy's fields must be there and not empty, as in its own test for what it sealed.
fn sealed_by_proxy(payload: &Payload) -> bool {
    filled(payload, DATA_KEY_OF_PROXY).is_some()
        && filled(payload, METADATA_ENCRYPTION_KEY_ID).is_some()
}

/// Which service holds the key, by the scheme of its id.
fn key_of_proxy(payload: &Payload) -> Option<String> {
    const SERVICES: [(&str, &str); 6] = [
        ("awskms://", "AWS KMS key"),
        ("gcpkms://", "Google Cloud KMS key"),
        ("azurekeyvault://", "Azure Key Vault key"),
        (
            "extension://",
            "the proxy's extension server, which has the key",
        ),
        ("base64key://", "a local key whose id is whole"),
        ("testing://", "a local key whose id is whole"),
    ];
    let id = text(filled(payload, METADATA_ENCRYPTION_KEY_ID)?);
    let service = SERVICES
        .iter()
        .find_map(|(scheme, service)| Some((id.strip_prefix(scheme)?, *service)));
    Some(match service {
        // A local key's id is the key itself.
        Some((_, service @ "a local key whose id is whole")) => service.to_owned(),
        Some((name, service)) => format!("{service} {}", shown_name(name.trim_start_matches('/'))),
        None => format!("the proxy's key {}", shown_name(&id)),
    })
}

/// Which format a Payload has that cannot be opened here, where it has one.
pub fn recognize_envelope(payload: &Payload) -> Option<UnsupportedEnvelope> {
    let format = RECOGNIZED.iter().find(|format| (format.fits)(payload))?;
    Some(UnsupportedEnvelope {
        what: format.what,
        needs: (format.exactly)(payload).unwrap_or_else(|| format.needs.to_owned()),
    })
}

#[cfg(test)]
mod tests;
