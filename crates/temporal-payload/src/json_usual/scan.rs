//! The usual text of `Payloads`, token by token: where its Payloads are, and nothing of what they say.

use crate::json_string::plain_prefix;

/// Entries of metadata that a Payload has here at most. Real ones have two to ten.
pub(super) const USUAL_METADATA: usize = 64;

/// Strings up to so many bytes are looked through byte by byte, or nearly so.
const SHORT: usize = 64;

/// A place in the text. Each step goes on from it, or is `None` where something unusual stands there, or the text ends.
pub(super) struct Scan<'a> {
    text: &'a [u8],
    pub(super) at: usize,
    /// Line ends that were passed. There are none within what is usual.
    line_ends: LineEnds,
    /// Those that had been passed where reading came to last.
    read: LineEnds,
    /// A string that is known not to end before some place.
    pub(super) unended: Unended,
    /// Whether it was the end of the text where it did not go on.
    pub(super) ran_out: bool,
}

/// Line ends in front of some place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LineEnds {
    pub(super) n: usize,
    /// The place behind the last one.
    pub(super) behind: usize,
}

/// A string whose end was not found yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Unended {
    /// Where its inside begins.
    pub(super) start: usize,
    /// It has no end before this place.
    pub(super) sought: usize,
}

/// Metadata in their braces, and the line ends among them.
#[derive(Default)]
pub(super) struct KnownText {
    pub(super) text: Vec<u8>,
    pub(super) line_ends: LineEnds,
}

/// The text of one Payload: its metadata in their braces, and the inside of its data's string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PayloadText<'a> {
    pub(super) metadata: Option<&'a [u8]>,
    pub(super) data: &'a [u8],
}

impl<'a> Scan<'a> {
    pub(super) fn of(text: &'a [u8], unended: Unended) -> Self {
        Scan {
            text,
            at: 0,
            line_ends: LineEnds::default(),
            read: LineEnds::default(),
            unended,
            ran_out: false,
        }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// What was passed until now is read, and need not be looked at again.
    pub(super) fn done(&mut self) -> usize {
        self.read = self.line_ends;
        self.at
    }

    /// Passes line ends that were counted from `start`.
    fn pass(&mut self, line_ends: LineEnds, start: usize) {
        if line_ends.n > 0 {
            self.line_ends.n += line_ends.n;
            self.line_ends.behind = start + line_ends.behind;
        }
    }

    /// The line ends that were passed.
    pub(super) fn line_ends_passed(&self) -> LineEnds {
        self.line_ends
    }

    /// The line ends in what is read.
    pub(super) fn line_ends_read(&self) -> LineEnds {
        self.read
    }

    pub(super) fn skip_whitespace(&mut self) {
        while let Some(byte @ (b' ' | b'\n' | b'\r' | b'\t')) = self.text.get(self.at) {
            self.at += 1;
            if *byte == b'\n' {
                self.line_ends.n += 1;
                self.line_ends.behind = self.at;
            }
        }
    }

    pub(super) fn eat(&mut self, byte: u8) -> Option<()> {
        self.skip_whitespace();
        match self.text.get(self.at) {
            Some(found) if *found == byte => {
                self.at += 1;
                Some(())
            }
            Some(_) => None,
            None => {
                self.ran_out = true;
                None
            }
        }
    }

    /// The inside of a string. What else than an escape does not belong there is found by whoever reads it.
    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        self.eat(b'"')?;
        let start = self.at;
        let rest = self.text.get(start..)?;
        let mut end = match self.unended {
            Unended {
                start: known,
                sought,
            } if known == start && sought > start => {
                let sought = sought - start;
                sought + before_end(rest.get(sought..)?)
            }
            Unended { .. } => plain_prefix(rest.get(..SHORT).unwrap_or(rest)),
        };
        if end == SHORT {
            end += before_end(&rest[SHORT..]);
        }
        match rest.get(end) {
            Some(b'"') => {
                self.at += end + 1;
                Some(&rest[..end])
            }
            Some(_) => None,
            None => {
                let sought = self.text.len();
                self.unended = Unended { start, sought };
                self.ran_out = true;
                None
            }
        }
    }

    /// `{"payloads":[`
    pub(super) fn head(&mut self) -> Option<()> {
        self.eat(b'{')?;
        if self.string()? != b"payloads" {
            return None;
        }
        self.eat(b':')?;
        self.eat(b'[')
    }

    /// A Payload, of which `known` are the metadata of one before.
    pub(super) fn payload(&mut self, known: &KnownText) -> Option<PayloadText<'a>> {
        let mut found = PayloadText::default();
        self.eat(b'{')?;
        if self.eat(b'}').is_some() {
            return Some(found);
        }
        let mut has_data = false;
        loop {
            let name = self.string()?;
            self.eat(b':')?;
            // Of a name that is there twice the last counts, which is for the general reader.
            match name {
                b"metadata" if found.metadata.is_none() => {
                    found.metadata = Some(self.metadata(known)?);
                }
                b"data" if !has_data => {
                    has_data = true;
                    found.data = self.string()?;
                }
                _ => return None,
            }
            if self.eat(b',').is_none() {
                self.eat(b'}')?;
                return Some(found);
            }
        }
    }

    fn metadata(&mut self, known: &KnownText) -> Option<&'a [u8]> {
        self.skip_whitespace();
        let start = self.at;
        if !known.text.is_empty() && self.text[start..].starts_with(&known.text) {
            self.at += known.text.len();
            self.pass(known.line_ends, start);
        } else {
            self.entries(|_, _| Some(()))?;
        }
        Some(&self.text[start..self.at])
    }

    /// The entries of metadata: name and value of each, as they stand in their quotes.
    pub(super) fn entries(
        &mut self,
        mut entry: impl FnMut(&'a [u8], &'a [u8]) -> Option<()>,
    ) -> Option<()> {
        self.eat(b'{')?;
        if self.eat(b'}').is_some() {
            return Some(());
        }
        for _ in 0..USUAL_METADATA {
            let name = self.string()?;
            self.eat(b':')?;
            entry(name, self.string()?)?;
            if self.eat(b',').is_none() {
                return self.eat(b'}');
            }
        }
        None
    }
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
