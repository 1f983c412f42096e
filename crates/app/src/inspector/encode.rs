//! A value on its way to a Payload: what somebody writes, encoded by the rules of a Namespace.

use codec_server::EncodeRule;
use payload_codec::{CodecChain, CodecError, Context, ContextPart};
use temporal_payload::{METADATA_ENCODING, Payload, json_text};

use super::Inspector;
use super::encode_view::{EncodeJsonRequest, EncodedView};
use crate::core::in_force::InForce;
use crate::error::{AppError, AskedContext, Code, WayOut};
use crate::payload::{self, not_encoded};

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Inspector {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::NotEncoded`] where the text is not what its encoding says, or the Namespace has no key or no codec;
    /// [`Code::Locked`], [`Code::KeychainUnavailable`], [`Code::InvalidSetting`] where the Namespace is refused.
    pub fn encode_json(&self, request: EncodeJsonRequest) -> Result<EncodedView, AppError> {
        encoded(&self.in_force, &request)
    }
}

/// Encodes a value, and decodes it again to be sure.
///
/// # Errors
/// [`Code::NotEncoded`] where the text is not what its encoding says, or the Namespace has no key or no codec;
/// [`Code::Locked`], [`Code::KeychainUnavailable`], [`Code::InvalidSetting`] where the Namespace is refused.
fn encoded(in_force: &InForce, request: &EncodeJsonRequest) -> Result<EncodedView, AppError> {
    let payload = value(request)?;
    let profile = in_force.profile_of(request.namespace.as_deref())?;
    if profile.encode == EncodeRule::NoCodec {
        return Err(AppError::new(
            Code::NotEncoded,
            "the profile of this Namespace has no codec",
        )
        .hint("Use the value as it is, or change the profile in Namespaces."));
    }
    let given = request.given.as_ref().map(Context::from);
    let chain = profile.chain.within(given.unwrap_or_default().into());
    let encoded = chain
        .encode(payload.clone())
        .map_err(|error| refused(&error, &chain))?;
    let decoded = chain.decode(encoded.clone());
    if decoded.payload != payload || decoded.steps.is_empty() {
        return Err(AppError::new(
            Code::NotEncoded,
            "the encoded value does not decode to the same value",
        )
        .hint("Choose an encoding that describes the text, such as json/plain."));
    }
    Ok(EncodedView {
        payload_json: pretty(&encoded).into(),
        layers: payload::layers(&decoded),
    })
}

/// Where it is not said whose Payload it will be, that is asked for.
fn refused(error: &CodecError, chain: &CodecChain) -> AppError {
    if error.missing_context().is_none() {
        return not_encoded(error);
    }
    let is_chosen =
        |part: ContextPart| part == ContextPart::Namespace && chain.context().get(part).is_some();
    let parts = chain.bound_to().iter().filter(|part| !is_chosen(*part));
    let parts = parts.map(|part| AskedContext {
        part: part.into(),
        title: part.title().to_owned(),
    });
    AppError::new(Code::NotEncoded, error.to_string())
        .hint("Say whose Payload it will be.")
        .offer(WayOut::SayWhose {
            parts: parts.collect(),
        })
}

/// On several lines, to be read.
fn pretty(payload: &Payload) -> String {
    let json = payload.to_json();
    json_text::pretty(&json).unwrap_or(json)
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
