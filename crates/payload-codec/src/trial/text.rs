//! Interim values as short text.

use std::fmt::Write as _;

use temporal_payload::shown;

/// Bytes, and characters, that are shown; the rest is counted.
const MAX_SHOWN: usize = 64;

/// `00ff…`, with the length behind it where not all is shown.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut hex = String::new();
    for byte in bytes.iter().take(MAX_SHOWN) {
        write!(hex, "{byte:02x}").expect("writing into a String cannot fail");
    }
    if bytes.len() > MAX_SHOWN {
        let more = bytes.len() - MAX_SHOWN;
        write!(hex, "… and {more} more bytes").expect("writing into a String cannot fail");
    }
    hex
}

/// `"text"` on one line, visible characters alone.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", shown(text, MAX_SHOWN))
}

/// `1 byte`, `12 bytes`.
pub(super) fn bytes(len: usize) -> String {
    if len == 1 {
        "1 byte".to_owned()
    } else {
        format!("{len} bytes")
    }
}
