//! `Payloads` as proto3 JSON, read while the text comes in: each Payload is handed over when it is complete, and the text before it
//! is not kept.

use crate::json_stream::{Unread, read_on};
use crate::json_usual::{Came, Usual};
use crate::take_payloads::TakePayloads;

/// A text that comes in pieces.
pub struct ReceivedPayloads {
    usual: Usual,
    /// What was not read yet.
    left: Vec<u8>,
}

impl ReceivedPayloads {
    /// A text of which nothing has come.
    pub fn new() -> Self {
        ReceivedPayloads {
            usual: Usual::new(),
            left: Vec::new(),
        }
    }

    /// The next piece of the text, which is not read yet.
    pub fn receive(&mut self, piece: &[u8]) {
        self.left.extend_from_slice(piece);
    }

    /// Hands over the Payloads that are complete. Where the text is not usual, there may be none before [`ReceivedPayloads::finish`].
    ///
    /// # Errors
    /// What `taker` said.
    pub fn go_on<T: TakePayloads>(&mut self, taker: &mut T) -> Result<(), T::Stopped> {
        let (n_read, came) = self.usual.go_on(&self.left, taker);
        self.left.drain(..n_read);
        match came {
            Came::ToTheEnd | Came::SoFar => Ok(()),
            Came::Stopped(stopped) => Err(stopped),
        }
    }

    /// Hands over the other Payloads, once all of the text has come.
    ///
    /// # Errors
    /// As [`read_payloads`](crate::read_payloads).
    pub fn finish<T: TakePayloads>(mut self, taker: &mut T) -> Result<(), Unread<T::Stopped>> {
        self.usual.look_again();
        let (n_read, came) = self.usual.go_on(&self.left, taker);
        match came {
            Came::ToTheEnd => return Ok(()),
            Came::Stopped(stopped) => return Err(Unread::Stopped(stopped)),
            Came::SoFar => {}
        }
        // The general reader begins at the start of a text: one in which the Payloads that were taken are empty, up to here.
        let mut text = self.usual.as_if_empty();
        let read = text.len();
        text.extend_from_slice(&self.left[n_read..]);
        drop(self.left);
        read_on(&text, self.usual.n_taken(), taker).map_err(|unread| match unread {
            Unread::Malformed(error) => Unread::Malformed(error.behind(read, self.usual.place())),
            stopped @ Unread::Stopped(_) => stopped,
        })
    }
}

impl Default for ReceivedPayloads {
    fn default() -> Self {
        ReceivedPayloads::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json_stream::read_payloads;
    use crate::payload::Payload;
    use proptest::prelude::*;

    /// Takes so many.
    struct Most(Vec<Payload>, usize);

    impl TakePayloads for Most {
        type Stopped = &'static str;

        fn take(&mut self, payload: &Payload) -> Result<(), &'static str> {
            if self.0.len() == self.1 {
                return Err("enough");
            }
            self.0.push(payload.clone());
            Ok(())
        }

        fn start_again(&mut self) {
            self.0.clear();
        }
    }

    type Read = Result<Vec<Payload>, String>;

    fn said(read: Result<(), Unread<&'static str>>, most: Most) -> Read {
        match read {
            Ok(()) => Ok(most.0),
            Err(Unread::Malformed(error)) => Err(error.to_string()),
            Err(Unread::Stopped(stopped)) => Err(stopped.to_owned()),
        }
    }

    fn whole(text: &[u8], most: usize) -> Read {
        let mut most = Most(Vec::new(), most);
        said(read_payloads(text, &mut most), most)
    }

    fn in_pieces(text: &[u8], sizes: &[usize], most: usize) -> Read {
        let (mut received, mut most) = (ReceivedPayloads::new(), Most(Vec::new(), most));
        let mut sizes = sizes.iter().cycle();
        let mut rest = text;
        while !rest.is_empty() {
            let size = sizes.next().map_or(1, |size| *size).min(rest.len());
            received.receive(&rest[..size]);
            rest = &rest[size..];
            if let Err(stopped) = received.go_on(&mut most) {
                return said(Err(Unread::Stopped(stopped)), most);
            }
        }
        said(received.finish(&mut most), most)
    }

    #[track_caller]
    fn same(text: &str, sizes: &[usize]) {
        let read = in_pieces(text.as_bytes(), sizes, usize::MAX);
        assert_eq!(read, whole(text.as_bytes(), usize::MAX), "{text}");
    }

    /// Also errors say the same of the same place, however much of the text is gone by then.
    #[test]
    fn is_read_as_if_it_had_come_at_once() {
        let usual = r#"{"metadata":{"encoding":"YQ=="},"data":"YWJj"}"#;
        for behind in [
            "]}",
            "]}\n ",
            "",
            "]",
            "]}x",
            "]\n}\n\nx",
            ",",
            ",]}",
            ",null]}",
            "],\"more\":[1]}",
            "],\"payloads\":[{}]}",
            "],\"payloads\":null}",
            "],\n \"payloads\":1}",
            ",{\"d\\u0061ta\":\"YQ==\"}]}",
            ",{\"externalPayloads\":[{}]}]}",
            ",{\"data\":\"%\"}]}",
            ",\n\n  {\"data\":7},{}]}",
            ", {\"data\":\"YQ==\",\"data\":\"Yg==\"} ,{}]}",
            "{}]}",
            "\n,\n{\"data\":\"",
        ] {
            for before in ["", " ", "\n", "\n\n  "] {
                for n in [0, 1, 3] {
                    let payloads = vec![usual; n].join(&format!(",{before}"));
                    let text = format!("{before}{{\"payloads\":[{before}{payloads}{behind}");
                    for size in [1, 2, 3, 7, 50, 1000] {
                        same(&text, &[size]);
                    }
                }
            }
        }
    }

    #[test]
    fn who_has_enough_gets_no_more() {
        let text = br#"{"payloads":[{},{},{},{"data":"YQ"}]}"#;
        for size in [1, 5, 100] {
            assert_eq!(in_pieces(text, &[size], 2), Err("enough".to_owned()));
            assert_eq!(in_pieces(text, &[size], 4).map(|all| all.len()), Ok(4));
        }
    }

    proptest! {
        #[test]
        fn any_text_in_any_pieces_is_read_as_if_it_had_come_at_once(
            parts in prop::collection::vec(prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"metadata\":{", "\"data\":\"", "\"encoding\":\"", "\"", "YQ==", "-_8=", "\\u0061",
                "\\", " ", "\n", "null", "\u{1}", "é", "]}", "{\"data\":\"YWJj\"}", "\"payloads\":[", "\"externalPayloads\":[{}]", "1",
                "{\"metadata\":{\"encoding\":\"YmluYXJ5\"},\"data\":\"YWJj\"}", ",{}", ",\n{\"data\":\"YWJj\"}", ",{\"data\":\"YWJj\"}",
            ]), 0..14),
            head in any::<bool>(),
            tail in any::<bool>(),
            sizes in prop::collection::vec(1..40_usize, 1..5),
        ) {
            let (head, tail) = (if head { "{\"payloads\":[{}" } else { "" }, if tail { "]}" } else { "" });
            same(&format!("{head}{}{tail}", parts.concat()), &sizes);
        }
    }
}
