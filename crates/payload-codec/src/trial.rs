//! One format on one Payload with one key, stage by stage: what an editor of formats shows while somebody writes one. Stages
//! go on where an earlier one failed, as far as they do not need it.

mod mismatches;

mod stage;

mod stages;

mod text;

use temporal_payload::Payload;

use crate::context::Context;
use crate::key::SecretKey;
use crate::key_id::KeyId;
use crate::primitives::zeroize_stack::zeroize_stack;
use crate::spec::CodecSpec;
use crate::spec::parts::Inputs;
use crate::spec_codec::aad::aad;

use stages::Stages;

pub use stage::{Stage, StageName, StageOutcome};

/// What became of one trial.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Every stage, in the order of [`StageName`].
    pub stages: Vec<Stage>,
    /// What was inside, where it opened: one layer further in. It may have opened although the match rule does not fit.
    pub opened: Option<Payload>,
}

impl Trial {
    /// The outcome in one sentence.
    pub fn verdict(&self) -> String {
        let failed = self
            .stages
            .iter()
            .find(|stage| stage.outcome == StageOutcome::Failed);
        match (failed, &self.opened) {
            (None, Some(_)) => "the format opens it".to_owned(),
            (Some(stage), Some(_)) => format!(
                "it opens, but the format would not claim it: {}",
                stage.value
            ),
            (Some(stage), None) => format!("{}: {}", stage.name.as_str(), stage.value),
            (None, None) => "choose a key to open it".to_owned(),
        }
    }

    /// The stage of this name.
    pub fn stage(&self, name: StageName) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.name == name)
    }
}

/// Tries the format `name` on a Payload, of whose context this is known.
pub fn trial(
    spec: &CodecSpec,
    name: &str,
    key: Option<(&KeyId, &SecretKey)>,
    payload: &Payload,
    context: &Context,
) -> Trial {
    let mut stages = Stages::default();
    stages.matching(spec, name, payload);
    let named = stages.key_id(spec, payload);
    let id = named
        .filter(|id| !id.as_str().is_empty())
        .or_else(|| key.map(|(id, _)| id.clone()))
        .unwrap_or_else(|| KeyId::new(""));
    let inputs = Inputs::of(&id, payload, context);
    let cipher = stages.key(spec, key, inputs);
    let framed = stages.framed(spec, payload);
    let secret = key.map_or(&[][..], |(_, key)| key.expose());
    let aad = aad(spec, inputs, secret);
    stages.aad(spec, context, &aad);
    // What depends on something that is not known says nothing of the tag.
    let is_known = context.missing(spec.one_bound_to()).is_empty();
    let cipher = cipher.filter(|_| is_known);
    stages.ciphertext(spec, framed.as_ref());
    let plain = stages.open(spec, cipher.as_ref(), framed.as_ref(), &aad);
    zeroize_stack();
    let opened = stages.body(spec, plain, payload);
    Trial {
        stages: stages.done(),
        opened,
    }
}

#[cfg(test)]
mod tests;
