//! A Workflow Execution as it is read: its events in groups, one of them in full, and what a search finds.

use serde::{Deserialize, Serialize};
use temporal_payload::history;
use ts_rs::TS;

use crate::payload::ContentText;
use crate::payload::view::{ContentView, PayloadRow};

/// What a group of events is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum HistoryKind {
    /// The Workflow Execution itself.
    Workflow,
    /// A Workflow Task.
    WorkflowTask,
    /// An Activity.
    Activity,
    /// A timer.
    Timer,
    /// A Signal.
    Signal,
    /// An Update.
    Update,
    /// A child Workflow.
    ChildWorkflow,
    /// A Signal or a cancellation to another Workflow.
    External,
    /// A Nexus operation.
    Nexus,
    /// A marker.
    Marker,
    /// Any other event.
    Other,
}

/// What became of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum HistoryState {
    /// It has not ended as far as the history goes.
    Pending,
    /// The Workflow closed before it ended.
    Unfinished,
    /// It ended well.
    Completed,
    /// It failed.
    Failed,
    /// It took too long.
    TimedOut,
    /// It was canceled.
    Canceled,
    /// It was terminated.
    Terminated,
    /// The Workflow goes on in a new run.
    ContinuedAsNew,
}

/// Which groups are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum HistoryShow {
    /// All of them.
    All,
    /// Those that failed, timed out or were terminated.
    Failures,
    /// Those with Payloads that could not be decoded.
    NotDecoded,
}

/// Which groups are listed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
#[ts(export)]
pub struct HistoryFilter {
    /// By what became of them.
    pub show: HistoryShow,
    /// By what they are about; all kinds where there is none.
    pub kinds: Vec<HistoryKind>,
    /// Whether Workflow Tasks are listed that did not fail.
    pub workflow_tasks: bool,
}

/// Asks for groups of a history.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct HistoryRowsRequest {
    /// Which document.
    pub document: u32,
    /// Which groups.
    pub filter: HistoryFilter,
    /// The first one.
    pub offset: u32,
    /// At most this many; 500 at most.
    pub limit: u32,
    /// An event whose group is looked for.
    #[ts(optional = nullable)]
    pub find: Option<u32>,
}

/// Groups of a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HistoryRowsView {
    /// How many groups the filter lets through.
    pub n_rows: u32,
    /// Where the group of the event is that was looked for; absent where the filter keeps it out.
    pub found: Option<u32>,
    /// Those that were asked for.
    pub rows: Vec<HistoryRow>,
}

/// A group of events in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HistoryRow {
    /// Its place among those that the filter lets through.
    pub row: u32,
    /// Its number, whatever the filter.
    pub group: u32,
    /// What it is about.
    pub kind: HistoryKind,
    /// What became of it.
    pub state: HistoryState,
    /// Its name: the type of the Activity, the name of the Signal, …
    pub name: ContentText,
    /// Its own id; empty where it has none.
    pub id: ContentText,
    /// How often it was tried; 0 where that is not said.
    pub attempts: u32,
    /// When it began, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub start: Option<i64>,
    /// When it ended.
    #[ts(type = "number | null")]
    pub end: Option<i64>,
    /// The message of its Failure, or the start of its first Payload.
    pub preview: ContentText,
    /// How many Payloads it holds.
    pub n_payloads: u32,
    /// How many of them could not be decoded.
    pub n_not_decoded: u32,
    /// The event that is shown for it.
    pub opens: u32,
    /// How many events it has.
    pub n_events: u32,
    /// Its events, oldest first; 100 at most.
    pub events: Vec<HistoryEventRow>,
}

/// One event in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HistoryEventRow {
    /// Its index in the document.
    pub event: u32,
    /// `eventId`
    pub id: ContentText,
    /// `ActivityTaskScheduled`, …
    pub event_type: ContentText,
    /// When, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub time: Option<i64>,
    /// Whether it says that something failed.
    pub failed: bool,
    /// How many Payloads it holds.
    pub n_payloads: u32,
    /// How many of them could not be decoded.
    pub n_not_decoded: u32,
}

