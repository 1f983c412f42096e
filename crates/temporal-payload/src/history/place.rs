//! Where a Payload of an Event History stands, as people name it: of which Activity, Workflow or Nexus operation it is, and whether it
//! is an input, a result, a field of a Memo, a Signal. Events that are one thing to people say the same of it.

use std::sync::Arc;

use super::groups::{Execution, execution};
use super::kind::Kind;
use crate::document::Document;
use crate::slots::Slot;

/// Whose a Payload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// That of a Workflow of this type.
    Workflow(Arc<str>),
    /// That of an Activity of this type.
    Activity(Arc<str>),
    /// That of a Nexus operation, by its service and its name: `payments/charge`.
    Nexus(Arc<str>),
    /// Nothing says it.
    Unknown,
}

/// Where a Payload stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whose it is.
    pub subject: Subject,
    /// What of it: `input`, `input[1]` for the second argument, `result`, `heartbeatDetails`, `failureDetails`, `memo.customer`,
    /// `header.trace`, `signal.cancel`, `update.add.input`, `marker.Version.data`, …
    pub position: String,
}

/// The places of a document's Payloads.
#[derive(Debug, Default)]
pub struct Places {
    groups: Vec<Owner>,
    /// The group of each event.
    events: Vec<usize>,
}

#[derive(Debug)]
struct Owner {
    kind: Kind,
    /// Of a Signal, an Update or a marker.
    name: String,
    subject: Subject,
}

impl Places {
    /// Reads the events of a document, in one pass; there are no places in one that has none.
    pub fn of(document: &Document) -> Self {
        let Execution { events, groups } = execution(document);
        let named = |name: &str| (!name.is_empty()).then(|| Arc::<str>::from(name));
        let mut workflows = groups.iter().filter(|group| group.kind == Kind::Workflow);
        // Events before the first that is the Workflow's own are of the one that comes.
        let mut workflow = workflows.next().and_then(|group| named(&group.name));
        let mut owners: Vec<Option<Owner>> = groups.iter().map(|_| None).collect();
        for event in &events {
            let (Some(group), Some(owner)) = (groups.get(event.group), owners.get_mut(event.group))
            else {
                continue;
            };
            if group.kind == Kind::Workflow {
                workflow = named(&group.name);
            }
            owner.get_or_insert_with(|| {
                let of = |name: Option<Arc<str>>, of: fn(Arc<str>) -> Subject| {
                    name.map_or(Subject::Unknown, of)
                };
                Owner {
                    kind: group.kind,
                    name: group.name.clone(),
                    subject: match group.kind {
                        Kind::Activity => of(named(&group.name), Subject::Activity),
                        Kind::ChildWorkflow => of(named(&group.name), Subject::Workflow),
                        Kind::Nexus => of(named(&group.name), Subject::Nexus),
                        // The type of the Workflow that it goes to stands nowhere.
                        Kind::External => Subject::Unknown,
                        Kind::Workflow
                        | Kind::WorkflowTask
                        | Kind::Timer
                        | Kind::Signal
                        | Kind::Update
                        | Kind::Marker
                        | Kind::Other => of(workflow.clone(), Subject::Workflow),
                    },
                }
            });
        }
        Places {
            groups: owners
                .into_iter()
                .map(|owner| {
                    owner.unwrap_or(Owner {
                        kind: Kind::Other,
                        name: String::new(),
                        subject: Subject::Unknown,
                    })
                })
                .collect(),
            events: events.iter().map(|event| event.group).collect(),
        }
    }

    /// Where a Payload of that document stands; `None` where no event holds it.
    pub fn place(&self, slot: &Slot) -> Option<Place> {
        let owner = self.groups.get(*self.events.get(slot.event?)?)?;
        Some(Place {
            subject: owner.subject.clone(),
            position: position(owner.kind, &owner.name, &slot.pointer)?,
        })
    }
}

