//! Searching a history: what its events and their decoded Payloads say.

use payload_codec::CodecChain;
use temporal_payload::history::{Execution, HistoryEvent};
use temporal_payload::{Content, Document};

use super::event_failure::message;
use super::search_text::{Room, SearchText, push};
use crate::payload::content::with_characters;
use crate::payload::view::PayloadRow;
use crate::payload::whose::Whose;

/// An entry for each event.
pub(super) fn text_of_events(
    execution: &Execution,
    document: &Document,
    chain: &CodecChain,
    whose: &Whose,
    rows: &[PayloadRow],
) -> SearchText {
    let events = &execution.events;
    let budget = chain.budget(document.text().len());
    let entry = |at: usize, room: &Room| {
        let Some(event) = events.get(at) else {
            return String::new();
        };
        let mut text = head(event, rows);
        for at in event.slots.clone() {
            let (Some(slot), Some(row)) = (document.slots().get(at), rows.get(at)) else {
                continue;
            };
            push(&mut text, &row.layers.join(" "));
            if !room.is_left() {
                continue;
            }
            let Ok(sent) = document.payload(slot) else {
                continue;
            };
            let chain = whose.chain(document, slot, chain);
            let decoded = chain.decode_within(sent, &budget).payload;
            let said = match Content::of(&decoded) {
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
fn head(event: &HistoryEvent, rows: &[PayloadRow]) -> String {
    let mut text = String::new();
    push(&mut text, &event.id);
    push(&mut text, &event.event_type);
    for said in [&event.facts.name, &event.facts.service, &event.facts.id] {
        push(&mut text, said.as_deref().unwrap_or_default());
    }
    push(&mut text, &message(event, rows));
    text
}
