//! What is around a document, taken off step by step until one is recognized: each step is total and linear, and how deep and how
//! much is read in all is bounded.
//!
//! A text that is recognized as it stands is never looked at here.

mod code_block;
mod command;
mod dump;
mod escaped;
mod har;
mod http_message;
mod json_strings;
mod pieces;
mod power_shell;
mod quoted;
mod yaml;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::gzip::gunzip;
use crate::text_place::TextPlace;

use super::found::Found;
use super::indexed::Document;
use super::kind::{Kind, Reading, Source};
use super::not_recognized::{MAX_DOCUMENT_BYTES, NotRecognized};
use super::notation;
use super::strict;
use super::unwrapped::{Part, Unwrapped, part};
use super::wrapping::{LeftOut, Wrapping};

/// Wrappings inside of each other.
const MAX_DEPTH: usize = 8;
/// Bytes that may be looked at, all steps together, for each byte that was given.
const WORK: usize = 160;
/// As that, for the shortest texts.
const LEAST_WORK: usize = 1 << 16;
/// Documents that one text may hold.
const MAX_DOCUMENTS: usize = 10_000;

type Outcome = Result<Vec<Found>, NotRecognized>;
type Step = fn(&str) -> Result<Option<Unwrapped>, LeftOut>;

/// Looks for documents, within bounds.
pub(super) struct Search {
    left: usize,
    reading: Reading,
    /// Texts that hold nothing, and how deep they stood; one that is being read leads nowhere inside of itself.
    in_vain: HashMap<u64, usize>,
    #[cfg(test)]
    pub(super) spent: usize,
}

impl Search {
    pub(super) fn new(n_bytes: usize, reading: Reading) -> Self {
        Search {
            left: n_bytes.saturating_mul(WORK).max(LEAST_WORK),
            reading,
            in_vain: HashMap::new(),
            #[cfg(test)]
            spent: 0,
        }
    }

    /// Whether there is work left for so many bytes.
    fn spend(&mut self, n_bytes: usize) -> bool {
        let enough = self.left >= n_bytes;
        #[cfg(test)]
        if enough {
            self.spent += n_bytes;
        }
        self.left = self.left.saturating_sub(n_bytes);
        enough
    }

    /// The documents in a text that is none itself, for the reason `error`.
    pub(super) fn in_text(&mut self, text: &str, error: NotRecognized, depth: usize) -> Outcome {
        let mut nearest = None;
        let mut hasher = DefaultHasher::new();
        text.trim().hash(&mut hasher);
        let hash = hasher.finish();
        let is_new = self.in_vain.get(&hash).is_none_or(|&at| depth < at);
        if depth < MAX_DEPTH && is_new {
            self.in_vain.insert(hash, depth);
            for step in steps(text, &error) {
                if !self.spend(text.len()) {
                    break;
                }
                match step(text) {
                    Ok(None) => {}
                    Ok(Some(unwrapped)) => match self.in_parts(text, unwrapped, depth) {
                        Ok(found) => {
                            self.in_vain.remove(&hash);
                            return Ok(found);
                        }
                        Err(error) => nearest = nearest.or(error),
                    },
                    Err(LeftOut(at)) => {
                        let place = TextPlace::of(text, at);
                        nearest = nearest.or(Some(NotRecognized::LeftOut { place }));
                    }
                }
            }
        }
        Err(nearest.unwrap_or(error))
    }

    /// The documents in bytes that are none themselves, for the reason `error`.
    pub(super) fn in_bytes(&mut self, bytes: &[u8], error: NotRecognized, depth: usize) -> Outcome {
        if depth < MAX_DEPTH
            && self.spend(bytes.len())
            && let Some(inflated) = gunzip(bytes, MAX_DOCUMENT_BYTES)
        {
            // What it was inflated to is looked at like what was given.
            self.left = self
                .left
                .saturating_add(inflated.len().saturating_mul(WORK / 4));
            let found = self.bytes(&inflated, Source::Protobuf, depth + 1);
            return match found {
                Ok(found) => Ok(wrapped(found, Wrapping::Gzip)),
                Err(error) => Err(NotRecognized::inside(Wrapping::Gzip, error, None)),
            };
        }
        Err(error)
    }

    fn text(&mut self, text: String, depth: usize) -> Outcome {
        match strict::text(text, self.reading) {
            Ok(document) => Ok(Found::one(document)),
            Err((error, text)) => self.in_text(&text, error, depth),
        }
    }

