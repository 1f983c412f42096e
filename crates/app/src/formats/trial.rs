//! A spec on trial: what somebody writes, done at once, and shown stage by stage.

use payload_codec::{KeyId, KeyProvider as _, SecretKey, StageOutcome, Trial, trial};
use temporal_payload::Document;

use super::FormatList;
use super::view::{TrialOutcome, TrialStage, TrialView, TryFormatRequest};
use crate::core::Core;
use crate::error::{AppError, Code};
use crate::hints::sentence;
use crate::payload::whose::Whose;
use crate::payload::{content, not_recognized};
use crate::plan::key_messages::unavailable;
use crate::plan::spec_text;

/// What a format that is being written is called in its own trial.
const UNNAMED: &str = "this format";

impl FormatList {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::InvalidFormat`], [`Code::NotRecognized`], [`Code::PayloadDamaged`], [`Code::KeyNotFound`], [`Code::Locked`],
    /// [`Code::KeychainUnavailable`].
    pub fn try_format(&self, request: TryFormatRequest) -> Result<TrialView, AppError> {
        tried(&self.core, request)
    }
}

/// Tries a spec on a Payload.
///
/// # Errors
/// [`Code::InvalidFormat`], [`Code::NotRecognized`], [`Code::PayloadDamaged`], [`Code::KeyNotFound`], [`Code::Locked`],
/// [`Code::KeychainUnavailable`].
fn tried(core: &Core, request: TryFormatRequest) -> Result<TrialView, AppError> {
    let spec = spec_text::parse(&request.spec)?;
    let document = Document::parse(request.payload).map_err(|error| not_recognized(&error))?;
    let slot = document
        .slots()
        .first()
        .ok_or_else(|| AppError::new(Code::NotRecognized, "the document contains no Payload"))?;
    let payload = document
        .payload(slot)
        .map_err(|error| AppError::new(Code::PayloadDamaged, error.to_string()))?;
    let key = request
        .key
        .map(|handle| secret(core, &handle))
        .transpose()?;
    let given = request.given.unwrap_or_default();
    let whose = Whose::new((&given).into());
    let context = whose.context(&document, slot);
    let trial = trial(
        &spec,
        UNNAMED,
        key.as_ref().map(|(id, key)| (id, key)),
        &payload,
        &context,
    );
    let chain = core.chain(None)?;
    let content = trial.opened.as_ref().map(|opened| {
        // Compression inside of it comes off, too.
        let inside = chain.decode(opened.clone()).payload;
        content::content(&inside, &chain, &core.schemas())
    });
    Ok(TrialView {
        verdict: sentence(&trial.verdict()),
        opened: trial.opened.is_some(),
        context: whose.known(&document, slot).values(spec.bound_to()),
        stages: stages(&trial),
        content,
    })
}

/// A key's id and bytes, for a codec of this call alone.
fn secret(core: &Core, handle: &str) -> Result<(KeyId, SecretKey), AppError> {
    let record = core.find_key(handle)?;
    let keys = core.keys().select_even_retired(&[record.handle]);
    let keys = keys.keys().map_err(unavailable)?;
    keys.into_iter().next().ok_or_else(|| {
        AppError::new(Code::KeyNotFound, "the key no longer exists")
            .hint("Look for it in Keys; it may have been removed elsewhere.")
    })
}

fn stages(trial: &Trial) -> Vec<TrialStage> {
    trial
        .stages
        .iter()
        .map(|stage| TrialStage {
            name: stage.name.as_str().to_owned(),
            outcome: match stage.outcome {
                StageOutcome::Ok => TrialOutcome::Ok,
                StageOutcome::Failed => TrialOutcome::Failed,
                StageOutcome::Skipped => TrialOutcome::Skipped,
            },
            value: stage.value.clone().into(),
        })
        .collect()
}
