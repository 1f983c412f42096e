//! JSON text for people: re-indented, and not one value touched.
//!
//! Numbers are never parsed (9007199254740993, 1e400 and -0 stay as they are), duplicate names and escapes stay too: only
//! the white space between tokens changes.

use crate::json_tokens::{Kind, NotJson, Roots, Token, Tokens, Why};

/// Containers in JSON text may be nested this deep; deeper text is refused rather than drawn.
pub const MAX_DEPTH: usize = 512;

/// Bytes that re-indented text may have; deeply nested long lists can grow far beyond their source.
pub const MAX_PRETTY_BYTES: usize = 256 << 20;

/// From here on, deeper levels are not indented further: nobody could read them, and they cost memory.
const MAX_INDENTED_LEVELS: usize = 40;

/// The text cannot be re-indented. The message names a position, never the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPretty {
    /// It is not one JSON value.
    #[error("not JSON at byte {at}")]
    NotJson {
        /// Where reading stopped, in bytes from the start.
        at: usize,
    },
    /// It is nested deeper than [`MAX_DEPTH`].
    #[error("JSON nested more than {MAX_DEPTH} deep at byte {at}")]
    TooDeep {
        /// Where the limit was passed, in bytes from the start.
        at: usize,
    },
    /// Re-indented it would be larger than [`MAX_PRETTY_BYTES`].
    #[error("re-indented JSON would have more than {MAX_PRETTY_BYTES} bytes")]
    TooLong,
}

impl From<NotJson> for NotPretty {
    fn from(error: NotJson) -> Self {
        match error.why {
            Why::TooDeep => NotPretty::TooDeep { at: error.at },
            Why::Unexpected(_) | Why::EndsTooEarly => NotPretty::NotJson { at: error.at },
        }
    }
}

/// Re-indents one JSON value by two spaces. Empty objects and lists stay on one line; so does everything else that is not
/// a container.
///
/// # Errors
/// [`NotPretty`] where the text is not one JSON value, or passes a limit.
pub fn pretty(text: &str) -> Result<String, NotPretty> {
    let mut tokens = Tokens::new(text, Roots::One, MAX_DEPTH);
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut previous = None;
    while let Some(Token { kind, span }) = tokens.next()? {
        let ends = matches!(kind, Kind::EndObject | Kind::EndArray);
        match previous {
            None => {}
            Some(Kind::Name) => out.push(' '),
            Some(Kind::BeginObject | Kind::BeginArray) if ends => {}
            Some(Kind::BeginObject | Kind::BeginArray) => new_line(&mut out, kind, tokens.depth()),
            Some(_) => {
                if !ends {
                    out.push(',');
                }
                new_line(&mut out, kind, tokens.depth());
            }
        }
        out.push_str(&text[span]);
        if kind == Kind::Name {
            out.push(':');
        }
        if out.len() > MAX_PRETTY_BYTES {
            return Err(NotPretty::TooLong);
        }
        previous = Some(kind);
    }
    Ok(out)
}

/// Appends JSON values as JSON Lines: each on one line, with no white space between tokens, and not one token touched. What is no
/// JSON ends it.
pub(crate) fn push_lines(text: &str, out: &mut String) {
    let mut tokens = Tokens::new(text, Roots::Many, MAX_DEPTH);
    let mut previous = None;
    while let Ok(Some(Token { kind, span })) = tokens.next() {
        let ends = matches!(kind, Kind::EndObject | Kind::EndArray);
        let begins = matches!(kind, Kind::BeginObject | Kind::BeginArray);
        let first = matches!(
            previous,
            None | Some(Kind::Name | Kind::BeginObject | Kind::BeginArray)
        );
        if !first && !ends {
            out.push(',');
        }
        out.push_str(&text[span]);
        if kind == Kind::Name {
            out.push(':');
        }
        previous = Some(kind);
        if tokens.depth() == 0 && !begins {
            out.push('\n');
            previous = None;
        }
    }
}

/// Whether the text is one JSON value within the limits.
pub fn is_json(text: &str) -> bool {
    let mut tokens = Tokens::new(text, Roots::One, MAX_DEPTH);
    loop {
        match tokens.next() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

fn new_line(out: &mut String, kind: Kind, depth_after: usize) {
    // An opening bracket stands at the level outside of what it opens.
    let level = match kind {
        Kind::BeginObject | Kind::BeginArray => depth_after.saturating_sub(1),
        Kind::EndObject | Kind::EndArray | Kind::Name | Kind::Text | Kind::Null | Kind::Scalar => {
            depth_after
        }
    };
    out.push('\n');
    for _ in 0..level.min(MAX_INDENTED_LEVELS) {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(pretty(text).as_deref(), Ok(expect));
    }

    #[test]
    fn keeps_every_value_as_it_is_written() {
        check(
            r#"{"big":9007199254740993,"huge":1e400,"zero":-0,"money":1.10,"a":1,"a":2,"esc":"\u00e9\/","e":{},"l":[ ],"n":[1,{"x":null}]}"#,
            r#"{
  "big": 9007199254740993,
  "huge": 1e400,
  "zero": -0,
  "money": 1.10,
  "a": 1,
  "a": 2,
  "esc": "\u00e9\/",
  "e": {},
  "l": [],
  "n": [
    1,
    {
      "x": null
    }
  ]
}"#,
        );
        check("  \"text: , { \" ", "\"text: , { \"");
        check("-0", "-0");
    }

    #[test]
    fn looks_like_serde_jsons_own_where_that_loses_nothing() {
        let text = r#"[[],{},[[1,"two",[true]]],{"a":{"b":[null,{"c":[]}]}}]"#;
        let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
        check(text, &serde_json::to_string_pretty(&value).expect("JSON"));
    }

    #[test]
    fn refuses_what_is_not_json_and_what_grows_too_far() {
        assert_eq!(pretty("{"), Err(NotPretty::NotJson { at: 1 }));
        assert_eq!(pretty("1 2"), Err(NotPretty::NotJson { at: 2 }));
        let deep = "[".repeat(MAX_DEPTH + 1);
        assert_eq!(pretty(&deep), Err(NotPretty::TooDeep { at: MAX_DEPTH }));
    }

    proptest! {
        #[test]
        fn never_panics_and_is_stable(text in r#"[\[\]{}",:0-9a-z\\ .eE+-]{0,60}"#) {
            if let Ok(once) = pretty(&text) {
                prop_assert_eq!(pretty(&once), Ok(once.clone()));
                let squeezed = |text: &str| text.replace([' ', '\n'], "");
                prop_assert_eq!(squeezed(&once), squeezed(&text));
            }
        }
    }
}
