//! Events as lines: level, target, message, fields. No colors: no line has a character that a terminal obeys.

use std::fmt::{self, Write as _};

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

use crate::format::Format;

/// Fields that differ with each request, and tell nothing of its kind.
const OF_ONE_REQUEST: [&str; 1] = ["id"];

/// File and line; neither is known of what comes through the `log` crate.
pub(crate) type CodePlace = (Option<&'static str>, Option<u32>);

/// What an event says, without its time.
pub(crate) struct Said {
    pub(crate) level: Level,
    pub(crate) place: CodePlace,
    pub(crate) target: String,
    /// Level, target and message.
    pub(crate) head: String,
    /// With the fields that tell its kind.
    pub(crate) kind: String,
    /// With all fields.
    pub(crate) line: String,
}

/// What an event says.
pub(crate) fn said(event: &Event<'_>, format: Format) -> Said {
    let mut fields = Fields {
        format,
        ..Fields::default()
    };
    event.record(&mut fields);
    let metadata = event.metadata();
    let target = fields
        .target
        .unwrap_or_else(|| metadata.target().to_owned());
    let head = format.head(*metadata.level(), &target, &fields.message);
    Said {
        level: *metadata.level(),
        place: (metadata.file(), metadata.line()),
        kind: format.event(&head, &fields.of_kind),
        line: format.event(&head, &fields.all),
        head: format.event(&head, ""),
        target,
    }
}

#[derive(Default)]
struct Fields {
    format: Format,
    message: String,
    /// Where it comes through the `log` crate: of whom.
    target: Option<String>,
    of_kind: String,
    all: String,
}

impl Fields {
    fn add(&mut self, field: &Field, text: &str, value: Value) {
        let name = field.name();
        if name == "message" {
            text.clone_into(&mut self.message);
        } else if !name.starts_with("log.") {
            let text = self.format.field(name, text, value);
            self.all.push_str(&text);
            if !OF_ONE_REQUEST.contains(&name) {
                self.of_kind.push_str(&text);
            }
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        self.add(field, &text, Value::String(text.clone()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, &value.to_string(), Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, &value.to_string(), Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, &value.to_string(), Value::from(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "log.target" => self.target = Some(value.to_owned()),
            "message" => self.message = value.to_owned(),
            _ => self.add(field, &format!("{value:?}"), Value::from(value)),
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(cause) = source {
            // A `String` takes every text.
            let _ = write!(text, ": {cause}");
            source = cause.source();
        }
        self.add(field, &text, Value::String(text.clone()));
    }
}
