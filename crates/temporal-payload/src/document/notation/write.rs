//! What was read in a notation, as JSON text.

use std::fmt::Write as _;

use crate::base64;

use super::node::{Node, Text};

/// Appends a value.
pub(super) fn push(node: &Node, out: &mut String) {
    match node {
        Node::Null => out.push_str("null"),
        Node::Scalar(scalar) => out.push_str(scalar),
        Node::Text(text) => push_text(text, out),
        Node::Bytes(bytes) => {
            out.push('"');
            out.push_str(&base64::encode(bytes));
            out.push('"');
        }
        Node::Numbers { values, indexed } => push_numbers(values, *indexed, out),
        Node::List(items) => push_list(items, out),
        Node::Map(members) => {
            for (n, member) in members.iter().enumerate() {
                out.push(if n == 0 { '{' } else { ',' });
                push_string(&member.name, out);
                out.push(':');
                push(&member.node, out);
            }
            out.push_str(if members.is_empty() { "{}" } else { "}" });
        }
    }
}

/// Appends a list.
pub(super) fn push_list(items: &[Node], out: &mut String) {
    for (n, item) in items.iter().enumerate() {
        out.push(if n == 0 { '[' } else { ',' });
        push(item, out);
    }
    out.push_str(if items.is_empty() { "[]" } else { "]" });
}

fn push_numbers(values: &[i16], indexed: bool, out: &mut String) {
    for (n, value) in values.iter().enumerate() {
        let (open, name) = match indexed {
            true => ('{', format!("\"{n}\":")),
            false => ('[', String::new()),
        };
        out.push(if n == 0 { open } else { ',' });
        let _ = write!(out, "{name}{value}");
    }
    out.push(if indexed { '}' } else { ']' });
}

fn push_text(text: &Text, out: &mut String) {
    match &text.json {
        Some(json) => out.push_str(json),
        None => push_string(&String::from_utf8_lossy(&text.value), out),
    }
}

/// Appends a text as a string of JSON.
pub(in super::super) fn push_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            character if character < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            character => out.push(character),
        }
    }
    out.push('"');
}
