//! The events of a history, grouped as people think of them: an Activity is one thing, from its scheduling to its end.

use std::collections::HashMap;
use std::ops::Range;

use super::facts::{Facts, facts};
use super::kind::{self, Kind, State};
use super::time::milliseconds;
use crate::document::{Document, Event};

/// Histories with fewer events are read by the thread that asks.
const WORTH_THREADS: usize = 2048;
/// Threads at most.
const MAX_THREADS: usize = 8;

/// One event with what it says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryEvent {
    /// `eventId` as it stands; empty where there is none.
    pub id: String,
    /// The type as people say it: `ActivityTaskFailed`.
    pub event_type: String,
    /// When, in milliseconds since 1970.
    pub time: Option<i64>,
    /// Its slots, as indices into [`Document::slots`].
    pub slots: Range<usize>,
    /// Its attributes in the document's text.
    pub attributes: Range<usize>,
    /// What it says of itself.
    pub facts: Facts,
    /// The group that it is in.
    pub group: usize,
}

/// Events that are one thing to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it is about.
    pub kind: Kind,
    /// What became of it.
    pub state: State,
    /// Its name, as it stands in the document; empty where nothing says it.
    pub name: String,
    /// Its own id, as it stands in the document; empty where it has none.
    pub id: String,
    /// Its events, as indices into [`Execution::events`], oldest first.
    pub events: Vec<usize>,
    /// How often it was tried, where that is said.
    pub attempts: u32,
    /// When it began, in milliseconds since 1970.
    pub start: Option<i64>,
    /// When it ended.
    pub end: Option<i64>,
}

/// A whole history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Execution {
    /// Its events, in the order of the text.
    pub events: Vec<HistoryEvent>,
    /// Its groups, by their first events; those that are pending are last.
    pub groups: Vec<Group>,
}

/// Groups the events of a document. One pass over the attributes; a history that is told backwards is read backwards.
pub fn execution(document: &Document) -> Execution {
    let mut events = read(document);
    let number =
        |event: Option<&HistoryEvent>| event.and_then(|event| event.id.parse::<u64>().ok());
    let backwards = number(events.first()) > number(events.last());
    let mut grouping = Grouping::default();
    for at in 0..events.len() {
        let at = if backwards { events.len() - 1 - at } else { at };
        if let Some(event) = events.get_mut(at) {
            event.group = grouping.add(at, event);
        }
    }
    let (groups, places) = grouping.finish();
    for event in &mut events {
        event.group = places.get(event.group).copied().unwrap_or_default();
    }
    Execution { events, groups }
}

/// What each event says of itself; of a long history on all cores.
fn read(document: &Document) -> Vec<HistoryEvent> {
    let text = document.text();
    let read = |event: &Event| {
        let row = super::row(text, event);
        let attributes = event.attributes_value.clone().unwrap_or_default();
        HistoryEvent {
            facts: facts(text.get(attributes.clone()).unwrap_or_default()),
            id: row.event_id.into_owned(),
            event_type: row.event_type,
            time: milliseconds(&row.event_time),
            slots: row.slots,
            attributes,
            group: 0,
        }
    };
    let events = document.events();
    let n_threads = match events.len() {
        0..WORTH_THREADS => 1,
        _ => std::thread::available_parallelism().map_or(1, |n| n.get().min(MAX_THREADS)),
    };
    let part = events.len().div_ceil(n_threads).max(1);
    let mut all = vec![HistoryEvent::default(); events.len()];
    std::thread::scope(|scope| {
        let mut parts = events.chunks(part).zip(all.chunks_mut(part));
        let fill = |(events, all): (&[Event], &mut [HistoryEvent])| {
            for (event, place) in events.iter().zip(all) {
                *place = read(event);
            }
        };
        let own = parts.next();
        for part in parts {
            scope.spawn(move || fill(part));
        }
        if let Some(part) = own {
            fill(part);
        }
    });
    all
}

#[derive(Default)]
struct Grouping {
    groups: Vec<Group>,
    /// Which group an event is in, by its number. It is of one Workflow Execution.
    by_event: HashMap<u64, usize>,
    /// Which Update has an id.
    updates: HashMap<String, usize>,
    workflow: Option<usize>,
}

