//! Values as programs print them: JavaScript and Node, Python, Go, Rust, protobuf's text format, JSON with a comma too many, and
//! fragments of each. One reader takes them all; what it reads is written as proto3 JSON.
//!
//! A value counts for nothing until a document is recognized in it, so the reader may take more than any one notation allows.

mod bytes;
mod literal;
mod messages;
mod node;
mod reader;
mod times;
mod write;

pub(super) use write::push_string;

use super::wrapping::{LeftOut, Wrapping};
use node::Node;
use reader::{Reader, Stop};

/// Bytes that are read in a notation; values in it take more memory than their text.
pub(super) const MAX_BYTES: usize = 64 << 20;

/// What a text says in a notation.
pub(super) enum Read {
    /// JSON text.
    Json(String),
    /// The text is bytes alone.
    Bytes(Vec<u8>),
}

/// What was read, and as what.
pub(super) struct Value {
    pub(super) read: Read,
    pub(super) wrapping: Wrapping,
}

/// Reads a whole text; `Err` says where the program that printed it left something out, where that is why nothing was read.
pub(super) fn read(text: &str) -> Result<Option<Value>, LeftOut> {
    if text.len() > MAX_BYTES {
        return Ok(None);
    }
    let mut reader = Reader::new(text, 0);
    match reader.roots() {
        Ok(roots) => Ok(written(&roots, reader.wrapping(), text.len())),
        Err(Stop::LeftOut(at)) => Err(LeftOut(at)),
        Err(Stop::Fault | Stop::TooDeep) => Ok(None),
    }
}

/// Reads what begins at a byte of a text: one value, or the members that begin there. Says where it ends; `Err` says where
/// reading stopped.
pub(super) fn read_at(text: &str, at: usize) -> Result<(Value, usize), usize> {
    let mut reader = Reader::new(text, at);
    let first = reader.first();
    let end = reader.at();
    match first {
        Ok(Some(root)) => written(&[root], reader.wrapping(), end - at)
            .map(|value| (value, end))
            .ok_or(end),
        Ok(None) | Err(_) => Err(end),
    }
}

fn written(roots: &[Node], wrapping: Wrapping, n_read: usize) -> Option<Value> {
    if let [root] = roots
        && let Some(bytes) = root.as_bytes()
    {
        let wrapping = match (root, wrapping) {
            (Node::Numbers { .. }, Wrapping::LooseJson) => Wrapping::Numbers,
            (_, wrapping) => wrapping,
        };
        let read = Read::Bytes(bytes);
        return Some(Value { read, wrapping });
    }
    // `payload = <<10, 30, …>>` names bytes; those of `data` are a Payload's, without its metadata.
    if let [Node::Map(members)] = roots
        && let [member] = members.as_slice()
        && !member.name.eq_ignore_ascii_case("data")
        && let Some(bytes) = member.node.as_bytes()
    {
        let read = Read::Bytes(bytes);
        return Some(Value { read, wrapping });
    }
    let mut json = String::with_capacity(n_read);
    let lines = roots.len() > 1 && roots.iter().all(|root| matches!(root, Node::Map(_)));
    match roots {
        [root] => write::push(root, &mut json),
        roots if lines => {
            for root in roots {
                write::push(root, &mut json);
                json.push('\n');
            }
        }
        roots => write::push_list(roots, &mut json),
    }
    let read = Read::Json(json);
    Some(Value { read, wrapping })
}
