//! A message whose type is not known: its fields by number, each with how it is written and what it may be.

use std::fmt::Write as _;

use crate::wire::{WireFields, WireValue, is_message};

/// Messages that are guessed in each other.
const MAX_DEPTH: usize = 24;
/// Text that is written at most, in bytes.
const MAX_TEXT: usize = 2 << 20;
/// Bytes of a value that are shown.
const MAX_BYTES: usize = 64;

/// The fields of a message, a line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldTree {
    /// `1: varint 150`, `2: text "abc"`, `3: message {`, …
    pub text: String,
    /// Whether there is more than the text says.
    pub is_cut: bool,
}

/// The fields of bytes that have the form of a message; `None` where they have not, or there are none.
pub fn field_tree(bytes: &[u8]) -> Option<FieldTree> {
    if bytes.is_empty() || !is_message(bytes) {
        return None;
    }
    let mut tree = FieldTree {
        text: String::new(),
        is_cut: false,
    };
    message(&mut tree, bytes, 0);
    Some(tree)
}

fn message(tree: &mut FieldTree, bytes: &[u8], depth: usize) {
    for field in WireFields::new(bytes).flatten() {
        if tree.text.len() > MAX_TEXT {
            tree.is_cut = true;
            return;
        }
        tree.text.extend(std::iter::repeat_n("  ", depth));
        push(tree, format_args!("{}: ", field.number));
        match field.value {
            #[allow(clippy::cast_possible_wrap, reason = "the other reading of it")]
            WireValue::Varint(value) => match value as i64 {
                signed @ ..0 => push(tree, format_args!("varint {value} ({signed})\n")),
                _ => push(tree, format_args!("varint {value}\n")),
            },
            WireValue::Fixed64(bits) => {
                push(
                    tree,
                    format_args!(
                        "fixed64 {bits:#018x} ({} as double)\n",
                        f64::from_bits(bits)
                    ),
                );
            }
            WireValue::Fixed32(bits) => {
                push(
                    tree,
                    format_args!("fixed32 {bits:#010x} ({} as float)\n", f32::from_bits(bits)),
                );
            }
            WireValue::Group(inner) if depth < MAX_DEPTH => nested(tree, "group", inner, depth),
            WireValue::Bytes(inner) => value(tree, inner, depth),
            WireValue::Group(inner) => hex(tree, inner),
        }
    }
}

/// What has its length before it: text, where people could read it; otherwise a message, where it has the form of one.
fn value(tree: &mut FieldTree, bytes: &[u8], depth: usize) {
    if bytes.is_empty() {
        return tree.text.push_str("empty\n");
    }
    let text = std::str::from_utf8(bytes).ok();
    let is_control =
        |character: char| character.is_control() && !matches!(character, '\n' | '\r' | '\t');
    let text = text.filter(|text| !text.contains(is_control));
    // A short message may begin with a line break or a tab; text that people write does not.
    let is_plain = text.is_some_and(|text| !text.starts_with(char::is_control));
    if !is_plain && depth < MAX_DEPTH && is_message(bytes) {
        return nested(tree, "message", bytes, depth);
    }
    match text {
        Some(text) => {
            let mut end = text.len().min(MAX_TEXT);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            tree.is_cut |= end < text.len();
            push(
                tree,
                format_args!("text {:?}\n", text.get(..end).unwrap_or_default()),
            );
        }
        None => hex(tree, bytes),
    }
}

fn nested(tree: &mut FieldTree, kind: &str, bytes: &[u8], depth: usize) {
    push(tree, format_args!("{kind} {{\n"));
    message(tree, bytes, depth + 1);
    tree.text.extend(std::iter::repeat_n("  ", depth));
    tree.text.push_str("}\n");
}

fn hex(tree: &mut FieldTree, bytes: &[u8]) {
    push(tree, format_args!("{} bytes ", bytes.len()));
    for byte in bytes.iter().take(MAX_BYTES) {
        push(tree, format_args!("{byte:02x}"));
    }
    tree.text.push_str(if bytes.len() > MAX_BYTES {
        "…\n"
    } else {
        "\n"
    });
}

fn push(tree: &mut FieldTree, text: std::fmt::Arguments<'_>) {
    tree.text
        .write_fmt(text)
        .expect("writing into a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_shown_by_number_with_what_they_may_be() {
        let bytes = b"\x08\x96\x01\x12\x05hello\x1a\x02\x08\x01\x22\x02\xff\xfe\x29\0\0\0\0\0\0\xf8\x3f\x32\0\x3b\x08\x02\x3c\x12\x03\"\\\n";
        let tree = field_tree(bytes).expect("a message");
        let expect = "1: varint 150\n2: text \"hello\"\n3: message {\n  1: varint 1\n}\n4: 2 bytes fffe\n\
            5: fixed64 0x3ff8000000000000 (1.5 as double)\n6: empty\n7: group {\n  1: varint 2\n}\n2: text \"\\\"\\\\\\n\"\n";
        assert_eq!(tree.text, expect);
        assert!(!tree.is_cut);
        assert_eq!(field_tree(b"\x0a\x05a"), None);
        assert_eq!(field_tree(b""), None);
    }

    #[test]
    fn text_and_depth_are_bounded() {
        let mut bytes = b"\x08\x01".to_vec();
        for _ in 0..2000 {
            let mut outer = vec![0x0a];
            let len = bytes.len();
            outer.extend([len as u8 | 0x80, (len >> 7) as u8 | 0x80, (len >> 14) as u8]);
            outer.append(&mut bytes);
            bytes = outer;
        }
        assert!(field_tree(&bytes).expect("a message").text.len() < 4096);
        let many = field_tree(&[0x08, 0x01].repeat(1 << 20)).expect("a message");
        assert!(many.is_cut && many.text.len() < MAX_TEXT + 64);
    }
}
