//! Storage references: Payloads whose value lies in external storage, as the SDKs' claim check writes them (source:
//! temporalio/api sdk/v1/external_storage.proto; sdk-go internal/extstore).
//!
//! A reference is known by `encoding` and `messageType` alone; `externalPayloads` is informational. Codecs leave references
//! alone: the stored object is encoded, the reference is not.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::encoding::{METADATA_MESSAGE_TYPE, encodings};
use crate::payload::Payload;

/// The message that a reference's data holds.
const MESSAGE_TYPE: &str = "temporal.api.sdk.v1.ExternalStorageReference";
/// The encoding of references that early Go and Python prereleases wrote.
const LEGACY_ENCODING: &str = "json/external-storage-reference";

/// Where a Payload's value lies.
#[derive(Clone, PartialEq, Eq)]
pub struct StorageReference {
    /// The storage driver: `aws.s3driver`, `gcp.gcsdriver`.
    pub driver: String,
    /// What the driver finds it by: bucket, key, hash. The names differ between SDKs.
    pub claim: BTreeMap<String, String>,
    /// Size of the stored, serialized Payload in bytes, where it is known.
    pub size_bytes: Option<i64>,
    /// Whether it is in the form of early prereleases, which the Web UI does not recognize.
    pub legacy: bool,
}

impl StorageReference {
    /// The reference that a Payload is, or `None`.
    pub fn of(payload: &Payload) -> Option<Self> {
        let (driver, claim, legacy) = match payload.encoding()? {
            encodings::JSON_PROTOBUF
                if payload.metadata_text(METADATA_MESSAGE_TYPE)? == MESSAGE_TYPE =>
            {
                let current: Current = serde_json::from_slice(&payload.data).ok()?;
                (current.driver_name, current.claim_data, false)
            }
            LEGACY_ENCODING => {
                let legacy: Legacy = serde_json::from_slice(&payload.data).ok()?;
                (legacy.driver_name, legacy.driver_claim.claim_data, true)
            }
            _ => return None,
        };
        Some(StorageReference {
            driver,
            claim,
            size_bytes: payload
                .external_payloads
                .first()
                .map(|details| details.size_bytes),
            legacy,
        })
    }
}

#[derive(Deserialize)]
struct Current {
    #[serde(default, rename = "driverName", alias = "driver_name")]
    driver_name: String,
    #[serde(default, rename = "claimData", alias = "claim_data")]
    claim_data: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Legacy {
    driver_name: String,
    driver_claim: Claim,
}

#[derive(Deserialize)]
struct Claim {
    claim_data: BTreeMap<String, String>,
}

/// Names only: claims hold Workflow Ids.
impl fmt::Debug for StorageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StorageReference")
            .field("driver", &self.driver)
            .field("n_claim", &self.claim.len())
            .field("size_bytes", &self.size_bytes)
            .field("legacy", &self.legacy)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::METADATA_ENCODING;

    fn payload(encoding: &str, message_type: Option<&str>, data: &'static str) -> Payload {
        let mut payload = Payload {
            data: data.into(),
            ..Payload::default()
        };
        payload
            .metadata
            .insert(METADATA_ENCODING.to_owned(), encoding.into());
        if let Some(message_type) = message_type {
            payload
                .metadata
                .insert(METADATA_MESSAGE_TYPE.to_owned(), message_type.into());
        }
        payload
    }

    #[test]
    fn recognizes_the_contracts_example() {
        let json = r#"{"metadata":{"encoding":"anNvbi9wcm90b2J1Zg==","messageType":"dGVtcG9yYWwuYXBpLnNkay52MS5FeHRlcm5hbFN0b3JhZ2VSZWZlcmVuY2U="},"data":"eyJkcml2ZXJOYW1lIjogImF3cy5zM2RyaXZlciIsICJjbGFpbURhdGEiOiB7ImJ1Y2tldCI6ICJteS1idWNrZXQiLCAia2V5IjogInYwL25zL2RlZmF1bHQvZC9zaGEyNTYvYWIiLCAiaGFzaF9hbGdvcml0aG0iOiAic2hhMjU2IiwgImhhc2hfdmFsdWUiOiAiYWIifX0=","externalPayloads":[{"sizeBytes":"402653"}]}"#;
        let payload = Payload::from_json(json.as_bytes()).expect("JSON");
        let reference = StorageReference::of(&payload).expect("a reference");
        assert_eq!(reference.driver, "aws.s3driver");
        assert_eq!(reference.claim["bucket"], "my-bucket");
        assert_eq!(
            (reference.size_bytes, reference.legacy),
            (Some(402_653), false)
        );
        assert!(!format!("{reference:?}").contains("my-bucket"));
    }

    #[test]
    fn recognizes_the_legacy_form_and_nothing_else() {
        let data = r#"{"driver_name":"aws.s3driver","driver_claim":{"claim_data":{"key":"k"}}}"#;
        let reference =
            StorageReference::of(&payload(LEGACY_ENCODING, None, data)).expect("a reference");
        assert!(
            reference.legacy && reference.claim["key"] == "k" && reference.size_bytes.is_none()
        );
        for other in [
            payload(
                "json/protobuf",
                Some("temporal.api.common.v1.Payloads"),
                "{}",
            ),
            payload("json/protobuf", None, data),
            payload("json/protobuf", Some(MESSAGE_TYPE), "[1]"),
            payload("json/plain", Some(MESSAGE_TYPE), data),
            payload(LEGACY_ENCODING, None, "{}"),
        ] {
            assert_eq!(StorageReference::of(&other), None, "{other:?}");
        }
    }
}
