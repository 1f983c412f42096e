//! A slot's place as people's tools spell it: jq, and JSONPath (RFC 9535).

use std::fmt::Write as _;

use crate::slots::Slot;

enum Segment {
    Index(String),
    Name(String),
}

impl Slot {
    /// The path for jq: `.events[3].memo."a-b"`; `.` where the document is the Payload. In JSON Lines that of `jq -s`.
    pub fn jq(&self) -> String {
        let mut path = String::new();
        for segment in self.segments() {
            match segment {
                Segment::Index(index) => {
                    if path.is_empty() {
                        path.push('.');
                    }
                    push(&mut path, format_args!("[{index}]"));
                }
                Segment::Name(name) if is_plain(&name) => push(&mut path, format_args!(".{name}")),
                Segment::Name(name) => {
                    push(&mut path, format_args!(".\"{}\"", escaped(&name, '"')));
                }
            }
        }
        if path.is_empty() {
            ".".to_owned()
        } else {
            path
        }
    }

    /// The path as RFC 9535 has it: `$.events[3].memo['a-b']`.
    pub fn json_path(&self) -> String {
        let mut path = "$".to_owned();
        for segment in self.segments() {
            match segment {
                Segment::Index(index) => push(&mut path, format_args!("[{index}]")),
                Segment::Name(name) if is_plain(&name) => push(&mut path, format_args!(".{name}")),
                Segment::Name(name) => {
                    push(&mut path, format_args!("['{}']", escaped(&name, '\'')));
                }
            }
        }
        path
    }

    fn segments(&self) -> Vec<Segment> {
        let segments: Vec<&str> = self.pointer.split('/').skip(1).collect();
        // The index of a line stands in front of what the line itself has.
        let lines = segments.len().saturating_sub(self.lists.depth());
        let all = segments.into_iter().enumerate().map(|(at, segment)| {
            let is_list = match at.checked_sub(lines) {
                None => Some(true),
                Some(depth) => self.lists.is_list(depth),
            };
            let digits = !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
            if is_list.unwrap_or(digits) {
                Segment::Index(segment.to_owned())
            } else {
                Segment::Name(segment.replace("~1", "/").replace("~0", "~"))
            }
        });
        all.collect()
    }
}

fn push(path: &mut String, segment: std::fmt::Arguments<'_>) {
    path.write_fmt(segment)
        .expect("writing into a String cannot fail");
}

/// Whether it needs no quotation marks.
fn is_plain(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// As it stands between quotation marks.
fn escaped(name: &str, quote: char) -> String {
    let mut text = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '\\' => text.push_str("\\\\"),
            character if character == quote => {
                text.push('\\');
                text.push(quote);
            }
            character if character.is_control() => {
                // Every control character is in the first plane.
                push(&mut text, format_args!("\\u{:04x}", u32::from(character)));
            }
            character => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::document::Document;

    #[track_caller]
    fn check(text: &str, jq: &str, json_path: &str) {
        let document = Document::parse(text).expect("a document");
        let slot = document.slots().last().expect("a Payload");
        assert_eq!(slot.jq(), jq, "{text}");
        assert_eq!(slot.json_path(), json_path, "{text}");
    }

    #[test]
    fn paths_tell_names_of_digits_from_indexes() {
        let payload = r#"{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MQ=="}"#;
        check(payload, ".", "$");
        check(
            &format!(r#"{{"payloads":[{payload},{payload}]}}"#),
            ".payloads[1]",
            "$.payloads[1]",
        );
        check(&format!("[{payload}]"), ".[0]", "$[0]");
        check(&format!("{payload}\n{payload}"), ".[1]", "$[1]");
        check(
            &format!(r#"{{"memo":{{"fields":{{"0":{payload}}}}}}}"#),
            r#".memo.fields."0""#,
            "$.memo.fields['0']",
        );
        check(
            &format!(r#"{{"memo":{{"fields":{{"it's \"a/b~\"":{payload}}}}}}}"#),
            r#".memo.fields."it's \"a/b~\"""#,
            r#"$.memo.fields['it\'s "a/b~"']"#,
        );
    }
}
