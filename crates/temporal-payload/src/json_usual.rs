//! The usual text of `Payloads`, read without a general reader of JSON: one list, Payloads of metadata and data, no escapes. The
//! whole text is looked over first, so that nothing is handed over of a text that the general reader has to read.
//!
//! Nearly all Payloads of a list have the same metadata, in the same text: it is made once. Data are decoded into the buffer of the
//! Payload before, unless somebody has kept it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::vec::IntoIter;

use bytes::Bytes;

use crate::base64;
use crate::json_string::plain_prefix;
use crate::payload::{Payload, wipe_metadata};
use crate::take_payloads::TakePayloads;

/// Entries of metadata that a Payload has here at most. Real ones have two to ten.
const USUAL_METADATA: usize = 64;

/// Strings up to so many bytes are looked through byte by byte, or nearly so.
const SHORT: usize = 64;

/// Reads `text`, and breaks with what `taker` said where it takes no more. `None` where the text is for the general reader: nothing
/// was handed over then, or the text is no Payloads at all.
pub(crate) fn read_usual<T: TakePayloads>(
    text: &[u8],
    taker: &mut T,
) -> Option<ControlFlow<T::Stopped>> {
    let mut ends = Vec::new();
    let looked_over = Scan::of(text, LongEnds::Sought(&mut ends));
    let looked_over = looked_over.payloads(&mut Seen, |Seen| ControlFlow::<()>::Continue(()))?;
    if looked_over.is_break() {
        return None;
    }
    let mut reading = Reading::default();
    let scan = Scan::of(text, LongEnds::Known(ends.into_iter()));
    scan.payloads(&mut reading, |reading| match taker.take(&reading.payload) {
        Ok(()) => ControlFlow::Continue(()),
        Err(stopped) => ControlFlow::Break(stopped),
    })
}

/// What a Payload's parts are put into, one Payload after the other.
trait Parts {
    /// The next Payload, of which nothing is there yet.
    fn next(&mut self);

    /// Its metadata are those that were read last.
    fn same_metadata(&mut self);

    /// Its metadata are others, of which nothing is there yet.
    fn other_metadata(&mut self);

    fn entry(&mut self, name: &[u8], value: &[u8]) -> Option<()>;

    fn data(&mut self, text: &[u8]) -> Option<()>;
}

/// Nothing of them is needed but that they are there.
struct Seen;

impl Parts for Seen {
    fn next(&mut self) {}

    fn same_metadata(&mut self) {}

    fn other_metadata(&mut self) {}

    fn entry(&mut self, _: &[u8], _: &[u8]) -> Option<()> {
        Some(())
    }

    fn data(&mut self, _: &[u8]) -> Option<()> {
        Some(())
    }
}

/// The Payload that is read, and what is left of those before.
#[derive(Default)]
struct Reading {
    payload: Payload,
    /// The metadata that were read last, where the Payload does not have them.
    metadata: BTreeMap<String, Vec<u8>>,
    /// The data of the Payload before.
    buffer: Bytes,
}

impl Parts for Reading {
    fn next(&mut self) {
        if !self.payload.metadata.is_empty() {
            self.metadata = std::mem::take(&mut self.payload.metadata);
        }
        if !self.payload.data.is_empty() {
            self.buffer = std::mem::take(&mut self.payload.data);
        }
    }

    fn same_metadata(&mut self) {
        self.payload.metadata = std::mem::take(&mut self.metadata);
    }

    fn other_metadata(&mut self) {
        wipe_metadata(&mut self.metadata);
        self.metadata.clear();
    }

    fn entry(&mut self, name: &[u8], value: &[u8]) -> Option<()> {
        let name = std::str::from_utf8(name).ok()?;
        if plain_prefix(name.as_bytes()) < name.len() {
            return None;
        }
        let read = base64::decode_canonical(value, Vec::new());
        let value = read.or_else(|| unusual_bytes(value))?;
        self.payload.metadata.insert(name.to_owned(), value);
        Some(())
    }

