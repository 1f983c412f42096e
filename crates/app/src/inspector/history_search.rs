//! Searching a history: what its events and their decoded Payloads say.

use payload_codec::CodecChain;
use temporal_payload::Content;
use temporal_payload::history::HistoryEvent;

use super::documents::Inspection;
use super::event_failure::message;
use super::rows::Rows;
use super::search_text::{Room, SearchText, push};
use crate::payload::content::with_characters;
use crate::payload::layers;

/// An entry for each event.
pub(super) fn text_of_events(inspection: &Inspection, chain: &CodecChain) -> SearchText {
    let (document, rows) = (&inspection.document, &inspection.rows);
    let events = &inspection.execution().events;
    let budget = chain.budget(document.text().len());
    let entry = |at: usize, room: &Room| {
        let Some(event) = events.get(at) else {
            return String::new();
        };
        let mut text = head(event, rows);
        for at in event.slots.clone() {
            let row = rows.get(at);
            if let Some(row) = row {
                push(&mut text, &row.layers.join(" "));
            }
            let Some(slot) = document.slots().get(at).filter(|_| room.is_left()) else {
                continue;
            };
            let Ok(sent) = document.payload(slot) else {
                continue;
            };
            let chain = inspection.whose.chain(document, slot, chain);
            let decoded = chain.decode_within(sent, &budget);
            if row.is_none() {
                push(&mut text, &layers(&decoded).join(" "));
            }
            let said = match Content::of(&decoded.payload) {
                Content::Json(said) => with_characters(&said),
                Content::Text(said) => said,
                Content::Null
                | Content::StorageReference(_)
                | Content::NestedPayloads(_)
                | Content::Protobuf { .. }
                | Content::Bytes { .. } => continue,
            };
            room.take(said.len());
            push(&mut text, &said);
        }
        text
    };
    SearchText::new(events.len(), document.text().len(), &entry)
}

/// What an event says of itself.
fn head(event: &HistoryEvent, rows: &Rows) -> String {
    let mut text = String::new();
    push(&mut text, &event.id);
    push(&mut text, &event.event_type);
    for said in [&event.facts.name, &event.facts.service, &event.facts.id] {
        push(&mut text, said.as_deref().unwrap_or_default());
    }
    push(&mut text, &message(event, rows));
    text
}
