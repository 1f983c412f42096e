//! A spec on trial, and a value on its way to a Payload: what somebody writes, done at once, and shown stage by stage.

use codec_server::EncodeRule;
use payload_codec::{CodecError, StageOutcome};
use payload_codec::{KeyId, KeyProvider as _, SecretKey, Trial, trial};
use temporal_payload::{Document, METADATA_ENCODING, Payload, json_text};

use crate::app::App;
use crate::content_view;
use crate::error::{AppError, Code};
use crate::hints::{self, sentence};
use crate::inspector::not_recognized;
use crate::payload_view;
use crate::spec_text;
use crate::view::{
    EncodeJsonRequest, EncodedView, TrialOutcome, TrialStage, TrialView, TryFormatRequest,
};

/// What a format that is being written is called in its own trial.
const UNNAMED: &str = "this format";

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl App {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::InvalidFormat`], [`Code::NotRecognized`], [`Code::PayloadDamaged`], [`Code::KeyNotFound`], [`Code::Locked`],
    /// [`Code::KeychainUnavailable`].
    pub fn try_format(&self, request: TryFormatRequest) -> Result<TrialView, AppError> {
        let spec = spec_text::parse(&request.spec).map_err(|wrong| wrong.error)?;
        let document = Document::parse(request.payload).map_err(|error| not_recognized(&error))?;
        let slot = document.slots().first().ok_or_else(|| {
            AppError::new(Code::NotRecognized, "the document contains no Payload")
        })?;
        let payload = document
            .payload(slot)
            .map_err(|error| AppError::new(Code::PayloadDamaged, error.to_string()))?;
        let key = request.key.map(|handle| self.secret(&handle)).transpose()?;
        let trial = trial(
            &spec,
            UNNAMED,
            key.as_ref().map(|(id, key)| (id, key)),
            &payload,
        );
        let chain = self.chain(None)?;
        let content = trial.opened.as_ref().map(|opened| {
            // Compression inside of it comes off, too.
            let inside = chain.decode(opened.clone()).payload;
            content_view::content(&inside, &chain)
        });
        Ok(TrialView {
            verdict: sentence(&trial.verdict()),
            opened: trial.opened.is_some(),
            stages: stages(&trial),
            content,
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::NotEncoded`] where the text is not what its encoding says, or the Namespace has no key or no codec;
    /// [`Code::Locked`], [`Code::KeychainUnavailable`], [`Code::InvalidSetting`] where the Namespace is refused.
    pub fn encode_json(&self, request: EncodeJsonRequest) -> Result<EncodedView, AppError> {
        let payload = value(&request)?;
        let profile = self.profile_of(request.namespace.as_deref())?;
        if profile.encode == EncodeRule::NoCodec {
            return Err(AppError::new(
                Code::NotEncoded,
                "the profile of this Namespace has no codec",
            )
            .hint("Use the value as it is, or change the profile in Namespaces."));
        }
        let encoded = profile
            .chain
            .encode(payload.clone())
            .map_err(|error| not_encoded(&error))?;
        let decoded = profile.chain.decode(encoded.clone());
        if decoded.payload != payload || decoded.steps.is_empty() {
            return Err(AppError::new(
                Code::NotEncoded,
                "the encoded value does not decode to the same value",
            )
            .hint("Choose an encoding that describes the text, such as json/plain."));
        }
        Ok(EncodedView {
            payload_json: pretty(&encoded).into(),
            layers: payload_view::layers(&decoded),
        })
    }

    /// A key's id and bytes, for a codec of this call alone.
    fn secret(&self, handle: &str) -> Result<(KeyId, SecretKey), AppError> {
        let record = self.find(handle)?;
        let keys = self.inner().keys.select_even_retired(&[record.handle]);
        let keys = keys.keys().map_err(crate::keys::unavailable)?;
        keys.into_iter().next().ok_or_else(|| {
            AppError::new(Code::KeyNotFound, "the key no longer exists")
                .hint("Look for it in Keys; it may have been removed elsewhere.")
        })
    }
}

/// On several lines, to be read.
fn pretty(payload: &Payload) -> String {
    let json = payload.to_json();
    json_text::pretty(&json).unwrap_or(json)
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

/// The Payload that a text is.
fn value(request: &EncodeJsonRequest) -> Result<Payload, AppError> {
    let encoding = request.encoding.trim();
    if encoding.is_empty() {
        return Err(AppError::new(Code::NotEncoded, "the value has no encoding")
            .hint("Enter an encoding; for JSON, SDKs use json/plain."));
    }
    if encoding.starts_with("json/") {
        // serde_json's message may quote the text, so only the place is told.
        serde_json::from_str::<serde::de::IgnoredAny>(&request.text).map_err(|error| {
            AppError::new(
                Code::NotEncoded,
                format!(
                    "the value is not JSON at line {}, column {}",
                    error.line(),
                    error.column()
                ),
            )
            .hint("Correct it there; in JSON, text needs double quotes.")
        })?;
    }
    Ok(Payload {
        metadata: [(METADATA_ENCODING.to_owned(), encoding.as_bytes().to_vec())].into(),
        data: request.text.clone().into_bytes().into(),
        external_payloads: Vec::new(),
    })
}

pub(crate) fn not_encoded(error: &CodecError) -> AppError {
    if let CodecError::KeyUnavailable { source, .. } = error {
        return crate::keys::unavailable(*source);
    }
    let problem = AppError::new(Code::NotEncoded, error.to_string());
    problem.hint(hints::of_codec_error(error))
}
