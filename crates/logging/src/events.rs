//! Events as lines: time, level, target, message, fields. No colors: no line has a character that a terminal obeys.

use std::fmt::{self, Write as _};

use temporal_payload::shown;
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

/// Characters of a line.
pub(crate) const MAX_LINE: usize = 4096;

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
pub(crate) fn said(event: &Event<'_>) -> Said {
    let mut fields = Fields::default();
    event.record(&mut fields);
    let metadata = event.metadata();
    let target = fields
        .target
        .unwrap_or_else(|| metadata.target().to_owned());
    let head = format!("{} {target}: {}", metadata.level(), fields.message);
    let line = |fields: &str| {
        // Without a message, its place is not kept free.
        let line = if fields.is_empty() {
            head.clone()
        } else {
            format!("{} {fields}", head.trim_end())
        };
        shown(&line, MAX_LINE)
    };
    Said {
        level: *metadata.level(),
        place: (metadata.file(), metadata.line()),
        kind: line(fields.of_kind.trim_end()),
        line: line(fields.all.trim_end()),
        head: shown(&head, MAX_LINE),
        target,
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    /// Where it comes through the `log` crate: of whom.
    target: Option<String>,
    of_kind: String,
    all: String,
}

impl Fields {
    fn add(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        let name = field.name();
        if name == "message" {
            self.message = value.to_string();
        } else if !name.starts_with("log.") {
            let text = format!("{name}={value} ");
            self.all.push_str(&text);
            if !OF_ONE_REQUEST.contains(&name) {
                self.of_kind.push_str(&text);
            }
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "log.target" => self.target = Some(value.to_owned()),
            "message" => self.message = value.to_owned(),
            _ => self.add(field, format_args!("{value:?}")),
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
        self.add(field, format_args!("{text}"));
    }
}