/// A history at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HistoryOverview {
    /// How many events it has.
    pub n_events: u32,
    /// How many groups failed.
    pub n_failures: u32,
    /// How many groups hold Payloads that could not be decoded.
    pub n_not_decoded: u32,
    /// What the groups are about.
    pub kinds: Vec<HistoryKindCount>,
    /// The time of the first event, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub start: Option<i64>,
    /// The time of the last one.
    #[ts(type = "number | null")]
    pub end: Option<i64>,
    /// How many events there are in each of as many parts of that time.
    pub density: Vec<HistoryDensity>,
    /// The event that it opens at: that of the first Payload that could not be decoded, or else that which tells why the Workflow
    /// failed, or else the first.
    pub opens: u32,
}

/// How many groups are about the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HistoryKindCount {
    /// What they are about.
    pub kind: HistoryKind,
    /// How many there are.
    pub n: u32,
}

/// Events in a part of a history's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HistoryDensity {
    /// How many there are.
    pub n: u32,
    /// How many of them say that something failed.
    pub n_failed: u32,
}

/// Asks for one event of a history.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct HistoryEventRequest {
    /// Which document.
    pub document: u32,
    /// Which event.
    pub event: u32,
}

/// One event in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HistoryEventView {
    /// Its index in the document.
    pub event: u32,
    /// Its group, with all events that belong to it.
    pub group: HistoryRow,
    /// `eventTime` as it stands.
    pub time: ContentText,
    /// Its attributes with the decoded values in the place of the Payloads.
    pub attributes: ContentView,
    /// Its Failure, and what caused it; none where it has none.
    pub failures: Vec<HistoryFailure>,
    /// Whether that is the Failure of an attempt or a run before.
    pub failed_before: bool,
    /// Its Payloads; 500 at most.
    pub payloads: Vec<PayloadRow>,
    /// Other Workflow Executions that it names.
    pub links: Vec<HistoryLink>,
}

/// One level of a Failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HistoryFailure {
    /// What it is: its type, or `Timeout (Heartbeat)`, …
    pub kind: ContentText,
    /// What it says.
    pub message: ContentText,
    /// Where it happened.
    pub stack_trace: ContentText,
    /// Whether what it says is encoded and could not be decoded.
    pub not_decoded: bool,
}

/// Another Workflow Execution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HistoryLink {
    /// How it is related, for people: `Parent`, `Next run`, …
    pub relation: String,
    /// Its Workflow Id; empty where that is the same.
    pub workflow_id: ContentText,
    /// Its run id; empty where it is not said.
    pub run_id: ContentText,
    /// The document that holds its history, where it is open.
    pub document: Option<u32>,
}

/// Looks for a text in a history.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct SearchHistoryRequest {
    /// Which document.
    pub document: u32,
    /// Which groups are searched.
    pub filter: HistoryFilter,
    /// What is looked for; upper and lower case are the same.
    pub text: String,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HistoryMatches {
    /// How many events have the text in them.
    pub n: u32,
    /// The first 5,000 of them.
    pub matches: Vec<HistoryMatch>,
    /// Whether there was more text than is kept for searching, so that there may be more.
    pub incomplete: bool,
}

/// An event that has the text in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct HistoryMatch {
    /// The place of its group among those that the filter lets through.
    pub row: u32,
    /// Its index in the document.
    pub event: u32,
}

impl From<history::Kind> for HistoryKind {
    fn from(kind: history::Kind) -> Self {
        match kind {
            history::Kind::Workflow => HistoryKind::Workflow,
            history::Kind::WorkflowTask => HistoryKind::WorkflowTask,
            history::Kind::Activity => HistoryKind::Activity,
            history::Kind::Timer => HistoryKind::Timer,
            history::Kind::Signal => HistoryKind::Signal,
            history::Kind::Update => HistoryKind::Update,
            history::Kind::ChildWorkflow => HistoryKind::ChildWorkflow,
            history::Kind::External => HistoryKind::External,
            history::Kind::Nexus => HistoryKind::Nexus,
            history::Kind::Marker => HistoryKind::Marker,
            history::Kind::Other => HistoryKind::Other,
        }
    }
}

impl From<history::State> for HistoryState {
    fn from(state: history::State) -> Self {
        match state {
            history::State::Pending => HistoryState::Pending,
            history::State::Unfinished => HistoryState::Unfinished,
            history::State::Completed => HistoryState::Completed,
            history::State::Failed => HistoryState::Failed,
            history::State::TimedOut => HistoryState::TimedOut,
            history::State::Canceled => HistoryState::Canceled,
            history::State::Terminated => HistoryState::Terminated,
            history::State::ContinuedAsNew => HistoryState::ContinuedAsNew,
        }
    }
}
