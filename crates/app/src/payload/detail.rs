//! One Payload in full: its verdict, its layers, its metadata, and what it says.

use payload_codec::{CodecChain, CodecError, CodecName, DataKeyProblem, KeyId, Step, wrapped_keys};
use temporal_payload::{Content, Document, METADATA_MESSAGE_TYPE, Payload, Slot};

use super::ContentText;
use super::content::{self, content, content_of_chosen};
use super::context;
use super::mark::mark;
use super::messages::{problem, unreadable};
use super::outcome::{Read, is_unclaimed, read};
use super::verdict::verdict;
use super::view::{
    MessageView, MetadataEntry, PayloadRow, PayloadView, StepView, UnreadView, UnusedFormat,
};
use super::whose::Whose;
use crate::plan::names::Names;
use crate::schemas::message_types::{DocumentTypes, chosen_now, may_be_message};

/// The chain of a document, which does not know whose its Payloads are, and whose they are.
pub(crate) struct Chains<'a> {
    pub(crate) base: &'a CodecChain,
    pub(crate) whose: &'a Whose,
}

/// One Payload in full; `message_type` chooses the type of its message for the moment.
pub(crate) fn full(
    document: &Document,
    slot: &Slot,
    row: PayloadRow,
    Chains { base, whose }: &Chains<'_>,
    names: &Names,
    types: &DocumentTypes<'_>,
    message_type: Option<&str>,
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
                wrapped_by: None,
                context: Vec::new(),
                mark: None,
                unread: None,
                steps: Vec::new(),
                encoded_metadata: Vec::new(),
                metadata: Vec::new(),
                content: content::source(document, slot),
                message: None,
                decoded_bytes: 0,
                payload_json: ContentText::default(),
                row,
            };
        }
    };
    let Read { sent, decoded } = &read;
    let payload = &decoded.payload;
    let chosen = match message_type {
        _ if decoded.error.is_some() => None,
        Some(name) => chosen_now(payload, name),
        None => types.chosen(slot, payload),
    };
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
        wrapped_by: wrapped_by(&read),
        context: context::values(&read, base, &whose.known(document, slot)),
        mark: mark(&read),
        unread: (decoded.error.is_none() && is_unclaimed(payload)).then(|| {
            let unused = names.unused_formats(payload).into_iter();
            let formats = unused.map(|(name, title)| UnusedFormat { name, title });
            UnreadView {
                formats: formats.collect(),
            }
        }),
        steps: decoded
            .steps
            .iter()
            .map(|step| step_view(step, names))
            .collect(),
        encoded_metadata: metadata(sent),
        metadata: metadata(&decoded.payload),
        content: match &chosen {
            Some(chosen) => content_of_chosen(chosen, chain, types.schemas()),
            None => content(payload, chain, types.schemas()),
        },
        message: (decoded.error.is_none() && may_be_message(payload)).then(|| MessageView {
            message_type: chosen
                .as_ref()
                .map_or(payload, |chosen| &chosen.payload)
                .metadata_text(METADATA_MESSAGE_TYPE)
                .map(|name| name.to_owned().into()),
            chosen_now: message_type.is_some(),
            is_likely: matches!(
                Content::of(payload),
                Content::Protobuf { .. } | Content::Bytes { .. }
            ),
        }),
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

/// The key that wraps its data key, where nobody is set up for that: such a layer is nobody's, or the error says so.
fn wrapped_by(read: &Read) -> Option<String> {
    let is_unset = match &read.decoded.error {
        None => true,
        Some(CodecError::DataKey { problem, .. }) => *problem == DataKeyProblem::NoSource,
        Some(_) => false,
    };
    let wrapped = is_unset.then(|| wrapped_keys(&read.decoded.payload))?;
    Some(wrapped.first()?.wrapped_by().to_owned())
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
