//! Codecs applied in order. Decoding goes **by claim**: as long as some codec claims the Payload, it takes a layer off. SDKs
//! list codecs in opposite orders (Go and Java apply the last first, TypeScript the first first), clients encode twice when
//! they retry, so an order to decode in is not to be had. Encoding has an order, and it is given **outermost first**.

mod reasons;

use std::fmt;
use std::sync::Arc;

use temporal_payload::{METADATA_ENCODING, Payload};

use crate::budget::{Allowance, Budget};
use crate::chain::reasons::{ends_trials, says_more};
use crate::cipher_name::CipherName;
use crate::codec::{Opened, PayloadCodec};
use crate::codec_name::CodecName;
use crate::context::{Context, ContextParts, UNKNOWN};
use crate::data_key::DataKeyProblem;
use crate::envelope_codec::wrapped_keys;
use crate::error::CodecError;
use crate::key_error::Withheld;
use crate::key_id::KeyId;
use crate::primitives::zeroize::zeroize_payload;
use crate::trace::{Decoded, Step};
use crate::unwrapping::Unwrapping;

/// Layers that are taken off at most. Real Payloads have one or two; a retry adds as many again.
pub const MAX_LAYERS: usize = 16;

/// Work for each byte that was sent: encryption and base64 are linear in it, and compression that people use halves or
/// quarters what it is given.
const WORK_PER_BYTE_SENT: u64 = 4;

/// Codecs that are tried on one layer at most.
const MAX_TRIALS: usize = 64;

/// Bounds on what decoding may produce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that the layers of one Payload may make together.
    pub payload_bytes: usize,
    /// Work for everything that is decoded together, in bytes as [`Budget`] counts them; what is sent comes on top.
    pub work_bytes: u64,
    /// Layers of one Payload.
    pub layers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            payload_bytes: 64 << 20,
            work_bytes: 128 << 20,
            layers: MAX_LAYERS,
        }
    }
}

/// What became of a Payload: `left` is there once a layer was taken off.
#[derive(Default)]
struct Peeled {
    left: Option<Payload>,
    steps: Vec<Step>,
    error: Option<CodecError>,
}

/// A codec that takes layers off.
struct Decoder {
    codec: Arc<dyn PayloadCodec>,
    /// The encodings of what it claims, where those tell.
    labels: Option<Box<[Box<[u8]>]>>,
}

impl Decoder {
    fn new(codec: Arc<dyn PayloadCodec>) -> Self {
        let bytes = |labels: Vec<String>| labels.into_iter().map(|it| it.into_bytes().into());
        let labels = codec.labels().map(|labels| bytes(labels).collect());
        Decoder { codec, labels }
    }

    /// Whether it claims a Payload of this `encoding`. Most are told by that, which is looked up once for all codecs.
    fn claims(&self, encoding: Option<&[u8]>, payload: &Payload) -> bool {
        let is_labeled = |labels: &[Box<[u8]>]| labels.iter().any(|label| encoding == Some(label));
        self.labels.as_deref().is_none_or(is_labeled) && self.codec.claims(payload)
    }

    /// Whether it claims Payloads with the metadata of `beside`, whatever their data; `None` where these decide.
    fn claims_by_metadata(&self, encoding: Option<&[u8]>, beside: &Payload) -> Option<bool> {
        match self.claims(encoding, beside) {
            claims if self.codec.claims_by_metadata() => Some(claims),
            _ if self.is_of_others(encoding) => Some(false),
            _ => None,
        }
    }

    /// Whether the encoding tells that it is none of its Payloads.
    fn is_of_others(&self, encoding: Option<&[u8]>) -> bool {
        let labels = self.labels.as_deref();
        labels.is_some_and(|labels| labels.iter().all(|label| encoding != Some(label)))
    }
}

fn encoding(payload: &Payload) -> Option<&[u8]> {
    payload.metadata.get(METADATA_ENCODING).map(Vec::as_slice)
}

/// Says why a key that no codec was given is not used, where it is there after all.
type WhyWithheld = Arc<dyn Fn(&KeyId) -> Option<Withheld> + Send + Sync>;

