//! What to do now, for each reason why a Payload or a request did not go through: one text per reason, for the inspector,
//! the list of requests and the notification alike.

use codec_server::Code;
use payload_codec::CodecError;

/// For a reason from the Codec Server.
pub(crate) fn of_code(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::KeyNotFound => {
            "Add the key under this id in Keys. Requests after that are served at once."
        }
        Code::KeychainUnavailable => {
            "Unlock the app or the keychain in Keys; requests after that are served at once."
        }
        Code::KeyUnfit => {
            "Choose another format for this key in Keys, or add the key that the format wants."
        }
        Code::MetadataMissing => {
            "Write that metadata in the format's spec, or encode with another format."
        }
        Code::Unauthentic => {
            "Compare the key's fingerprint with that of the workers' key; the id is right, the bytes may be others."
        }
        Code::PayloadDamaged => {
            "Check whether another codec writes this encoding, or whether the data was cut on its way."
        }
        Code::InflatesTooFar => {
            "It decompresses to more than a Payload may have; it may be made to exhaust memory."
        }
        Code::NoEncodeKey => "Choose the key that encodes in Keys.",
        Code::OriginNotAllowed => "If this is your Web UI, allow its origin.",
        Code::HostNotAllowed => "Use 127.0.0.1, localhost or [::1] in the client's endpoint.",
        Code::UnsupportedContentType => "Send Content-Type: application/json.",
        Code::BodyTooLarge => "Raise the limit in Settings, if the request is yours.",
        Code::MalformedPayloads => "The body must be {\"payloads\":[…]} as proto3 JSON.",
        Code::Paused => "Resume the Codec Server; requests after that are served at once.",
        Code::NotFound => {
            "The client's endpoint must end before /encode and /decode; they are added by the client."
        }
        Code::DownloadUnsupported => "External storage is not read by this app.",
        Code::MethodNotAllowed
        | Code::BodyIncomplete
        | Code::Unauthenticated
        | Code::NamespaceUnknown
        | Code::Internal => {
            return None;
        }
    })
}

/// For a reason from a codec.
pub(crate) fn of_codec_error(error: &CodecError) -> Option<&'static str> {
    of_code(match error {
        CodecError::KeyNotFound(_) | CodecError::KeyIdMissing => Code::KeyNotFound,
        CodecError::KeyUnavailable { .. } => Code::KeychainUnavailable,
        CodecError::KeyUnfit { .. } => Code::KeyUnfit,
        CodecError::MetadataMissing { .. } | CodecError::MetadataTaken { .. } => {
            Code::MetadataMissing
        }
        CodecError::Unauthentic(_) => Code::Unauthentic,
        CodecError::Inflate { .. } => Code::InflatesTooFar,
        CodecError::NoEncodeKey => Code::NoEncodeKey,
        CodecError::NoRandomness => Code::Internal,
        CodecError::KeyIdNotText
        | CodecError::Truncated { .. }
        | CodecError::Malformed(_)
        | CodecError::Corrupt { .. }
        | CodecError::TooManyLayers { .. } => Code::PayloadDamaged,
    })
}

/// A sentence from a lower-case message without a period.
pub(crate) fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    let Some(first) = characters.next() else {
        return String::new();
    };
    let mut sentence: String = first.to_uppercase().chain(characters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
