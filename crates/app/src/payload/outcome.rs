//! What became of a Payload: decoded, plain, failed, or encoded in a way that nothing here reads.

use payload_codec::{Budget, CodecChain, Decoded, recognize_envelope};
use temporal_payload::{Content, Payload, StorageReference, base64, shown_name};

use super::view::PayloadOutcome;
use crate::hints;

/// Encodings that the SDKs write for what is in the clear.
pub(crate) const SDKS: [&str; 5] = [
    "json/plain",
    "json/protobuf",
    "binary/protobuf",
    "binary/plain",
    "binary/null",
];

/// What became of a slot.
pub(super) struct Read {
    /// As it stands in the document.
    pub(super) sent: Payload,
    pub(super) decoded: Decoded,
}

pub(super) fn read(sent: Payload, chain: &CodecChain, budget: &Budget<'_>) -> Read {
    Read {
        decoded: chain.decode_within(sent.clone(), budget),
        sent,
    }
}

pub(super) fn outcome(read: &Read) -> PayloadOutcome {
    let decoded = &read.decoded;
    if decoded.error.is_some() {
        PayloadOutcome::Failed
    } else if foreign(&decoded.payload).is_some() {
        PayloadOutcome::Unsupported
    } else if decoded.steps.is_empty() {
        PayloadOutcome::Plain
    } else {
        PayloadOutcome::Decoded
    }
}

/// What is to be said of a Payload that is encoded in a way that this product does not read: an envelope that it knows by sight,
/// or bytes under an encoding that no SDK writes. `None` for every other.
pub(super) fn foreign(payload: &Payload) -> Option<String> {
    if let Some(envelope) = recognize_envelope(payload) {
        return Some(hints::sentence(&envelope.to_string()));
    }
    if is_without_metadata(payload) {
        return Some(
            "It has no metadata: perhaps its data is that of an encoded Payload, which cannot be read without its metadata."
                .to_owned(),
        );
    }
    let encoding = shown_name(unknown_encoding(payload)?);
    Some(format!("Encoding {encoding}: no format in use reads it."))
}

/// Whether it says nothing of its data, which is no text that could be read as it is.
fn is_without_metadata(payload: &Payload) -> bool {
    payload.encoding().is_none_or(str::is_empty)
        && !payload.data.is_empty()
        && payload.external_payloads.is_empty()
        && is_encoded(payload)
}

/// The encoding that no SDK writes and nothing in use reads, of bytes that are encoded.
fn unknown_encoding(payload: &Payload) -> Option<&str> {
    let encoding = payload
        .encoding()
        .filter(|encoding| !SDKS.contains(encoding))?;
    is_encoded(payload).then_some(encoding)
}

/// Whether it is bytes under an encoding that nothing in use reads, or under none at all.
pub(super) fn is_unclaimed(payload: &Payload) -> bool {
    is_without_metadata(payload) || unknown_encoding(payload).is_some()
}

fn is_encoded(payload: &Payload) -> bool {
    match Content::of(payload) {
        Content::Bytes { .. } => true,
        // Codecs that write text write it as one word.
        Content::Text(text) => is_one_word_of_base64(&text),
        Content::Null
        | Content::Json(_)
        | Content::StorageReference(_)
        | Content::NestedPayloads(_)
        | Content::Protobuf { .. } => false,
    }
}

fn is_one_word_of_base64(text: &str) -> bool {
    const LEAST: usize = 24;
    let text = text.trim_end();
    text.len() >= LEAST && !text.contains(char::is_whitespace) && base64::decode(text).is_some()
}

/// Whether something is left that nothing here reads: it is told apart from a reference and from what is plain.
pub(crate) fn is_unread(payload: &Payload) -> bool {
    StorageReference::of(payload).is_none() && foreign(payload).is_some()
}

/// As [`left`], of whatever is not certain to be in the clear as well: what is to be hidden cannot be looked for in there.
pub(crate) fn hidden(payload: &Payload) -> Option<String> {
    left(payload).or_else(|| {
        let encoding = payload.encoding()?;
        let is_clear = SDKS.contains(&encoding) || payload.data.is_empty();
        (!is_clear).then(|| {
            let encoding = shown_name(encoding);
            format!("Encoding {encoding}: no format in use reads it.")
        })
    })
}

/// Why there is still something to read elsewhere or otherwise, of a Payload that was decoded as far as it goes; `None` where
/// it is what the Workflow sees.
pub(crate) fn left(payload: &Payload) -> Option<String> {
    let stored = || {
        let reference = StorageReference::of(payload)?;
        let driver = match reference.driver.as_str() {
            "" => "external storage".to_owned(),
            driver => format!("external storage (driver {})", shown_name(driver)),
        };
        Some(format!("A reference: the data is in {driver}."))
    };
    stored().or_else(|| foreign(payload))
}
