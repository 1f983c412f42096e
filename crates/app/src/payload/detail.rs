//! One Payload in full: its verdict, its layers, its metadata, and what it says.

use payload_codec::{CodecChain, CodecError, CodecName, KeyId, Step};
use payload_schema::Schemas;
use temporal_payload::{Document, Payload, Slot};

use super::ContentText;
use super::content::{self, content};
use super::context;
use super::mark::mark;
use super::messages::{problem, unreadable};
use super::outcome::{Read, read};
use super::verdict::verdict;
use super::view::{MetadataEntry, PayloadRow, PayloadView, StepView};
use super::whose::Whose;
use crate::plan::names::Names;

/// One Payload in full; `base` is the chain of its document, which does not know whose it is.
pub(crate) fn full(
    document: &Document,
    slot: &Slot,
    row: PayloadRow,
    base: &CodecChain,
    names: &Names,
    schemas: &Schemas,
    whose: &Whose,
) -> PayloadView {
    let chain = &*whose.chain(document, slot, base);
    let read = match document.payload(slot) {
        Ok(sent) => {
            let budget = chain.budget(sent.data.len());
            read(sent, chain, &budget)
        }
        Err(error) => {
            let error = unreadable(&error);
            return PayloadView {
                jq: slot.jq(),
                json_path: slot.json_path(),
                verdict: error.message.clone(),
                error: Some(error),
                missing_key: None,
                context: Vec::new(),
                mark: None,
                steps: Vec::new(),
                encoded_metadata: Vec::new(),
                metadata: Vec::new(),
                content: content::source(document, slot),
                decoded_bytes: 0,
                payload_json: ContentText::default(),
                row,
            };
        }
    };
    let Read { sent, decoded } = &read;
    PayloadView {
        jq: slot.jq(),
        json_path: slot.json_path(),
        verdict: verdict(&read, names),
        error: decoded.error.as_ref().map(|error| problem(error, sent)),
        missing_key: decoded
            .error
            .as_ref()
            .and_then(wanted_key)
            .map(|id| id.as_str().to_owned()),
        context: context::values(&read, base, &whose.known(document, slot)),
        mark: mark(&read),
        steps: decoded
            .steps
            .iter()
            .map(|step| step_view(step, names))
            .collect(),
        encoded_metadata: metadata(sent),
        metadata: metadata(&decoded.payload),
        content: content(&decoded.payload, chain, schemas),
        decoded_bytes: decoded.payload.data.len() as u64,
        payload_json: decoded.payload.to_json().into(),
        row,
    }
}

/// The key that would open it, whether it is missing or withheld.
fn wanted_key(error: &CodecError) -> Option<KeyId> {
    if let CodecError::KeyWithheld { id, .. } = error {
        return Some(id.clone());
    }
    error.missing_key()
}

fn step_view(step: &Step, names: &Names) -> StepView {
    StepView {
        codec: match step.codec {
            CodecName::Sealed(cipher) => cipher.title().to_owned(),
            other @ (CodecName::Zlib
            | CodecName::Gzip
            | CodecName::Snappy
            | CodecName::Zstd
            | CodecName::Brotli
            | CodecName::Lz4
            | CodecName::Compressed) => other.to_string(),
        },
        format: step.format.as_deref().map(str::to_owned),
        key_id: step.key_id.as_ref().map(|id| id.as_str().to_owned()),
        key_label: step.key_id.as_ref().and_then(|id| names.label(id)),
        bytes_in: step.bytes_in as u64,
        bytes_out: step.bytes_out as u64,
    }
}

fn metadata(payload: &Payload) -> Vec<MetadataEntry> {
    payload
        .metadata
        .iter()
        .map(|(name, value)| match std::str::from_utf8(value) {
            Ok(text) if !text.chars().any(char::is_control) => MetadataEntry {
                name: name.clone(),
                value: text.to_owned().into(),
                hex: false,
            },
            _ => MetadataEntry {
                name: name.clone(),
                value: content::hex(value).into(),
                hex: true,
            },
        })
        .collect()
}
