//! Whose Payloads the events of a history hold, as far as the events say it: Temporal's SDKs tell it their codecs when they seal a
//! Payload. An Activity's Payloads are the Activity's, and those of a child Workflow or of a signal to another Workflow are the
//! target's. Namespaces stand there for other Workflows alone.

use std::collections::HashMap;

use serde::Deserialize;

use super::walk::{Name, walk};
use crate::document::Document;

/// What is known of whose a Payload is. What is known may be empty: a Workflow's own Payloads are no Activity's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SerializationContext {
    /// The Namespace.
    pub namespace: Option<String>,
    /// The id of the Workflow.
    pub workflow_id: Option<String>,
    /// Its type.
    pub workflow_type: Option<String>,
    /// The type of the Activity.
    pub activity_type: Option<String>,
}

/// The contexts of a history's events. Many events share one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SerializationContexts {
    /// For each kind of Payload, what it may be sealed for, the likeliest first.
    pub contexts: Vec<Vec<SerializationContext>>,
    /// For each event of the document, its place in `contexts`.
    pub of_event: Vec<usize>,
}

/// Whose Payloads the events of a document hold. There are none in a document that is not an Event History.
pub fn serialization_contexts(document: &Document) -> SerializationContexts {
    let text = document.text();
    let rows = super::rows(document);
    let number = |at: usize| rows.get(at)?.event_id.parse::<u64>().ok();
    let backwards = number(0) > rows.len().checked_sub(1).and_then(number);
    let mut reading = Reading::default();
    let mut found = SerializationContexts {
        contexts: Vec::new(),
        of_event: vec![0; rows.len()],
    };
    let mut places = HashMap::new();
    for at in 0..rows.len() {
        let at = if backwards { rows.len() - 1 - at } else { at };
        let (Some(row), Some(event)) = (rows.get(at), document.events().get(at)) else {
            continue;
        };
        let attributes = event.attributes_value.clone();
        let attributes = attributes.and_then(|span| text.get(span));
        let said = said(attributes.unwrap_or_default());
        let local = || local_activity_type(document, row.slots.clone());
        let contexts = reading.contexts(&row.event_type, number(at), said, local);
        let place = *places.entry(contexts.clone()).or_insert_with(|| {
            found.contexts.push(contexts);
            found.contexts.len() - 1
        });
        if let Some(of) = found.of_event.get_mut(at) {
            *of = place;
        }
    }
    found
}

/// What one event says.
#[derive(Default)]
struct Said {
    namespace: Option<String>,
    workflow_id: Option<String>,
    workflow_type: Option<String>,
    activity_type: Option<String>,
    scheduled: Option<u64>,
    marker: Option<String>,
}

fn said(attributes: &str) -> Said {
    let mut said = Said::default();
    let wanted = |path: &[Name]| {
        matches!(
            path,
            ["workflowtype" | "activitytype" | "workflowexecution"]
        )
    };
    walk(attributes, wanted, |path, found| {
        let text = || found.text().filter(|text| !text.is_empty());
        match path {
            ["namespace"] => said.namespace = text(),
            ["workflowid"] | ["workflowexecution", "workflowid"] => said.workflow_id = text(),
            ["workflowtype", "name"] => said.workflow_type = text(),
            ["activitytype", "name"] => said.activity_type = text(),
            ["scheduledeventid"] => said.scheduled = found.number(),
            ["markername"] => said.marker = text(),
            _ => {}
        }
    });
    said
}

/// What was said before.
#[derive(Default)]
struct Reading {
    /// The Workflow whose history it is.
    own: SerializationContext,
    /// Types of Activities, by the events that scheduled them.
    activities: HashMap<u64, String>,
}