/// `/events/4/activityTaskScheduledEventAttributes/input/payloads/0` is the `input` of what its event is about.
fn position(kind: Kind, name: &str, pointer: &str) -> Option<String> {
    let is_user_metadata = |segment: &str| matches!(segment, "userMetadata" | "user_metadata");
    let is_attributes = |segment: &str| {
        segment.ends_with("EventAttributes") || segment.ends_with("_event_attributes")
    };
    let mut segments = pointer.split('/').skip(1);
    let start = segments.find(|segment| is_attributes(segment) || is_user_metadata(segment))?;
    let mut names: Vec<String> = Vec::new();
    if is_user_metadata(start) {
        names.push("userMetadata".to_owned());
    }
    let (mut index, mut is_key) = (0_usize, false);
    for segment in segments {
        if is_key {
            names.push(segment.replace("~1", "/").replace("~0", "~"));
            is_key = false;
            continue;
        }
        match segment {
            "payloads" => {}
            "fields" | "indexedFields" | "indexed_fields" => is_key = true,
            _ if segment.bytes().all(|byte| byte.is_ascii_digit()) => {
                index = segment.parse().unwrap_or(usize::MAX);
            }
            _ => {
                let field = camel_case(segment);
                // A map from names.
                is_key = kind == Kind::Marker && field == "details" && names.is_empty();
                names.push(field);
            }
        }
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (known, rest) = known(kind, &names);
    let mut parts: Vec<&str> = match kind {
        Kind::Signal | Kind::External if !name.is_empty() => vec!["signal", name],
        Kind::Update if !name.is_empty() => vec!["update", name],
        Kind::Marker if !name.is_empty() => vec!["marker", name],
        Kind::Workflow
        | Kind::WorkflowTask
        | Kind::Activity
        | Kind::Timer
        | Kind::Signal
        | Kind::Update
        | Kind::ChildWorkflow
        | Kind::External
        | Kind::Nexus
        | Kind::Marker
        | Kind::Other => Vec::new(),
    };
    parts.extend(known);
    parts.extend(rest);
    let mut position = parts.join(".");
    if index > 0 {
        position.push_str(&format!("[{index}]"));
    }
    (!position.is_empty()).then_some(position)
}

/// What several fields of the API are called in one word, and what comes after it.
fn known<'a>(kind: Kind, names: &'a [&'a str]) -> (Option<&'static str>, &'a [&'a str]) {
    match names {
        [
            "acceptedRequest" | "rejectedRequest" | "request",
            "input",
            "args",
        ] => (Some("input"), &[]),
        [
            "acceptedRequest" | "rejectedRequest" | "request",
            "input",
            rest @ ..,
        ] => (None, rest),
        ["outcome", "success"] => (Some("result"), &[]),
        [.., "lastHeartbeatDetails" | "heartbeatDetails"] => (Some("heartbeatDetails"), &[]),
        ["failure", .., "details"] | ["outcome", "failure", .., "details"] => {
            (Some("failureDetails"), &[])
        }
        ["upsertedMemo", rest @ ..] => (Some("memo"), rest),
        // A Signal is its input.
        ["input"] if matches!(kind, Kind::Signal | Kind::External) => (None, &[]),
        ["details", rest @ ..] if kind == Kind::Marker && !rest.is_empty() => (None, rest),
        _ => (None, names),
    }
}