/// The codecs of one Namespace. Cheap to clone.
#[derive(Clone)]
pub struct CodecChain {
    decoders: Arc<[Decoder]>,
    encoders: Arc<[Arc<dyn PayloadCodec>]>,
    limits: Limits,
    why_withheld: Option<WhyWithheld>,
    /// Whose Payloads they are, where that is known.
    context: Option<Arc<Context>>,
    /// Whoever unwraps data keys, and what is missing of them.
    pub(crate) unwrapping: Option<Unwrapping>,
    bound: ContextParts,
}

impl CodecChain {
    /// A chain that decodes what any of `decoders` claims, and encodes with `encoders`, outermost first. Of several that claim
    /// one Payload those that demand most of it are tried first, then in this order.
    pub fn new(
        mut decoders: Vec<Arc<dyn PayloadCodec>>,
        encoders: Vec<Arc<dyn PayloadCodec>>,
        limits: Limits,
    ) -> Self {
        // The order stays as it is among those that demand as much.
        decoders.sort_by_key(|codec| std::cmp::Reverse(codec.demands()));
        let codecs = decoders.iter().chain(&encoders);
        let bound = codecs.map(|codec| codec.bound_to());
        CodecChain {
            bound: bound.fold(ContextParts::NONE, ContextParts::and),
            decoders: decoders.into_iter().map(Decoder::new).collect(),
            encoders: encoders.into(),
            limits,
            why_withheld: None,
            context: None,
            unwrapping: None,
        }
    }

    /// The same chain, which tells of a key that it does not find why it was not given it.
    #[must_use]
    pub fn explaining(
        mut self,
        why_withheld: impl Fn(&KeyId) -> Option<Withheld> + Send + Sync + 'static,
    ) -> Self {
        self.why_withheld = Some(Arc::new(why_withheld));
        self
    }

    /// The same chain, which takes so many layers off at most.
    #[must_use]
    pub fn at_most(mut self, layers: usize) -> Self {
        self.limits.layers = self.limits.layers.min(layers);
        self
    }

    /// The same chain, for Payloads of which this is known, beside what the chain knows already.
    #[must_use]
    pub fn within(&self, context: Arc<Context>) -> Self {
        let context = match &self.context {
            Some(known) => Arc::new(context.or_from(known)),
            None => context,
        };
        CodecChain {
            context: Some(context),
            ..self.clone()
        }
    }

    /// What some codec of it needs to know of whose Payload it is; for most chains nothing.
    pub fn bound_to(&self) -> ContextParts {
        self.bound
    }

    /// What a format of it binds Payloads to.
    pub fn bound_by(&self, format: &str) -> ContextParts {
        let is_it = |decoder: &&Decoder| decoder.codec.format().is_some_and(|it| **it == *format);
        let found = self.decoders.iter().find(is_it);
        found.map_or(ContextParts::NONE, |found| found.codec.bound_to())
    }

    /// What is known of whose Payloads it decodes and encodes.
    pub fn context(&self) -> &Context {
        self.context.as_deref().unwrap_or(&UNKNOWN)
    }

    /// Whether the chain can encode at all.
    pub fn encodes(&self) -> bool {
        !self.encoders.is_empty()
    }

    /// Whether some codec claims the Payload, so that decoding would do something.
    pub fn claims(&self, payload: &Payload) -> bool {
        let encoding = encoding(payload);
        self.decoders
            .iter()
            .any(|decoder| decoder.claims(encoding, payload))
    }

    /// Whether some codec may claim a Payload that has the metadata of `beside`, whatever its data.
    pub(crate) fn may_claim(&self, beside: &Payload) -> bool {
        let encoding = encoding(beside);
        let mut decoders = self.decoders.iter();
        decoders.any(|decoder| decoder.claims_by_metadata(encoding, beside) != Some(false))
    }

    /// The codec that is the first to open Payloads that have the metadata of `beside`, whatever their data. `None` where none
    /// claims them, or data decide.
    pub(crate) fn first_by_metadata(&self, beside: &Payload) -> Option<&dyn PayloadCodec> {
        let encoding = encoding(beside);
        let claims = |decoder: &Decoder| decoder.claims_by_metadata(encoding, beside);
        let mut decoders = self.decoders.iter().map(|it| (it, claims(it)));
        let (first, claims) = decoders.find(|(_, claims)| *claims != Some(false))?;
        (claims == Some(true) && self.limits.layers > 0).then_some(&*first.codec)
    }