impl Grouping {
    /// Puts an event into the group that it belongs to, or into a new one, and says which.
    fn add(&mut self, at: usize, event: &HistoryEvent) -> usize {
        let (kind, state) = kind::of(&event.event_type);
        if event.event_type == "WorkflowExecutionStarted" {
            // Another execution begins: its numbers mean other events.
            self.by_event.clear();
            self.updates.clear();
            self.workflow = None;
        }
        let facts = &event.facts;
        let state = match (kind, &facts.failure) {
            // An Update whose outcome is a Failure completed, and a Local Activity that failed is a marker like any other.
            (Kind::Update | Kind::Marker, Some(_)) if state == State::Completed => State::Failed,
            _ => state,
        };
        let reference = match kind {
            Kind::Workflow | Kind::Signal | Kind::Marker | Kind::Other => None,
            Kind::Timer => facts.started,
            Kind::WorkflowTask
            | Kind::Activity
            | Kind::Update
            | Kind::ChildWorkflow
            | Kind::External
            | Kind::Nexus => facts
                .scheduled
                .or(facts.initiated)
                .or(facts.accepted)
                .or(facts.requested),
        };
        let referred = reference.and_then(|number| self.by_event.get(&number).copied());
        let by_id = || {
            let id = facts.id.as_ref().filter(|_| kind == Kind::Update)?;
            self.updates.get(id).copied()
        };
        let known = if kind == Kind::Workflow {
            self.workflow
        } else {
            referred.or_else(by_id)
        };
        let known = known.filter(|group| {
            let group = self.groups.get(*group);
            group.is_some_and(|group| {
                group.kind == kind && !(group.state.is_end() && state.is_end())
            })
        });
        let group = known.unwrap_or_else(|| {
            self.groups.push(Group {
                kind,
                state: State::Pending,
                name: String::new(),
                id: String::new(),
                events: Vec::new(),
                attempts: 0,
                start: event.time,
                end: None,
            });
            self.groups.len() - 1
        });
        if kind == Kind::Workflow {
            self.workflow = Some(group);
        }
        if let (Kind::Update, Some(id)) = (kind, &facts.id) {
            self.updates.insert(id.clone(), group);
        }
        let numbers = [event.id.parse().ok(), reference.filter(|_| known.is_none())];
        for number in numbers.into_iter().flatten() {
            self.by_event.entry(number).or_insert(group);
        }
        if let Some(group) = self.groups.get_mut(group) {
            group.add(at, event, state);
        }
        group
    }

    /// The groups in their order, and the place of each.
    fn finish(mut self) -> (Vec<Group>, Vec<usize>) {
        let closed = |group: &Group| group.kind == Kind::Workflow && group.state.is_end();
        let is_closed = self.groups.iter().any(closed);
        if is_closed {
            for group in &mut self.groups {
                if group.state == State::Pending {
                    group.state = State::Unfinished;
                }
            }
        }
        let pending = |group: &Group| group.state == State::Pending && group.kind != Kind::Workflow;
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        order.sort_by_key(|at| self.groups.get(*at).is_some_and(pending));
        let mut places = vec![0; order.len()];
        for (place, at) in order.iter().enumerate() {
            if let Some(of) = places.get_mut(*at) {
                *of = place;
            }
        }
        let mut groups: Vec<(usize, Group)> = places.iter().copied().zip(self.groups).collect();
        groups.sort_unstable_by_key(|(place, _)| *place);
        (groups.into_iter().map(|(_, group)| group).collect(), places)
    }
}

