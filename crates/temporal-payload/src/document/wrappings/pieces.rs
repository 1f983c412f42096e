//! What stands in other text: log lines, tables of psql, prose. Objects, strings and long words are looked at; the rest is passed
//! over.

use super::json_strings::is_worth_a_look;
use crate::document::notation;
use crate::document::unwrapped::{Part, Unwrapped, part};
use crate::document::wrapping::Wrapping;
use crate::json_string::unescape;
use crate::json_text::MAX_DEPTH;
use crate::json_tokens::{Kind, Roots, Tokens};

/// Bytes that may be read for each byte of the text: an object that is not closed is read in vain.
const WORK: usize = 16;
/// Shorter words are no Payload.
const LEAST: usize = 24;
/// Pieces that are looked at.
const MOST: usize = 20_000;

/// Whether a text that begins like JSON is lines of text all the same: `[main] ERROR …`, or a record and then something else.
pub(super) fn are_lines(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let first = text.lines().next().unwrap_or_default();
    let is_record = crate::json_text::is_json(first);
    is_record || (text.starts_with('[') && object_end(first, 0).is_err() && first.contains(']'))
}

/// The pieces of a text that may hold a document.
pub(super) fn unwrap(text: &str) -> Option<Unwrapped> {
    let mut scan = Scan {
        text,
        left: text.len().saturating_mul(WORK),
        parts: Vec::new(),
    };
    let mut at = 0;
    while at < text.len() && scan.parts.len() < MOST {
        at = scan.at(at);
    }
    let parts = scan.parts;
    let is_one = true;
    (!parts.is_empty()).then_some(Unwrapped {
        wrapping: Wrapping::Text,
        parts,
        is_one,
    })
}

struct Scan<'a> {
    text: &'a str,
    left: usize,
    parts: Vec<(Part, Option<String>)>,
}

impl Scan<'_> {
    /// Looks at what begins here, and says where to go on.
    fn at(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        match bytes[at] {
            b'{' | b'[' => self.object(at),
            b'"' => self.string(at),
            byte if is_word(byte) => {
                let n = bytes[at..].iter().position(|&byte| !is_word(byte));
                let end = n.map_or(bytes.len(), |n| at + n);
                self.word(at, end)
            }
            _ => at + 1,
        }
    }

    fn object(&mut self, at: usize) -> usize {
        if self.left == 0 {
            return at + 1;
        }
        match object_end(self.text, at) {
            Ok(end) => {
                self.spend(end - at);
                if at > 0 || end < self.text.trim_end().len() {
                    self.parts.push((Part::Slice(at..end), None));
                }
                end
            }
            Err(stopped) => {
                if self.spend(stopped - at) {
                    return self.notation(at).unwrap_or(at + 1);
                }
                at + 1
            }
        }
    }

    /// The end of what is written in a notation here.
    fn notation(&mut self, at: usize) -> Option<usize> {
        if self.left == 0 {
            return None;
        }
        match notation::read_at(self.text, at) {
            Ok((value, end)) => {
                self.spend(end - at);
                self.parts.push((part(value.read, self.text), None));
                Some(end.max(at + 1))
            }
            Err(stopped) => {
                self.spend(stopped.saturating_sub(at));
                None
            }
        }
    }

    fn string(&mut self, at: usize) -> usize {
        if let Some((value, end)) = self.doubled(at) {
            self.parts.push((Part::Text(value), None));
            return end;
        }
        if self.left == 0 {
            return at + 1;
        }
        let end = match string_end(self.text, at) {
            Ok(end) => end,
            Err(stopped) => {
                self.spend(stopped - at);
                return at + 1;
            }
        };
        let quoted = &self.text[at..end];
        let inside = &quoted[1..quoted.len() - 1];
        if matches!(inside, "metadata" | "payloads")
            && let Some(end) = self.notation(at)
        {
            return end;
        }
        let value = unescape(quoted);
        if value.len() >= LEAST && is_worth_a_look(&value) {
            self.parts.push((Part::Text(value.into_owned()), None));
            return end;
        }
        at + 1
    }

    /// `"{""payloads"": …}"`: a field of CSV, and where it ends.
    fn doubled(&mut self, at: usize) -> Option<(String, usize)> {
        let rest = &self.text[at..];
        let blank = |text: &str| text.len() - text.trim_start().len();
        let begins = rest[1..].trim_start_matches(['{', '[', ' ']);
        let n_begins = rest.len() - 1 - begins.len();
        if n_begins == 0 || !begins[blank(begins)..].starts_with("\"\"") || self.left == 0 {
            return None;
        }
        let mut quotes = rest.as_bytes().iter().enumerate().skip(1);
        let end = loop {
            let Some((end, _)) = quotes.find(|(_, byte)| **byte == b'"') else {
                self.spend(rest.len());
                return None;
            };
            if rest.as_bytes().get(end + 1) != Some(&b'"') {
                break end;
            }
            quotes.next();
        };
        self.spend(end);
        Some((rest[1..end].replace("\"\"", "\""), at + end + 1))
    }

    fn word(&mut self, at: usize, end: usize) -> usize {
        let word = &self.text[at..end];
        if word.len() >= LEAST {
            // psql's `\x`.
            let before = self.text[..at].ends_with('\\');
            let word = word.strip_prefix('x').filter(|_| before).unwrap_or(word);
            self.parts.push((Part::Text(word.to_owned()), None));
            return end;
        }
        let begins_value = matches!(word, "metadata" | "payloads" | "Payload" | "Payloads")
            && self.text[end..]
                .trim_start()
                .starts_with([':', '{', '(', '=']);
        if begins_value && let Some(end) = self.notation(at) {
            return end;
        }
        end
    }

    fn spend(&mut self, n: usize) -> bool {
        let enough = self.left >= n;
        self.left = self.left.saturating_sub(n);
        enough && self.left > 0
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte)
}

/// Where the object or list ends that begins here; `Err` says where it stops to be one.
fn object_end(text: &str, at: usize) -> Result<usize, usize> {
    let mut tokens = Tokens::new(&text[at..], Roots::Many, MAX_DEPTH);
    loop {
        match tokens.next() {
            Ok(Some(token)) if tokens.depth() == 0 => return Ok(at + token.span.end),
            Ok(Some(token)) if token.kind == Kind::Name && token.span.len() > (1 << 20) => {
                return Err(at + token.span.end);
            }
            Ok(Some(_)) => {}
            Ok(None) => return Err(text.len()),
            Err(error) => return Err(at + error.at),
        }
    }
}

/// Where the string ends that begins here, on this line; `Err` says where it stops to be one.
fn string_end(text: &str, at: usize) -> Result<usize, usize> {
    let bytes = text.as_bytes();
    let mut next = at + 1;
    loop {
        match bytes.get(next) {
            Some(b'"') => return Ok(next + 1),
            Some(b'\\') => next += 2,
            Some(b'\n') | None => return Err(next),
            Some(_) => next += 1,
        }
    }
}
