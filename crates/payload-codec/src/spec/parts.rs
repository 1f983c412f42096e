//! The bytes that the parts of a spec stand for.

use temporal_payload::Payload;

use crate::key_id::KeyId;
use crate::spec::Part;

/// The bytes of some parts, one after the other.
pub(crate) fn joined(parts: &[Part], id: &KeyId, payload: &Payload) -> Vec<u8> {
    parts
        .iter()
        .flat_map(|part| value(part, id, payload))
        .copied()
        .collect()
}

/// What a part stands for.
pub(crate) fn value<'a>(part: &'a Part, id: &'a KeyId, payload: &'a Payload) -> &'a [u8] {
    match part {
        Part::Text(text) => text.as_bytes(),
        Part::KeyId => id.as_str().as_bytes(),
        Part::Metadata(name) => payload.metadata.get(name).map_or(&[], Vec::as_slice),
    }
}
