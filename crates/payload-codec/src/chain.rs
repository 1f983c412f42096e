//! Codecs applied in order. Decoding goes **by claim**: as long as some codec claims the Payload, it takes a layer off. SDKs
//! list codecs in opposite orders (Go and Java apply the last first, TypeScript the first first), clients encode twice when
//! they retry, so an order to decode in is not to be had. Encoding has an order, and it is given **outermost first**.

use std::fmt;
use std::sync::Arc;

use temporal_payload::Payload;

use crate::codec::PayloadCodec;
use crate::error::CodecError;
use crate::trace::{Decoded, Step};

/// Layers that are taken off at most. Real Payloads have one or two; a retry adds as many again.
pub const MAX_LAYERS: usize = 16;

/// Bounds on what decoding may produce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that any one layer of a Payload may inflate to.
    pub payload_bytes: usize,
    /// Layers of one Payload.
    pub layers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            payload_bytes: 64 << 20,
            layers: MAX_LAYERS,
        }
    }
}

/// The codecs of one Namespace. Cheap to clone.
#[derive(Clone)]
pub struct CodecChain {
    decoders: Arc<[Arc<dyn PayloadCodec>]>,
    encoders: Arc<[Arc<dyn PayloadCodec>]>,
    limits: Limits,
}

impl CodecChain {
    /// A chain that decodes what any of `decoders` claims, and encodes with `encoders`, outermost first.
    pub fn new(
        decoders: Vec<Arc<dyn PayloadCodec>>,
        encoders: Vec<Arc<dyn PayloadCodec>>,
        limits: Limits,
    ) -> Self {
        CodecChain {
            decoders: decoders.into(),
            encoders: encoders.into(),
            limits,
        }
    }

    /// Whether the chain can encode at all.
    pub fn encodes(&self) -> bool {
        !self.encoders.is_empty()
    }

    /// Whether some codec claims the Payload, so that decoding would do something.
    pub fn claims(&self, payload: &Payload) -> bool {
        self.claimant(payload).is_some()
    }

    /// Takes layers off until none is claimed, and tells what it did. Never fails as a whole: what could not be taken off
    /// is in the result, with the reason.
    pub fn decode(&self, payload: Payload) -> Decoded {
        let mut decoded = Decoded {
            payload,
            steps: Vec::new(),
            error: None,
        };
        while let Some(codec) = self.claimant(&decoded.payload) {
            if decoded.steps.len() == self.limits.layers {
                decoded.error = Some(CodecError::TooManyLayers {
                    limit: self.limits.layers,
                });
                break;
            }
            match codec.decode(&decoded.payload, self.limits.payload_bytes) {
                Ok(inner) => {
                    decoded.steps.push(Step {
                        codec: codec.name(),
                        key_id: codec.key_id(&decoded.payload),
                        bytes_in: decoded.payload.data.len(),
                        bytes_out: inner.data.len(),
                    });
                    decoded.payload = inner;
                }
                Err(error) => {
                    decoded.error = Some(error);
                    break;
                }
            }
        }
        decoded
    }

    /// Encodes one Payload. What already carries the outermost encoding is returned as it is: clients retry and resend
    /// what is encoded already, and encoding it twice would hide it from codecs that peel one layer.
    ///
    /// # Errors
    /// [`CodecError::NoEncodeKey`] where the chain has no encoder; otherwise what the codec says.
    pub fn encode(&self, payload: Payload) -> Result<Payload, CodecError> {
        let outermost = self.encoders.first().ok_or(CodecError::NoEncodeKey)?;
        if outermost.claims(&payload) {
            return Ok(payload);
        }
        self.encoders
            .iter()
            .rev()
            .try_fold(payload, |payload, codec| {
                Ok(codec.encode(&payload)?.unwrap_or(payload))
            })
    }

    fn claimant(&self, payload: &Payload) -> Option<&dyn PayloadCodec> {
        self.decoders
            .iter()
            .find(|codec| codec.claims(payload))
            .map(|codec| &**codec)
    }
}

/// Names of codecs: keys are not shown, and cannot be.
impl fmt::Debug for CodecChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |codecs: &[Arc<dyn PayloadCodec>]| {
            codecs.iter().map(|codec| codec.name()).collect::<Vec<_>>()
        };
        f.debug_struct("CodecChain")
            .field("decoders", &names(&self.decoders))
            .field("encoders", &names(&self.encoders))
            .field("limits", &self.limits)
            .finish()
    }
}
