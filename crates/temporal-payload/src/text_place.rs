//! Where a text is wrong, for people and editors: line and column, what is expected there, and where a value of JSON stands.

use std::ops::Range;

use crate::json_expected::Expected;
use crate::json_string::unescape;
use crate::json_text::MAX_DEPTH;
use crate::json_tokens::{Kind, Roots, Token, Tokens, Why};

/// A place in a text, as editors count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextPlace {
    /// The line; the first is 1.
    pub line: usize,
    /// The character of that line; the first is 1.
    pub column: usize,
}

impl TextPlace {
    /// The place of a byte of `text`; behind the text, its end.
    pub fn of(text: &str, at: usize) -> Self {
        let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
        let line_start = before
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        TextPlace {
            line: 1 + before.iter().filter(|&&byte| byte == b'\n').count(),
            column: 1 + String::from_utf8_lossy(&before[line_start..])
                .chars()
                .count(),
        }
    }
}

/// Why a text is not one JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    /// Something else is expected at this byte.
    #[error("{expected}")]
    Unexpected {
        /// Where, in bytes from the start.
        at: usize,
        /// What.
        expected: Expected,
    },
    /// It ends in the middle.
    #[error(
        "the text ends too early: a quote, bracket or brace is not closed, or a value is missing"
    )]
    EndsTooEarly,
    /// It is nested deeper than is read.
    #[error("the JSON is nested more than {MAX_DEPTH} deep")]
    TooDeep {
        /// Where, in bytes from the start.
        at: usize,
    },
}

impl JsonFault {
    /// Where it is, in bytes from the start.
    pub fn at(self, text: &str) -> usize {
        match self {
            JsonFault::Unexpected { at, .. } | JsonFault::TooDeep { at } => at,
            JsonFault::EndsTooEarly => text.trim_end().len(),
        }
    }
}

/// Why a text is not one JSON value; `None` where it is one.
pub fn json_fault(text: &str) -> Option<JsonFault> {
    let mut tokens = Tokens::new(text, Roots::One, MAX_DEPTH);
    loop {
        match tokens.next() {
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(error) => {
                return Some(match error.why {
                    Why::Unexpected(expected) => JsonFault::Unexpected {
                        at: error.at,
                        expected,
                    },
                    Why::EndsTooEarly => JsonFault::EndsTooEarly,
                    Why::TooDeep => JsonFault::TooDeep { at: error.at },
                });
            }
        }
    }
}

/// A step into JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonStep {
    /// The member of this name.
    Name(String),
    /// The item with this number; the first is 0.
    Item(usize),
}

/// Where a value stands in JSON text, as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPlace {
    /// The member's name, quotes included; absent where it is none.
    pub name: Option<Range<usize>>,
    /// The value, from its first byte to its last one.
    pub value: Range<usize>,
}

/// Where the value stands that these steps lead to. `None` where they lead nowhere, or the text is no JSON up to there.
pub fn json_place(text: &str, steps: &[JsonStep]) -> Option<JsonPlace> {
    let mut tokens = Tokens::new(text, Roots::One, MAX_DEPTH);
    let (name, value) = lead(text, &mut tokens, steps)?;
    let end = skip(&mut tokens, &value)?;
    Some(JsonPlace {
        name,
        value: value.span.start..end,
    })
}

/// Where the items of the list stand that these steps lead to, as bytes. Up to the first fault, where the text is no JSON.
pub fn json_items(text: &str, steps: &[JsonStep]) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let mut tokens = Tokens::new(text, Roots::One, MAX_DEPTH);
    if lead(text, &mut tokens, steps).is_some_and(|(_, list)| list.kind == Kind::BeginArray) {
        while let Ok(Some(first)) = tokens.next() {
            let end = skip(&mut tokens, &first).filter(|_| first.kind != Kind::EndArray);
            let Some(end) = end else { break };
            items.push(first.span.start..end);
        }
    }
    items
}

/// Reads up to the first token of the value that these steps lead to.
fn lead(
    text: &str,
    tokens: &mut Tokens<'_>,
    steps: &[JsonStep],
) -> Option<(Option<Range<usize>>, Token)> {
    let mut name = None;
    let mut value = tokens.next().ok()??;
    for step in steps {
        (name, value) = match step {
            JsonStep::Name(wanted) if value.kind == Kind::BeginObject => {
                member(text, tokens, wanted)?
            }
            JsonStep::Item(n) if value.kind == Kind::BeginArray => (None, item(tokens, *n)?),
            JsonStep::Name(_) | JsonStep::Item(_) => return None,
        };
    }
    Some((name, value))
}

