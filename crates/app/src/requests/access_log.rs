//! The access log: who asked for what, when, and how it ended. Counts, names and reasons; there is no field that could hold content.
//!
//! The window exports what *Requests* holds; `serve --access-log` appends each request to a file as one line of JSON. Looks of a
//! browser whether it may ask are left out where the answer was yes, and so is what the window asked again.

use codec_server::{Client, ClientProcess, Code, RequestKind, RequestRecord};
use jiff::{Timestamp, Unit};
use serde::Serialize;
use temporal_payload::shown;

use crate::payload;

/// Characters of a name from outside.
const MAX_TEXT: usize = 200;
/// Between the keys in a cell of CSV.
const BETWEEN: &str = " ";

/// One request.
#[derive(Debug, Default, Serialize)]
pub(super) struct Entry {
    /// When it arrived, RFC 3339 in UTC with milliseconds.
    time: String,
    /// `decode`, `encode`, `download`, `preflight`, `unknown` or `handshake`.
    operation: &'static str,
    /// The Namespace it named.
    namespace: Option<String>,
    /// Who asked by a provider's token: an email address, or a subject.
    who: Option<String>,
    /// The name of the program whose token was sent.
    program: Option<String>,
    /// The page that asked, allowed or not.
    origin: Option<String>,
    /// `browser`, `go`, `curl`, `this` or `other`, as the client calls itself.
    client: &'static str,
    /// The access rule that decided: its name, its place, or `default`.
    rule: Option<String>,
    /// How many Payloads were sent.
    payloads: usize,
    decoded: usize,
    encoded: usize,
    failed: usize,
    /// Whether it was answered from the cache, because the same had been asked before.
    from_cache: bool,
    /// Ids of the keys that were used.
    keys: Vec<String>,
    /// The HTTP status.
    status: u16,
    /// `OK`, or the code of the error.
    result: &'static str,
    /// The program that holds the other end of the connection, where the system tells: what it calls itself.
    process: Option<String>,
    /// Its number.
    pid: Option<u32>,
}

impl Entry {
    /// `None` for what is left out.
    pub(super) fn of(record: &RequestRecord) -> Option<Self> {
        let is_answered_preflight = record.kind == RequestKind::Preflight && record.code.is_none();
        if is_answered_preflight || record.replay_of.is_some() {
            return None;
        }
        let at = Timestamp::try_from(record.started).unwrap_or_default();
        let at = at.round(Unit::Millisecond).unwrap_or(at);
        let of_program = |is: bool| record.who.clone().filter(|_| record.by_program_token == is);
        let namespace = record.namespace.as_ref();
        Some(
            Entry {
                time: format!("{at:.3}"),
                operation: record.kind.as_str(),
                namespace: namespace.map(|namespace| shown(namespace.as_str(), MAX_TEXT)),
                who: of_program(false),
                program: of_program(true),
                origin: record.origin.clone(),
                client: Client::as_str(record.client),
                rule: record.access_rule.clone(),
                payloads: record.payloads.total,
                decoded: record.payloads.decoded,
                encoded: record.payloads.encoded,
                failed: record.payloads.failed,
                from_cache: record.from_cache,
                keys: record.keys.iter().map(payload::shown).collect(),
                status: record.status,
                result: record.code.map_or("OK", Code::as_str),
                process: None,
                pid: None,
            }
            .of_process(&record.process),
        )
    }

    /// The same, with what is known of the program by now.
    pub(super) fn of_process(mut self, process: &ClientProcess) -> Self {
        if let Some(process) = process.get() {
            self.process = Some(process.name.clone());
            self.pid = Some(process.pid);
        }
        self
    }

    /// One object, on one line.
    pub(super) fn json(&self) -> String {
        // Text and numbers alone.
        serde_json::to_string(self).unwrap_or_default()
    }

    fn cells(&self) -> [(&'static str, String); 18] {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            ("time", self.time.clone()),
            ("operation", self.operation.to_owned()),
            ("namespace", text(&self.namespace)),
            ("who", text(&self.who)),
            ("program", text(&self.program)),
            ("origin", text(&self.origin)),
            ("client", self.client.to_owned()),
            ("rule", text(&self.rule)),
            ("payloads", self.payloads.to_string()),
            ("decoded", self.decoded.to_string()),
            ("encoded", self.encoded.to_string()),
            ("failed", self.failed.to_string()),
            ("from_cache", self.from_cache.to_string()),
            ("keys", self.keys.join(BETWEEN)),
            ("status", self.status.to_string()),
            ("result", self.result.to_owned()),
            ("process", text(&self.process)),
            (
                "pid",
                self.pid.map_or_else(String::new, |pid| pid.to_string()),
            ),
        ]
    }
}

/// A JSON array, an entry a line.
pub(super) fn json(entries: &[Entry]) -> String {
    let lines = entries.iter().map(|entry| format!("\n{}", entry.json()));
    let lines: Vec<String> = lines.collect();
    format!("[{}\n]\n", lines.join(","))
}

/// CSV with a head (source: RFC 4180).
pub(super) fn csv(entries: &[Entry]) -> String {
    let names = Entry::default().cells().map(|(name, _)| name);
    let mut csv = names.join(",") + "\r\n";
    for entry in entries {
        let cells = entry.cells().map(|(_, text)| cell(&text));
        csv += &cells.join(",");
        csv += "\r\n";
    }
    csv
}

/// In quotation marks, and never what a spreadsheet takes for a formula: names come from whoever asks.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if is_formula { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_names_stay_in_their_cell_and_are_no_formula() {
        let entry = Entry {
            who: Some("=HYPERLINK(\"x\"),\"y\"".to_owned()),
            namespace: Some("a,b".to_owned()),
            keys: vec!["-1".to_owned(), "b".to_owned()],
            ..Entry::default()
        };
        let csv = csv(&[entry]);
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("time,operation,namespace,who,program,"));
        assert!(
            lines[1].contains(r#""a,b","'=HYPERLINK(""x""),""y""","","#),
            "{}",
            lines[1]
        );
        assert!(lines[1].contains("\"'-1 b\""), "{}", lines[1]);
    }

    #[test]
    fn an_export_is_json_with_and_without_entries() {
        for n in 0..3 {
            let entries: Vec<Entry> = (0..n).map(|_| Entry::default()).collect();
            let parsed: serde_json::Value = serde_json::from_str(&json(&entries)).expect("JSON");
            assert_eq!(parsed.as_array().map(Vec::len), Some(n));
        }
    }
}
