//! Why a Payload could not be encoded or decoded. Variants carry ids and sizes; never bytes, content or keys.

use temporal_payload::{MalformedPayload, shown_name};

use crate::codec_name::CodecName;
use crate::context::ContextParts;
use crate::data_key::{DataKeyProblem, WrappedKey};
use crate::key_error::{KeyError, Withheld};
use crate::key_id::KeyId;

/// Why a Payload could not be encoded or decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// No key with the id that the Payload names.
    #[error("{} was not found", named(.0))]
    KeyNotFound(KeyId),
    /// The key that the Payload names is there, and is not used here.
    #[error("{} {why}", named(.id))]
    KeyWithheld {
        /// The key.
        id: KeyId,
        /// Why it is not used.
        why: Withheld,
    },
    /// The key is known, and its bytes cannot be had now.
    #[error("{} is not available: {source}", named(.id))]
    KeyUnavailable {
        /// The key that the Payload names.
        id: KeyId,
        /// What the keychain said.
        source: KeyError,
    },
    /// The data key that seals it is wrapped, and is not in memory.
    #[error("the data key that {} wraps {problem}", wrapping(.wrapped))]
    DataKey {
        /// What stands in the Payload.
        wrapped: WrappedKey,
        /// Why it is not in memory.
        problem: DataKeyProblem,
    },
    /// The key is there, and the format's cipher takes keys of another length.
    #[error("{}, of {bits} bits, does not fit the cipher of this format", named(.id))]
    KeyUnfit {
        /// The key.
        id: KeyId,
        /// Its length in bits.
        bits: u16,
    },
    /// The format has a place for the key's id among the bytes, and this id does not go there.
    #[error("the format has no room for the id of {}", named(.0))]
    KeyIdUnfit(KeyId),
    /// Encoding needs a metadata value of the Payload that it does not have.
    #[error(
        "the format needs metadata \"{}\", which the Payload does not have",
        shown_name(name)
    )]
    MetadataMissing {
        /// The metadata's name, as the format's spec has it.
        name: String,
    },
    /// Encoding needs a metadata name for itself that the Payload uses already.
    #[error(
        "the format reserves metadata \"{}\", which the Payload already has",
        shown_name(name)
    )]
    MetadataTaken {
        /// The metadata's name, as the format's spec has it.
        name: String,
    },
    /// The format binds what it seals to whose it is, and some of that is not known here.
    #[error("the format needs the {0}, which the Payload does not carry")]
    ContextMissing(ContextParts),
    /// It says nothing of the key that sealed it, and none of those at hand opens it.
    #[error("the Payload names no key, and none of your keys opens it")]
    KeyIdMissing,
    /// Too short to hold a nonce and a tag.
    #[error("encrypted data of {len} bytes is too short for a nonce and a tag")]
    Truncated {
        /// The data's length in bytes.
        len: usize,
    },
    /// The tag does not match: another key sealed it, or another format wrote it, or it was changed since.
    #[error("{} does not open it in this format: another key, another format, or damaged data", named(.0))]
    Unauthentic(KeyId),
    /// As [`CodecError::Unauthentic`], of a format that also binds it to whose it is.
    #[error("{} does not open it in this format with this {bound}: another context, another key, another format, or damaged data", named(.id))]
    OtherContext {
        /// The key.
        id: KeyId,
        /// What the format takes of the context.
        bound: ContextParts,
    },
    /// As [`CodecError::Unauthentic`], of a format of the gallery whose salt stands for one that each project has for itself.
    #[error("{} does not open it in this format, whose salt is a placeholder for the project's own", named(.0))]
    PlaceholderSalt(KeyId),
    /// What a cipher without a tag gives has no valid padding.
    #[error("{} does not decrypt it in this format, which has no tag: another key, another format, or damaged data", named(.0))]
    Unpadded(KeyId),
    /// It opened, and the decoded data is not a Payload.
    #[error("it opens, and what is inside is no whole Payload")]
    Malformed(#[from] MalformedPayload),
    /// Compressed data that does not decompress.
    #[error("the {codec} data is damaged")]
    Corrupt {
        /// The codec that could not read it.
        codec: CodecName,
    },
    /// It inflates past the limit; inflating stopped there.
    #[error("it decompresses past the limit of {limit} bytes")]
    Inflate {
        /// The limit in bytes.
        limit: usize,
    },
    /// What it is decoded with has used up the work that it may take: it was not looked at, or not to its end.
    #[error("decoding it would go past the limit of {} for one request or document", in_mib(*.limit))]
    WorkLimit {
        /// The limit in bytes of work.
        limit: u64,
    },
    /// Nobody waits for it any more, so decoding was given up.
    #[error("decoding was stopped")]
    Stopped,
    /// More layers than anyone writes on purpose.
    #[error("it has more than {limit} layers")]
    TooManyLayers {
        /// The limit.
        limit: usize,
    },
    /// The Namespace has no key to encode with.
    #[error("no key is chosen to encode with")]
    NoEncodeKey,
    /// The system's random numbers are not available, so no nonce can be made.
    #[error("the operating system provides no random numbers")]
    NoRandomness,
}