fn camel_case(field: &str) -> String {
    let mut words = field.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut characters = word.chars();
        camel.extend(characters.next().into_iter().flat_map(char::to_uppercase));
        camel.push_str(characters.as_str());
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: &str = include_str!("../../../../tests/histories/real-order-rich.decoded.json");

    #[track_caller]
    fn check(kind: Kind, name: &str, pointer: &str, expect: Option<&str>) {
        assert_eq!(
            position(kind, name, pointer).as_deref(),
            expect,
            "{pointer}"
        );
    }

    #[test]
    fn positions_have_one_name_in_every_spelling() {
        let activity = |pointer: &str, expect| check(Kind::Activity, "Charge", pointer, expect);
        activity(
            "/events/4/activityTaskScheduledEventAttributes/input/payloads/0",
            Some("input"),
        );
        activity(
            "/events/4/activity_task_scheduled_event_attributes/input/payloads/2",
            Some("input[2]"),
        );
        activity(
            "/4/activityTaskCompletedEventAttributes/result/payloads/0",
            Some("result"),
        );
        activity(
            "/events/4/activityTaskScheduledEventAttributes/header/fields/a~1b",
            Some("header.a/b"),
        );
        activity(
            "/events/4/activityTaskTimedOutEventAttributes/failure/timeoutFailureInfo/lastHeartbeatDetails/payloads/0",
            Some("heartbeatDetails"),
        );
        activity(
            "/events/4/activityTaskFailedEventAttributes/failure/cause/application_failure_info/details/payloads/0",
            Some("failureDetails"),
        );
        activity(
            "/events/4/userMetadata/summary",
            Some("userMetadata.summary"),
        );
        check(
            Kind::Signal,
            "cancel",
            "/events/3/workflowExecutionSignaledEventAttributes/input/payloads/0",
            Some("signal.cancel"),
        );
        check(
            Kind::Signal,
            "cancel",
            "/events/3/workflowExecutionSignaledEventAttributes/input/payloads/1",
            Some("signal.cancel[1]"),
        );
        check(
            Kind::Signal,
            "cancel",
            "/events/3/workflowExecutionSignaledEventAttributes/header/fields/t",
            Some("signal.cancel.header.t"),
        );
        check(
            Kind::Update,
            "add",
            "/e/3/workflowExecutionUpdateAcceptedEventAttributes/acceptedRequest/input/args/payloads/0",
            Some("update.add.input"),
        );
        check(
            Kind::Update,
            "add",
            "/e/3/workflowExecutionUpdateCompletedEventAttributes/outcome/success/payloads/0",
            Some("update.add.result"),
        );
        check(
            Kind::Marker,
            "Version",
            "/e/3/markerRecordedEventAttributes/details/change_id/payloads/0",
            Some("marker.Version.change_id"),
        );
        check(
            Kind::Workflow,
            "Order",
            "/e/0/workflowExecutionStartedEventAttributes/memo/fields/customer_id",
            Some("memo.customer_id"),
        );
        check(
            Kind::Other,
            "",
            "/e/9/workflow_properties_modified_event_attributes/upserted_memo/fields/payloads",
            Some("memo.payloads"),
        );
        check(Kind::Other, "", "/payloads/0", None);
        check(Kind::Other, "", "", None);
    }

    #[test]
    fn places_of_a_real_history() {
        let document = Document::parse(ORDER).expect("a document");
        let places = Places::of(&document);
        let mut found: Vec<String> = document
            .slots()
            .iter()
            .filter_map(|slot| places.place(slot))
            .map(|Place { subject, position }| match subject {
                Subject::Workflow(name) => format!("workflow {name} {position}"),
                Subject::Activity(name) => format!("activity {name} {position}"),
                Subject::Nexus(name) => format!("nexus {name} {position}"),
                Subject::Unknown => format!("? {position}"),
            })
            .collect();
        found.sort();
        found.dedup();
        for expect in ["activity charge input", "activity charge failureDetails"] {
            assert!(
                found.iter().any(|one| one == expect),
                "{expect}: {found:#?}"
            );
        }
        let events = document.slots().iter().filter(|slot| slot.event.is_some());
        let placed = document
            .slots()
            .iter()
            .filter_map(|slot| places.place(slot));
        assert_eq!(placed.count(), events.count());
    }

    #[test]
    fn a_document_without_events_has_no_places() {
        let document = Document::parse(r#"{"metadata":{"encoding":"YQ=="},"data":"YQ=="}"#);
        let document = document.expect("a Payload");
        let places = Places::of(&document);
        assert!(
            document
                .slots()
                .iter()
                .all(|slot| places.place(slot).is_none())
        );
    }
}
