//! One Payload in words: its row, its layers, its verdict, and what it says.

pub(crate) mod content;

mod content_text;

pub(crate) mod view;

use payload_codec::{
    Budget, CodecChain, CodecError, CodecName, Decoded, KeyError, KeyId, Mark, Step,
    recognize_envelope, visible_mark,
};
use temporal_payload::{
    Content, Document, NotRecognized, Payload, Slot, StorageReference, UnreadablePayload,
    shown_name,
};

use crate::error::{AppError, Code};

use content::content;
pub use content_text::ContentText;

use crate::hints;
use crate::payload::view::{
    EventRef, MarkView, MetadataEntry, PayloadOutcome, PayloadRow, PayloadView, StepView,
};
use crate::plan::key_messages::unavailable;
use crate::plan::names::Names;

/// Encodings that the SDKs write for what is in the clear.
const SDKS: [&str; 5] = [
    "json/plain",
    "json/protobuf",
    "binary/protobuf",
    "binary/plain",
    "binary/null",
];

/// What became of a slot.
struct Read {
    /// As it stands in the document.
    sent: Payload,
    decoded: Decoded,
}

/// One Payload of a document in one line.
pub(crate) fn row(
    document: &Document,
    slot: &Slot,
    index: usize,
    events: &[EventRef],
    chain: &CodecChain,
    budget: &Budget<'_>,
) -> PayloadRow {
    let event = slot.event.and_then(|event| events.get(event)).cloned();
    let mut row = PayloadRow {
        index: u32::try_from(index).unwrap_or(u32::MAX),
        place: place(&slot.pointer, event.is_some()),
        pointer: slot.pointer.clone(),
        event,
        outcome: PayloadOutcome::Failed,
        layers: Vec::new(),
        preview: ContentText::default(),
        bytes: 0,
    };
    match document.payload(slot) {
        Err(error) => row.preview = hints::sentence(&error.to_string()).into(),
        Ok(sent) => {
            let read = read(sent, chain, budget);
            row.bytes = read.sent.data.len() as u64;
            row.outcome = outcome(&read);
            row.layers = layers(&read.decoded);
            let preview = match &read.decoded.error {
                Some(error) => hints::sentence(&error.to_string()),
                None => content::preview(&read.decoded.payload, slot.is_encoded_attributes()),
            };
            row.preview = preview.into();
        }
    }
    row
}

