//! One Payload of a document in one line: where it is, what became of it, how it begins.

use payload_codec::{Budget, CodecChain};
use temporal_payload::{Document, Slot, history};

use super::ContentText;
use super::content;
use super::layers::layers;
use super::outcome::{outcome, read};
use super::view::{EventRef, PayloadOutcome, PayloadRow};
use crate::hints;
use crate::schemas::message_types::DocumentTypes;

/// What is kept of one Payload of a document: what the document does not say by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DecodedRow {
    /// Where it is, for people: `input[0]`, `memo.customer`, …
    pub(crate) place: String,
    pub(crate) outcome: PayloadOutcome,
    /// Its layers, outermost first.
    pub(crate) layers: Vec<String>,
    /// The start of what it says, one line.
    pub(crate) preview: ContentText,
    /// Size of its data as it stands in the document.
    pub(crate) bytes: u64,
}

impl DecodedRow {
    /// With what the document says of it.
    pub(crate) fn shown(&self, document: &Document, index: usize) -> PayloadRow {
        let slot = document.slots().get(index);
        PayloadRow {
            index: u32::try_from(index).unwrap_or(u32::MAX),
            pointer: slot.map_or_else(String::new, |slot| slot.pointer.clone()),
            place: self.place.clone(),
            event: slot.and_then(|slot| event_of(document, slot)),
            outcome: self.outcome,
            layers: self.layers.clone(),
            preview: self.preview.clone(),
            bytes: self.bytes,
        }
    }
}

/// The event that a Payload belongs to.
pub(crate) fn event_of(document: &Document, slot: &Slot) -> Option<EventRef> {
    let event = history::row_at(document, slot.event?)?;
    Some(EventRef {
        id: event.event_id.into_owned(),
        kind: event.event_type,
        time: event.event_time.into_owned(),
    })
}

/// One Payload of a document in one line.
pub(crate) fn row(
    document: &Document,
    slot: &Slot,
    chain: &CodecChain,
    budget: &Budget<'_>,
    types: &DocumentTypes<'_>,
) -> DecodedRow {
    let mut row = DecodedRow {
        place: place(&slot.pointer, slot.event.is_some()),
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
                None => {
                    let payload = &read.decoded.payload;
                    let chosen = types.chosen(slot, payload);
                    let payload = chosen.as_ref().map_or(payload, |chosen| &chosen.payload);
                    content::preview(payload, slot.is_encoded_attributes(), types.schemas())
                }
            };
            row.preview = preview.into();
        }
    }
    row
}

/// `/events/3/activityTaskScheduledEventAttributes/input/payloads/0` is `input[0]` of its event.
pub(crate) fn place(pointer: &str, in_event: bool) -> String {
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