    fn bytes(&mut self, bytes: &[u8], source: Source, depth: usize) -> Outcome {
        match strict::bytes(bytes, source, self.reading) {
            Ok(document) => Ok(Found::one(document)),
            Err((error, Some(text))) => self.in_text(&text, error, depth),
            Err((error, None)) => self.in_bytes(bytes, error, depth),
        }
    }

    /// `Err` has a reason only where the wrapping is certain, so that the fault is what is inside, or where the data of Payloads
    /// alone is in it.
    fn in_parts(
        &mut self,
        text: &str,
        unwrapped: Unwrapped,
        depth: usize,
    ) -> Result<Vec<Found>, Option<NotRecognized>> {
        let Unwrapped {
            wrapping,
            parts,
            is_one,
        } = unwrapped;
        let mut documents: Vec<Found> = Vec::new();
        let mut reason = None;
        for (part, label) in parts {
            let place = match &part {
                Part::Slice(span) => Some(span.start),
                Part::Text(_) | Part::Bytes(_) => None,
            };
            let found = match part {
                Part::Slice(span) => {
                    let slice = text.get(span).unwrap_or_default().to_owned();
                    self.within(slice.len(), |search| search.text(slice, depth + 1))
                }
                Part::Text(text) => self.within(text.len(), |search| search.text(text, depth + 1)),
                Part::Bytes(bytes) => self.within(bytes.len(), |search| {
                    search.bytes(&bytes, Source::Protobuf, depth + 1)
                }),
            };
            match found {
                Ok(found) => documents.extend(found.into_iter().map(|mut found| {
                    found.label = label.clone().or(found.label);
                    found
                })),
                Err(error) if wrapping.is_certain() && reason.is_none() => {
                    let place = place.map(|at| TextPlace::of(text, at));
                    reason = Some(NotRecognized::inside(wrapping, error, place));
                }
                Err(error @ NotRecognized::DataAlone { .. }) if reason.is_none() => {
                    reason = Some(error);
                }
                Err(_) => {}
            }
            if documents.len() >= MAX_DOCUMENTS {
                break;
            }
        }
        if documents.is_empty() {
            return Err(reason);
        }
        if is_one {
            documents = joined(documents);
        }
        Ok(wrapped(documents, wrapping))
    }

    fn within(&mut self, n_bytes: usize, read: impl FnOnce(&mut Self) -> Outcome) -> Outcome {
        match self.spend(n_bytes) {
            true => read(self),
            false => Err(NotRecognized::Text),
        }
    }
}

fn wrapped(mut found: Vec<Found>, wrapping: Wrapping) -> Vec<Found> {
    for found in &mut found {
        found.document.wrap(wrapping);
    }
    found
}

/// All Payloads that stand in one text are one document, as JSON Lines; an Event History is one of its own.
fn joined(documents: Vec<Found>) -> Vec<Found> {
    let (mut histories, mut others): (Vec<_>, Vec<_>) = documents
        .into_iter()
        .partition(|found| found.document.kind() == Kind::History);
    if others.len() > 1 {
        let wrappings = others[0].document.wrappings().to_vec();
        let texts = others.iter().map(|found| found.document.text().trim());
        let lines = texts.collect::<Vec<_>>().join("\n");
        if let Ok(mut document) = Document::from_json(lines, Some(Source::JsonLines)) {
            wrappings
                .iter()
                .rev()
                .for_each(|wrapping| document.wrap(*wrapping));
            others = Found::one(document);
        }
    }
    histories.append(&mut others);
    histories
}

