//! A format with several layouts: the first is written, and each is read.

use std::sync::Arc;

use temporal_payload::Payload;

use crate::budget::Allowance;
use crate::codec::{Opened, PayloadCodec};
use crate::codec_name::CodecName;
use crate::context::{Context, ContextParts};
use crate::error::CodecError;

/// The layouts of one format; there is at least one.
pub(crate) struct Versions<C>(pub(crate) Vec<C>);

impl<C: PayloadCodec> PayloadCodec for Versions<C> {
    fn name(&self) -> CodecName {
        self.0[0].name()
    }

    fn format(&self) -> Option<&Arc<str>> {
        self.0[0].format()
    }

    fn claims(&self, payload: &Payload) -> bool {
        self.0.iter().any(|version| version.claims(payload))
    }

    fn labels(&self) -> Option<Vec<String>> {
        let labels = self.0.iter().map(PayloadCodec::labels);
        Some(labels.collect::<Option<Vec<_>>>()?.concat())
    }

    fn claims_by_metadata(&self) -> bool {
        self.0.iter().all(PayloadCodec::claims_by_metadata)
    }

    fn authenticates(&self) -> bool {
        self.0.iter().all(PayloadCodec::authenticates)
    }

    fn demands(&self) -> usize {
        let demands = self.0.iter().map(PayloadCodec::demands);
        demands.min().unwrap_or_default()
    }

    fn encode(&self, payload: &Payload) -> Result<Option<Payload>, CodecError> {
        self.0[0].encode(payload)
    }

    fn bound_to(&self) -> ContextParts {
        let versions = self.0.iter().map(PayloadCodec::bound_to);
        versions.fold(ContextParts::NONE, ContextParts::and)
    }

    fn encode_within(
        &self,
        payload: &Payload,
        context: &Context,
    ) -> Result<Option<Payload>, CodecError> {
        self.0[0].encode_within(payload, context)
    }

    /// The first layout that opens it. What the first one says stands where none does, unless it is about the layout alone.
    fn open(&self, payload: &Payload, allowance: &mut Allowance<'_>) -> Result<Opened, CodecError> {
        let mut said: Option<CodecError> = None;
        for version in self.0.iter().filter(|version| version.claims(payload)) {
            match version.open(payload, allowance) {
                Ok(opened) => return Ok(opened),
                Err(error @ (CodecError::WorkLimit { .. } | CodecError::Stopped)) => {
                    return Err(error);
                }
                Err(error) => {
                    let is_of_layout = |said: &CodecError| {
                        matches!(
                            said,
                            CodecError::Corrupt { .. } | CodecError::Truncated { .. }
                        )
                    };
                    if said.as_ref().is_none_or(is_of_layout) {
                        said = Some(error);
                    }
                }
            }
        }
        Err(said.unwrap_or(CodecError::Corrupt { codec: self.name() }))
    }
}