    /// The account for what is decoded together, of so many bytes as they were sent.
    pub fn budget<'a>(&self, sent_bytes: usize) -> Budget<'a> {
        let sent = u64::try_from(sent_bytes).unwrap_or(u64::MAX);
        let limit = self.limits.work_bytes;
        Budget::new(limit.saturating_add(sent.saturating_mul(WORK_PER_BYTE_SENT)))
    }

    /// Takes layers off one Payload until none is claimed, with a [`CodecChain::budget`] of its own.
    pub fn decode(&self, payload: Payload) -> Decoded {
        let budget = self.budget(payload.data.len());
        self.decode_within(payload, &budget)
    }

    /// Takes layers off until none is claimed, and tells what it did. Never fails as a whole: what could not be taken off
    /// is in the result, with the reason.
    pub fn decode_within(&self, payload: Payload, budget: &Budget<'_>) -> Decoded {
        let Peeled { left, steps, error } = self.peel_all(&payload, budget);
        let payload = match left {
            Some(left) => {
                zeroize_payload(payload);
                left
            }
            None => payload,
        };
        Decoded {
            payload,
            steps,
            error,
        }
    }

    /// As [`CodecChain::decode_within`], of a Payload that is still needed; `None` where no codec claims it.
    pub fn decode_claimed(&self, payload: &Payload, budget: &Budget<'_>) -> Option<Decoded> {
        let Peeled { left, steps, error } = self.peel_all(payload, budget);
        if left.is_none() && error.is_none() {
            return None;
        }
        Some(Decoded {
            payload: left.unwrap_or_else(|| payload.clone()),
            steps,
            error,
        })
    }

    /// Goes on with a Payload of which one layer was taken off.
    pub(crate) fn decode_on(
        &self,
        step: Step,
        inside: Payload,
        allowance: Allowance<'_>,
    ) -> Decoded {
        let begun = Peeled {
            left: Some(inside),
            steps: vec![step],
            error: None,
        };
        let Peeled { left, steps, error } = self.peel_on(&Payload::default(), begun, allowance);
        Decoded {
            payload: left.unwrap_or_default(),
            steps,
            error,
        }
    }

    /// What one Payload may have of an account.
    pub(crate) fn allowance<'b>(&'b self, budget: &'b Budget<'b>) -> Allowance<'b> {
        let allowance = budget.allow(self.limits.payload_bytes);
        allowance.within(self.context())
    }

    fn peel_all(&self, payload: &Payload, budget: &Budget<'_>) -> Peeled {
        self.peel_on(payload, Peeled::default(), self.allowance(budget))
    }

    fn peel_on(
        &self,
        payload: &Payload,
        mut peeled: Peeled,
        mut allowance: Allowance<'_>,
    ) -> Peeled {
        loop {
            let sealed = peeled.left.as_ref().unwrap_or(payload);
            let encoding = encoding(sealed);
            let claims = |decoder: &Decoder| decoder.claims(encoding, sealed);
            let Some(first) = self.decoders.iter().position(claims) else {
                return peeled;
            };
            if peeled.steps.len() == self.limits.layers {
                peeled.error = Some(CodecError::TooManyLayers {
                    limit: self.limits.layers,
                });
                return peeled;
            }
            match self.peel(first, sealed, &mut allowance) {
                Ok((codec, opened)) => {
                    // Nearly all have one layer or two.
                    peeled.steps.reserve_exact(1);
                    peeled.steps.push(Step {
                        codec: codec.name(),
                        format: codec.format().cloned(),
                        key_id: opened.key_id,
                        bytes_in: sealed.data.len(),
                        bytes_out: opened.payload.data.len(),
                    });
                    if let Some(layer) = peeled.left.replace(opened.payload) {
                        zeroize_payload(layer);
                    }
                }
                Err(error) => {
                    if let Some(unwrapping) = &self.unwrapping {
                        unwrapping.note_missing(&error);
                    }
                    let error = self.explained(error, sealed);
                    peeled.error = Some(error);
                    return peeled;
                }
            }
        }
    }

    fn explained(&self, error: CodecError, sealed: &Payload) -> CodecError {
        let misses_key = matches!(error, CodecError::KeyNotFound(_) | CodecError::KeyIdMissing);
        // Nobody has the key itself: what it names is the key that wraps the one that is missing.
        if misses_key && let Some(wrapped) = wrapped_keys(sealed).into_iter().next() {
            return CodecError::DataKey {
                wrapped,
                problem: DataKeyProblem::NoSource,
            };
        }
        match (error, &self.why_withheld) {
            (CodecError::KeyNotFound(id), Some(why_withheld)) => match why_withheld(&id) {
                Some(why) => CodecError::KeyWithheld { id, why },
                None => CodecError::KeyNotFound(id),
            },
            (error, _) => error,
        }
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
                let encoded = codec.encode_within(&payload, self.context())?;
                Ok(encoded.unwrap_or(payload))
            })
    }

    /// Takes one layer off. Several codecs may claim a Payload, `first` is the place of the first that does: those that
    /// authenticate are tried in order until one opens it, at most [`MAX_TRIALS`]. Otherwise the error is the one that says most.
    fn peel(
        &self,
        first: usize,
        payload: &Payload,
        allowance: &mut Allowance<'_>,
    ) -> Result<(&dyn PayloadCodec, Opened), CodecError> {
        let mut said: Option<CodecError> = None;
        let encoding = encoding(payload);
        let others = self.decoders.iter().skip(first + 1);
        let others = others.filter(|decoder| decoder.claims(encoding, payload));
        let claimants = self.decoders.iter().skip(first).take(1).chain(others);
        for Decoder { codec, .. } in claimants.take(MAX_TRIALS) {
            match codec.open(payload, allowance) {
                Ok(opened) => return Ok((&**codec, opened)),
                Err(error) => {
                    // Without a tag, a key that does not fit says nothing of the other formats.
                    let deciphers = codec.name() == CodecName::Sealed(CipherName::AesCbc);
                    let goes_on = codec.authenticates() || deciphers;
                    let last = !goes_on || ends_trials(&error);
                    if said
                        .as_ref()
                        .is_none_or(|said| says_more(&error, said, payload))
                    {
                        said = Some(error);
                    }
                    if last {
                        break;
                    }
                }
            }
        }
        Err(said.expect("only a Payload that some codec claims is peeled"))
    }
}

