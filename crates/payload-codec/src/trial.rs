//! One format on one Payload with one key, stage by stage: what an editor of formats shows while somebody writes one. Stages
//! go on where an earlier one failed, as far as they do not need it.

mod stages;

mod words;

use temporal_payload::Payload;

use crate::frame::aad;
use crate::key::{KeyId, SecretKey};
use crate::spec::{Aad, CodecSpec};
use crate::stack::wipe_stack;

use stages::Stages;

/// What became of one trial.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Every stage, in the order of [`StageName`].
    pub stages: Vec<Stage>,
    /// What was inside, where it opened: one layer further in. It may have opened although the match rule does not fit.
    pub opened: Option<Payload>,
}

/// One stage of decoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Which.
    pub name: StageName,
    /// How it went.
    pub outcome: StageOutcome,
    /// Its interim value, for people: hex, sizes, text. Never the bytes of a key, nor what was inside.
    pub value: String,
}

/// The stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StageName {
    /// Whether the format claims the Payload.
    Match,
    /// Which key it names.
    KeyId,
    /// The cipher's key, made.
    Key,
    /// Data as the framing has it.
    Framing,
    /// The nonce.
    Nonce,
    /// What the tag covers beside the ciphertext.
    Aad,
    /// What is sealed.
    Ciphertext,
    /// The tag, and the text under it.
    Open,
    /// The Payload that the text is.
    Body,
}

impl StageName {
    /// The word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            StageName::Match => "Match",
            StageName::KeyId => "Key id",
            StageName::Key => "Key",
            StageName::Framing => "Framing",
            StageName::Nonce => "Nonce",
            StageName::Aad => "AAD",
            StageName::Ciphertext => "Ciphertext",
            StageName::Open => "Open",
            StageName::Body => "Body",
        }
    }
}

/// How a stage went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StageOutcome {
    /// Well.
    Ok,
    /// Not.
    Failed,
    /// There was nothing to do, or an earlier stage did not give what it needs.
    Skipped,
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

/// Tries the format `name` on a Payload.
pub fn trial(
    spec: &CodecSpec,
    name: &str,
    key: Option<(&KeyId, &SecretKey)>,
    payload: &Payload,
) -> Trial {
    let mut stages = Stages::default();
    stages.matching(spec, name, payload);
    let named = stages.key_id(spec, payload);
    let id = named
        .filter(|id| !id.as_str().is_empty())
        .or_else(|| key.map(|(id, _)| id.clone()))
        .unwrap_or_else(|| KeyId::new(""));
    let cipher = stages.key(spec, key, &id, payload);
    let framed = stages.framed(spec, payload);
    let aad = aad(spec, &id, payload);
    stages.aad(spec.aad == Aad::None, &aad);
    stages.ciphertext(spec, framed.as_ref());
    let plain = stages.open(cipher.as_ref(), framed.as_ref(), &aad);
    wipe_stack();
    let opened = stages.body(spec, plain, payload);
    Trial {
        stages: stages.done(),
        opened,
    }
}

#[cfg(test)]
mod tests;