    fn data(&mut self, text: &[u8]) -> Option<()> {
        let buffer = std::mem::take(&mut self.buffer);
        let buffer = match buffer.is_unique() {
            true => Vec::from(buffer),
            false => Vec::new(),
        };
        let read = base64::decode_canonical(text, buffer);
        self.payload.data = read.or_else(|| unusual_bytes(text))?.into();
        Some(())
    }
}

/// What is to be encoded is not encoded yet.
impl Drop for Reading {
    fn drop(&mut self) {
        wipe_metadata(&mut self.payload.metadata);
        wipe_metadata(&mut self.metadata);
    }
}

/// What a JSON string without escapes stands for as base64, where that is not spelled as it nearly always is.
fn unusual_bytes(text: &[u8]) -> Option<Vec<u8>> {
    // A line end is skipped by readers of base64, and is no JSON.
    let is_json = plain_prefix(text) == text.len();
    is_json
        .then(|| std::str::from_utf8(text).ok())
        .flatten()
        .and_then(base64::decode)
}

/// How many bytes come before the first quote or backslash, so many at a time that compilers make vector instructions of it.
fn before_end(text: &[u8]) -> usize {
    fn plain<const N: usize>(text: &[u8]) -> usize {
        let ends = |byte: u8| u8::from(byte == b'"') | u8::from(byte == b'\\');
        let (pieces, _) = text.as_chunks::<N>();
        let goes_on =
            |piece: &&[u8; N]| piece.iter().fold(0, |found, &byte| found | ends(byte)) == 0;
        pieces.iter().take_while(goes_on).count() * N
    }
    let mut at = plain::<128>(text);
    at += plain::<32>(&text[at..]);
    let rest = text[at..]
        .iter()
        .position(|&byte| byte == b'"' || byte == b'\\');
    rest.map_or(text.len(), |rest| at + rest)
}

/// The ends of long strings, which are looked for once. They are few bytes beside the text.
enum LongEnds<'e> {
    Sought(&'e mut Vec<usize>),
    Known(IntoIter<usize>),
}

/// A place in the text. Each step goes on from it, or is `None` where something unusual stands there.
struct Scan<'a, 'e> {
    text: &'a [u8],
    at: usize,
    long_ends: LongEnds<'e>,
    /// The metadata that were read last, in their braces.
    metadata: &'a [u8],
}

impl<'a, 'e> Scan<'a, 'e> {
    fn of(text: &'a [u8], long_ends: LongEnds<'e>) -> Self {
        Scan {
            text,
            at: 0,
            long_ends,
            metadata: &[],
        }
    }