impl Reading {
    /// Whose Payloads an event holds.
    fn contexts(
        &mut self,
        event_type: &str,
        number: Option<u64>,
        said: Said,
        local_activity_type: impl Fn() -> Option<String>,
    ) -> Vec<SerializationContext> {
        if event_type == "WorkflowExecutionStarted" {
            // Another execution begins: its numbers mean other events.
            self.activities.clear();
            self.own = SerializationContext {
                workflow_id: said.workflow_id.clone(),
                workflow_type: said.workflow_type.clone(),
                ..SerializationContext::default()
            };
        }
        let own = SerializationContext {
            activity_type: Some(String::new()),
            ..self.own.clone()
        };
        let mut contexts = Vec::new();
        match event_type {
            "WorkflowExecutionStarted" => {
                let prefix = own.workflow_id.as_deref().and_then(scheduled_as);
                let prefix = prefix.map(str::to_owned);
                contexts.push(own.clone());
                contexts.extend(prefix.map(|prefix| SerializationContext {
                    workflow_id: Some(prefix),
                    ..own
                }));
            }
            // What the next run is started with.
            "WorkflowExecutionContinuedAsNew" => contexts.push(SerializationContext {
                workflow_type: said.workflow_type.or_else(|| own.workflow_type.clone()),
                ..own
            }),
            "MarkerRecorded" => {
                let is_local = said.marker.as_deref().is_some_and(is_local_activity);
                contexts.extend(is_local.then(|| SerializationContext {
                    activity_type: local_activity_type(),
                    ..own.clone()
                }));
                contexts.push(own);
            }
            _ if event_type.starts_with("Activity") => {
                if let (Some(number), Some(name)) = (number, &said.activity_type) {
                    self.activities.insert(number, name.clone());
                }
                let scheduled = said.scheduled.and_then(|event| self.activities.get(&event));
                contexts.push(SerializationContext {
                    activity_type: said.activity_type.or_else(|| scheduled.cloned()),
                    ..own.clone()
                });
                // Its summary is the Workflow's.
                contexts.push(own);
            }
            _ if event_type.starts_with("StartChildWorkflow")
                || event_type.starts_with("ChildWorkflow")
                || event_type.starts_with("SignalExternalWorkflow") =>
            {
                contexts.push(SerializationContext {
                    namespace: said.namespace,
                    workflow_id: said.workflow_id,
                    workflow_type: said.workflow_type,
                    activity_type: Some(String::new()),
                });
                contexts.push(own);
            }
            _ => contexts.push(own),
        }
        contexts
    }
}

fn is_local_activity(marker: &str) -> bool {
    matches!(marker, "LocalActivity" | "core_local_activity")
}

/// The id that a Workflow's schedule has for it: the server puts a hyphen and the time behind that (source: temporal
/// service/worker/scheduler/workflow.go), and what it is started with was sealed before.
fn scheduled_as(workflow_id: &str) -> Option<&str> {
    const TIME: &str = "-dddd-dd-ddTdd:dd:ddZ";
    let at = workflow_id.len().checked_sub(TIME.len())?;
    let (prefix, time) = workflow_id.split_at_checked(at)?;
    let fits = |(pattern, byte): (u8, u8)| match pattern {
        b'd' => byte.is_ascii_digit(),
        pattern => pattern == byte,
    };
    let is_time = TIME.bytes().zip(time.bytes()).all(fits);
    (is_time && !prefix.is_empty()).then_some(prefix)
}

