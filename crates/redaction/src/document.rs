//! A whole document: its Payloads, and the texts around them that say as much as they do: messages and stack traces of Failures,
//! reasons, headers.

use std::ops::Range;

use temporal_payload::json_text::MAX_DEPTH;
use temporal_payload::json_tokens::{Kind, Roots, Token, Tokens};
use temporal_payload::{Document, unescape};

use crate::json_path::Made;
use crate::mark::Secret;
use crate::members::Member;
use crate::pass::{Decode, Pass, quoted};
use crate::report::Report;
use crate::rules::Rules;

/// Hands out the document without what the rules mean, from front to back, as JSON with its Payloads in the Web UI's readable
/// spelling. `decode` gives the Payload that a Workflow sees, or says why it cannot: that one is left out.
pub fn redact_document(
    document: &Document,
    rules: &Rules,
    secret: &Secret,
    decode: &mut Decode<'_>,
    out: &mut dyn FnMut(&str),
) -> Report {
    let pass = Pass {
        rules,
        secret,
        decode,
        pointer: String::new(),
        slot: 0,
        report: Report::default(),
    };
    let mut around = Around {
        document,
        pass,
        frames: Vec::new(),
        next_slot: 0,
        copied: 0,
        out,
    };
    around.walk();
    (around.out)(&document.text()[around.copied..]);
    around.pass.report
}

/// An object or a list around Payloads.
struct Frame {
    /// What stands in it, or under the name that was read last.
    member: Member,
    /// What it stands under.
    own: Member,
    /// Whether a rule means the name that was read last.
    is_meant: bool,
    /// Whether a rule means all that is in it.
    is_meant_whole: bool,
}

/// A container of a document.
#[derive(Clone, Copy)]
struct Container {
    end: usize,
    /// Whether any value is in it that is no container.
    has_values: bool,
}

struct Around<'a> {
    document: &'a Document,
    pass: Pass<'a>,
    frames: Vec<Frame>,
    next_slot: usize,
    /// Up to there the text is handed out.
    copied: usize,
    out: &'a mut dyn FnMut(&str),
}

