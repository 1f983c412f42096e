//! Searching a history: what its events and their decoded Payloads say, in one text, so that a keystroke costs a scan of it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use memchr::memmem::Finder;
use payload_codec::{CodecChain, zeroize_stack_once};
use temporal_payload::history::{Execution, HistoryEvent};
use temporal_payload::{Content, Document};

use super::event_failure::message;
use crate::payload::view::PayloadRow;
use crate::payload::whose::Whose;

/// Between two events, so that nothing is found across them.
const BOUNDARY: char = '\0';
/// Text that is kept at most: as much as the document has, and this.
const MORE: usize = 4 << 20;
/// Events that a thread takes at a time.
const CHUNK: usize = 256;
/// Threads at most.
const MAX_THREADS: usize = 8;

/// All that can be found in a history, in lower case.
pub(super) struct SearchText {
    text: String,
    /// Where each event's text ends.
    ends: Vec<usize>,
    /// Whether there is more than is kept.
    pub(super) incomplete: bool,
}

impl SearchText {
    pub(super) fn new(
        execution: &Execution,
        document: &Document,
        chain: &CodecChain,
        whose: &Whose,
        rows: &[PayloadRow],
    ) -> Self {
        let events = &execution.events;
        let limit = document.text().len() + MORE;
        let budget = chain.budget(document.text().len());
        let kept = AtomicUsize::new(0);
        let next = AtomicUsize::new(0);
        let chunks: Mutex<Vec<(usize, Vec<String>)>> = Mutex::default();
        let work = || {
            loop {
                let start = next.fetch_add(CHUNK, Ordering::Relaxed);
                let Some(rest) = events.get(start..).filter(|rest| !rest.is_empty()) else {
                    return;
                };
                let texts: Vec<String> = rest
                    .iter()
                    .take(CHUNK)
                    .map(|event| {
                        let mut text = head(event, rows);
                        for at in event.slots.clone() {
                            let (Some(slot), Some(row)) = (document.slots().get(at), rows.get(at))
                            else {
                                continue;
                            };
                            push(&mut text, &row.layers.join(" "));
                            if kept.load(Ordering::Relaxed) > limit {
                                continue;
                            }
                            let Ok(sent) = document.payload(slot) else {
                                continue;
                            };
                            let chain = whose.chain(document, slot, chain);
                            let decoded = chain.decode_within(sent, &budget).payload;
                            if let Content::Json(said) | Content::Text(said) = Content::of(&decoded)
                            {
                                kept.fetch_add(said.len(), Ordering::Relaxed);
                                push(&mut text, &said);
                            }
                        }
                        text
                    })
                    .collect();
                chunks
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push((start, texts));
            }
        };
        let n_threads = match events.len() {
            0..CHUNK => 1,
            _ => std::thread::available_parallelism().map_or(1, |n| n.get().min(MAX_THREADS)),
        };
        zeroize_stack_once(|| {
            std::thread::scope(|scope| {
                for _ in 1..n_threads {
                    scope.spawn(work);
                }
                work();
            });
        });
        let mut chunks = chunks.into_inner().unwrap_or_else(PoisonError::into_inner);
        chunks.sort_unstable_by_key(|(start, _)| *start);
        let length = chunks
            .iter()
            .flat_map(|(_, texts)| texts)
            .map(|text| text.len() + 1);
        let mut made = SearchText {
            text: String::with_capacity(length.sum()),
            ends: Vec::with_capacity(events.len()),
            incomplete: kept.load(Ordering::Relaxed) > limit,
        };
        for text in chunks.into_iter().flat_map(|(_, texts)| texts) {
            made.text.push_str(&text);
            made.text.push(BOUNDARY);
            made.ends.push(made.text.len());
        }
        made
    }

    /// The events that have the text in them, in the order of the document.
    pub(super) fn find(&self, wanted: &str) -> Vec<usize> {
        let wanted = wanted.trim().replace(BOUNDARY, "").to_lowercase();
        if wanted.is_empty() {
            return Vec::new();
        }
        let finder = Finder::new(wanted.as_bytes());
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = self
            .text
            .as_bytes()
            .get(from..)
            .and_then(|rest| finder.find(rest))
        {
            let event = self.ends.partition_point(|end| *end <= from + at);
            let Some(end) = self.ends.get(event) else {
                break;
            };
            found.push(event);
            from = *end;
        }
        found
    }
}

/// What an event says of itself.
fn head(event: &HistoryEvent, rows: &[PayloadRow]) -> String {
    let mut text = String::new();
    push(&mut text, &event.id);
    push(&mut text, &event.event_type);
    for said in [&event.facts.name, &event.facts.service, &event.facts.id] {
        push(&mut text, said.as_deref().unwrap_or_default());
    }
    push(&mut text, &message(event, rows));
    text
}

fn push(text: &mut String, said: &str) {
    if said.is_empty() {
        return;
    }
    if said.is_ascii() {
        let from = text.len();
        text.push_str(said);
        if let Some(new) = text.get_mut(from..) {
            new.make_ascii_lowercase();
        }
    } else {
        text.push_str(&said.to_lowercase());
    }
    text.push('\n');
}