/// One Payload in full.
pub(crate) fn full(
    document: &Document,
    slot: &Slot,
    row: PayloadRow,
    chain: &CodecChain,
    names: &Names,
) -> PayloadView {
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
        mark: mark(&read),
        steps: decoded
            .steps
            .iter()
            .map(|step| step_view(step, names))
            .collect(),
        encoded_metadata: metadata(sent),
        metadata: metadata(&decoded.payload),
        content: content(&decoded.payload, chain),
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

/// What the layer that did not come off shows by itself.
fn mark(read: &Read) -> Option<MarkView> {
    let payload = &read.decoded.payload;
    let is_bytes = || matches!(Content::of(payload), Content::Bytes { .. });
    let is_left = match payload.encoding() {
        _ if read.decoded.error.is_some() || recognize_envelope(payload).is_some() => true,
        Some(encoding) if SDKS.contains(&encoding) => encoding.starts_with("json/") && is_bytes(),
        Some(_) => true,
        None => is_bytes(),
    };
    let mark = visible_mark(&payload.data).filter(|_| is_left)?;
    Some(MarkView {
        words: mark_in_words(mark),
        takes_key: mark.takes_key,
    })
}

/// A sentence about what data starts as.
pub(crate) fn mark_in_words(mark: Mark) -> String {
    let base64 = if mark.as_base64 {
        ", written as base64"
    } else {
        ""
    };
    let unread = if mark.is_read {
        ""
    } else {
        " No format of this app reads that."
    };
    format!("The data starts as {} does{base64}.{unread}", mark.what)
}

fn read(sent: Payload, chain: &CodecChain, budget: &Budget<'_>) -> Read {
    Read {
        decoded: chain.decode_within(sent.clone(), budget),
        sent,
    }
}

fn outcome(read: &Read) -> PayloadOutcome {
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
fn foreign(payload: &Payload) -> Option<String> {
    if let Some(envelope) = recognize_envelope(payload) {
        return Some(hints::sentence(&envelope.to_string()));
    }
    let encoding = payload
        .encoding()
        .filter(|encoding| !SDKS.contains(encoding))?;
    matches!(Content::of(payload), Content::Bytes { .. }).then(|| {
        let encoding = shown_name(encoding);
        format!("Encoded as {encoding}, which no codec of this app reads.")
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

fn verdict(read: &Read, names: &Names) -> String {
    let Read { decoded, .. } = read;
    if let Some(error) = &decoded.error {
        return hints::sentence(&error.to_string());
    }
    if let Some(words) = foreign(&decoded.payload) {
        return words;
    }
    let words: Vec<String> = decoded
        .steps
        .iter()
        .map(|step| {
            let format = step.format.as_deref().and_then(|name| names.format(name));
            match (&step.key_id, &step.format, format) {
                (Some(id), _, None) => format!("decrypted with key {}", shown(id)),
                (Some(id), _, Some(format)) => {
                    format!("decrypted with key {} ({format})", shown(id))
                }
                (None, Some(_), format) => {
                    format!("decrypted as {}", format.unwrap_or_default())
                }
                (None, None, _) => format!("unpacked from {}", step.codec),
            }
        })
        .collect();
    if words.is_empty() {
        "Not encoded.".to_owned()
    } else {
        hints::sentence(&words.join(", then "))
    }
}

/// What has the shape of a Payload, and is none.
pub(crate) fn unreadable(error: &UnreadablePayload) -> AppError {
    AppError::new(Code::PayloadDamaged, error.to_string())
}

/// Why a Payload was not decoded, and what to do now.
pub(crate) fn problem(error: &CodecError, sent: &Payload) -> AppError {
    let code = match error {
        CodecError::KeyNotFound(_) | CodecError::KeyIdMissing => Code::KeyNotFound,
        CodecError::KeyWithheld { .. } => Code::KeyWithheld,
        CodecError::KeyUnavailable {
            source: KeyError::AppLocked,
            ..
        } => Code::Locked,
        CodecError::KeyUnavailable { .. } => Code::KeychainUnavailable,
        CodecError::Unauthentic(_)
        | CodecError::KeyUnfit { .. }
        | CodecError::MetadataMissing { .. }
        | CodecError::MetadataTaken { .. }
        | CodecError::Unpadded(_)
        | CodecError::Truncated { .. }
        | CodecError::Malformed(_)
        | CodecError::Corrupt { .. }
        | CodecError::Inflate { .. }
        | CodecError::WorkLimit { .. }
        | CodecError::Stopped
        | CodecError::TooManyLayers { .. }
        | CodecError::NoEncodeKey
        | CodecError::NoRandomness => Code::PayloadDamaged,
    };
    let problem = AppError::new(code, error.to_string());
    // KuFlow's Java SDK wrote this marker with nonces of 16 bytes, which looks like a wrong key.
    if matches!(error, CodecError::Unauthentic(_))
        && sent.metadata.contains_key("encryption-cipher")
    {
        return problem.hint(
            "Press “Which key opens this?”: KuFlow’s Java codec of 2024 writes this label with 16-byte nonces. Otherwise, compare the key’s fingerprint with that of the Workers’ key.",
        );
    }
    problem.hint(hints::of_codec_error(error))
}

/// Layers for people, outermost first: those that came off, and what is left.
pub(crate) fn layers(decoded: &Decoded) -> Vec<String> {
    let mut layers: Vec<String> = decoded
        .steps
        .iter()
        .map(|step| match &step.key_id {
            Some(id) => format!("encrypted · {}", shown(id)),
            None => step.codec.to_string(),
        })
        .collect();
    let left = decoded.payload.encoding().unwrap_or("no encoding");
    layers.push(
        match decoded.error.as_ref().and_then(CodecError::stopped_at) {
            Some(id) => format!("encrypted · {}", shown(id)),
            None => left.to_owned(),
        },
    );
    layers
}

pub(crate) fn shown(id: &KeyId) -> String {
    match id.as_str() {
        "" => "(empty id)".to_owned(),
        _ => id.to_string(),
    }
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

/// `/events/3/activityTaskScheduledEventAttributes/input/payloads/0` is `input[0]` of its event.
fn place(pointer: &str, in_event: bool) -> String {
    let mut segments = pointer
        .split('/')
        .skip(1)
        .map(|segment| segment.replace("~1", "/").replace("~0", "~"));
    let mut place = String::new();
    let mut skipped_event = !in_event;
    for segment in &mut segments {
        if !skipped_event {
            // Everything down to the attributes says what the event's own line says.
            skipped_event =
                segment.ends_with("EventAttributes") || segment.ends_with("_event_attributes");
            if !skipped_event && (segment == "userMetadata" || segment == "user_metadata") {
                skipped_event = true;
                place.push_str(&segment);
            }
            continue;
        }
        if segment.bytes().all(|byte| byte.is_ascii_digit()) && !segment.is_empty() {
            place.push_str(&format!("[{segment}]"));
        } else if matches!(
            segment.as_str(),
            "payloads" | "fields" | "indexedFields" | "indexed_fields"
        ) && !place.is_empty()
        {
            // Wrappers of the wire form.
        } else {
            if !place.is_empty() {
                place.push('.');
            }
            place.push_str(&segment);
        }
    }
    if place.is_empty() {
        "Payload".to_owned()
    } else {
        place
    }
}

/// Why a Payload was not encoded.
pub(crate) fn not_encoded(error: &CodecError) -> AppError {
    if let CodecError::KeyUnavailable { source, .. } = error {
        return unavailable(*source);
    }
    let problem = AppError::new(Code::NotEncoded, error.to_string());
    problem.hint(hints::of_codec_error(error))
}

/// Why a text or a file is no document with Payloads.
pub(crate) fn not_recognized(error: &NotRecognized) -> AppError {
    let problem = AppError::new(Code::NotRecognized, error.to_string());
    match error.place() {
        Some(place) => problem.at(place),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[track_caller]
    fn check(pointer: &str, in_event: bool, expect: &str) {
        assert_eq!(place(pointer, in_event), expect, "{pointer}");
    }

    #[test]
    fn places_read_like_the_web_ui() {
        check("", false, "Payload");
        check("/payloads/2", false, "payloads[2]");
        check(
            "/events/3/activityTaskScheduledEventAttributes/input/payloads/0",
            true,
            "input[0]",
        );
        check(
            "/history/events/0/workflowExecutionStartedEventAttributes/memo/fields/a~1b",
            true,
            "memo.a/b",
        );
        check(
            "/events/0/userMetadata/summary",
            true,
            "userMetadata.summary",
        );
        check(
            "/events/4/activityTaskFailedEventAttributes/failure/cause/encodedAttributes",
            true,
            "failure.cause.encodedAttributes",
        );
        check("/cause/encodedAttributes", false, "cause.encodedAttributes");
    }
}
