//! What went wrong in an event, in one line.

use temporal_payload::history::HistoryEvent;
use temporal_payload::{shown, shown_name};

use super::rows::Rows;
use crate::payload::view::PayloadOutcome;

/// What an event's Failure says: what the Failure Converter encoded, where that could be decoded.
pub(super) fn message(event: &HistoryEvent, rows: &Rows) -> String {
    let Some(failure) = &event.facts.failure else {
        return String::new();
    };
    let encoded = rows.of(event.slots.clone()).find(|row| {
        let decoded = matches!(row.outcome, PayloadOutcome::Decoded | PayloadOutcome::Plain);
        // Places are spelled as in the document.
        let place = row.place.replace('_', "").to_ascii_lowercase();
        decoded && place.ends_with("failure.encodedattributes")
    });
    let message = match encoded.filter(|_| failure.encoded) {
        Some(row) => row.preview.to_string(),
        None => shown(&failure.message, 200),
    };
    match failure.kind.as_str() {
        "" => message,
        kind if message.is_empty() => shown_name(kind),
        kind => format!("{}: {message}", shown_name(kind)),
    }
}