/// The steps that are worth a try on a text, by what it is not.
fn steps(text: &str, error: &NotRecognized) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    match error {
        NotRecognized::NoPayloads => {
            steps.push(|text| Ok(har::unwrap(text)));
            if notation_in_json(text) {
                steps.push(in_notation);
            }
            steps.push(|text| Ok(json_strings::unwrap(text)));
        }
        NotRecognized::InvalidJson { .. } => {
            steps.push(|text| Ok(quoted::without_quotes(text)));
            steps.push(|text| Ok(code_block::unwrap(text)));
            steps.push(in_notation);
            if pieces::are_lines(text) {
                steps.push(|text| Ok(pieces::unwrap(text)));
            }
        }
        NotRecognized::CutOff { .. } => steps.push(in_notation),
        NotRecognized::Text
        | NotRecognized::Base64 { .. }
        | NotRecognized::DataAlone { .. }
        | NotRecognized::InvalidBase64 { .. } => {
            steps.push(|text| Ok(quoted::unwrap(text)));
            steps.push(|text| Ok(http_message::unwrap(text)));
            steps.push(|text| Ok(command::unwrap(text)));
            steps.push(|text| Ok(power_shell::unwrap(text)));
            steps.push(fetch);
            steps.push(|text| Ok(code_block::unwrap(text)));
            steps.push(|text| Ok(escaped::html(text)));
            steps.push(|text| Ok(escaped::percent(text)));
            steps.push(|text| Ok(dump::hex(text)));
            steps.push(|text| Ok(dump::base64(text)));
            steps.push(in_notation);
            steps.push(|text| Ok(yaml::unwrap(text)));
            steps.push(|text| Ok(pieces::unwrap(text)));
        }
        NotRecognized::Empty
        | NotRecognized::TooLarge { .. }
        | NotRecognized::TooDeep
        | NotRecognized::TooManyPayloads
        | NotRecognized::PathsTooLong
        | NotRecognized::Binary { .. }
        | NotRecognized::LeftOut { .. }
        | NotRecognized::Inside { .. } => {}
    }
    steps
}

/// JSON may hold bytes as Node and JavaScript write them, or names as C# and Go do.
fn notation_in_json(text: &str) -> bool {
    let list = text.trim_start().strip_prefix('[').unwrap_or_default();
    let is_of_numbers = list
        .trim_start()
        .starts_with(|first: char| first.is_ascii_digit() || first == '-');
    is_of_numbers
        || ["\"Buffer\"", "\"0\"", "\"Metadata\"", "\"metadata\""]
            .iter()
            .any(|sign| text.contains(sign))
}

fn in_notation(text: &str) -> Result<Option<Unwrapped>, LeftOut> {
    Ok(notation::read(text)?.map(|value| Unwrapped::one(value.wrapping, part(value.read, text))))
}

/// *Copy as fetch*: the arguments of the call, whatever stands around it.
fn fetch(text: &str) -> Result<Option<Unwrapped>, LeftOut> {
    let Some(at) = text.find("fetch(") else {
        return Ok(None);
    };
    let Ok((value, _)) = notation::read_at(text, at) else {
        return Ok(None);
    };
    Ok(Some(Unwrapped::one(
        Wrapping::Fetch,
        part(value.read, text),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that all steps together looked at.
    fn work(text: &str) -> usize {
        let reading = Reading {
            messages: |_| None,
            as_data: false,
        };
        match strict::text(text.to_owned(), reading) {
            Ok(_) => 0,
            Err((error, text)) => {
                let mut search = Search::new(text.len(), reading);
                let _ = search.in_text(&text, error, 0);
                search.spent
            }
        }
    }

    /// Twice the text is about twice the work, however odd it is (an odd number of quotes reads otherwise than an even one), and
    /// never more than what is allowed.
    #[test]
    fn work_grows_with_the_text() {
        for odd in [
            "{",
            "[",
            "{\"a\":",
            "\\\"",
            "\"",
            "'",
            "```\n",
            "curl '",
            "fetch(",
            "- ",
            "a: &a [*a]\n",
            "a=",
            "metadata{",
            "payloads: ",
            "Payload(",
            "map[",
            "<Buffer ",
            "0a",
            "\\x0a",
            "HTTP/1.1 200 OK\n\n",
            "Invoke-WebRequest \"`\"",
            "2026-10-01T08:00:00Z worker ERROR payload={\"a\": \"b\"} \n",
            "$'\\'",
            "[[",
            "/*",
            "((",
            "&",
            "new ",
            "\"{\"\"a",
            "%7B%22",
            "&quot;{",
            "a: <",
            "<<1,",
            "b'a' ",
            "{a:'b' ",
        ] {
            let n = 4000 / odd.len();
            let [once, twice, four] = [n, 2 * n, 4 * n].map(|n| work(&odd.repeat(n)));
            assert!(
                twice <= 3 * once + 4096 && four <= 5 * once + 4096,
                "{odd}: {once} {twice} {four}"
            );
            assert!(four <= WORK * 4 * 4000 + LEAST_WORK, "{odd}: {four}");
        }
    }
}
