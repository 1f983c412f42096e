//! JSON text as tokens with their byte spans: what indexing a document and re-indenting JSON share.
//!
//! Strict JSON (RFC 8259), one value or many in a row (JSON Lines). No tree, no recursion, no number is ever parsed: a token
//! is where it stands. A byte order mark at the start is skipped, as editors on Windows write one.

use std::ops::Range;

use crate::json_expected::Expected;
use crate::json_string::plain_prefix;

/// What a token is. The punctuation `:` and `,` is checked and not reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `{`
    BeginObject,
    /// `}`
    EndObject,
    /// `[`
    BeginArray,
    /// `]`
    EndArray,
    /// A member's name; the span includes the quotes.
    Name,
    /// A text; the span includes the quotes.
    Text,
    /// `null`
    Null,
    /// A number, `true` or `false`.
    Scalar,
}

/// One token and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

/// Why the text is not JSON, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJson {
    /// Where reading stopped, in bytes from the start.
    pub at: usize,
    /// What is wrong there.
    pub why: Why,
}

/// What keeps a text from being JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Something else was expected there.
    Unexpected(Expected),
    /// The text ends before a value does.
    EndsTooEarly,
    /// Containers are nested deeper than is allowed.
    TooDeep,
}

/// How many values the text may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roots {
    /// Exactly one.
    One,
    /// One or more, in a row.
    Many,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a root value.
    Root,
    Value,
    /// After `[`: a value or `]`.
    ValueOrEnd,
    /// After `{`: a name or `}`.
    NameOrEnd,
    Name,
    /// After a value inside a container: `,` or the end of the container.
    After,
}

/// Reads tokens one by one; after an error it must not be asked again.
pub struct Tokens<'a> {
    text: &'a [u8],
    at: usize,
    state: State,
    /// Open containers, outermost first; `true` is an object.
    open: Vec<bool>,
    depth_limit: usize,
    roots: Roots,
    n_roots: usize,
}

