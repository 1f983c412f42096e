//! JSON text as it is made: a value after the other, laid out as Temporal's command line does, or without white space.

use std::fmt::Write as _;

/// The text would be longer than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// JSON in the making.
pub(crate) struct JsonOut {
    text: String,
    /// Two blanks for each open container, and a line for each value.
    is_laid_out: bool,
    depth: usize,
    /// Nothing stands yet in the container that is open.
    is_empty: bool,
    limit: usize,
}

impl JsonOut {
    pub(crate) fn new(is_laid_out: bool, limit: usize) -> Self {
        JsonOut {
            text: String::new(),
            is_laid_out,
            depth: 0,
            is_empty: true,
            limit,
        }
    }

    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.text.reserve(bytes);
    }

    /// Where the text ends now, for [`JsonOut::back_to`].
    pub(crate) fn place(&self) -> (usize, usize, bool) {
        (self.text.len(), self.depth, self.is_empty)
    }

    /// Takes back what was written since.
    pub(crate) fn back_to(&mut self, (len, depth, is_empty): (usize, usize, bool)) {
        self.text.truncate(len);
        self.depth = depth;
        self.is_empty = is_empty;
    }

    pub(crate) fn begin(&mut self, bracket: char) {
        self.text.push(bracket);
        self.depth += 1;
        self.is_empty = true;
    }

    pub(crate) fn end(&mut self, bracket: char) {
        self.depth -= 1;
        if !self.is_empty {
            self.line();
        }
        self.text.push(bracket);
        self.is_empty = false;
    }

    /// A member of an object begins.
    pub(crate) fn name(&mut self, name: &str) -> Result<(), TooLong> {
        self.item()?;
        self.string(name);
        self.text
            .push_str(if self.is_laid_out { ": " } else { ":" });
        Ok(())
    }

    /// An item of a list begins.
    pub(crate) fn item(&mut self) -> Result<(), TooLong> {
        if self.text.len() > self.limit {
            return Err(TooLong);
        }
        if !self.is_empty {
            self.text.push(',');
        }
        self.is_empty = false;
        self.line();
        Ok(())
    }

    /// A root value ended; the next one begins on a line of its own.
    pub(crate) fn next_root(&mut self) {
        self.text.push('\n');
        self.is_empty = true;
    }

    /// A value that is valid JSON.
    pub(crate) fn raw(&mut self, json: &str) {
        self.text.push_str(json);
    }

    pub(crate) fn display(&mut self, value: impl std::fmt::Display) {
        write!(self.text, "{value}").expect("writing into a String cannot fail");
    }

    pub(crate) fn string(&mut self, text: &str) {
        push_string(&mut self.text, text);
    }

    fn line(&mut self) {
        if self.is_laid_out {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n("  ", self.depth));
        }
    }

    pub(crate) fn finish(self) -> Result<String, TooLong> {
        if self.text.len() > self.limit {
            Err(TooLong)
        } else {
            Ok(self.text)
        }
    }
}

/// Appends text as JSON has it.
pub(crate) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..=0x1f => "",
            _ => continue,
        };
        // These bytes are characters of their own.
        out.push_str(text.get(copied..at).unwrap_or_default());
        copied = at + 1;
        if escaped.is_empty() {
            write!(out, "\\u{byte:04x}").expect("writing into a String cannot fail");
        } else {
            out.push_str(escaped);
        }
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out.push('"');
}