impl Around<'_> {
    fn walk(&mut self) {
        let text = self.document.text();
        let containers = containers(text);
        let mut n_begun = 0;
        // Up to there all is replaced.
        let mut past = 0;
        let mut tokens = Tokens::new(text, Roots::Many, MAX_DEPTH);
        // A document was read once, so it is JSON.
        while let Ok(Some(Token { kind, span })) = tokens.next() {
            let begins = matches!(kind, Kind::BeginObject | Kind::BeginArray);
            let container = begins.then(|| containers.get(n_begun).copied()).flatten();
            n_begun += usize::from(begins);
            if span.start < past {
                continue;
            }
            match kind {
                Kind::Name => self.name(&text[span.clone()], span),
                Kind::EndObject | Kind::EndArray => {
                    self.frames.pop();
                }
                Kind::BeginObject | Kind::BeginArray => {
                    let end = container.map_or(span.end, |container| container.end);
                    if self.is_slot(span.start) {
                        past = self.slot();
                    } else if self.member().takes_payloads()
                        && container.is_some_and(|container| container.has_values)
                        && !self.has_slot_before(end)
                    {
                        // The protos have Payloads there and this is none: nobody can say what it is.
                        self.value(span.start..end);
                        past = end;
                    } else {
                        self.begin(kind == Kind::BeginArray);
                    }
                }
                Kind::Null => {}
                Kind::Text | Kind::Scalar => self.scalar(kind, span),
            }
        }
    }

    fn replace(&mut self, span: Range<usize>, by: &str) {
        (self.out)(&self.document.text()[self.copied..span.start]);
        (self.out)(by);
        self.copied = span.end;
    }

    fn member(&self) -> Member {
        self.frames
            .last()
            .map_or(Member::Other, |frame| frame.member)
    }

    fn is_meant(&self) -> bool {
        self.frames
            .last()
            .is_some_and(|frame| frame.is_meant || frame.is_meant_whole)
    }

    fn is_slot(&self, start: usize) -> bool {
        let slots = self.document.slots();
        slots
            .get(self.next_slot)
            .is_some_and(|slot| slot.span.start == start)
    }

    fn has_slot_before(&self, end: usize) -> bool {
        let slots = self.document.slots();
        slots
            .get(self.next_slot)
            .is_some_and(|slot| slot.span.start < end)
    }

    fn name(&mut self, token: &str, span: Range<usize>) {
        let name = unescape(token);
        let is_meant = self.pass.rules.means_key(&name);
        if let Some(frame) = self.frames.last_mut() {
            frame.is_meant = is_meant;
            // In a Memo any name may stand, `name` and `id` among them.
            frame.member = match frame.own {
                Member::Payloads | Member::Texts => frame.own,
                Member::Input | Member::Kept | Member::Cause | Member::Other => Member::of(&name),
            };
        }
        if let Some(put) = self.pass.text(&name) {
            self.replace(span, &quoted(&put));
        }
    }

    fn begin(&mut self, is_array: bool) {
        let member = self.member();
        // An object under such a name is looked into: `workflowType` has a `name`.
        let is_looked_into = matches!(member, Member::Input | Member::Kept | Member::Cause);
        let own = if is_looked_into && !is_array {
            Member::Other
        } else {
            member
        };
        let is_meant_whole = self.is_meant();
        self.frames.push(Frame {
            member: own,
            own,
            is_meant: false,
            is_meant_whole,
        });
    }

    /// Writes the next Payload, and says where it ends in the source.
    fn slot(&mut self) -> usize {
        let slot = &self.document.slots()[self.next_slot];
        self.pass.slot = self.next_slot;
        self.next_slot += 1;
        self.pass.report.n_payloads += 1;
        self.pass.pointer.clone_from(&slot.pointer);
        let is_meant = self.is_meant();
        let payload = self.pass.payload(self.document.payload(slot), is_meant, 0);
        self.replace(slot.span.clone(), &payload.to_readable_json());
        self.pass.pointer.clear();
        slot.span.end
    }

    /// Something other than a Payload in the place of one.
    fn value(&mut self, span: Range<usize>) {
        if !self.pass.rules.everything && !self.is_meant() {
            let why = "it stands in the place of Payloads, and is none that can be read";
            self.pass.report.leave_out("", why);
        }
        let put = self.pass.marked_json(&self.document.text()[span.clone()]);
        self.replace(span, &put);
    }

    fn scalar(&mut self, kind: Kind, span: Range<usize>) {
        let token = &self.document.text()[span.clone()];
        let member = self.member();
        if member.takes_payloads() && token != "\"\"" {
            self.value(span);
            return;
        }
        let is_text = kind == Kind::Text;
        let is_value = member == Member::Texts || (is_text && !member.keeps(&unescape(token)));
        let is_empty = token == "\"\"";
        if !is_empty && (self.is_meant() || (self.pass.rules.everything && is_value)) {
            let put = self.pass.marked_json(token);
            self.replace(span, &put);
        } else if is_text {
            // No path leads here: paths begin at the value of a Payload.
            let nowhere = vec![Made::NOWHERE; self.pass.rules.paths.len()];
            if let Some(put) = self.pass.json_string(token, &nowhere, 0) {
                self.replace(span, &put);
            }
        }
    }
}

/// The containers of a text, in the order in which they begin.
fn containers(text: &str) -> Vec<Container> {
    let mut found: Vec<Container> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut tokens = Tokens::new(text, Roots::Many, MAX_DEPTH);
    while let Ok(Some(Token { kind, span })) = tokens.next() {
        match kind {
            Kind::BeginObject | Kind::BeginArray => {
                open.push(found.len());
                found.push(Container {
                    end: text.len(),
                    has_values: false,
                });
            }
            Kind::EndObject | Kind::EndArray => {
                let ended = open.pop();
                let has_values = ended.is_some_and(|ended| found[ended].has_values);
                if let Some(ended) = ended {
                    found[ended].end = span.end;
                }
                if let Some(&parent) = open.last() {
                    found[parent].has_values |= has_values;
                }
            }
            Kind::Text | Kind::Scalar => {
                if let Some(&parent) = open.last() {
                    found[parent].has_values = true;
                }
            }
            Kind::Name | Kind::Null => {}
        }
    }
    found
}
