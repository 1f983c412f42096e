//! What every Payload Codec can do. Temporal's SDKs have the same interface over lists; lists are handled once, in the chain.

use std::sync::Arc;

use temporal_payload::Payload;

use crate::budget::{Allowance, Budget};
use crate::codec_name::CodecName;
use crate::context::{Context, ContextParts};
use crate::error::CodecError;
use crate::key_id::KeyId;
use crate::open_in_place::OpenInPlace;

/// Turns one Payload into another and back: encryption, compression.
pub trait PayloadCodec: Send + Sync {
    /// The name people see in a trace.
    fn name(&self) -> CodecName;

    /// The name of the format that a spec describes; none for compression.
    fn format(&self) -> Option<&Arc<str>> {
        None
    }

    /// Whether this codec wrote `payload`. The encoding alone is not proof: other codecs use the same labels.
    fn claims(&self, payload: &Payload) -> bool;

    /// The encodings of what it claims, so that it need not be asked of others; `None` where something else marks its Payloads.
    fn labels(&self) -> Option<Vec<String>> {
        None
    }

    /// Whether metadata alone tell what it claims: of Payloads with the same metadata it claims all or none.
    fn claims_by_metadata(&self) -> bool {
        false
    }

    /// Itself, where it can open data where they lie.
    fn in_place(&self) -> Option<&dyn OpenInPlace> {
        None
    }

    /// Whether a Payload that another codec wrote cannot pass for its own: only such codecs are tried one after the other.
    fn authenticates(&self) -> bool {
        false
    }

    /// How much it demands of a Payload before it takes it for its own: its label is 1. Codecs that demand more are tried
    /// first, since what they claim is more surely theirs.
    fn demands(&self) -> usize {
        1
    }

    /// What must be known of whose Payload it is. Most codecs need nothing.
    fn bound_to(&self) -> ContextParts {
        ContextParts::NONE
    }

    /// Wraps a Payload. `Ok(None)` leaves it as it is: compression that would not make it smaller.
    ///
    /// # Errors
    /// [`CodecError`] where it cannot be encoded; it must then not be stored.
    fn encode(&self, payload: &Payload) -> Result<Option<Payload>, CodecError>;

    /// As [`encode`](PayloadCodec::encode), for a Payload of which this is known.
    ///
    /// # Errors
    /// As [`encode`](PayloadCodec::encode).
    fn encode_within(
        &self,
        payload: &Payload,
        _context: &Context,
    ) -> Result<Option<Payload>, CodecError> {
        self.encode(payload)
    }

    /// Unwraps a Payload that this codec claims, and says which key opened it. All work is taken off `allowance` before it is
    /// done, and so are the bytes that it makes.
    ///
    /// # Errors
    /// [`CodecError`] says what is wrong; nothing of the content is returned then.
    fn open(&self, payload: &Payload, allowance: &mut Allowance<'_>) -> Result<Opened, CodecError>;

    /// As [`open`](PayloadCodec::open), for one layer of one Payload: at most `limit` bytes are made, by any amount of work.
    ///
    /// # Errors
    /// As [`open`](PayloadCodec::open).
    fn decode(&self, payload: &Payload, limit: usize) -> Result<Payload, CodecError> {
        let opened = self.open(payload, &mut Budget::new(u64::MAX).allow(limit))?;
        Ok(opened.payload)
    }
}

/// A Payload with one layer less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What was inside.
    pub payload: Payload,
    /// The key that opened it; none where no secret is needed.
    pub key_id: Option<KeyId>,
}
