//! What the data of a Payload that was not decoded shows by its first bytes.

use payload_codec::{Mark, recognize_envelope, visible_mark};
use temporal_payload::Content;

use super::outcome::{Read, SDKS};
use super::view::MarkView;

/// What the layer that did not come off shows by itself.
pub(super) fn mark(read: &Read) -> Option<MarkView> {
    let payload = &read.decoded.payload;
    let is_bytes = || matches!(Content::of(payload), Content::Bytes { .. });
    let is_left = match payload.encoding() {
        _ if read.decoded.error.is_some() || recognize_envelope(payload).is_some() => true,
        Some(encoding) if SDKS.contains(&encoding) => encoding.starts_with("json/") && is_bytes(),
        Some(_) => true,
        None => is_bytes(),
    };
    let mark = visible_mark(&payload.data).filter(|_| is_left)?;
    Some(MarkView {
        words: mark_in_words(mark),
        takes_key: mark.takes_key,
        is_packed: mark.compression.is_some(),
    })
}

/// A sentence about what data starts as.
pub(crate) fn mark_in_words(mark: Mark) -> String {
    let base64 = if mark.as_base64 {
        ", written as base64"
    } else {
        ""
    };
    let unread = if mark.is_read {
        ""
    } else {
        " No format of this app reads that."
    };
    format!("The data starts as {} does{base64}.{unread}", mark.what)
}
