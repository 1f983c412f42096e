//! JSON text for reading alone: the line breaks in its strings are line breaks. It is no JSON any more.

use crate::json_string::unescape;
use crate::json_text::{MAX_DEPTH, MAX_PRETTY_BYTES};
use crate::json_tokens::{Kind, Roots, Tokens};

/// Re-indented JSON (see [`crate::json_text::pretty`]) with each string that has a line break laid out over its lines, further
/// in than the line where it begins; tabs in it are tabs. Everything else stays as it is. A value that is one string is its
/// text alone, without quotes.
///
/// `None` where no string has a line break, where the text is not JSON, or the result would pass [`MAX_PRETTY_BYTES`].
pub fn with_line_breaks(pretty: &str) -> Option<String> {
    let mut tokens = Tokens::new(pretty, Roots::One, MAX_DEPTH);
    let mut out = String::new();
    let mut copied = 0;
    while let Some(token) = tokens.next().ok()? {
        let quoted = &pretty[token.span.clone()];
        if token.kind != Kind::Text || !has_line_break(quoted) {
            continue;
        }
        if tokens.depth() == 0 {
            return Some(unescape(quoted).into_owned());
        }
        out.push_str(&pretty[copied..token.span.start]);
        let line = &out[out.rfind('\n').map_or(0, |at| at + 1)..];
        let indentation = line.len() - line.trim_start_matches(' ').len() + 2;
        break_lines(quoted, indentation, &mut out)?;
        copied = token.span.end;
    }
    (copied > 0).then(|| out + &pretty[copied..])
}

fn has_line_break(quoted: &str) -> bool {
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        if character == '\\' && characters.next() == Some('n') {
            return true;
        }
    }
    false
}

fn break_lines(quoted: &str, indentation: usize, out: &mut String) -> Option<()> {
    let mut rest = quoted;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escaped = &rest[at..];
        // A backslash in a string token has a character of ASCII behind it.
        let n = if let Some(behind) = escaped.strip_prefix("\\r\\n") {
            escaped.len() - behind.len()
        } else {
            2
        };
        match escaped.get(..n)? {
            "\\n" | "\\r\\n" => {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', indentation));
            }
            "\\t" => out.push('\t'),
            other => out.push_str(other),
        }
        if out.len() > MAX_PRETTY_BYTES {
            return None;
        }
        rest = &escaped[n..];
    }
    out.push_str(rest);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json_text;
    use proptest::prelude::*;

    #[track_caller]
    fn check(json: &str, expect: Option<&str>) {
        let pretty = json_text::pretty(json).expect(json);
        assert_eq!(with_line_breaks(&pretty).as_deref(), expect);
    }

    #[test]
    fn line_breaks_are_seen() {
        check(
            r#"{"message":"no","stackTrace":"at a\n\tat b\r\nat \"c\"","n":1}"#,
            Some(
                "{\n  \"message\": \"no\",\n  \"stackTrace\": \"at a\n    \tat b\n    at \\\"c\\\"\",\n  \"n\": 1\n}",
            ),
        );
        check(r#"["a\nb"]"#, Some("[\n  \"a\n    b\"\n]"));
        check(r#""one\ntwo \u00e9""#, Some("one\ntwo é"));
    }

    #[test]
    fn without_one_there_is_nothing_to_lay_out() {
        check(r#"{"a":"b","path":"C:\\new"}"#, None);
        check(r#"{"a\nb":1}"#, None);
        check("1", None);
        assert_eq!(with_line_breaks("{"), None);
    }

    proptest! {
        /// Total for any text, and nothing but white space and line breaks differs for JSON.
        #[test]
        fn nothing_is_lost(text in ".*", name in "[a-z\\n\\\\\"é]*") {
            let _ = with_line_breaks(&text);
            let json = serde_json::to_string(&serde_json::json!({ "a": name, "b": [name] })).expect("it is JSON");
            let pretty = json_text::pretty(&json).expect("it is JSON");
            if let Some(lines) = with_line_breaks(&pretty) {
                let bare = |text: &str| text.replace("\\n", "").replace([' ', '\n'], "");
                prop_assert_eq!(bare(&lines), bare(&pretty));
            }
        }
    }
}
