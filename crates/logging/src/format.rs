//! How a line is written: as text, or as one JSON object for programs that collect logs.
//!
//! Both are made of the same parts, and what comes from elsewhere is masked in both: a character that a terminal obeys is in
//! neither. `what` is what an event says without its time; in JSON, members of an object without its braces.

use jiff::Timestamp;
use serde_json::Value;
use temporal_payload::shown;
use tracing::Level;

/// Characters of a line, or of a message.
const MAX_LINE: usize = 4096;
/// Characters of one value in a JSON object, which cannot be cut off as a line of text can.
const MAX_VALUE: usize = 1024;

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// `2026-11-29T10:00:00.000000Z WARN codec_server::router: refused id=1 …`
    #[default]
    Text,
    /// `{"time":"2026-11-29T10:00:00.000000Z","level":"WARN","target":"codec_server::router","message":"refused","id":1,…}`
    Json,
}

impl Format {
    /// Where an event begins.
    pub(crate) fn head(self, level: Level, target: &str, message: &str) -> String {
        match self {
            Format::Text => format!("{level} {target}: {message}"),
            Format::Json => format!(
                "\"level\":\"{level}\",\"target\":{},\"message\":{}",
                json_text(target, MAX_VALUE),
                json_text(message, MAX_LINE)
            ),
        }
    }

    /// One field of an event, to be put behind what comes before it.
    pub(crate) fn field(self, name: &str, text: &str, value: Value) -> String {
        match (self, value) {
            (Format::Text, _) => format!("{name}={text} "),
            (Format::Json, Value::String(text)) => {
                format!(
                    ",{}:{}",
                    json_text(name, MAX_VALUE),
                    json_text(&text, MAX_VALUE)
                )
            }
            (Format::Json, value) => format!(",{}:{value}", json_text(name, MAX_VALUE)),
        }
    }

    /// An event with its fields.
    pub(crate) fn event(self, head: &str, fields: &str) -> String {
        match self {
            // Without a message, its place is not kept free.
            Format::Text if fields.is_empty() => shown(head, MAX_LINE),
            Format::Text => shown(
                &format!("{} {}", head.trim_end(), fields.trim_end()),
                MAX_LINE,
            ),
            Format::Json => format!("{head}{fields}"),
        }
    }

    /// The line of an event.
    pub(crate) fn line(self, now: Timestamp, what: &str) -> String {
        match self {
            Format::Text => format!("{now:.6} {what}"),
            Format::Json => format!("{{\"time\":\"{now:.6}\",{what}}}"),
        }
    }

    /// The line that stands for `count` that were not written.
    pub(crate) fn counted(
        self,
        now: Timestamp,
        what: &str,
        more: &str,
        count: u64,
        last: Timestamp,
    ) -> String {
        match self {
            Format::Text => format!("{now:.6} {what} ({count} {more}, the last at {last:.6})"),
            Format::Json => format!(
                "{{\"time\":\"{now:.6}\",{what},\"count\":{count},\"counted\":\"{more}\",\"last\":\"{last:.6}\"}}"
            ),
        }
    }

    /// A line for people.
    pub(crate) fn said(self, now: Timestamp, level: Level, line: &str) -> String {
        match self {
            Format::Text => shown(line, MAX_LINE),
            Format::Json => format!(
                "{{\"time\":\"{now:.6}\",\"level\":\"{level}\",\"message\":{}}}",
                json_text(line, MAX_LINE)
            ),
        }
    }
}

/// A JSON string.
fn json_text(text: &str, most: usize) -> String {
    Value::String(shown(text, most)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_one_object_a_line_whatever_is_in_it() {
        let now = Timestamp::UNIX_EPOCH;
        let head = Format::Json.head(Level::WARN, "t", "a \"b\"\n\u{1b}[31m\u{202e}");
        let hostile = "x\",\"level\":\"INFO\u{7}\r\n".to_owned();
        let fields = Format::Json.field("origin", "", Value::String(hostile))
            + &Format::Json.field("id", "", Value::from(7));
        let what = Format::Json.event(&head, &fields);
        for line in [
            Format::Json.line(now, &what),
            Format::Json.counted(now, &what, "more of the same", 3, now),
            Format::Json.said(now, Level::ERROR, "it\n\u{1b}says"),
        ] {
            assert!(!line.contains(char::is_control), "{line}");
            let object: Value = serde_json::from_str(&line).expect("JSON");
            assert_eq!(object["time"], "1970-01-01T00:00:00.000000Z");
        }
        let line: Value = serde_json::from_str(&Format::Json.line(now, &what)).expect("JSON");
        assert_eq!((&line["level"], &line["id"]), (&"WARN".into(), &7.into()));
        assert!(
            !line.to_string().contains('\u{202e}'),
            "no text turns around"
        );
    }
}
