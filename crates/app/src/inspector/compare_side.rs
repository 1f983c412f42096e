//! One of two documents that are compared: what its events and its Payloads say, decoded for the moment, and what is left unknown.
//! Nothing of it is kept.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use comparison::{Digest, Mark, Marked, Rules, Tree, digest_of};
use payload_codec::{Budget, CodecChain, zeroize_stack_once};
use temporal_payload::history::{self, HistoryEvent, Kind};
use temporal_payload::{Payload, Slot, shown_name};
use zeroize::Zeroizing;

use super::chosen_types::Chosen;
use super::compare_view::ComparedEvent;
use super::compare_words::does;
use super::documents::Inspection;
use super::parsed::KnownAs;
use super::payload_rows::{Cancelled, Progress};
use super::read_history::{ReadHistory, count};
use crate::payload;
use crate::payload::view::PayloadOutcome;
use crate::schemas::message_types::{DocumentTypes, MessageTypes};

/// Events that a thread takes at a time.
const CHUNK: usize = 64;
/// Histories with fewer are read by the thread that asks.
const WORTH_THREADS: usize = 512;
/// Threads at most.
const MAX_THREADS: usize = 8;
/// Work between two looks at whether somebody still waits, in bytes as [`Budget`] counts them.
const SLICE: u64 = 1 << 20;

/// One of the two.
pub(super) struct CompareSide {
    pub(super) inspection: Arc<Inspection>,
    pub(super) chain: CodecChain,
    pub(super) types: MessageTypes,
}

/// A text of which some parts are values, and some are not known.
pub(super) struct MarkedText {
    text: Zeroizing<String>,
    marks: Vec<Mark>,
}

/// What a Payload says.
pub(super) struct ReadPayload {
    /// As it stands in the document.
    pub(super) sent: Payload,
    /// Its layers, for people.
    pub(super) layers: Vec<String>,
    /// Decoded, with its value for people; or why it is not.
    pub(super) value: Result<Payload, String>,
}

/// An event, as far as it is told apart from others.
#[derive(Clone, Copy, Default)]
pub(super) struct ReadEvent {
    /// What it is: its type, and the name of what it is about.
    pub(super) is: Digest,
    /// What it says.
    pub(super) says: Digest,
    /// Whether some of that is not known.
    pub(super) has_unknown: bool,
}

/// Whether it says that a Worker took the Workflow up, and no more. How many of these there are, and between which others, depends on
/// when a Worker asked; what the Workflow did is told by the events that follow.
fn is_routine(event: &HistoryEvent) -> bool {
    let is = ["Scheduled", "Started", "Completed"];
    // As servers before 1.0 called it.
    let old = || event.event_type.strip_prefix("DecisionTask");
    let step = event.event_type.strip_prefix("WorkflowTask");
    step.or_else(old).is_some_and(|step| is.contains(&step))
}

impl MarkedText {
    /// `None` where it is no JSON, which is never so of an event.
    pub(super) fn tree(&self, rules: &Rules) -> Option<Tree<'_>> {
        Tree::of(&self.text, &self.marks, rules)
    }

    pub(super) fn of(payload: &ReadPayload, text: impl FnOnce(&Payload) -> String) -> Self {
        let (text, what) = match &payload.value {
            Ok(value) => (text(value), Marked::Value),
            Err(_) => (payload.sent.to_json(), Marked::Unknown),
        };
        let mark = Mark {
            span: 0..text.len(),
            what,
        };
        MarkedText {
            text: Zeroizing::new(text),
            marks: vec![mark],
        }
    }

    fn push(&mut self, text: &str, what: Marked) {
        let start = self.text.len();
        self.text.push_str(text);
        self.marks.push(Mark {
            span: start..self.text.len(),
            what,
        });
    }
}

impl CompareSide {
    pub(super) fn events(&self) -> &[HistoryEvent] {
        &self.inspection.execution().events
    }

    /// The events that count, as they happened, as indices: some exports tell the newest first.
    pub(super) fn in_order(&self, everything: bool) -> Vec<usize> {
        let events = self.events();
        let counts = |at: &usize| everything || !events.get(*at).is_some_and(is_routine);
        let number = |event: Option<&HistoryEvent>| event?.id.parse::<u64>().ok();
        let is_backwards = number(events.first()) > number(events.last());
        match is_backwards {
            true => (0..events.len()).rev().filter(counts).collect(),
            false => (0..events.len()).filter(counts).collect(),
        }
    }