    fn payloads<P: Parts, B>(
        mut self,
        parts: &mut P,
        mut take: impl FnMut(&mut P) -> ControlFlow<B>,
    ) -> Option<ControlFlow<B>> {
        self.eat(b'{')?;
        if self.string()? != b"payloads" {
            return None;
        }
        self.eat(b':')?;
        self.eat(b'[')?;
        if self.eat(b']').is_none() {
            loop {
                parts.next();
                self.payload(parts)?;
                if let ControlFlow::Break(said) = take(parts) {
                    return Some(ControlFlow::Break(said));
                }
                if self.eat(b',').is_none() {
                    self.eat(b']')?;
                    break;
                }
            }
        }
        self.eat(b'}')?;
        self.skip_whitespace();
        (self.at == self.text.len()).then_some(ControlFlow::Continue(()))
    }

    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.text.get(self.at) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        self.skip_whitespace();
        (self.text.get(self.at) == Some(&byte)).then(|| self.at += 1)
    }

    /// The inside of a string. What else than an escape does not belong there is found by whoever reads it.
    fn string(&mut self) -> Option<&'a [u8]> {
        self.eat(b'"')?;
        let rest = self.text.get(self.at..)?;
        let short = rest.get(..SHORT).unwrap_or(rest);
        let mut end = plain_prefix(short);
        if end == SHORT {
            end = match &mut self.long_ends {
                LongEnds::Sought(ends) => {
                    let end = SHORT + before_end(&rest[SHORT..]);
                    ends.push(end);
                    end
                }
                LongEnds::Known(ends) => ends.next()?,
            };
        }
        let inside = rest.get(..end)?;
        let is_quote = rest.get(end) == Some(&b'"');
        self.at += end + 1;
        is_quote.then_some(inside)
    }

    fn payload(&mut self, parts: &mut impl Parts) -> Option<()> {
        self.eat(b'{')?;
        if self.eat(b'}').is_some() {
            return Some(());
        }
        let (mut has_metadata, mut has_data) = (false, false);
        loop {
            let name = self.string()?;
            self.eat(b':')?;
            // Of a name that is there twice the last counts, which is for the general reader.
            match name {
                b"metadata" if !has_metadata => {
                    has_metadata = true;
                    self.metadata(parts)?;
                }
                b"data" if !has_data => {
                    has_data = true;
                    parts.data(self.string()?)?;
                }
                _ => return None,
            }
            if self.eat(b',').is_none() {
                return self.eat(b'}');
            }
        }
    }

    fn metadata(&mut self, parts: &mut impl Parts) -> Option<()> {
        self.skip_whitespace();
        let start = self.at;
        if !self.metadata.is_empty() && self.text[start..].starts_with(self.metadata) {
            self.at += self.metadata.len();
            parts.same_metadata();
            return Some(());
        }
        parts.other_metadata();
        self.entries(parts)?;
        self.metadata = &self.text[start..self.at];
        Some(())
    }

    fn entries(&mut self, parts: &mut impl Parts) -> Option<()> {
        self.eat(b'{')?;
        if self.eat(b'}').is_some() {
            return Some(());
        }
        for _ in 0..USUAL_METADATA {
            let name = self.string()?;
            self.eat(b':')?;
            parts.entry(name, self.string()?)?;
            if self.eat(b',').is_none() {
                return self.eat(b'}');
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json_stream::{Unread, read_payloads};
    use crate::payload::Payloads;
    use proptest::prelude::*;

    #[derive(Default)]
    struct All(Vec<Payload>);

    impl TakePayloads for All {
        type Stopped = ();

        fn take(&mut self, payload: &Payload) -> Result<(), ()> {
            self.0.push(payload.clone());
            Ok(())
        }

        fn start_again(&mut self) {
            self.0.clear();
        }
    }

    fn is_usual(text: &str) -> bool {
        read_usual(text.as_bytes(), &mut All::default()).is_some()
    }

    /// As the reader of whole lists reads it, which knows no usual text; errors too.
    #[track_caller]
    fn same(text: &[u8]) {
        let mut all = All::default();
        let ours = read_payloads(text, &mut all).map(|()| all.0);
        match (ours, Payloads::from_json(text)) {
            (Ok(ours), Ok(whole)) => assert_eq!(ours, whole.payloads),
            (Err(Unread::Malformed(ours)), Err(whole)) => {
                assert_eq!(ours.to_string(), whole.to_string());
            }
            (ours, whole) => panic!("{ours:?}, {whole:?}"),
        }
    }

    #[test]
    fn the_usual_is_read_here_and_the_unusual_is_not() {
        for text in [
            r#"{"payloads":[]}"#,
            r#"{"payloads":[{}]}"#,
            r#"{"payloads":[{"metadata":{"encoding":"YQ=="},"data":"YWJj"}]}"#,
            " { \"payloads\" : [ { \"data\" : \"\" , \"metadata\" : { } } , { } ]\r\n\t} ",
            r#"{"payloads":[{"data":"-_8","metadata":{"é":"YQ"}}]}"#,
        ] {
            assert!(is_usual(text), "{text}");
            same(text.as_bytes());
        }
        for text in [
            "{}",
            r#"{"payloads":null}"#,
            r#"{"payloads":[{"data":null}]}"#,
            r#"{"payloads":[{"data":"YQ==","data":"Yg=="}]}"#,
            r#"{"payloads":[{"externalPayloads":[]}]}"#,
            r#"{"payloads":[{"d\u0061ta":"YQ=="}]}"#,
            r#"{"payloads":[{}],"more":1}"#,
            r#"{"payloads":[{},]}"#,
            r#"{"payloads":[{}]} x"#,
            r#"{"payloads":[{"data":"Y"}]}"#,
            "{\"payloads\":[{\"data\":\"YW\nJj\"}]}",
            "{\"payloads\":[{\"metadata\":{\"a\u{1}\":\"YQ==\"}}]}",
        ] {
            assert!(!is_usual(text), "{text}");
            same(text.as_bytes());
        }
        same(b"{\"payloads\":[{\"metadata\":{\"\xff\":\"YQ==\"}}]}");
        same(b"{\"payloads\":[{\"data\":\"YQ\xff=\"}]}");
    }

    #[test]
    fn strings_of_any_length_end_where_they_end() {
        for n in 0..300 {
            let text = "Y".repeat(n);
            for end in ["\"", "\\n\"", "\u{1}\"", "", "é\""] {
                same(format!("{{\"payloads\":[{{\"data\":\"{text}{end}}}]}}").as_bytes());
                same(
                    format!("{{\"payloads\":[{{\"metadata\":{{\"{text}{end}:\"\"}}}}]}}")
                        .as_bytes(),
                );
            }
        }
    }

    /// Metadata are taken over where their text is the same, and nothing else of the Payload before is.
    #[test]
    fn of_the_payload_before_nothing_is_left_but_the_same_metadata() {
        let long = "YWJj".repeat(100);
        let some = [
            "{}",
            "{\"data\":\"YWJjZGVm\"}",
            "{\"data\":\"\"}",
            "{\"data\":\"YQ\"}",
            "{\"metadata\":{}}",
            "{\"metadata\":{\"a\":\"YQ==\"}}",
            "{\"metadata\":{\"a\":\"YQ==\"},\"data\":\"YWJj\"}",
            "{\"metadata\":{\"a\":\"YQ==\",\"b\":\"YQ==\"}}",
            &format!("{{\"data\":\"{long}\",\"metadata\":{{\"a\":\"{long}\"}}}}"),
            &format!("{{\"metadata\":{{\"a\":\"{long}\"}},\"data\":\"{long}YQ==\"}}"),
        ];
        for first in some {
            for second in some {
                for third in some {
                    let text = format!("{{\"payloads\":[{first},{second} , {third}]}}");
                    assert!(is_usual(&text), "{text}");
                    same(text.as_bytes());
                }
            }
        }
    }

    #[test]
    fn of_too_much_metadata_the_general_reader_judges() {
        for n in [USUAL_METADATA, USUAL_METADATA + 1, 1024, 1025] {
            let entries: Vec<String> = (0..n).map(|n| format!("\"{n}\":\"YQ==\"")).collect();
            let text = format!(
                "{{\"payloads\":[{{\"metadata\":{{{}}}}}]}}",
                entries.join(",")
            );
            assert_eq!(is_usual(&text), n <= USUAL_METADATA);
            same(text.as_bytes());
        }
    }

    proptest! {
        /// Texts that are nearly the usual one, whole or cut short.
        #[test]
        fn whatever_stands_there_is_read_as_ever(
            parts in prop::collection::vec(prop::sample::select(vec![
                "{\"payloads\":[", "{", "}", "[", "]", ",", ":", "\"metadata\":{", "\"data\":\"", "\"encoding\":\"",
                "\"", "YQ==", "YQ", "-_8=", "\\u0061", "\\", " ", "\n", "null", "\u{1}", "é", "]}", "{\"data\":\"YWJj\"}",
                "{\"metadata\":{\"encoding\":\"YmluYXJ5\"},\"data\":\"YWJj\"}", ",{}", "\"externalPayloads\":[{}]", "1",
            ]), 0..14),
            head in any::<bool>(),
            tail in any::<bool>(),
        ) {
            let text = format!(
                "{}{}{}",
                if head { "{\"payloads\":[" } else { "" },
                parts.concat(),
                if tail { "]}" } else { "" },
            );
            same(text.as_bytes());
        }

        #[test]
        fn any_byte_changed_or_gone_is_judged_as_ever(at in any::<prop::sample::Index>(), byte in any::<Option<u8>>()) {
            let mut text = br#"{"payloads":[{"metadata":{"encoding":"YmluYXJ5"},"data":"YWJj"},{"data":"-_8"}]}"#.to_vec();
            let at = at.index(text.len());
            match byte {
                Some(byte) => text[at] = byte,
                None => drop(text.remove(at)),
            }
            same(&text);
        }
    }
}
