//! What goes wrong with a Payload or a document, for people, and what to do now.

use payload_codec::{CodecError, DataKeyProblem, KeyError};
use temporal_payload::{Document, NotRecognized, Payload, UnreadablePayload};

use crate::error::{AppError, Code, WayOut};
use crate::hints;
use crate::plan::key_messages::unavailable;

/// What has the shape of a Payload, and is none.
pub(crate) fn unreadable(error: &UnreadablePayload) -> AppError {
    AppError::new(Code::PayloadDamaged, error.to_string())
}

/// Why a Payload was not decoded, and what to do now.
pub(crate) fn problem(error: &CodecError, sent: &Payload) -> AppError {
    let code = match error {
        CodecError::KeyNotFound(_) | CodecError::KeyIdMissing => Code::KeyNotFound,
        CodecError::KeyWithheld { .. } => Code::KeyWithheld,
        CodecError::KeyUnavailable {
            source: KeyError::AppLocked,
            ..
        } => Code::Locked,
        CodecError::KeyUnavailable { .. } => Code::KeychainUnavailable,
        CodecError::DataKey {
            problem: DataKeyProblem::Locked,
            ..
        } => Code::Locked,
        CodecError::DataKey { .. } => Code::DataKeyUnavailable,
        CodecError::ContextMissing(_) => Code::ContextMissing,
        CodecError::Unauthentic(_)
        | CodecError::PlaceholderSalt(_)
        | CodecError::OtherContext { .. }
        | CodecError::KeyUnfit { .. }
        | CodecError::KeyIdUnfit(_)
        | CodecError::MetadataMissing { .. }
        | CodecError::MetadataTaken { .. }
        | CodecError::Unpadded(_)
        | CodecError::Truncated { .. }
        | CodecError::Malformed(_)
        | CodecError::Corrupt { .. }
        | CodecError::Inflate { .. }
        | CodecError::WorkLimit { .. }
        | CodecError::Stopped
        | CodecError::TooManyLayers { .. }
        | CodecError::NoEncodeKey
        | CodecError::NoRandomness => Code::PayloadDamaged,
    };
    let problem = AppError::new(code, error.to_string());
    if let Some(missing) = error.missing_context() {
        let flags = missing
            .iter()
            .map(|part| format!("--{}", part.name().replace('_', "-")));
        let flags: Vec<String> = flags.collect();
        return problem.hint(format!(
            "Say it once for the document: below, or in a terminal with {}.",
            flags.join(" and ")
        ));
    }
    let CodecError::Unauthentic(id) = error else {
        return problem.hint(hints::of_problem(error));
    };
    let mut values = sent.metadata.values();
    let is_named = values.any(|value| value == id.as_str().as_bytes());
    let named = is_named.then(|| id.as_str().to_owned());
    let problem = problem.offer(WayOut::CompareFingerprints { named });
    // KuFlow's Java SDK wrote this marker with nonces of 16 bytes, which looks like a wrong key.
    if sent.metadata.contains_key("encryption-cipher") {
        return problem.hint(
            "Press “Which key opens this?”: KuFlow’s Java codec of 2024 writes this label with 16-byte nonces. Otherwise, compare the key’s fingerprint with that of the Workers’ key.",
        );
    }
    problem.hint(hints::of_problem(error))
}

/// Why a Payload was not encoded.
pub(crate) fn not_encoded(error: &CodecError) -> AppError {
    if let CodecError::KeyUnavailable { source, .. } = error {
        return unavailable(*source);
    }
    let problem = AppError::new(Code::NotEncoded, error.to_string());
    if error.missing_context().is_some() {
        return problem.hint("Encode it with temporal-codec encode, which takes --namespace, --workflow-id, --workflow-type and --activity-type.");
    }
    problem.hint(hints::of_codec_error(error))
}

/// What a document was recognized as, where something was around it: `Payloads, from a HAR file`.
pub(crate) fn recognized(document: &Document) -> Option<String> {
    around(document).map(|around| format!("{}, {around}", document.kind()))
}

/// What was around a document, outermost first: `from a HAR file`.
pub(crate) fn around(document: &Document) -> Option<String> {
    let names = document.wrappings().iter().map(ToString::to_string);
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| format!("from {}", names.join(", then ")))
}

/// Why a text or a file is no document with Payloads.
pub(crate) fn not_recognized(error: &NotRecognized) -> AppError {
    let problem = AppError::new(Code::NotRecognized, error.to_string());
    let problem = match error.may_be_data() {
        true => problem.offer(WayOut::InspectAsData),
        false => problem,
    };
    match error.place() {
        Some(place) => problem.at(place),
        None => problem,
    }
}
