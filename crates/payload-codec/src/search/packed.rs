//! Compression under a label of somebody's own: the first bytes tell it, and no key is needed.

use temporal_payload::Payload;

use super::outcome::is_plain;
use crate::catalogue::mark::visible_mark;
use crate::catalogue::preset_specs::packed;
use crate::spec::{CodecSpec, Framing};

/// The formats that read what a Payload shows to be compressed, a whole Payload or data; none where its label is known to hold
/// something else.
pub(super) fn under_own_label(payload: &Payload) -> Option<CodecSpec> {
    let encoding = payload.encoding().filter(|encoding| !is_plain(encoding))?;
    let mark = visible_mark(&payload.data)?;
    let framing = match mark.as_base64 {
        true => Framing::TextThenBase64(String::new()),
        false => Framing::None,
    };
    Some(CodecSpec {
        framing,
        ..packed(encoding, mark.compression?)
    })
}
