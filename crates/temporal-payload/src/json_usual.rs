//! The usual text of `Payloads`, read without a general reader of JSON: one list, Payloads of metadata and data, no escapes. The
//! whole text is looked over first, so that nothing is handed over of a text that the general reader has to read.

use std::ops::ControlFlow;

use crate::base64;
use crate::json_string::plain_prefix;
use crate::payload::Payload;
use crate::take_payloads::TakePayloads;

/// Entries of metadata that a Payload has here at most. Real ones have two to ten.
const USUAL_METADATA: usize = 64;

/// Reads `text`, and breaks with what `taker` said where it takes no more. `None` where the text is for the general reader: nothing
/// was handed over then, or the text is no Payloads at all.
pub(crate) fn read_usual<T: TakePayloads>(
    text: &[u8],
    taker: &mut T,
) -> Option<ControlFlow<T::Stopped>> {
    let looked_over = each_payload(text, || Seen, |Seen| ControlFlow::<()>::Continue(()))?;
    if looked_over.is_break() {
        return None;
    }
    each_payload(text, Payload::default, |payload| {
        match taker.take(payload) {
            Ok(()) => ControlFlow::Continue(()),
            Err(stopped) => ControlFlow::Break(stopped),
        }
    })
}

/// What a Payload's parts are put into.
trait Parts {
    fn entry(&mut self, name: &[u8], value: &[u8]) -> Option<()>;

    fn data(&mut self, text: &[u8]) -> Option<()>;
}

/// Nothing of them is needed but that they are there.
struct Seen;

impl Parts for Seen {
    fn entry(&mut self, _: &[u8], _: &[u8]) -> Option<()> {
        Some(())
    }

    fn data(&mut self, _: &[u8]) -> Option<()> {
        Some(())
    }
}

impl Parts for Payload {
    fn entry(&mut self, name: &[u8], value: &[u8]) -> Option<()> {
        let name = std::str::from_utf8(name).ok()?;
        if plain_prefix(name.as_bytes()) < name.len() {
            return None;
        }
        self.metadata.insert(name.to_owned(), bytes(value)?);
        Some(())
    }

    fn data(&mut self, text: &[u8]) -> Option<()> {
        self.data = bytes(text)?.into();
        Some(())
    }
}

/// What a JSON string without escapes stands for as base64.
fn bytes(text: &[u8]) -> Option<Vec<u8>> {
    if let Some(bytes) = base64::decode_canonical(text) {
        return Some(bytes);
    }
    // A line end is skipped by readers of base64, and is no JSON.
    let is_json = plain_prefix(text) == text.len();
    is_json
        .then(|| std::str::from_utf8(text).ok())
        .flatten()
        .and_then(base64::decode)
}

/// How many bytes come before the first quote or backslash: of a short string counted byte by byte, of a long one so many at a time
/// that compilers make vector instructions of it.
fn before_end(text: &[u8]) -> usize {
    const SHORT: usize = 64;
    let short = text.get(..SHORT).unwrap_or(text);
    let at = plain_prefix(short);
    if at < short.len() {
        return at;
    }
    let ends = |byte: u8| (byte == b'"') | (byte == b'\\');
    let (pieces, _) = text[at..].as_chunks::<32>();
    let goes_on = |piece: &&[u8; 32]| !piece.iter().fold(false, |found, &byte| found | ends(byte));
    let at = at + pieces.iter().take_while(goes_on).count() * 32;
    let rest = text[at..].iter().position(|&byte| ends(byte));
    rest.map_or(text.len(), |rest| at + rest)
}

fn each_payload<P: Parts, B>(
    text: &[u8],
    new: impl Fn() -> P,
    mut take: impl FnMut(P) -> ControlFlow<B>,
) -> Option<ControlFlow<B>> {
    let mut scan = Scan { text, at: 0 };
    scan.eat(b'{')?;
    if scan.string()? != b"payloads" {
        return None;
    }
    scan.eat(b':')?;
    scan.eat(b'[')?;
    if scan.eat(b']').is_none() {
        loop {
            let mut parts = new();
            scan.payload(&mut parts)?;
            if let ControlFlow::Break(said) = take(parts) {
                return Some(ControlFlow::Break(said));
            }
            if scan.eat(b',').is_none() {
                scan.eat(b']')?;
                break;
            }
        }
    }
    scan.eat(b'}')?;
    scan.skip_whitespace();
    (scan.at == text.len()).then_some(ControlFlow::Continue(()))
}

/// A place in the text. Each step goes on from it, or is `None` where something unusual stands there.
struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
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
        let end = before_end(rest);
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

        fn take(&mut self, payload: Payload) -> Result<(), ()> {
            self.0.push(payload);
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