    /// What counts of it.
    pub(super) fn rules(&self, everything: bool) -> Rules {
        if everything {
            return Rules::everything();
        }
        let KnownAs { runs, workflow_id } = self.inspection.known_as();
        Rules::usual(runs.iter().chain([workflow_id]).cloned())
    }

    /// Whether every Payload is decoded, so that names that are in Payloads are known.
    pub(super) fn is_decoded(&self) -> bool {
        let undecoded = [PayloadOutcome::Failed, PayloadOutcome::Unsupported];
        let rows = &self.inspection.rows;
        rows.n_pending() == 0 && !rows.decoded().any(|row| undecoded.contains(&row.outcome))
    }

    pub(super) fn document_types(&self) -> DocumentTypes<'_> {
        let places = self.types.has_rules().then(|| self.inspection.places());
        self.types.with(places)
    }

    /// What an event is about, by its name; one that a Payload says where `with_decoded`.
    fn name<'a>(&'a self, event: &'a HistoryEvent, with_decoded: bool) -> &'a str {
        let read = ReadHistory::new(&self.inspection, &self.chain);
        let own = event.facts.name.as_deref();
        match read.execution.groups.get(event.group) {
            Some(group) if matches!(group.kind, Kind::Workflow | Kind::WorkflowTask) => "",
            Some(group) if group.kind == Kind::Marker && !with_decoded => own.unwrap_or_default(),
            Some(group) if group.kind == Kind::Marker => read.name(event.group),
            Some(group) => &group.name,
            None => own.unwrap_or_default(),
        }
    }

    /// An event for people.
    pub(super) fn shown(&self, at: usize) -> Option<ComparedEvent> {
        let event = self.events().get(at)?;
        let name = shown_name(self.name(event, true));
        let event_type = shown_name(&event.event_type);
        Some(ComparedEvent {
            event: count(at),
            id: shown_name(&event.id).into(),
            does: does(&event_type, &name).into(),
            event_type: event_type.into(),
            name: name.into(),
        })
    }

    /// A Payload, decoded.
    pub(super) fn payload(
        &self,
        slot: &Slot,
        types: &DocumentTypes<'_>,
        budget: &Budget<'_>,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<ReadPayload, String> {
        let Inspection {
            document, whose, ..
        } = &*self.inspection;
        let sent = document.payload(slot);
        let sent = sent.map_err(|error| payload::unreadable(&error).message)?;
        let chain = whose.chain(document, slot, &self.chain);
        Ok(chain.unwrapping(is_wanted, |chain| {
            let decoded = chain.decode_within(sent.clone(), budget);
            let layers = payload::layers(&decoded);
            let why = match &decoded.error {
                Some(error) => Some(payload::problem(error, &sent).message),
                None => payload::left(&decoded.payload),
            };
            let value = match why {
                Some(why) => Err(why),
                None => {
                    let inside = payload::inside(decoded.payload, chain, budget);
                    let failure = inside.failures.into_iter().next();
                    match failure.map(|error| error.message).or(inside.note) {
                        Some(why) => Err(why),
                        None => Ok(Chosen::default()
                            .readable(Some(slot), inside.payload, types)
                            .0),
                    }
                }
            };
            ReadPayload {
                sent: sent.clone(),
                layers,
                value,
            }
        }))
    }

    /// What an event says: its attributes, each Payload as a readable export has it, and when it happened. `None` where there is
    /// no such event.
    pub(super) fn text(
        &self,
        at: usize,
        types: &DocumentTypes<'_>,
        budget: &Budget<'_>,
        is_wanted: &dyn Fn() -> bool,
    ) -> Option<MarkedText> {
        let event = self.events().get(at)?;
        let document = &self.inspection.document;
        let (text, span) = (document.text(), event.attributes.clone());
        let mut out = MarkedText {
            text: Zeroizing::new(String::with_capacity(span.len() * 2 + 2)),
            marks: Vec::new(),
        };
        let add = |out: &mut MarkedText, slot: &Slot| {
            let sent = text.get(slot.span.clone()).unwrap_or_default();
            match self.payload(slot, types, budget, is_wanted) {
                Ok(ReadPayload {
                    value: Ok(value), ..
                }) => {
                    out.push(&value.to_readable_json(), Marked::Value);
                }
                Ok(ReadPayload { sent, .. }) => out.push(&sent.to_json(), Marked::Unknown),
                Err(_) => out.push(sent, Marked::Unknown),
            }
        };
        let slots = document
            .slots()
            .get(event.slots.clone())
            .unwrap_or_default();
        let is_inside = |slot: &&Slot| slot.span.start >= span.start && slot.span.end <= span.end;
        let (inside, beside): (Vec<&Slot>, Vec<&Slot>) = slots.iter().partition(is_inside);
        let attributes = text.get(span.clone()).unwrap_or_default();
        // As if what is told beside them (a summary, details, when it was) were told among them.
        out.text.push('{');
        let time = history::row_at(document, at).map(|row| row.event_time);
        let time = time.unwrap_or_default();
        for (name, said) in [("eventId", &*event.id), ("eventTime", &*time)] {
            let said = serde_json::Value::from(said);
            out.text.push_str(&format!("\"{name}\":{said},"));
        }
        for slot in beside {
            let name = slot.pointer.rsplit('/').next().unwrap_or_default();
            let name = serde_json::Value::from(name).to_string();
            out.text.push_str(&name);
            out.text.push(':');
            add(&mut out, slot);
            out.text.push(',');
        }
        let within = attributes.strip_prefix('{').map(str::trim_start);
        let is_empty = within.is_none_or(|within| within.starts_with('}'));
        if is_empty {
            out.text.pop();
            out.text.push('}');
            return Some(out);
        }
        let mut copied = span.start + 1;
        for slot in inside {
            if slot.span.start < copied {
                continue;
            }
            out.text
                .push_str(text.get(copied..slot.span.start).unwrap_or_default());
            add(&mut out, slot);
            copied = slot.span.end;
        }
        out.text
            .push_str(text.get(copied..span.end).unwrap_or_default());
        Some(out)
    }

    /// All events, in this order, as far as they are told apart, on all cores. `with_decoded`: whether names that Payloads say
    /// count.
    pub(super) fn read_events(
        &self,
        order: &[usize],
        rules: &Rules,
        with_decoded: bool,
        progress: &Progress<'_>,
    ) -> Result<Vec<ReadEvent>, Cancelled> {
        let (events, types) = (self.events(), self.document_types());
        let is_wanted = || !progress.is_cancelled();
        let budget = self.chain.budget(self.inspection.document.text().len());
        let budget = budget.asking_every(SLICE, |_| !progress.is_cancelled());
        let read = |at: &usize| {
            let Some(event) = events.get(*at) else {
                return ReadEvent::default();
            };
            let Some(text) = self.text(*at, &types, &budget, &is_wanted) else {
                return ReadEvent::default();
            };
            let tree = text.tree(rules);
            let name = self.name(event, with_decoded);
            ReadEvent {
                is: digest_of(&(&event.event_type, name, &event.facts.service)),
                says: tree
                    .as_ref()
                    .map_or_else(|| digest_of(&*text.text), Tree::digest),
                has_unknown: tree.is_some_and(|tree| tree.has_unknown()),
            }
        };
        let next = AtomicUsize::new(0);
        let chunks: Mutex<Vec<(usize, Vec<ReadEvent>)>> = Mutex::default();
        let work = || {
            loop {
                let start = next.fetch_add(CHUNK, Ordering::Relaxed);
                let rest = order.get(start..).filter(|rest| !rest.is_empty());
                let Some(rest) = rest.filter(|_| !progress.is_cancelled()) else {
                    return;
                };
                let made: Vec<ReadEvent> = rest.iter().take(CHUNK).map(read).collect();
                let n = made.len();
                // Chunks are put in whole.
                let mut chunks = chunks.lock().unwrap_or_else(PoisonError::into_inner);
                chunks.push((start, made));
                drop(chunks);
                progress.add(n);
            }
        };
        let n_threads = match order.len() {
            0..WORTH_THREADS => 1,
            _ => std::thread::available_parallelism().map_or(1, |n| n.get().min(MAX_THREADS)),
        };
        zeroize_stack_once(|| {
            std::thread::scope(|scope| {
                for _ in 1..n_threads {
                    scope.spawn(|| zeroize_stack_once(work));
                }
                work();
            });
        });
        if progress.is_cancelled() {
            return Err(Cancelled);
        }
        let mut chunks = chunks.into_inner().unwrap_or_else(PoisonError::into_inner);
        chunks.sort_unstable_by_key(|(start, _)| *start);
        Ok(chunks.into_iter().flat_map(|(_, made)| made).collect())
    }
}