/// Names of codecs: keys are not shown, and cannot be.
impl fmt::Debug for CodecChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decoders = self.decoders.iter().map(|decoder| decoder.codec.name());
        let encoders = self.encoders.iter().map(|codec| codec.name());
        f.debug_struct("CodecChain")
            .field("decoders", &decoders.collect::<Vec<_>>())
            .field("encoders", &encoders.collect::<Vec<_>>())
            .field("limits", &self.limits)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::presets::presets;
    use crate::compression::by_encoding::CompressionCodec;
    use crate::compression_name::Compression;
    use crate::key::Keyring;
    use crate::spec_codec::build;

    /// Asked of a Payload by its encoding first, no codec misses one that it would claim.
    #[test]
    fn what_a_codec_claims_has_one_of_its_labels() {
        let keys = Arc::new(Keyring::default());
        let specs = presets().into_iter().map(|preset| preset.spec);
        let of_specs = specs.map(|spec| build(&spec, "a", keys.clone(), None).expect("a preset"));
        let compression = Compression::READ.map(|it| Arc::new(CompressionCodec(it)) as _);
        let codecs: Vec<Arc<dyn PayloadCodec>> = of_specs.chain(compression).collect();
        let mut labels: Vec<String> = codecs
            .iter()
            .filter_map(|it| it.labels())
            .flatten()
            .collect();
        assert!(labels.len() > 10, "most codecs have labels: {labels:?}");
        labels.push("json/plain".to_owned());
        let mut n_claimed = 0;
        for label in labels {
            for codec in &codecs {
                // Whatever else it asks for is there.
                let metadata = presets().into_iter().flat_map(|preset| {
                    let spec = preset.spec;
                    spec.require.into_iter().chain(spec.key_id)
                });
                let mut payload = Payload {
                    metadata: metadata.map(|name| (name, b"1".to_vec())).collect(),
                    data: vec![1; 64].into(),
                    external_payloads: Vec::new(),
                };
                payload
                    .metadata
                    .insert(METADATA_ENCODING.to_owned(), label.clone().into());
                let decoder = Decoder::new(codec.clone());
                let by_label = decoder.claims(encoding(&payload), &payload);
                assert_eq!(by_label, codec.claims(&payload), "{label}");
                n_claimed += usize::from(by_label);
            }
        }
        assert!(n_claimed > 10, "{n_claimed}");
    }
}
