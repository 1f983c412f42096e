//! The layers of a Payload for people, outermost first.

use payload_codec::{CodecError, Decoded, KeyId};

/// Layers for people, outermost first: those that came off, and what is left.
pub(crate) fn layers(decoded: &Decoded) -> Vec<String> {
    let mut layers: Vec<String> = decoded
        .steps
        .iter()
        .map(|step| match &step.key_id {
            Some(id) => format!("encrypted · {}", shown(id)),
            None => step.codec.to_string(),
        })
        .collect();
    let left = decoded.payload.encoding().unwrap_or("no encoding");
    layers.push(
        match decoded.error.as_ref().and_then(CodecError::stopped_at) {
            Some(id) => format!("encrypted · {}", shown(id)),
            None => left.to_owned(),
        },
    );
    layers
}

pub(crate) fn shown(id: &KeyId) -> String {
    match id.as_str() {
        "" => "(empty id)".to_owned(),
        _ => id.to_string(),
    }
}