impl<'a> Tokens<'a> {
    /// Containers may be nested `depth_limit` deep.
    pub fn new(text: &'a str, roots: Roots, depth_limit: usize) -> Self {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Tokens {
            text: text.as_bytes(),
            at,
            state: State::Root,
            open: Vec::new(),
            depth_limit,
            roots,
            n_roots: 0,
        }
    }

    /// How many containers are open after the last token.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The next token, or `None` after the last one.
    ///
    /// # Errors
    /// [`NotJson`], where the text is not JSON any further.
    #[allow(
        clippy::should_implement_trait,
        reason = "after an error it must not be asked again"
    )]
    pub fn next(&mut self) -> Result<Option<Token>, NotJson> {
        loop {
            self.skip_whitespace();
            let start = self.at;
            let Some(&byte) = self.text.get(start) else {
                return if self.state == State::Root && self.n_roots > 0 {
                    Ok(None)
                } else {
                    Err(self.error(Why::EndsTooEarly))
                };
            };
            match (self.state, byte) {
                (State::After, b',') => {
                    self.at += 1;
                    self.state = if self.in_object() {
                        State::Name
                    } else {
                        State::Value
                    };
                    continue;
                }
                (State::NameOrEnd, b'}') => self.end(),
                (State::ValueOrEnd, b']') => self.end(),
                (State::After, b'}') if self.in_object() => self.end(),
                (State::After, b']') if !self.in_object() => self.end(),
                (State::Name | State::NameOrEnd, b'"') => {
                    self.string()?;
                    let span = start..self.at;
                    self.colon()?;
                    self.state = State::Value;
                    return Ok(Some(Token {
                        kind: Kind::Name,
                        span,
                    }));
                }
                (State::Root, _) if self.roots == Roots::One && self.n_roots == 1 => {
                    return Err(self.error(Why::Unexpected(Expected::End)));
                }
                (State::Root | State::Value | State::ValueOrEnd, _) => {
                    let kind = self.value(byte)?;
                    return Ok(Some(Token {
                        kind,
                        span: start..self.at,
                    }));
                }
                (State::Name | State::NameOrEnd, _) => {
                    return Err(self.error(Why::Unexpected(Expected::Name)));
                }
                (State::After, _) if self.in_object() => {
                    return Err(self.error(Why::Unexpected(Expected::CommaOrBrace)));
                }
                (State::After, _) => {
                    return Err(self.error(Why::Unexpected(Expected::CommaOrBracket)));
                }
            }
            let kind = if byte == b'}' {
                Kind::EndObject
            } else {
                Kind::EndArray
            };
            return Ok(Some(Token {
                kind,
                span: start..self.at,
            }));
        }
    }

    fn value(&mut self, first: u8) -> Result<Kind, NotJson> {
        let kind = match first {
            b'{' => return self.begin(true).map(|()| Kind::BeginObject),
            b'[' => return self.begin(false).map(|()| Kind::BeginArray),
            b'"' => {
                self.string()?;
                Kind::Text
            }
            b'n' => {
                self.word(b"null", Expected::Value)?;
                Kind::Null
            }
            b't' => {
                self.word(b"true", Expected::Value)?;
                Kind::Scalar
            }
            b'f' => {
                self.word(b"false", Expected::Value)?;
                Kind::Scalar
            }
            b'-' | b'0'..=b'9' => {
                self.number()?;
                Kind::Scalar
            }
            _ => return Err(self.error(Why::Unexpected(Expected::Value))),
        };
        self.value_done();
        Ok(kind)
    }

    fn begin(&mut self, object: bool) -> Result<(), NotJson> {
        if self.open.len() == self.depth_limit {
            return Err(self.error(Why::TooDeep));
        }
        self.at += 1;
        self.open.push(object);
        self.state = if object {
            State::NameOrEnd
        } else {
            State::ValueOrEnd
        };
        Ok(())
    }

    fn end(&mut self) {
        self.at += 1;
        self.open.pop();
        self.value_done();
    }

    fn value_done(&mut self) {
        if self.open.is_empty() {
            self.n_roots += 1;
            self.state = State::Root;
        } else {
            self.state = State::After;
        }
    }

    fn in_object(&self) -> bool {
        self.open.last() == Some(&true)
    }

    fn colon(&mut self) -> Result<(), NotJson> {
        self.skip_whitespace();
        self.word(b":", Expected::Colon)
    }

    fn word(&mut self, word: &[u8], what: Expected) -> Result<(), NotJson> {
        for expected in word {
            match self.text.get(self.at) {
                Some(byte) if byte == expected => self.at += 1,
                Some(_) => return Err(self.error(Why::Unexpected(what))),
                None => return Err(self.error(Why::EndsTooEarly)),
            }
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), NotJson> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        // "01" and "1true" are not two values in a row.
        match self.peek() {
            Some(byte) if byte.is_ascii_alphanumeric() => {
                Err(self.error(Why::Unexpected(Expected::Number)))
            }
            _ => Ok(()),
        }
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        match self.peek() {
            Some(b'0'..=b'9') => {}
            Some(_) => return Err(self.error(Why::Unexpected(Expected::Number))),
            None => return Err(self.error(Why::EndsTooEarly)),
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<(), NotJson> {
        self.at += 1;
        loop {
            self.at += plain_prefix(&self.text[self.at..]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(_) => return Err(self.error(Why::Unexpected(Expected::NoControl))),
                None => return Err(self.error(Why::EndsTooEarly)),
            }
        }
    }

    fn escape(&mut self) -> Result<(), NotJson> {
        self.at += 1;
        let n_hex = match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 0,
            Some(b'u') => 4,
            Some(_) => return Err(self.error(Why::Unexpected(Expected::Escape))),
            None => return Err(self.error(Why::EndsTooEarly)),
        };
        self.at += 1;
        for _ in 0..n_hex {
            match self.peek() {
                Some(byte) if byte.is_ascii_hexdigit() => self.at += 1,
                Some(_) => return Err(self.error(Why::Unexpected(Expected::Escape))),
                None => return Err(self.error(Why::EndsTooEarly)),
            }
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip_whitespace(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn error(&self, why: Why) -> NotJson {
        NotJson { at: self.at, why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, roots: Roots) -> Result<usize, NotJson> {
        let mut tokens = Tokens::new(text, roots, 64);
        let mut n = 0;
        while tokens.next()?.is_some() {
            n += 1;
        }
        Ok(n)
    }

    #[test]
    fn agrees_with_serde_json_about_what_json_is() {
        #[rustfmt::skip]
        let texts = [
            "", " ", "null", "nul", "nullx", "[]", "[1,]", "[,1]", "[1 2]", "{}", "{,}", r#"{"a":1}"#,
            r#"{"a":1,}"#, r#"{"a"}"#, r#"{"a":}"#, r#"{1:2}"#, "[}", "{]", "]", "[[[]]]", "-", "-0", "01",
            "1.", "1.e2", ".5", "1e", "1e+", "1e400x", "-1.5E-7", "+1", "0x1", r#""""#, r#"""#, "\"\\u12\"",
            "\"\\u12g4\"", "\"\\x\"", "\"\\", "\"\n\"", "\"\u{1}aaaaaaaaaaaaaaa\"",
            "\"aaaaaaaaaaaaaaaaaaaaaaaaaaa\\naaaaaaaaaaaaaaaaaa\u{1f}\"", "\"héllo 世界 🚀 0123456789\"",
            "[true,false,null]", "1 2", "tru", "\"\u{7f}\u{80}\u{ff}\"",
        ];
        for text in texts {
            let theirs = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
            assert_eq!(read(text, Roots::One).is_ok(), theirs, "{text:?}");
        }
    }

    #[test]
    fn reads_many_values_in_a_row() {
        assert_eq!(read("{}\n[1]\n\n\"x\" 2\n", Roots::Many), Ok(7));
        assert!(read("{} x", Roots::Many).is_err());
        assert!(read("12 3]", Roots::Many).is_err());
    }

    #[test]
    fn stops_at_the_depth_limit() {
        assert!(read(&format!("{}{}", "[".repeat(64), "]".repeat(64)), Roots::One).is_ok());
        let error = read(&"[".repeat(1_000_000), Roots::One).expect_err("too deep");
        assert_eq!((error.at, error.why), (64, Why::TooDeep));
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json_about_any_text(text in r#"([\[\]{}",:0-9 .eE+-]|\\[u"n]|null|true|"a":){0,16}"#) {
            let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(read(&text, Roots::One).is_ok(), theirs);
        }
    }
}
