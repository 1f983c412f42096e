//! Of the reasons why several codecs do not open a Payload, the one that says most.

use temporal_payload::Payload;

use crate::error::CodecError;

/// Whether no other codec needs to be tried: the Payload is too much for any.
pub(super) fn ends_trials(error: &CodecError) -> bool {
    matches!(
        error,
        CodecError::Inflate { .. }
            | CodecError::WorkLimit { .. }
            | CodecError::Stopped
            | CodecError::TooManyLayers { .. }
    )
}

/// Whether an error says more of a Payload than another one does. Of a format that writes no ids, a key that was tried at a venture
/// says less than the name of the one that is missing.
pub(super) fn says_more(error: &CodecError, than: &CodecError, payload: &Payload) -> bool {
    let misses = |error: &CodecError| matches!(error, CodecError::KeyNotFound(id) if !id.as_str().is_empty());
    let guessed = |error: &CodecError| {
        let tried = error.missing_key().is_none();
        let tried = error.stopped_at().filter(|_| tried);
        tried.is_some_and(|id| {
            let id = id.to_bytes();
            !payload.metadata.values().any(|value| **value == *id)
        })
    };
    if misses(error) && guessed(than) {
        return true;
    }
    !(misses(than) && guessed(error)) && rank(error) < rank(than)
}

/// How little an error says. What opened and is no Payload inside says most: the key was the right one.
fn rank(error: &CodecError) -> u8 {
    match error {
        CodecError::Malformed(_)
        | CodecError::Inflate { .. }
        | CodecError::WorkLimit { .. }
        | CodecError::Stopped
        | CodecError::TooManyLayers { .. }
        | CodecError::NoEncodeKey
        | CodecError::MetadataMissing { .. }
        | CodecError::MetadataTaken { .. }
        | CodecError::KeyIdUnfit(_)
        | CodecError::NoRandomness => 0,
        CodecError::KeyUnavailable { .. }
        | CodecError::DataKey { .. }
        | CodecError::ContextMissing(_) => 1,
        CodecError::Unauthentic(_)
        | CodecError::PlaceholderSalt(_)
        | CodecError::OtherContext { .. }
        | CodecError::Unpadded(_) => 2,
        CodecError::Truncated { .. } => 3,
        CodecError::KeyUnfit { .. } => 4,
        CodecError::KeyNotFound(_) | CodecError::KeyWithheld { .. } => 5,
        CodecError::KeyIdMissing => 6,
        CodecError::Corrupt { .. } => 7,
    }
}
