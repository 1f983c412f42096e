//! The history of a document: its groups, what a group is called where a Payload says so, and how much of it could not be decoded.

use payload_codec::CodecChain;
use temporal_payload::history::{Execution, Group, HistoryEvent, Kind, State};
use temporal_payload::{Slot, shown_name};

use super::documents::Inspection;
use super::event_failure::message;
use super::history_view::{
    HistoryDensity, HistoryEventRow, HistoryFilter, HistoryKindCount, HistoryOverview, HistoryRow,
    HistoryShow,
};
use super::rows::Rows;
use crate::payload::place;
use crate::payload::view::PayloadOutcome;

/// Events of one group that a row carries.
const MAX_EVENTS: usize = 100;
/// Parts of a history's time in which events are counted.
const PARTS: i16 = 240;
/// Payloads of one group that are decoded for its row, where the document is not decoded yet.
const MAX_SLOTS: usize = 100;
/// Bytes of a marker's Payload in which a name is looked for.
const MAX_MARKER: usize = 64 << 10;

/// A history that is looked at.
pub(super) struct ReadHistory<'a> {
    of: &'a Inspection,
    chain: &'a CodecChain,
    pub(super) execution: &'a Execution,
}

impl<'a> ReadHistory<'a> {
    pub(super) fn new(of: &'a Inspection, chain: &'a CodecChain) -> Self {
        let execution = of.execution();
        ReadHistory {
            of,
            chain,
            execution,
        }
    }

    /// The groups that a filter lets through.
    pub(super) fn visible(
        &self,
        filter: &HistoryFilter,
    ) -> impl Iterator<Item = (usize, &'a Group)> {
        let groups = self.execution.groups.iter().enumerate();
        groups.filter(move |(_, group)| {
            let kind = filter.kinds.is_empty() || filter.kinds.contains(&group.kind.into());
            let task = group.kind != Kind::WorkflowTask
                || filter.workflow_tasks
                || group.state.is_failure();
            kind && task
                && match filter.show {
                    HistoryShow::All => true,
                    HistoryShow::Failures => group.state.is_failure(),
                    HistoryShow::NotDecoded => self.not_decoded(group) > 0,
                }
        })
    }

    fn not_decoded(&self, group: &Group) -> u32 {
        let events = group.events.iter();
        let events = events.filter_map(|event| self.execution.events.get(*event));
        events.map(|event| not_decoded(event, &self.of.rows)).sum()
    }

    /// The slots of a group, as many as its row is made of.
    pub(super) fn slots(&self, number: usize) -> impl Iterator<Item = usize> {
        let group = self.execution.groups.get(number);
        let events = group.into_iter().flat_map(|group| &group.events);
        let events = events.filter_map(|at| self.execution.events.get(*at));
        events.flat_map(|event| event.slots.clone()).take(MAX_SLOTS)
    }

    /// One group in one line.
    pub(super) fn row(&self, row: usize, number: usize) -> Option<HistoryRow> {
        let rows = &self.of.rows;
        let group = self.execution.groups.get(number)?;
        let events = || {
            let events = group.events.iter();
            events.filter_map(|at| Some((*at, self.execution.events.get(*at)?)))
        };
        let failed = || events().rfind(|(_, event)| is_failed(event));
        let failure = group.state.is_failure().then(failed).flatten();
        let undecoded = || events().find(|(_, event)| not_decoded(event, rows) > 0);
        let opens = failure.or_else(undecoded).or_else(|| events().next());
        Some(HistoryRow {
            row: count(row),
            group: count(number),
            kind: group.kind.into(),
            state: group.state.into(),
            name: shown_name(self.name(number)).into(),
            id: shown_name(&group.id).into(),
            attempts: group.attempts,
            start: group.start,
            end: group.end,
            preview: failure
                .map(|(_, event)| message(event, rows))
                .filter(|message| !message.is_empty())
                .or_else(|| events().find_map(|(_, event)| preview(event, rows)))
                .unwrap_or_default()
                .into(),
            n_payloads: count(events().map(|(_, event)| event.slots.len()).sum()),
            n_not_decoded: self.not_decoded(group),
            opens: count(opens.map_or(0, |(at, _)| at)),
            n_events: count(group.events.len()),
            events: events()
                .take(MAX_EVENTS)
                .map(|(at, event)| event_row(at, event, rows))
                .collect(),
        })
    }