/// A limit in the unit that it is set in.
fn in_mib(bytes: u64) -> String {
    format!("{} MiB of work", bytes >> 20)
}

/// A key in a sentence. Some codecs write an empty id, which is one as any other.
fn named(id: &KeyId) -> String {
    match id.as_str() {
        "" => "the key with the empty id".to_owned(),
        _ => format!("key \"{id}\""),
    }
}

/// The key that wraps another, in a sentence. Some formats do not name it.
fn wrapping(wrapped: &WrappedKey) -> String {
    match wrapped.wrapped_by() {
        "awskms://" => "an AWS KMS key".to_owned(),
        "tink://" => "a key service's key".to_owned(),
        id => format!("\"{}\"", shown_name(id)),
    }
}

impl CodecError {
    /// Whether the app is locked, which forgets every key and every data key at once.
    pub fn is_of_lock(&self) -> bool {
        matches!(
            self,
            CodecError::KeyUnavailable {
                source: KeyError::AppLocked,
                ..
            } | CodecError::DataKey {
                problem: DataKeyProblem::Locked,
                ..
            }
        )
    }

    /// The id that the layer names which could not be taken off for its key.
    pub fn stopped_at(&self) -> Option<&KeyId> {
        match self {
            CodecError::KeyNotFound(id)
            | CodecError::KeyWithheld { id, .. }
            | CodecError::Unauthentic(id)
            | CodecError::PlaceholderSalt(id)
            | CodecError::OtherContext { id, .. } => Some(id),
            CodecError::KeyUnavailable { .. }
            | CodecError::DataKey { .. }
            | CodecError::KeyUnfit { .. }
            | CodecError::KeyIdUnfit(_)
            | CodecError::MetadataMissing { .. }
            | CodecError::MetadataTaken { .. }
            | CodecError::ContextMissing(_)
            | CodecError::KeyIdMissing
            | CodecError::Unpadded(_)
            | CodecError::Truncated { .. }
            | CodecError::Malformed(_)
            | CodecError::Corrupt { .. }
            | CodecError::Inflate { .. }
            | CodecError::WorkLimit { .. }
            | CodecError::Stopped
            | CodecError::TooManyLayers { .. }
            | CodecError::NoEncodeKey
            | CodecError::NoRandomness => None,
        }
    }

    /// The id of the key that is missing, where that is the reason; the empty id where the Payload names none.
    pub fn missing_key(&self) -> Option<KeyId> {
        match self {
            CodecError::KeyNotFound(id) => Some(id.clone()),
            CodecError::KeyIdMissing => Some(KeyId::new("")),
            CodecError::KeyWithheld { .. }
            | CodecError::KeyUnavailable { .. }
            | CodecError::DataKey { .. }
            | CodecError::KeyUnfit { .. }
            | CodecError::KeyIdUnfit(_)
            | CodecError::MetadataMissing { .. }
            | CodecError::MetadataTaken { .. }
            | CodecError::ContextMissing(_)
            | CodecError::OtherContext { .. }
            | CodecError::Unpadded(_)
            | CodecError::Truncated { .. }
            | CodecError::Unauthentic(_)
            | CodecError::PlaceholderSalt(_)
            | CodecError::Malformed(_)
            | CodecError::Corrupt { .. }
            | CodecError::Inflate { .. }
            | CodecError::WorkLimit { .. }
            | CodecError::Stopped
            | CodecError::TooManyLayers { .. }
            | CodecError::NoEncodeKey
            | CodecError::NoRandomness => None,
        }
    }
    /// What must be known of whose Payload it is, where that is the reason.
    pub fn missing_context(&self) -> Option<ContextParts> {
        if let CodecError::ContextMissing(parts) = self {
            Some(*parts)
        } else {
            None
        }
    }
}
