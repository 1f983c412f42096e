//! The commands on a history: its groups in pages, one event in full, and searching.

use std::sync::Arc;

use payload_codec::CodecChain;
use temporal_payload::failure::encoded_attributes;
use temporal_payload::history::{self, Failure, HistoryEvent, Link, Relation};
use temporal_payload::{Content, Document, Payload, shown, shown_name};

use super::Inspector;
use super::documents::Inspection;
use super::history_search::text_of_events;
use super::history_view::{
    HistoryEventRequest, HistoryEventView, HistoryFailure, HistoryLink, HistoryMatch,
    HistoryMatches, HistoryOverview, HistoryRowsRequest, HistoryRowsView, SearchHistoryRequest,
};
use super::parsed::KnownAs;
use super::read_history::{ReadHistory, count};
use super::view::DocumentRequest;
use crate::error::{AppError, Code};
use crate::payload::content;
use crate::payload::view::ContentView;
use crate::payload::whose::Whose;

/// Groups that one call may ask for.
const MAX_ROWS: usize = 500;
/// Matches that are told one by one.
const MAX_MATCHES: usize = 5000;
/// Payloads of one event that are listed.
const MAX_PAYLOADS: usize = 500;
/// Bytes of an event's attributes in which Payloads are replaced.
const MAX_ATTRIBUTES: usize = 4 << 20;
/// Characters of a message or a stack trace.
const MAX_FAILURE_TEXT: usize = 64 << 10;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Inspector {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::InvalidSetting`] where the Namespace is refused.
    pub fn history_overview(&self, request: DocumentRequest) -> Result<HistoryOverview, AppError> {
        let inspection = self.documents.get(request.document)?;
        let chain = self.in_force.chain(inspection.namespace.as_deref())?;
        Ok(ReadHistory::new(&inspection, &chain).overview())
    }

    /// See the command table.
    ///
    /// # Errors
    /// As [`Inspector::history_overview`].
    pub fn history_rows(&self, request: HistoryRowsRequest) -> Result<HistoryRowsView, AppError> {
        let inspection = self.documents.get(request.document)?;
        let chain = self.in_force.chain(inspection.namespace.as_deref())?;
        let read = ReadHistory::new(&inspection, &chain);
        let wanted = request.find.and_then(|event| {
            let event = read.execution.events.get(event as usize)?;
            Some(event.group)
        });
        let (from, limit) = (
            request.offset as usize,
            MAX_ROWS.min(request.limit as usize),
        );
        let (mut n_rows, mut found, mut page) = (0, None, Vec::new());
        for (group, _) in read.visible(&request.filter) {
            if wanted == Some(group) {
                found = Some(count(n_rows));
            }
            if n_rows >= from && n_rows - from < limit {
                page.push((n_rows, group));
            }
            n_rows += 1;
        }
        let slots = page.iter().flat_map(|(_, group)| read.slots(*group));
        self.look_at(&inspection, &chain, slots);
        let rows = page
            .iter()
            .filter_map(|(row, group)| read.row(*row, *group));
        Ok(HistoryRowsView {
            n_rows: count(n_rows),
            found,
            rows: rows.collect(),
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// As [`Inspector::history_overview`]; [`Code::BadRequest`] where there is no such event.
    pub fn history_event(
        &self,
        request: HistoryEventRequest,
    ) -> Result<HistoryEventView, AppError> {
        let inspection = self.documents.get(request.document)?;
        let chain = self.in_force.chain(inspection.namespace.as_deref())?;
        let read = ReadHistory::new(&inspection, &chain);
        let at = request.event as usize;
        let no_such_event = || AppError::new(Code::BadRequest, "the document has no such event");
        let event = read.execution.events.get(at).ok_or_else(no_such_event)?;
        let own = event.slots.clone().take(MAX_PAYLOADS);
        self.look_at(&inspection, &chain, own.chain(read.slots(event.group)));
        let group = read.row(0, event.group);
        let document = &inspection.document;
        let text = document.text().get(event.attributes.clone());
        let text = text.unwrap_or_default();
        let time = history::row_at(document, at).map(|row| shown_name(&row.event_time));
        let end = event
            .slots
            .end
            .min(event.slots.start.saturating_add(MAX_PAYLOADS));
        let payloads = inspection.rows.shown(document, event.slots.start..end);
        Ok(HistoryEventView {
            event: request.event,
            group: group.ok_or_else(no_such_event)?,
            time: time.unwrap_or_default().into(),
            attributes: attributes(document, event, &chain, &inspection.whose),
            failures: failures(text, document, event, &chain, &inspection.whose),
            failed_before: event.facts.failed_before,
            payloads,
            links: history::links(&event.event_type, text)
                .into_iter()
                .map(|link| self.link(link, request.document, &inspection))
                .collect(),
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// As [`Inspector::history_overview`].
    pub fn search_history(
        &self,
        request: SearchHistoryRequest,
    ) -> Result<HistoryMatches, AppError> {
        let inspection = self.documents.get(request.document)?;
        let chain = self.in_force.chain(inspection.namespace.as_deref())?;
        let read = ReadHistory::new(&inspection, &chain);
        let search = inspection
            .event_search
            .get_or_make(|| text_of_events(&inspection, &chain));
        let mut places = vec![None; read.execution.groups.len()];
        let visible = read.visible(&request.filter);
        for (row, (group, _)) in visible.enumerate() {
            if let Some(place) = places.get_mut(group) {
                *place = Some(count(row));
            }
        }
        let found = search.find(&request.text).into_iter();
        let mut found: Vec<HistoryMatch> = found
            .filter_map(|event| {
                let group = read.execution.events.get(event)?.group;
                let row = places.get(group).copied().flatten()?;
                let event = count(event);
                Some(HistoryMatch { row, event })
            })
            .collect();
        // From one to the next is a walk down the list.
        found.sort_by_key(|found| found.row);
        let n = count(found.len());
        found.truncate(MAX_MATCHES);
        Ok(HistoryMatches {
            n,
            matches: found,
            incomplete: search.incomplete,
        })
    }

    /// A link, with the document that holds what it leads to, where that is open.
    fn link(&self, link: Link, own: u32, of: &Inspection) -> HistoryLink {
        let others: Vec<(u32, Arc<Inspection>)> = {
            let open = self.documents.lock();
            let others = open.documents.iter().filter(|(number, _)| **number != own);
            others.map(|(number, of)| (*number, of.clone())).collect()
        };
        let document = others.iter().find(|(_, inspection)| {
            let KnownAs { runs, workflow_id } = inspection.known_as();
            if link.run_id.is_empty() {
                !link.workflow_id.is_empty()
                    && *workflow_id == link.workflow_id
                    && *workflow_id != of.known_as().workflow_id
            } else {
                runs.contains(&link.run_id)
            }
        });
        HistoryLink {
            relation: match link.relation {
                Relation::Parent => "Parent",
                Relation::Root => "Root",
                Relation::Child => "Child",
                Relation::External => "Other Workflow",
                Relation::PreviousRun => "Previous run",
                Relation::NextRun => "Next run",
                Relation::ResetFrom => "Reset from",
                Relation::FirstRun => "First run",
            }
            .to_owned(),
            workflow_id: shown_name(&link.workflow_id).into(),
            run_id: shown_name(&link.run_id).into(),
            document: document.map(|(number, _)| *number),
        }
    }
}

/// The attributes with each decoded value in the place of its Payload. What cannot be decoded stays as it is.
fn attributes(
    document: &Document,
    event: &HistoryEvent,
    chain: &CodecChain,
    whose: &Whose,
) -> ContentView {
    let span = event.attributes.clone();
    let text = document.text();
    let budget = chain.budget(span.len());
    let mut out = String::new();
    let mut copied = span.start;
    for slot in document
        .slots()
        .get(event.slots.clone())
        .unwrap_or_default()
    {
        let inside = slot.span.start >= copied && slot.span.end <= span.end;
        if !inside || out.len() > MAX_ATTRIBUTES {
            continue;
        }
        let chain = whose.chain(document, slot, chain);
        let decoded = document
            .payload(slot)
            .ok()
            .map(|sent| chain.decode_within(sent, &budget));
        if let Some(value) = decoded.filter(|decoded| decoded.error.is_none()) {
            out.push_str(text.get(copied..slot.span.start).unwrap_or_default());
            out.push_str(&in_place(&value.payload));
            copied = slot.span.end;
        }
    }
    out.push_str(text.get(copied..span.end).unwrap_or_default());
    content::json(&out, "Attributes")
}

/// A decoded Payload as the value that it is.
pub(super) fn in_place(payload: &Payload) -> String {
    match Content::of(payload) {
        Content::Null => "null".to_owned(),
        Content::Json(text) => text,
        Content::Text(text) => serde_json::Value::String(text).to_string(),
        Content::StorageReference(_)
        | Content::NestedPayloads(_)
        | Content::Protobuf { .. }
        | Content::Bytes { .. } => payload.to_json(),
    }
}

/// The levels of an event's Failure, with what the Failure Converter encoded.
fn failures(
    attributes: &str,
    document: &Document,
    event: &HistoryEvent,
    chain: &CodecChain,
    whose: &Whose,
) -> Vec<HistoryFailure> {
    let levels = history::failures(attributes);
    let slots = document
        .slots()
        .get(event.slots.clone())
        .unwrap_or_default();
    let of_level = |level: usize| {
        slots.iter().find(|slot| {
            let causes = slot
                .pointer
                .split('/')
                .filter(|segment| *segment == "cause");
            slot.is_encoded_attributes() && causes.count() == level
        })
    };
    let read = |(level, failure): (usize, Failure)| {
        let slot = of_level(level).filter(|_| failure.encoded);
        let decoded = slot.and_then(|slot| {
            let sent = document.payload(slot).ok()?;
            let chain = whose.chain(document, slot, chain);
            encoded_attributes(&chain.decode(sent).payload)
        });
        let not_decoded = failure.encoded && decoded.is_none();
        let decoded = decoded.unwrap_or_default();
        let text = |text: String| {
            text.chars()
                .take(MAX_FAILURE_TEXT)
                .collect::<String>()
                .into()
        };
        HistoryFailure {
            kind: shown(&failure.kind, 200).into(),
            message: text(decoded.message.unwrap_or(failure.message)),
            stack_trace: text(decoded.stack_trace.unwrap_or(failure.stack_trace)),
            not_decoded,
        }
    };
    levels.into_iter().enumerate().map(read).collect()
}