fn member(
    text: &str,
    tokens: &mut Tokens<'_>,
    wanted: &str,
) -> Option<(Option<Range<usize>>, Token)> {
    loop {
        let name = tokens.next().ok()??;
        if name.kind != Kind::Name {
            return None;
        }
        let value = tokens.next().ok()??;
        if unescape(text.get(name.span.clone())?) == wanted {
            return Some((Some(name.span), value));
        }
        skip(tokens, &value)?;
    }
}

fn item(tokens: &mut Tokens<'_>, n: usize) -> Option<Token> {
    for _ in 0..n {
        let value = tokens.next().ok()??;
        if value.kind == Kind::EndArray {
            return None;
        }
        skip(tokens, &value)?;
    }
    let value = tokens.next().ok()??;
    (value.kind != Kind::EndArray).then_some(value)
}

/// Reads up to the end of a value whose first token was read, and says where that is.
fn skip(tokens: &mut Tokens<'_>, first: &Token) -> Option<usize> {
    let mut end = first.span.end;
    if matches!(first.kind, Kind::BeginObject | Kind::BeginArray) {
        let around = tokens.depth() - 1;
        while tokens.depth() > around {
            end = tokens.next().ok()??.span.end;
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(name: &str) -> JsonStep {
        JsonStep::Name(name.to_owned())
    }

    #[test]
    fn finds_values_by_their_path() {
        let text = r#"{"a": {"b": [1, {"c": "x"}, []]}, "b": 2}"#;
        let found = |steps: &[JsonStep]| {
            let place = json_place(text, steps)?;
            let name = place.name.map(|name| &text[name]);
            Some((name, &text[place.value]))
        };
        assert_eq!(found(&[]), Some((None, text)));
        assert_eq!(found(&[name("b")]), Some((Some("\"b\""), "2")));
        let in_list = [name("a"), name("b"), JsonStep::Item(1)];
        assert_eq!(found(&in_list), Some((None, r#"{"c": "x"}"#)));
        assert_eq!(
            found(&[name("a"), name("b"), JsonStep::Item(2)]),
            Some((None, "[]"))
        );
        assert_eq!(found(&[name("a"), name("b"), JsonStep::Item(3)]), None);
        assert_eq!(found(&[name("a"), JsonStep::Item(0)]), None);
        assert_eq!(found(&[name("c")]), None);
        let items = json_items(text, &[name("a"), name("b")]);
        let items: Vec<&str> = items.into_iter().map(|item| &text[item]).collect();
        assert_eq!(items, ["1", r#"{"c": "x"}"#, "[]"]);
        assert!(json_items(text, &[name("b")]).is_empty());
    }

    #[test]
    fn says_what_is_expected_and_where() {
        #[track_caller]
        fn check(text: &str, at: usize, expect: Expected) {
            let expect = Some(JsonFault::Unexpected {
                at,
                expected: expect,
            });
            assert_eq!(json_fault(text), expect, "{text}");
        }
        check(r#"{"a": 1 "b": 2}"#, 8, Expected::CommaOrBrace);
        check(r#"{"a": 1,}"#, 8, Expected::Name);
        check("{a: 1}", 1, Expected::Name);
        check(r#"{"a" 1}"#, 5, Expected::Colon);
        check("[1 2]", 3, Expected::CommaOrBracket);
        check("[1,]", 3, Expected::Value);
        check("{} {}", 3, Expected::End);
        check("[\"a\n\"]", 3, Expected::NoControl);
        check(r#"["\x"]"#, 3, Expected::Escape);
        check("[01]", 2, Expected::Number);
        assert_eq!(json_fault(r#"{"a": [1"#), Some(JsonFault::EndsTooEarly));
        assert_eq!(json_fault("[1]"), None);
    }

    #[test]
    fn counts_lines_and_characters() {
        let place = |at| TextPlace::of("é\nab", at);
        assert_eq!(place(0), TextPlace { line: 1, column: 1 });
        assert_eq!(place(4), TextPlace { line: 2, column: 2 });
        assert_eq!(place(99), TextPlace { line: 2, column: 3 });
    }

    proptest! {
        #[test]
        fn any_text_has_a_place_or_none(text in r#"([\[\]{}",:0-9 \n]|null|"a":){0,16}"#, n in 0_usize..4) {
            json_place(&text, &[name("a"), JsonStep::Item(n)]);
            json_items(&text, &[name("a")]);
            if let Some(fault) = json_fault(&text) {
                TextPlace::of(&text, fault.at(&text));
            }
        }
    }
}
