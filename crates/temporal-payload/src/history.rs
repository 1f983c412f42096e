//! An Event History as rows: what each event is, and which of the document's slots it holds.

use std::borrow::Cow;
use std::ops::Range;

use crate::document::{Document, Event};
use crate::json_string::unescape;

/// One `HistoryEvent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The event's id as it stands; empty where the event has none.
    pub event_id: Cow<'a, str>,
    /// When it happened, as it stands (RFC 3339 in UTC, as servers write it); empty where it is not said.
    pub event_time: Cow<'a, str>,
    /// The type as people say it: `WorkflowExecutionStarted`, for both spellings of the enum.
    pub event_type: String,
    /// Its slots, as indices into [`Document::slots`].
    pub slots: Range<usize>,
}

/// The events of a document, in the order of the text. There are none in a document that is not an Event History.
pub fn rows(document: &Document) -> Vec<Row<'_>> {
    document
        .events()
        .iter()
        .map(|event| row(document.text(), event))
        .collect()
}

fn row<'a>(text: &'a str, event: &Event) -> Row<'a> {
    let scalar = |span: &Option<Range<usize>>| {
        span.clone()
            .and_then(|span| text.get(span))
            .map_or("".into(), plain)
    };
    let event_type = scalar(&event.event_type);
    let attributes = scalar(&event.attributes);
    let event_type =
        if event_type.is_empty() || event_type.bytes().all(|byte| byte.is_ascii_digit()) {
            // Some writers leave the type out or write the enum's number; the attributes' name says it as well.
            type_of_attributes(&attributes).unwrap_or_else(|| event_type.into_owned())
        } else {
            short_type(&event_type)
        };
    Row {
        event_id: scalar(&event.id),
        event_time: scalar(&event.time),
        event_type,
        slots: event.slots.clone(),
    }
}

/// The text of a scalar token: a string without its quotes, a number as it stands.
fn plain(token: &str) -> Cow<'_, str> {
    if token.starts_with('"') {
        unescape(token)
    } else {
        token.into()
    }
}

/// `EVENT_TYPE_TIMER_FIRED` and `TimerFired` are `TimerFired`.
fn short_type(event_type: &str) -> String {
    event_type
        .strip_prefix("EVENT_TYPE_")
        .map_or_else(|| event_type.to_owned(), camel_case)
}

/// `timerFiredEventAttributes` and `timer_fired_event_attributes` are of a `TimerFired`.
fn type_of_attributes(attributes: &str) -> Option<String> {
    if let Some(snake) = attributes.strip_suffix("_event_attributes") {
        return Some(camel_case(snake));
    }
    let camel = attributes.strip_suffix("EventAttributes")?;
    let mut chars = camel.chars();
    Some(chars.next()?.to_uppercase().chain(chars).collect())
}

fn camel_case(snake: &str) -> String {
    snake
        .split('_')
        .flat_map(|word| {
            let mut chars = word.chars();
            let first = chars.next().into_iter().flat_map(char::to_uppercase);
            first
                .chain(chars.flat_map(char::to_lowercase))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(event: &str, expect: (&str, &str, &str)) {
        let document = Document::parse(event).expect(event);
        let rows = rows(&document);
        let found: Vec<_> = rows
            .iter()
            .map(|row| (&*row.event_id, &*row.event_time, &*row.event_type))
            .collect();
        assert_eq!(found, [expect]);
    }

    #[test]
    fn says_the_type_shortly_in_every_spelling() {
        check(
            r#"{"eventId":"5","eventTime":"2026-08-01T00:00:00Z","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED"}"#,
            ("5", "2026-08-01T00:00:00Z", "WorkflowExecutionStarted"),
        );
        check(
            r#"{"eventId":5,"eventType":"TimerFired","timerFiredEventAttributes":{}}"#,
            ("5", "", "TimerFired"),
        );
        check(
            r#"{"event_id":"12","event_type":11,"activity_task_started_event_attributes":{}}"#,
            ("12", "", "ActivityTaskStarted"),
        );
        check(
            r#"{"eventId":"1","nexusOperationScheduledEventAttributes":{}}"#,
            ("1", "", "NexusOperationScheduled"),
        );
    }
}
