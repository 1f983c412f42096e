//! YAML by its events: what it says is written as JSON as it comes, and nothing is built. Aliases repeat what was written, within a
//! bound.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::document::notation::push_string;
use crate::document::unwrapped::{Part, Unwrapped};
use crate::document::wrapping::Wrapping;
use crate::json_text;

/// Collections may be nested this deep.
const MAX_DEPTH: usize = 96;
/// Bytes that are read as YAML.
const MAX_BYTES: usize = 64 << 20;
/// How many times larger the JSON may be.
const MAX_GROWTH: usize = 8;

/// A YAML text whose documents are collections, as JSON: a line for each.
pub(super) fn unwrap(text: &str) -> Option<Unwrapped> {
    let is_block = text.lines().take(50).any(|line| {
        let line = line.trim();
        line.starts_with("- ") || line.ends_with(':') || line.contains(": ")
    });
    if !is_block || text.len() > MAX_BYTES {
        return None;
    }
    let json = json(text.trim_start_matches('\u{feff}'))?;
    Some(Unwrapped::one(Wrapping::Yaml, Part::Text(json)))
}

/// A collection whose end has not come yet.
struct Open {
    is_map: bool,
    /// Keys and values, or items.
    n: usize,
    /// Where it begins in the JSON, and under which anchor.
    start: usize,
    anchor: usize,
}

fn json(text: &str) -> Option<String> {
    let most = text.len().saturating_mul(MAX_GROWTH).saturating_add(4096);
    let mut out = String::with_capacity(text.len());
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: HashMap<usize, String> = HashMap::new();
    // What stands under anchors, inside of each other as well.
    let mut anchored = 0;
    for event in Parser::new_from_str(text) {
        let (event, _) = event.ok()?;
        if out.len() + anchored > most {
            return None;
        }
        let is_key = open
            .last()
            .is_some_and(|open| open.is_map && open.n % 2 == 0);
        match event {
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _)
                if open.len() >= MAX_DEPTH || is_key =>
            {
                let _ = anchor;
                return None;
            }
            Event::SequenceStart(anchor, _) => {
                begin(&mut out, &mut open);
                push_open(&mut out, &mut open, false, anchor);
            }
            Event::MappingStart(anchor, _) => {
                begin(&mut out, &mut open);
                push_open(&mut out, &mut open, true, anchor);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let ended = open.pop()?;
                out.push(if ended.is_map { '}' } else { ']' });
                if ended.anchor > 0 {
                    anchored += out.len() - ended.start;
                    anchors.insert(ended.anchor, out[ended.start..].to_owned());
                }
            }
            Event::Scalar(value, style, anchor, _) => {
                begin(&mut out, &mut open);
                let start = out.len();
                scalar(&value, style, is_key, &mut out);
                if anchor > 0 {
                    anchored += out.len() - start;
                    anchors.insert(anchor, out[start..].to_owned());
                }
            }
            Event::Alias(anchor) => {
                begin(&mut out, &mut open);
                let value = anchors.get(&anchor)?;
                if is_key && !value.starts_with('"') {
                    return None;
                }
                out.push_str(value);
            }
            Event::DocumentEnd => out.push('\n'),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
    }
    let is_collection = out.starts_with(['{', '[']);
    is_collection.then_some(out)
}

/// What stands before a value in its collection.
fn begin(out: &mut String, open: &mut [Open]) {
    if let Some(open) = open.last_mut() {
        match (open.n, open.is_map) {
            (0, _) => {}
            (n, true) if n % 2 == 1 => out.push(':'),
            _ => out.push(','),
        }
        open.n += 1;
    }
}

fn push_open(out: &mut String, open: &mut Vec<Open>, is_map: bool, anchor: usize) {
    open.push(Open {
        is_map,
        n: 0,
        start: out.len(),
        anchor,
    });
    out.push(if is_map { '{' } else { '[' });
}

fn scalar(value: &str, style: ScalarStyle, is_key: bool, out: &mut String) {
    if is_key || style != ScalarStyle::Plain {
        // Base64 in a block goes over several lines.
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let value = if block {
            value.trim_end_matches('\n')
        } else {
            value
        };
        return push_string(value, out);
    }
    match value {
        "" | "~" | "null" | "Null" | "NULL" => out.push_str("null"),
        "true" | "True" | "TRUE" => out.push_str("true"),
        "false" | "False" | "FALSE" => out.push_str("false"),
        number
            if number.starts_with(|first: char| first.is_ascii_digit() || first == '-')
                && json_text::is_json(number) =>
        {
            out.push_str(number);
        }
        other => push_string(other, out),
    }
}