impl Group {
    fn add(&mut self, at: usize, event: &HistoryEvent, state: State) {
        self.events.push(at);
        let facts = &event.facts;
        if self.name.is_empty() {
            self.name = match (&facts.service, &facts.name) {
                (Some(service), Some(name)) if self.kind == Kind::Nexus => {
                    format!("{service}/{name}")
                }
                (_, name) => name.clone().unwrap_or_default(),
            };
        }
        if self.id.is_empty() {
            self.id = facts.id.clone().unwrap_or_default();
        }
        self.attempts = self.attempts.max(facts.attempt.unwrap_or_default());
        if self.start.is_none() {
            self.start = event.time;
        }
        if state.is_end() {
            self.state = state;
            self.end = event.time.or(self.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    const ORDER: &str = include_str!("../../../../tests/histories/real-order-rich.decoded.json");
    const EVERYTHING: &str =
        include_str!("../../../../tests/histories/synthetic-all-payload-fields.decoded.json");

    fn read(text: &str) -> Execution {
        execution(&Document::parse(text).expect("a document"))
    }

    /// `activity charge failed 46,47,48`: everything but Workflow Tasks.
    fn lines(execution: &Execution) -> Vec<String> {
        let groups = execution.groups.iter();
        let shown = groups.filter(|group| group.kind != Kind::WorkflowTask);
        let id = |at: &usize| execution.events[*at].id.clone();
        shown
            .map(|group| {
                let ids: Vec<String> = group.events.iter().map(id).collect();
                let tried = match group.attempts {
                    0 | 1 => String::new(),
                    n => format!(" ×{n}"),
                };
                let (kind, state) = (group.kind, group.state);
                format!("{kind:?} {state:?} {}{tried}", ids.join(","))
            })
            .collect()
    }

    /// Every name as older tools spell it.
    fn snake(value: Value) -> Value {
        match value {
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| {
                    let mut spelled = String::new();
                    for character in name.chars() {
                        if character.is_ascii_uppercase() {
                            spelled.push('_');
                        }
                        spelled.push(character.to_ascii_lowercase());
                    }
                    (spelled, snake(value))
                })
                .collect::<Map<_, _>>()
                .into(),
            Value::Array(items) => items.into_iter().map(snake).collect(),
            value @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => value,
        }
    }

    #[test]
    fn a_real_history_is_grouped_as_people_think() {
        let order = read(ORDER);
        let expect = [
            "Workflow Completed 1,97",
            "Signal Completed 3",
            "Update Completed 6,17",
            "Timer Completed 7,13",
            "Marker Completed 8",
            "Other Completed 9",
            "Other Completed 10",
            "Other Completed 11",
            "Activity Completed 12,28,29 ×3",
        ];
        let found = lines(&order);
        assert_eq!(found[..expect.len()], expect);
        for group in [
            "Activity Failed 46,47,48",
            "Activity TimedOut 52,53,54",
            "ChildWorkflow Completed 63,64,68",
            "ChildWorkflow Failed 72,73,77",
            "External Completed 81,82",
            "Activity Unfinished 87,92",
        ] {
            assert!(
                found.iter().any(|line| line == group),
                "{group}: {found:#?}"
            );
        }
        let mut groups = order.groups.iter();
        let failed = groups.find(|of| of.kind == Kind::Activity && of.state == State::Failed);
        let failed = failed.expect("an Activity failed");
        assert_eq!(failed.name, "charge");
        let event = &order.events[failed.events[2]];
        let failure = event.facts.failure.as_ref().expect("a Failure");
        assert_eq!((&*failure.kind, failure.encoded), ("CardDeclined", true));
        assert_eq!(order.events.len(), 97, "events without Payloads, too");
    }

    #[test]
    fn the_spelling_and_the_order_of_the_text_change_nothing() {
        let expect = lines(&read(ORDER));
        let tree: Value = serde_json::from_str(ORDER).expect("JSON");
        assert_eq!(lines(&read(&snake(tree.clone()).to_string())), expect);
        let mut events = tree["events"].as_array().expect("events").clone();
        events.reverse();
        let backwards = json!({ "events": events }).to_string();
        assert_eq!(lines(&read(&backwards)), expect);
    }

    #[test]
    fn what_refers_to_nothing_stands_alone_and_nothing_is_lost() {
        for text in [ORDER, EVERYTHING] {
            let all = read(text);
            let mut grouped: Vec<usize> =
                all.groups.iter().flat_map(|of| of.events.clone()).collect();
            grouped.sort_unstable();
            assert_eq!(grouped, (0..all.events.len()).collect::<Vec<_>>());
            for (at, event) in all.events.iter().enumerate() {
                assert!(all.groups[event.group].events.contains(&at));
            }
        }
        // A page from the middle, an id that refers to something else, and a number that is none.
        let odd = r#"{"events":[
            {"eventId":"7","eventType":"EVENT_TYPE_ACTIVITY_TASK_COMPLETED","activityTaskCompletedEventAttributes":{"scheduledEventId":"5"}},
            {"eventId":"8","eventType":"EVENT_TYPE_TIMER_FIRED","timerFiredEventAttributes":{"startedEventId":"7"}},
            {"eventId":"9","eventType":"EVENT_TYPE_ACTIVITY_TASK_STARTED","activityTaskStartedEventAttributes":{"scheduledEventId":{"x":1},"attempt":-1}}
        ]}"#;
        let expect = [
            "Activity Completed 7",
            "Timer Completed 8",
            "Activity Pending 9",
        ];
        assert_eq!(lines(&read(odd)), expect);
    }

    proptest! {
        #[test]
        fn any_attributes_are_read_and_every_event_has_a_group(
            attributes in r#"(\{("(scheduledEventId|failure|cause|outcome|workflowType|name|é)":([0-9]{1,25}|"[0-9a-z\\\\]{0,6}"|null|\[\{\}\]|\{("message":"m")?\}),?){0,4}\}|[0-9]|"a"|\[\])"#,
            id in "[0-9]{0,22}",
            kind in "(ActivityTaskFailed|NexusOperationCancelRequestFailed|WorkflowExecutionUpdateCompleted|EVENT_TYPE_|x)",
        ) {
            let event = format!(r#"{{"eventId":"{id}","eventType":"{kind}","activityTaskFailedEventAttributes":{attributes}}}"#);
            if let Ok(document) = Document::parse(format!("[{event},{event}]")) {
                let read = execution(&document);
                let grouped: usize = read.groups.iter().map(|group| group.events.len()).sum();
                prop_assert_eq!(grouped, read.events.len());
                for event in &read.events {
                    let attributes = &document.text()[event.attributes.clone()];
                    let _ = (super::super::failures(attributes), super::super::links(&event.event_type, attributes));
                }
            }
        }
    }

    #[test]
    fn what_is_pending_comes_last() {
        let started = r#"{"events":[
            {"eventId":"1","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","workflowExecutionStartedEventAttributes":{}},
            {"eventId":"2","eventType":"EVENT_TYPE_TIMER_STARTED","timerStartedEventAttributes":{"timerId":"t"}},
            {"eventId":"3","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED","workflowExecutionSignaledEventAttributes":{"signalName":"s"}}
        ]}"#;
        let expect = [
            "Workflow Pending 1",
            "Signal Completed 3",
            "Timer Pending 2",
        ];
        assert_eq!(lines(&read(started)), expect);
    }
}
