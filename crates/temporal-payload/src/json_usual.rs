//! The usual text of `Payloads`, read without a general reader of JSON: one list, Payloads of metadata and data, no escapes. It may
//! come in pieces. Where it is not usual after all, the general reader takes over, and what was handed over until then stands.

mod reading;

mod scan;

use bytes::Bytes;

use crate::take_payloads::TakePayloads;
use reading::Reading;
use scan::{LineEnds, Scan, Unended};

/// How far reading came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Came<E> {
    /// To the end of the text.
    ToTheEnd,
    /// Not to the end: more of the text is needed, or what stands there is not usual.
    SoFar,
    /// Whoever takes the Payloads has enough.
    Stopped(E),
}

/// What comes next in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Head,
    /// A Payload, or the end of the list.
    First,
    Payload,
    /// A comma, or the end of the list.
    Behind,
    /// The end of the object.
    Tail,
    /// White space at most.
    End,
}

/// Reads the usual text.
pub(crate) struct Usual {
    next: Next,
    reading: Reading,
    /// The data of the Payload before.
    buffer: Bytes,
    /// A string whose end did not come yet, in what was not read.
    unended: Unended,
    /// So much has to be there before it is worth another look.
    needed: usize,
    is_unusual: bool,
    /// Payloads that were handed over.
    n_taken: usize,
    /// Where what was read ends: line ends in it, and bytes behind the last one.
    n_line_ends: usize,
    column: usize,
}

impl Usual {
    pub(crate) fn new() -> Self {
        Usual {
            next: Next::Head,
            reading: Reading::default(),
            buffer: Bytes::new(),
            unended: Unended::default(),
            needed: 0,
            is_unusual: false,
            n_taken: 0,
            n_line_ends: 0,
            column: 0,
        }
    }

    /// Payloads that were handed over.
    pub(crate) fn n_taken(&self) -> usize {
        self.n_taken
    }

    /// Where the text goes on: line ends before that place, and bytes behind the last of them.
    pub(crate) fn place(&self) -> (usize, usize) {
        (self.n_line_ends, self.column)
    }

    /// Reads on in `text`, which goes on where it was read to, and says how many bytes of it were read. In all, time is linear in
    /// the text, in however many pieces it comes.
    pub(crate) fn go_on<T: TakePayloads>(
        &mut self,
        text: &[u8],
        taker: &mut T,
    ) -> (usize, Came<T::Stopped>) {
        if self.is_unusual || text.len() < self.needed {
            return (0, Came::SoFar);
        }
        let mut scan = Scan::of(text, self.unended);
        let mut n_read = 0;
        let came = loop {
            if self.next == Next::End {
                scan.skip_whitespace();
                self.is_unusual = !scan.is_at_end();
                n_read = scan.done();
                break match self.is_unusual {
                    true => Came::SoFar,
                    false => Came::ToTheEnd,
                };
            }
            match self.step(&mut scan, taker) {
                Some(Ok(next)) => {
                    self.next = next;
                    n_read = scan.done();
                }
                Some(Err(stopped)) => break Came::Stopped(stopped),
                None => {
                    self.is_unusual = !scan.ran_out;
                    break Came::SoFar;
                }
            }
        };
        self.read(&scan, n_read);
        (n_read, came)
    }

    /// Remembers where `scan` came to, of which so much was read.
    fn read(&mut self, scan: &Scan<'_>, n_read: usize) {
        let LineEnds { n, behind } = scan.line_ends_read();
        self.n_line_ends += n;
        self.column = match n {
            0 => self.column + n_read,
            _ => n_read - behind,
        };
        let Unended { start, sought } = scan.unended;
        self.unended = match start.checked_sub(n_read) {
            Some(start) => Unended {
                start,
                sought: sought - n_read,
            },
            None => Unended::default(),
        };
        // What was not read is looked at once more, but for the inside of such a string: so much has to come before that.
        let left = scan.len() - n_read;
        let again = match self.unended.start {
            0 => left,
            start => start,
        };
        self.needed = left + again.max(1);
    }

    /// The shortest text that goes on as the one that was read does: all Payloads that were handed over are empty in it.
    pub(crate) fn as_if_empty(&self) -> Vec<u8> {
        let mut text = Vec::new();
        if self.next != Next::Head {
            text.extend_from_slice(b"{\"payloads\":[");
        }
        for n_before in 0..self.n_taken {
            let payload: &[u8] = if n_before == 0 { b"{}" } else { b",{}" };
            text.extend_from_slice(payload);
        }
        let end: &[u8] = match self.next {
            Next::Head | Next::First | Next::Behind => b"",
            Next::Payload => b",",
            Next::Tail => b"]",
            Next::End => b"]}",
        };
        text.extend_from_slice(end);
        text
    }

    /// Reads on the next time, however little has come.
    pub(crate) fn look_again(&mut self) {
        self.needed = 0;
    }

    /// One step, and what comes next. `None` where it cannot be taken.
    fn step<T: TakePayloads>(
        &mut self,
        scan: &mut Scan<'_>,
        taker: &mut T,
    ) -> Option<Result<Next, T::Stopped>> {
        match self.next {
            Next::Head => scan.head().map(|()| Ok(Next::First)),
            Next::First if scan.eat(b']').is_some() => Some(Ok(Next::Tail)),
            Next::First | Next::Payload => self.payload(scan, taker),
            Next::Behind if scan.eat(b',').is_some() => Some(Ok(Next::Payload)),
            Next::Behind => scan.eat(b']').map(|()| Ok(Next::Tail)),
            Next::Tail => scan.eat(b'}').map(|()| Ok(Next::End)),
            Next::End => None,
        }
    }

