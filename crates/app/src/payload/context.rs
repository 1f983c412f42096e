//! Whose Payload it is, where its format binds it to that: what is known of it, and who says it.

use payload_codec::{CodecChain, CodecError, Context, ContextPart, ContextParts};
use temporal_payload::shown_name;

use super::outcome::Read;
use super::view::{ContextSource, ContextValue};

/// What is known of whose a Payload is.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownContext {
    /// What the document's events say that it may be, the likeliest first; none outside of a history.
    pub(crate) said: Vec<Context>,
    /// What its reader said.
    pub(crate) given: Context,
}

impl KnownContext {
    /// Each, with what its reader said where the events say nothing.
    pub(crate) fn each(&self) -> Vec<Context> {
        let said = self.said.iter();
        let filled: Vec<Context> = said.map(|said| said.or_from(&self.given)).collect();
        if filled.is_empty() {
            return vec![self.given.clone()];
        }
        filled
    }

    /// These parts of the likeliest, and who says each.
    pub(crate) fn values(&self, parts: ContextParts) -> Vec<ContextValue> {
        self.parts(parts, 0, &Context::default())
    }

    /// These parts of one of them; what nobody says is `chosen`.
    fn parts(&self, parts: ContextParts, place: usize, chosen: &Context) -> Vec<ContextValue> {
        let said = self.said.get(place);
        let value = |part: ContextPart| {
            let said = said.and_then(|said| said.get(part));
            let given = || self.given.get(part);
            let found = said.map(|value| (value, ContextSource::History));
            let found = found.or_else(|| Some((given()?, ContextSource::Given)));
            let found = found.or_else(|| Some((chosen.get(part)?, ContextSource::Namespace)));
            ContextValue {
                part: part.into(),
                title: part.title().to_owned(),
                value: found.map(|(value, _)| shown_name(value).into()),
                source: found.map(|(_, source)| source),
            }
        };
        parts.iter().map(value).collect()
    }
}

/// What a Payload is bound to, by the formats that opened it or did not; nothing where none binds it to anything.
pub(super) fn values(read: &Read, chain: &CodecChain, known: &KnownContext) -> Vec<ContextValue> {
    let bound = bound(read, chain);
    if bound.is_empty() {
        return Vec::new();
    }
    let each = known.each();
    let opens = |context: &Context| {
        let alone = chain.within(context.clone().into());
        alone.decode(read.sent.clone()).steps.len() == read.decoded.steps.len()
    };
    // Where it opened, the first in which it does is meant.
    let place = match &read.decoded.error {
        None if each.len() > 1 => each.iter().position(opens).unwrap_or_default(),
        None | Some(_) => 0,
    };
    known.parts(bound, place, chain.context())
}

fn bound(read: &Read, chain: &CodecChain) -> ContextParts {
    match &read.decoded.error {
        Some(CodecError::ContextMissing(_)) => return chain.bound_to(),
        Some(CodecError::OtherContext { bound, .. }) => return *bound,
        Some(_) | None => {}
    }
    let formats = read.decoded.steps.iter();
    let formats = formats.filter_map(|step| step.format.as_deref());
    formats
        .map(|format| chain.bound_by(format))
        .fold(ContextParts::NONE, ContextParts::and)
}
