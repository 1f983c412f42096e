//! What makes bytes in a program: `Uint8Array(3) [1, 2, 3]`, `Buffer.from("…", "hex")`, `[]byte("…")`, `bytes.fromhex("…")`.

use crate::base64;

use super::node::{Node, Text};

/// What a call or a typed value is, by its name.
pub(super) fn call(name: &str, mut items: Vec<Node>) -> Node {
    let function = name.rsplit(['.', ':', ']', '*']).next().unwrap_or_default();
    let argument = |at: usize| items.get(at).and_then(Node::text);
    let ascii = |at: usize| argument(at).and_then(|text| String::from_utf8(text).ok());
    let bytes = match function {
        "fromhex" | "unhexlify" | "fromHex" => ascii(0).and_then(|text| hex(&text)),
        "b64decode" | "atob" | "decode64" | "DecodeString" => {
            ascii(0).and_then(|text| base64::decode(&text))
        }
        _ if makes_bytes(function) => match (argument(0), ascii(1).as_deref()) {
            (Some(_), Some("hex")) => ascii(0).and_then(|text| hex(&text)),
            (Some(_), Some("base64" | "base64url")) => {
                ascii(0).and_then(|text| base64::decode(&text))
            }
            (Some(text), _) => Some(text),
            (None, _) => match items.first() {
                Some(node @ (Node::Bytes(_) | Node::Numbers { .. })) => node.as_bytes(),
                None => Some(Vec::new()),
                Some(Node::List(items)) if items.is_empty() => Some(Vec::new()),
                Some(_) => None,
            },
        },
        _ => None,
    };
    match bytes {
        Some(bytes) => Node::Bytes(bytes),
        None if items.len() == 1 => items.remove(0),
        None if items.is_empty() => Node::Null,
        None => Node::List(items),
    }
}

/// Whether a list after this name is bytes.
pub(super) fn makes_bytes(name: &str) -> bool {
    let name = name.rsplit(['.', ':', ']', '*']).next().unwrap_or_default();
    matches!(
        name,
        "Uint8Array"
            | "Buffer"
            | "from"
            | "bytes"
            | "Bytes"
            | "bytearray"
            | "byte"
            | "uint8"
            | "ByteString"
    )
}

/// Bytes in hex digits alone.
pub(super) fn hex(digits: &str) -> Option<Vec<u8>> {
    let nibble = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|&[high, low]| u8::try_from(nibble(high)? << 4 | nibble(low)?).ok())
        .collect()
}

/// A literal, and the one that stands behind it; `None` where they are none.
pub(super) fn appended(first: Node, second: Node) -> Option<Node> {
    match (first, second) {
        // As bytes, so that many of them cost no more than one.
        (Node::Bytes(mut bytes), Node::Bytes(more)) => {
            bytes.extend_from_slice(&more);
            Some(Node::Bytes(bytes))
        }
        (
            Node::Text(Text {
                json: None,
                mut value,
            }),
            Node::Text(text),
        ) => {
            value.extend(text.bytes());
            Some(Node::Text(Text { json: None, value }))
        }
        (first, second) => joined(&[first, second]),
    }
}

/// Literals that stand side by side are one, as in Python and C; `None` where they are none.
pub(super) fn joined(items: &[Node]) -> Option<Node> {
    let mut all = Vec::new();
    let mut is_text = true;
    for item in items {
        match item {
            Node::Bytes(bytes) => {
                is_text = false;
                all.extend_from_slice(bytes);
            }
            Node::Text(text) => all.extend(text.bytes()),
            Node::Null | Node::Scalar(_) | Node::Numbers { .. } | Node::List(_) | Node::Map(_) => {
                return None;
            }
        }
    }
    Some(match is_text {
        true => Node::Text(Text {
            json: None,
            value: all,
        }),
        false => Node::Bytes(all),
    })
}
