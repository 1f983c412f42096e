//! Messages of a document as JSON for people, and what chose their types where that was not the message itself.

use std::collections::BTreeMap;

use temporal_payload::{METADATA_MESSAGE_TYPE, Payload, Slot, encodings, shown_name};

use crate::payload::{as_readable, stays_bytes};
use crate::schemas::message_types::DocumentTypes;

/// Types that something else chose than the messages themselves, with the number of messages.
#[derive(Default)]
pub(super) struct Chosen(BTreeMap<String, usize>);

impl Chosen {
    /// A decoded Payload for people, and why it stays bytes, where it is a message that does.
    pub(super) fn readable(
        &mut self,
        slot: Option<&Slot>,
        payload: Payload,
        types: &DocumentTypes<'_>,
    ) -> (Payload, Option<String>) {
        let schemas = types.schemas();
        let Some(chosen) = slot.and_then(|slot| types.chosen(slot, &payload)) else {
            let readable = as_readable(payload, schemas);
            let stays = stays_bytes(&readable, schemas);
            return (readable, stays);
        };
        let by = chosen.by;
        let readable = as_readable(chosen.payload, schemas);
        if let Some(stays) = stays_bytes(&readable, schemas) {
            return (payload, Some(format!("{stays} Its type was chosen {by}.")));
        }
        if readable.encoding() == Some(encodings::JSON_PROTOBUF) {
            let name = readable.metadata_text(METADATA_MESSAGE_TYPE);
            let name = shown_name(name.unwrap_or_default());
            *self.0.entry(format!("{name}, {by}")).or_default() += 1;
        }
        (readable, None)
    }

    pub(super) fn said(self) -> Vec<(String, usize)> {
        self.0.into_iter().collect()
    }
}
