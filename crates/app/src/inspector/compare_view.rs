//! Two executions side by side, and two Payloads: what the window asks, and what differs.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::payload::ContentText;

/// Compares two Event Histories that are open, event by event.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct CompareExecutionsRequest {
    /// The document on the left.
    pub left: u32,
    /// The document on the right.
    pub right: u32,
    /// Whether ids, times and what else differs from run to run counts as well.
    pub everything: bool,
    /// A number by which its progress is told, and by which it can be cancelled.
    #[ts(optional = nullable)]
    pub ticket: Option<u32>,
}

/// How two executions differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ExecutionComparison {
    /// How many events the left one has.
    pub n_left: u32,
    /// How many events the right one has.
    pub n_right: u32,
    /// Events that are the same in both.
    pub n_same: u32,
    /// Events that both have and that say different things.
    pub n_changed: u32,
    /// Events that both have, of which it is not known whether they say the same: something in them could not be decoded.
    pub n_unknown: u32,
    /// Events that only the left one has.
    pub n_only_left: u32,
    /// Events that only the right one has.
    pub n_only_right: u32,
    /// The id of the last event up to which they are the same; empty where the first one differs.
    pub same_until: ContentText,
    /// The first place at which an event stands that the other one does not have there; absent where both have the same events.
    pub fork: Option<ComparedEvents>,
    /// At how many places something differs, or is not known.
    pub n_rows: u32,
    /// The first 5,000 of them.
    pub rows: Vec<ComparedEvents>,
    /// How many events after the last of all places are the same.
    pub same_after: u32,
    /// From which event on they differ and how, in a sentence or two.
    pub said: ContentText,
}

/// In what way two events differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ComparedKind {
    /// Both have it, and it says something else.
    Changed,
    /// Both have it, and something in it could not be decoded.
    Unknown,
    /// Each has another event there.
    Other,
    /// Only the left one has it.
    OnlyLeft,
    /// Only the right one has it.
    OnlyRight,
}

/// A place at which two executions differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ComparedEvents {
    /// In what way.
    pub kind: ComparedKind,
    /// How many events before it are the same, since the place before.
    pub same_before: u32,
    /// The event on the left.
    pub left: Option<ComparedEvent>,
    /// The event on the right.
    pub right: Option<ComparedEvent>,
}

/// One of two events that are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ComparedEvent {
    /// Its index in the document.
    pub event: u32,
    /// Its id as it stands.
    pub id: ContentText,
    /// Its type as people say it.
    pub event_type: ContentText,
    /// The Activity, Signal, … by its name; empty where it has none.
    pub name: ContentText,
    /// What the Workflow does by it, or what happens to it: `schedules Activity charge`.
    pub does: ContentText,
}

/// Compares two events in full.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct CompareEventsRequest {
    /// The document on the left.
    pub left: u32,
    /// Which of its events.
    pub left_event: u32,
    /// The document on the right.
    pub right: u32,
    /// Which of its events.
    pub right_event: u32,
    /// Whether ids, times and what else differs from run to run counts as well.
    pub everything: bool,
}

/// Compares what two Payloads say.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ComparePayloadsRequest {
    /// The document on the left.
    pub left: u32,
    /// Which of its Payloads.
    pub left_index: u32,
    /// The document on the right; it may be the same.
    pub right: u32,
    /// Which of its Payloads.
    pub right_index: u32,
}

/// What differs between two events, or two Payloads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DifferencesView {
    /// How many places differ, those that are not known included.
    pub n: u32,
    /// At how many of them it is not known whether they do.
    pub n_unknown: u32,
    /// The first 500 of them.
    pub differences: Vec<DifferenceView>,
    /// How two Payloads differ beside what they say: layers, metadata. None of events.
    pub about: Vec<AboutView>,
    /// Why the Payload on the left is not decoded.
    pub left_problem: Option<ContentText>,
    /// Why the Payload on the right is not decoded.
    pub right_problem: Option<ContentText>,
    /// How they differ, in a sentence.
    pub said: ContentText,
}

/// A place that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DifferenceView {
    /// Where, as jq writes it.
    pub path: ContentText,
    /// In what way: never `other`.
    pub kind: ComparedKind,
    /// What stands there on the left; absent where nothing does.
    pub left: Option<DifferenceSide>,
    /// What stands there on the right.
    pub right: Option<DifferenceSide>,
}

/// What stands at a place that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct DifferenceSide {
    /// As it stands; of a long one the part that differs first, with `…` for what is left out.
    pub text: ContentText,
    /// Whether something in it could not be decoded.
    pub not_decoded: bool,
}

/// Something of two Payloads that differs beside what they say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct AboutView {
    /// What, for people: `Layers`, `Metadata encoding`, `Metadata encoding, decoded`.
    pub what: ContentText,
    /// On the left; absent where there is none.
    pub left: Option<ContentText>,
    /// On the right.
    pub right: Option<ContentText>,
}
