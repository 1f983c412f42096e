//! An Event History as rows: what each event is, and which of the document's slots it holds; and whose history it is.

mod facts;
mod groups;
mod kind;
mod links;
mod place;
mod serialization_context;
mod time;
mod walk;

use std::borrow::Cow;
use std::ops::Range;

use serde::Deserialize;

use crate::document::{Document, Event};
use crate::json_string::unescape;

pub use facts::{Facts, Failure, failures};
pub use groups::{Execution, Group, HistoryEvent, execution};
pub use kind::{Kind, State};
pub use links::{Link, Relation, links, own_runs};
pub use place::{Place, Places, Subject};
pub use serialization_context::{
    SerializationContext, SerializationContexts, serialization_contexts,
};

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

/// One event of a document, by its place in the text.
pub fn row_at(document: &Document, at: usize) -> Option<Row<'_>> {
    let event = document.events().get(at)?;
    Some(row(document.text(), event))
}

/// The events that begin an execution, as indices into the document's events.
pub(crate) fn starts(document: &Document) -> impl Iterator<Item = usize> {
    let text = document.text();
    let events = document.events().iter().enumerate();
    let started = events.filter(move |(_, event)| {
        let token = event.event_type.clone().and_then(|span| text.get(span));
        // What is spelled as the servers spell it is compared as it stands.
        match token {
            Some(token) if token.starts_with("\"EVENT_TYPE_") && !token.contains('\\') => {
                token == "\"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED\""
            }
            _ => row(text, event).event_type == "WorkflowExecutionStarted",
        }
    });
    started.map(|(at, _)| at)
}

/// Whose history it is, as its `WorkflowExecutionStarted` says (source: `temporal.api.history.v1`,
/// `WorkflowExecutionStartedEventAttributes`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workflow {
    /// `workflow_type.name`, as it stands.
    pub workflow_type: String,
    /// `workflow_id`, as it stands; empty where the server is too old to write it.
    pub workflow_id: String,
}

/// The Workflow of an Event History that has its beginning, and says the Workflow's type or id there.
pub fn workflow(document: &Document) -> Option<Workflow> {
    #[derive(Deserialize)]
    struct Started {
        #[serde(default, alias = "workflowType")]
        workflow_type: Option<WorkflowType>,
        #[serde(default, alias = "workflowId")]
        workflow_id: Option<String>,
    }
    #[derive(Deserialize)]
    struct WorkflowType {
        #[serde(default)]
        name: String,
    }
    let text = document.text();
    // Only the first events can be it: nothing is looked through for one that is not there.
    let mut first = document.events().iter().take(FIRST_EVENTS);
    let started = first.find(|event| row(text, event).event_type == "WorkflowExecutionStarted")?;
    let attributes = text.get(started.attributes_value.clone()?)?;
    let started: Started = serde_json::from_str(attributes).ok()?;
    let workflow = Workflow {
        workflow_type: started.workflow_type.map_or_else(String::new, |of| of.name),
        workflow_id: started.workflow_id.unwrap_or_default(),
    };
    (!workflow.workflow_type.is_empty() || !workflow.workflow_id.is_empty()).then_some(workflow)
}

/// Events in which the beginning of a history is looked for. It is the first one; exports may turn the order around for a page.
const FIRST_EVENTS: usize = 3;

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
    let mut camel = String::with_capacity(snake.len());
    for word in snake.split('_') {
        let mut chars = word.chars();
        camel.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        for char in chars {
            // Every real one is; the general way is several times as long.
            if char.is_ascii() {
                camel.push(char.to_ascii_lowercase());
            } else {
                camel.extend(char.to_lowercase());
            }
        }
    }
    camel
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

    #[track_caller]
    fn check_workflow(history: &str, expect: Option<(&str, &str)>) {
        let document = Document::parse(history).expect(history);
        let found = workflow(&document);
        let found = found
            .as_ref()
            .map(|of| (&*of.workflow_type, &*of.workflow_id));
        assert_eq!(found, expect);
    }

    #[test]
    fn says_whose_history_it_is() {
        let started = |attributes: &str| {
            format!(
                r#"{{"events":[{{"eventId":"1","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","workflowExecutionStartedEventAttributes":{attributes}}}]}}"#
            )
        };
        check_workflow(
            &started(
                r#"{"workflowType":{"name":"Order\u0041"},"input":null,"workflowId":"order-1"}"#,
            ),
            Some(("OrderA", "order-1")),
        );
        check_workflow(
            r#"{"events":[{"event_id":1,"event_type":1,"workflow_execution_started_event_attributes":{"workflow_type":{"name":"Order"}}}]}"#,
            Some(("Order", "")),
        );
        for attributes in [
            "{}",
            "null",
            "[]",
            r#"{"workflowType":7}"#,
            r#"{"workflowType":{},"workflowId":""}"#,
        ] {
            check_workflow(&started(attributes), None);
        }
        // The page of a history that does not begin at its beginning; a child that this one starts is another Workflow.
        check_workflow(
            r#"{"events":[{"eventId":"9","eventType":"EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED","childWorkflowExecutionStartedEventAttributes":{"workflowType":{"name":"Child"}}}]}"#,
            None,
        );
        check_workflow(
            r#"{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MQ=="}]}"#,
            None,
        );
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