/// The type of a Local Activity, where its marker says it in the clear.
fn local_activity_type(document: &Document, slots: std::ops::Range<usize>) -> Option<String> {
    #[derive(Deserialize)]
    struct Data {
        #[serde(alias = "activityType", alias = "ActivityType")]
        activity_type: String,
    }
    let slots = document.slots().get(slots)?;
    let slot = slots
        .iter()
        .find(|slot| slot.pointer.contains("/details/data/"))?;
    let payload = document.payload(slot).ok()?;
    let data: Data = serde_json::from_slice(&payload.data).ok()?;
    Some(data.activity_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_puts_the_time_behind_its_id() {
        assert_eq!(
            scheduled_as("nightly-2026-11-30T08:00:00Z"),
            Some("nightly")
        );
        assert_eq!(scheduled_as("a-b-2026-11-30T08:00:00Z"), Some("a-b"));
        for id in [
            "",
            "nightly",
            "2026-11-30T08:00:00Z",
            "-2026-11-30T08:00:00Z",
            "nightly-2026-11-30T08:00:0Z",
            "nightlyé2026-11-30T08:00:00Z",
            "nightly-2026-11-30 08:00:00Z",
        ] {
            assert_eq!(scheduled_as(id), None, "{id}");
        }
    }

    /// `namespace/workflow id/workflow type/activity type` of each event, alternatives after a bar; `?` for what is not known.
    #[track_caller]
    fn check(events: &str, expect: &[&str]) {
        let document = Document::parse(format!("{{\"events\":[{events}]}}")).expect(events);
        let found = serialization_contexts(&document);
        let shown: Vec<String> = found
            .of_event
            .iter()
            .map(|place| {
                let each = found.contexts[*place].iter().map(|context| {
                    let parts = [
                        &context.namespace,
                        &context.workflow_id,
                        &context.workflow_type,
                        &context.activity_type,
                    ];
                    parts.map(|part| part.as_deref().unwrap_or("?")).join("/")
                });
                each.collect::<Vec<_>>().join(" | ")
            })
            .collect();
        assert_eq!(shown, expect);
    }

    const STARTED: &str = r#"{"eventId":"1","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","workflowExecutionStartedEventAttributes":{"workflowType":{"name":"Order"},"workflowId":"order-1"}}"#;

    #[test]
    fn an_activity_is_known_by_the_event_that_scheduled_it() {
        let events = [
            STARTED,
            r#"{"eventId":"5","activityTaskScheduledEventAttributes":{"activityType":{"name":"Charge"}}}"#,
            r#"{"eventId":"6","activityTaskStartedEventAttributes":{"scheduledEventId":"5"}}"#,
            r#"{"event_id":7,"event_type":12,"activity_task_completed_event_attributes":{"scheduled_event_id":5}}"#,
            r#"{"eventId":"8","activityTaskFailedEventAttributes":{"scheduledEventId":"4"}}"#,
            r#"{"eventId":"9","workflowExecutionCompletedEventAttributes":{}}"#,
        ];
        let own = "?/order-1/Order/";
        let charge = format!("?/order-1/Order/Charge | {own}");
        let unknown = format!("?/order-1/Order/? | {own}");
        let expect = [own, &charge, &charge, &charge, &unknown, own];
        check(&events.join(","), &expect);
        // A page that is told backwards says the same.
        let backwards: Vec<&str> = events.iter().rev().copied().collect();
        let expect: Vec<&str> = expect.into_iter().rev().collect();
        check(&backwards.join(","), &expect);
    }

    #[test]
    fn what_goes_to_another_workflow_is_that_ones() {
        let events = [
            STARTED,
            r#"{"eventId":"5","startChildWorkflowExecutionInitiatedEventAttributes":{"namespace":"other","namespaceId":"x","workflowId":"child-1","workflowType":{"name":"Ship"}}}"#,
            r#"{"eventId":"7","childWorkflowExecutionCompletedEventAttributes":{"namespace":"other","workflowExecution":{"workflowId":"child-1"},"workflowType":{"name":"Ship"}}}"#,
            r#"{"eventId":"8","signalExternalWorkflowExecutionInitiatedEventAttributes":{"namespace":"third","workflowExecution":{"workflowId":"target"},"signalName":"go"}}"#,
            r#"{"eventId":"9","workflowExecutionSignaledEventAttributes":{"externalWorkflowExecution":{"workflowId":"sender"}}}"#,
            r#"{"eventId":"10","workflowExecutionContinuedAsNewEventAttributes":{"workflowType":{"name":"Next"}}}"#,
        ];
        let own = "?/order-1/Order/";
        let child = format!("other/child-1/Ship/ | {own}");
        let target = format!("third/target/?/ | {own}");
        let next = "?/order-1/Next/";
        check(
            &events.join(","),
            &[own, &child, &child, &target, own, next],
        );
    }

    #[test]
    fn a_schedule_and_a_local_activity_leave_two_ways_open() {
        let scheduled = STARTED.replace("order-1", "nightly-2026-11-30T08:00:00Z");
        let data = crate::base64::encode(br#"{"activity_type":"Local"}"#);
        let marker = format!(
            r#"{{"eventId":"4","markerRecordedEventAttributes":{{"markerName":"core_local_activity","details":{{"data":{{"payloads":[{{"metadata":{{"encoding":"anNvbi9wbGFpbg=="}},"data":"{data}"}}]}}}}}}}}"#
        );
        let other = r#"{"eventId":"5","markerRecordedEventAttributes":{"markerName":"Version"}}"#;
        let encrypted = r#"{"eventId":"6","markerRecordedEventAttributes":{"markerName":"LocalActivity","details":{"data":{"payloads":[{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA=="},"data":"AAAA"}]}}}}"#;
        let own = "?/nightly-2026-11-30T08:00:00Z/Order/";
        let expect = [
            format!("{own} | ?/nightly/Order/"),
            format!("{own}Local | {own}"),
            own.to_owned(),
            format!("{own}? | {own}"),
        ];
        let events = [scheduled.as_str(), &marker, other, encrypted];
        check(&events.join(","), &expect.each_ref().map(String::as_str));
    }

    #[test]
    fn a_page_without_its_beginning_says_nothing_of_the_workflow() {
        let event = r#"{"eventId":"9","activityTaskScheduledEventAttributes":{"activityType":{"name":"Charge"}}}"#;
        check(event, &["?/?/?/Charge | ?/?/?/"]);
        let nothing = Document::parse(r#"{"payloads":[{"data":"MQ=="}]}"#).expect("Payloads");
        assert_eq!(
            serialization_contexts(&nothing),
            SerializationContexts::default()
        );
        // Another execution in the same text has its own.
        let second = STARTED.replace("order-1", "order-2");
        check(
            &[STARTED, event, &second].join(","),
            &[
                "?/order-1/Order/",
                "?/order-1/Order/Charge | ?/order-1/Order/",
                "?/order-2/Order/",
            ],
        );
    }
}