    fn payload<T: TakePayloads>(
        &mut self,
        scan: &mut Scan<'_>,
        taker: &mut T,
    ) -> Option<Result<Next, T::Stopped>> {
        let found = scan.payload(self.reading.known())?;
        self.reading.metadata(&found)?;
        let mut taken = Ok(false);
        if taker.takes_in_place()
            && let Some(lying) = self.reading.in_place(&found)
        {
            taken = taker.take_in_place(lying.beside, lying.is_same, lying.data);
        }
        let taken = match taken {
            Ok(true) => Ok(()),
            Ok(false) => {
                let take = |payload: &_| taker.take(payload);
                self.reading.with_data(&found, &mut self.buffer, take)?
            }
            Err(stopped) => Err(stopped),
        };
        self.n_taken += usize::from(taken.is_ok());
        Some(taken.map(|()| Next::Behind))
    }
}

#[cfg(test)]
mod tests {
    use super::scan::USUAL_METADATA;
    use super::*;
    use crate::json_stream::{Unread, read_payloads};
    use crate::payload::{Payload, Payloads};
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
        Usual::new().go_on(text.as_bytes(), &mut All::default()).1 == Came::ToTheEnd
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

    /// What is read of a text that comes in pieces of so many bytes, and how far that is.
    fn in_pieces(text: &[u8], sizes: &[usize]) -> (Vec<Payload>, bool, usize) {
        let (mut usual, mut all) = (Usual::new(), All::default());
        let (mut there, mut n_read) = (0, 0);
        let mut sizes = sizes.iter().cycle();
        while there < text.len() {
            there = text.len().min(there + sizes.next().map_or(1, |size| *size));
            n_read += usual.go_on(&text[n_read..there], &mut all).0;
        }
        usual.look_again();
        let (n_more, came) = usual.go_on(&text[n_read..], &mut all);
        let read = &text[..n_read + n_more];
        let line_ends = read.iter().filter(|&&byte| byte == b'\n').count();
        let line = read.iter().rposition(|&byte| byte == b'\n');
        let column = read.len() - line.map_or(0, |at| at + 1);
        assert_eq!(usual.place(), (line_ends, column));
        assert_eq!(usual.n_taken(), all.0.len());
        (all.0, came == Came::ToTheEnd, read.len())
    }

    #[track_caller]
    fn same_in_pieces(text: &[u8], sizes: &[usize]) {
        let whole = in_pieces(text, &[text.len()]);
        assert_eq!(in_pieces(text, sizes), whole);
    }

    #[test]
    fn pieces_make_the_same_text() {
        let long = "YWJj".repeat(100);
        let payload =
            format!("{{ \"metadata\":{{\"a\":\"{long}\",\n\"b\":\"YQ==\"}},\"data\":\"{long}\"}}");
        let text = format!("{{\"payloads\":\n[{payload},\n {payload} ,{{}},{payload}]\n}} \n ");
        assert!(is_usual(&text));
        for size in (1..200).chain([1000, 2000]) {
            same_in_pieces(text.as_bytes(), &[size]);
        }
        let escaped = text.replace("{}", "{\"data\":\"\\u0061\"}");
        for size in 1..100 {
            same_in_pieces(escaped.as_bytes(), &[size]);
        }
    }

    /// Bytes that are looked at, of a text in pieces that are as small as can be, are some times those of the text.
    #[test]
    fn a_text_in_small_pieces_takes_linear_time() {
        struct Count;
        impl TakePayloads for Count {
            type Stopped = ();
            fn take(&mut self, _: &Payload) -> Result<(), ()> {
                Ok(())
            }
            fn start_again(&mut self) {}
        }
        let many = |n: usize| {
            let entries = (0..60).map(|n| format!("\"{n}\":\"YQ==\""));
            let entries = entries.collect::<Vec<_>>().join(",");
            let data = "YWJj".repeat(n);
            format!("{{\"payloads\":[{{\"metadata\":{{{entries}}},\"data\":\"{data}\"}}]}}")
        };
        for text in [many(10_000), " ".repeat(40_000), many(1)] {
            let (mut usual, mut n_read, mut n_seen) = (Usual::new(), 0, 0);
            for there in 1..=text.len() {
                if there - n_read >= usual.needed {
                    n_seen += there - n_read - (usual.unended.sought - usual.unended.start);
                }
                n_read += usual.go_on(&text.as_bytes()[n_read..there], &mut Count).0;
            }
            assert!(n_seen <= 4 * text.len(), "{n_seen} of {}", text.len());
        }
    }

    proptest! {
        #[test]
        fn any_pieces_make_the_same_text(
            parts in prop::collection::vec(prop::sample::select(vec![
                "{\"metadata\":{\"encoding\":\"YmluYXJ5\"},\"data\":\"YWJj\"},",
                "{\"metadata\":{\"encoding\":\"YmluYXJ5\",\"b\":\"YWJj\"},\"data\":\"-_8\"},", "{},\n", " {\"data\":\"\"} ,",
                "{\"data\":\"YWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJj\"},", "null", "{", "\\",
            ]), 0..10),
            tail in any::<bool>(),
            sizes in prop::collection::vec(1..90_usize, 1..8),
        ) {
            let tail = if tail { "{}]}" } else { "" };
            let text = format!("{{\"payloads\":[{}{tail}", parts.concat());
            same_in_pieces(text.as_bytes(), &sizes);
        }

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