    /// What a group is called, also where nothing names it.
    pub(super) fn name(&self, number: usize) -> &'a str {
        let Some(group) = self.execution.groups.get(number) else {
            return "";
        };
        let first = group.events.first();
        let first = first.and_then(|at| self.execution.events.get(*at));
        if let (Kind::Marker, Some(event)) = (group.kind, first)
            && let Some(kind) = marker_kind(&group.name)
        {
            let name = || match self.marker_name(event) {
                Some(name) => format!("{kind} {name}"),
                None => kind.to_owned(),
            };
            let n_groups = self.execution.groups.len();
            return self.of.group_names.get_or_read(number, n_groups, name);
        }
        if !group.name.is_empty() {
            return &group.name;
        }
        match group.kind {
            Kind::Workflow => "Workflow",
            Kind::WorkflowTask => "Workflow Task",
            Kind::Activity => "Activity",
            Kind::Timer => "Timer",
            Kind::Signal => "Signal",
            Kind::Update => "Update",
            Kind::ChildWorkflow => "Child Workflow",
            Kind::External => "External Workflow",
            Kind::Nexus => "Nexus operation",
            Kind::Marker => "Marker",
            Kind::Other => first.map_or("Event", |event| &event.event_type),
        }
    }

    /// A Local Activity, a version and a side effect are called by what their markers' Payloads say.
    fn marker_name(&self, event: &HistoryEvent) -> Option<String> {
        let document = &self.of.document;
        let slots = document.slots().get(event.slots.clone())?.iter();
        let small = slots.filter(|slot| slot.span.len() < MAX_MARKER);
        small.take(4).find_map(|slot: &Slot| {
            let chain = self.of.whose.chain(document, slot, self.chain);
            let payload = chain.decode(document.payload(slot).ok()?).payload;
            marker_name(&place(&slot.pointer, true), &payload.data)
        })
    }

    /// The event in which people look for why a Workflow failed: the end of what failed last in it, or else its own.
    fn why_failed(&self) -> Option<usize> {
        let Execution { events, groups } = self.execution;
        let end = |group: &Group| {
            let mut backwards = group.events.iter().rev().copied();
            backwards.find(|at| events.get(*at).is_some_and(is_failed))
        };
        let failed = || groups.iter().filter(|group| group.state.is_failure());
        let workflow = failed().find(|group| group.kind == Kind::Workflow)?;
        // An Update that fails leaves its Workflow as it was.
        let steps = failed().filter(|group| !matches!(group.kind, Kind::Workflow | Kind::Update));
        let number = |at: &usize| {
            events
                .get(*at)
                .and_then(|event| event.id.parse::<u64>().ok())
        };
        let step = || steps.filter_map(end).max_by_key(number);
        let step = (workflow.state == State::Failed).then(step).flatten();
        step.or_else(|| end(workflow))
    }

    pub(super) fn overview(&self) -> HistoryOverview {
        let Execution { events, groups } = self.execution;
        let mut kinds: Vec<HistoryKindCount> = Vec::new();
        for group in groups {
            let kind = group.kind.into();
            match kinds.iter_mut().find(|count| count.kind == kind) {
                Some(count) => count.n += 1,
                None => kinds.push(HistoryKindCount { kind, n: 1 }),
            }
        }
        let times = || events.iter().filter_map(|event| event.time);
        let (start, end) = (times().min(), times().max());
        let mut density = vec![HistoryDensity::default(); PARTS.unsigned_abs().into()];
        if let (Some(start), Some(end)) = (start, end) {
            let span = i128::from(end) - i128::from(start) + 1;
            for event in events {
                let at = event
                    .time
                    .map(|time| (i128::from(time) - i128::from(start)) * i128::from(PARTS) / span);
                let at = at.and_then(|at| usize::try_from(at).ok());
                if let Some(part) = at.and_then(|at| density.get_mut(at)) {
                    part.n += 1;
                    part.n_failed += u32::from(is_failed(event));
                }
            }
        }
        let opens = self
            .of
            .rows
            .first_failed()
            .and_then(|index| events.iter().position(|event| event.slots.contains(&index)));
        let opens = opens.or_else(|| self.why_failed());
        let not_decoded = |group: &&Group| self.not_decoded(group) > 0;
        HistoryOverview {
            n_events: count(events.len()),
            n_failures: count(
                groups
                    .iter()
                    .filter(|group| group.state.is_failure())
                    .count(),
            ),
            n_not_decoded: count(groups.iter().filter(not_decoded).count()),
            kinds,
            start,
            end,
            density,
            opens: count(opens.unwrap_or_default()),
        }
    }
}

pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Whether an event says that something failed: its end, not that of an attempt before.
pub(super) fn is_failed(event: &HistoryEvent) -> bool {
    let of_now = event.facts.failure.is_some() && !event.facts.failed_before;
    let ends = ["Failed", "TimedOut", "Terminated", "Rejected"];
    of_now || ends.iter().any(|end| event.event_type.ends_with(end))
}

fn not_decoded(event: &HistoryEvent, rows: &Rows) -> u32 {
    let failed = rows.of(event.slots.clone()).filter(|row| {
        matches!(
            row.outcome,
            PayloadOutcome::Failed | PayloadOutcome::Unsupported
        )
    });
    count(failed.count())
}

fn event_row(at: usize, event: &HistoryEvent, rows: &Rows) -> HistoryEventRow {
    HistoryEventRow {
        event: count(at),
        id: shown_name(&event.id).into(),
        event_type: shown_name(&event.event_type).into(),
        time: event.time,
        failed: is_failed(event),
        n_payloads: count(event.slots.len()),
        n_not_decoded: not_decoded(event, rows),
    }
}

/// The start of the first Payload that is no Search Attribute.
fn preview(event: &HistoryEvent, rows: &Rows) -> Option<String> {
    let mut rows = rows.of(event.slots.clone());
    let row = rows.find(|row| {
        !row.place.starts_with("searchAttributes") && !row.place.starts_with("header")
    })?;
    Some(row.preview.to_string())
}

/// What people call markers of a name that say more in their Payloads.
fn marker_kind(name: &str) -> Option<&'static str> {
    Some(match name {
        "LocalActivity" | "core_local_activity" => "Local Activity",
        "Version" | "core_patch" => "Version",
        "SideEffect" => "Side effect",
        "MutableSideEffect" => "Mutable side effect",
        _ => return None,
    })
}

/// The name in one detail of a marker.
fn marker_name(place: &str, data: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(data).ok()?;
    let names: &[&str] = match place {
        place if place.starts_with("details.data") => {
            &["activity_type", "activityType", "ActivityType", "type"]
        }
        place if place.starts_with("details.patch-data") => &["id"],
        "details.change-id[0]" | "details.changeId[0]" | "details.side-effect-id[0]" => {
            return value.as_str().map(str::to_owned);
        }
        "details.type[0]" => return value.as_str().map(str::to_owned),
        _ => return None,
    };
    let found = names.iter().find_map(|name| value.get(name)?.as_str());
    found.map(str::to_owned)
}
