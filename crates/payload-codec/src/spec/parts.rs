//! The bytes that the parts of a spec stand for.

use std::borrow::Cow;

use temporal_payload::Payload;

use crate::context::Context;
use crate::key_id::KeyId;
use crate::primitives::hex;
use crate::spec::Part;

/// What parts are made of.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    pub(crate) id: &'a KeyId,
    pub(crate) payload: &'a Payload,
    pub(crate) context: &'a Context,
    /// The secret, and the CRC of its key, where a part may ask for them.
    pub(crate) secret: &'a [u8],
    pub(crate) crc: [u8; 4],
}

impl<'a> Inputs<'a> {
    /// Without a secret.
    pub(crate) fn of(id: &'a KeyId, payload: &'a Payload, context: &'a Context) -> Self {
        Inputs {
            id,
            payload,
            context,
            secret: &[],
            crc: [0; 4],
        }
    }
}

/// The bytes of some parts, one after the other.
pub(crate) fn joined(parts: &[Part], inputs: Inputs<'_>) -> Vec<u8> {
    let mut joined = Vec::new();
    for part in parts {
        joined.extend_from_slice(&value(part, inputs));
    }
    joined
}

/// What a part stands for.
pub(crate) fn value<'a>(part: &'a Part, inputs: Inputs<'a>) -> Cow<'a, [u8]> {
    match part {
        Part::Text(text) => text.as_bytes().into(),
        Part::Hex(digits) => hex::decode(digits).unwrap_or_default().into(),
        Part::KeyId => inputs.id.to_bytes(),
        Part::Metadata(name) => {
            let value = inputs.payload.metadata.get(name);
            value.map_or(&[][..], Vec::as_slice).into()
        }
        Part::Namespace | Part::WorkflowId | Part::WorkflowType | Part::ActivityType => {
            let known = part.of_context().and_then(|part| inputs.context.get(part));
            known.unwrap_or_default().as_bytes().into()
        }
        Part::Secret => inputs.secret.into(),
        Part::CrcOfKey => inputs.crc.to_vec().into(),
    }
}
