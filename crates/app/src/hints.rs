//! What to do now, for each reason why a Payload or a request did not go through: one text per reason, for the inspector,
//! the list of requests and the notification alike.

use codec_server::Code;
use payload_codec::{CodecError, DataKeyProblem, KeyError, ServerRefusal, Withheld};

/// What to do with text in another encoding.
pub(crate) const UTF_8: &str = "Save the file as UTF-8, as in: Out-File -Encoding utf8.";

/// For a reason from the Codec Server.
pub(crate) fn of_code(code: Code) -> &'static str {
    match code {
        Code::KeyNotFound => "Add the key with this id; no restart is needed.",
        Code::KeyRetired => "Restore the key in Keys; no restart is needed.",
        Code::KeyNotForNamespace => {
            "Use one of the key’s Namespaces, or change them in Keys; no restart is needed."
        }
        Code::KeyNotUsed => {
            "Change the key’s formats in Keys, or the profile’s keys in Namespaces."
        }
        Code::KeychainUnavailable => {
            "Unlock the keychain or the encrypted key file in Keys; no restart is needed."
        }
        Code::DataKeyUnavailable => {
            "Run the command in a terminal, or look into the server’s log, then try again; “Wrapped keys” in Keys tests it."
        }
        Code::Locked => "Press “Unlock” in the sidebar; no restart is needed.",
        Code::KeyUnfit => {
            "Choose another format for this key in Keys, or add the key that this format needs."
        }
        Code::MetadataMissing => {
            "Add this metadata to the format’s spec in Formats, or use another format."
        }
        Code::ContextMissing => {
            "Open the whole Event History in the Inspector, or tell it there what is missing: no Codec Server is told more than the Namespace."
        }
        Code::Unauthentic => {
            "Try “Which key opens this?”: another key or another format may be meant. If the format is right, compare the key’s fingerprint with that of the Workers’ key."
        }
        Code::PayloadDamaged => {
            "Copy the Payload again from its source; it may have been cut off, or another codec may use this encoding."
        }
        Code::InflatesTooFar => {
            "Check where this Payload comes from: it may be built to exhaust memory when decompressed."
        }
        Code::WorkLimit => {
            "If the Payloads are yours, raise “Work per request” in Settings, or use --work-mib on the command line."
        }
        Code::Busy => {
            "Send the request again. If this happens often, send fewer large requests at a time."
        }
        Code::NoEncodeKey => {
            "Choose a key to encode with in Keys, or in the profile in Namespaces."
        }
        Code::OriginNotAllowed => {
            "If this is your Web UI, allow its origin, in Requests or in Server → Allowed origins."
        }
        Code::ConsentNotGiven => {
            "Answer the question in the window, then ask again; Access lists what was answered."
        }
        Code::ConsentDenied => {
            "If that was a mistake, remove the answer under “Consent” in Access, then ask again."
        }
        Code::HostNotAllowed => {
            "Use 127.0.0.1, localhost or [::1] in the client’s endpoint. A program that has no other name for this machine, as in a container, can be allowed this Host in the request’s details in Requests."
        }
        Code::UnsupportedContentType => "Send Content-Type: application/json.",
        Code::UnsupportedContentEncoding => {
            "Send the body without compression, and without a Content-Encoding header."
        }
        Code::BodyTooLarge => "If the request is yours, raise “Largest request” in Settings.",
        Code::BodyIncomplete => "Send the request again; the connection may have been interrupted.",
        Code::BodyTooSlow => {
            "Send the request again; if this repeats, look for what holds the client up."
        }
        Code::MalformedPayloads => "Send {\"payloads\":[…]} as proto3 JSON.",
        Code::PanicLocked => {
            "Press “Lift panic lock” in Server, then “Unlock”; no restart is needed."
        }
        Code::Paused => "Press “Resume” in Server; no restart is needed.",
        Code::NotFound => {
            "Set the client’s endpoint without /encode and /decode; the client adds them."
        }
        Code::MethodNotAllowed => "Send POST requests to /encode and /decode.",
        Code::DownloadUnsupported => {
            "Fetch the Payload from your external storage yourself; this app does not read it."
        }
        Code::NamespaceUnknown => {
            "Add a profile for this Namespace in Namespaces, or let the default profile serve it."
        }
        Code::CertificateNotTrusted => {
            "Let the client trust the certificate, or its authority; for programs, with their own option for that."
        }
        Code::NotHttps => {
            "Write https:// in front of this port’s endpoint, or use the port for http."
        }
        Code::HandshakeFailed => {
            "If it is a browser, open the https endpoint in a tab: it says there what it has against the certificate."
        }
        Code::Access(code) => of_access(code),
        Code::Internal => {
            "Send the request again. If it fails again, restart Temporal Codec Desktop."
        }
    }
}

/// Whether what to do is to compare fingerprints: there is a key with that id, and it may be another one.
pub(crate) fn says_to_compare(code: Code) -> bool {
    code == Code::Unauthentic
}

/// For a reason from a codec.
pub(crate) fn of_codec_error(error: &CodecError) -> &'static str {
    of_code(match error {
        CodecError::KeyNotFound(_) | CodecError::KeyIdMissing => Code::KeyNotFound,
        CodecError::KeyWithheld { why, .. } => match why {
            Withheld::Retired => Code::KeyRetired,
            Withheld::NotInNamespace(_) | Withheld::OnlyInNamespaces(_) => Code::KeyNotForNamespace,
            Withheld::NotHere => Code::KeyNotUsed,
        },
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
        CodecError::KeyUnfit { .. } | CodecError::KeyIdUnfit(_) => Code::KeyUnfit,
        CodecError::MetadataMissing { .. } | CodecError::MetadataTaken { .. } => {
            Code::MetadataMissing
        }
        CodecError::ContextMissing(_) => Code::ContextMissing,
        CodecError::Unauthentic(_)
        | CodecError::PlaceholderSalt(_)
        | CodecError::OtherContext { .. } => Code::Unauthentic,
        CodecError::Inflate { .. } => Code::InflatesTooFar,
        CodecError::WorkLimit { .. } => Code::WorkLimit,
        CodecError::NoEncodeKey => Code::NoEncodeKey,
        CodecError::NoRandomness | CodecError::Stopped => Code::Internal,
        CodecError::Unpadded(_)
        | CodecError::Truncated { .. }
        | CodecError::Malformed(_)
        | CodecError::Corrupt { .. }
        | CodecError::TooManyLayers { .. } => Code::PayloadDamaged,
    })
}

/// For a reason from a codec, where what is known of it says more than its code does.
pub(crate) fn of_problem(error: &CodecError) -> &'static str {
    if let CodecError::DataKey { problem, .. } = error {
        of_data_key(problem)
    } else if let CodecError::PlaceholderSalt(_) = error {
        "Copy the format in Formats, set your project’s salt in the copy, and choose it for the key in Keys."
    } else if let CodecError::Malformed(_) = error {
        "Another format is meant, which seals the data alone for example: “Which key opens this?” tries the others."
    } else {
        of_codec_error(error)
    }
}

/// What to do about a data key that nobody is set up to unwrap.
pub(crate) const UNWRAP: &str = "Have it unwrapped by a command of yours, such as aws kms decrypt, or by an extension server: “Unwrap data keys…”, in Keys or in a file of keys.";

fn of_data_key(problem: &DataKeyProblem) -> &'static str {
    match problem {
        DataKeyProblem::NoSource => UNWRAP,
        DataKeyProblem::NotConfirmed { .. } => {
            "Confirm it in Keys, under “Wrapped keys”; nobody is asked before."
        }
        DataKeyProblem::Denied { .. } => {
            "Ask for permission to decrypt with this key, or sign in as somebody who has it."
        }
        DataKeyProblem::NotSignedIn { .. } => {
            "Sign in with the program’s own command, such as aws sso login, then try again."
        }
        DataKeyProblem::Answered { refusal, .. } => of_server(*refusal),
        DataKeyProblem::TimedOut { .. } => {
            "Run the command in a terminal, or look at the server: it may be waiting for a sign-in or for the network."
        }
        DataKeyProblem::Canceled { .. } | DataKeyProblem::NotAsked | DataKeyProblem::TooMany => {
            "Decode it again."
        }
        DataKeyProblem::NoKey { .. } | DataKeyProblem::WrongLength { .. } => {
            "Let the command print the data key alone: its bytes, or base64 or hex of them. An extension server gives its bytes."
        }
        DataKeyProblem::UnsafeName => {
            "Write the key’s name into the command, in place of {key} or {text}."
        }
        DataKeyProblem::Failed { .. } => of_code(Code::DataKeyUnavailable),
        DataKeyProblem::Locked => of_code(Code::Locked),
    }
}

fn of_server(refusal: ServerRefusal) -> &'static str {
    match refusal {
        ServerRefusal::Denied => {
            "Ask whoever runs the server for permission to unwrap with this key."
        }
        ServerRefusal::Unauthenticated => {
            "Ask a server that wants no credential, or unwrap with a command that signs in."
        }
        ServerRefusal::Unavailable | ServerRefusal::Other => {
            "Look into the server’s log, then try again."
        }
        ServerRefusal::Unreachable => {
            "Start the server, or forward its port to this computer, without TLS; then try again."
        }
    }
}

/// A sentence from a lower-case message without a period. A name that it starts with, such as `json/plain`, stays as it is.
pub(crate) fn sentence(message: &str) -> String {
    let word = message.split(' ').next().unwrap_or_default();
    let is_word = |word: &str| {
        word.chars()
            .all(|letter| letter.is_alphabetic() || "’'-,:;".contains(letter))
    };
    let mut sentence: String = match message.chars().next() {
        Some(first) if is_word(word) => first
            .to_uppercase()
            .chain(message.chars().skip(1))
            .collect(),
        _ => message.to_owned(),
    };
    if !sentence.is_empty() && !sentence.ends_with(['.', '!', '?', '…', ':']) {
        sentence.push('.');
    }
    sentence
}

/// One word for a POSIX shell.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// What to do about a refusal of access, by its name (`access::Refusal`). *Access* is the view of the window; `serve` has the same in
/// its access file.
fn of_access(code: &str) -> &'static str {
    match code {
        "TOKEN_MISSING" => {
            "Sign in to the Web UI, and let its codec dialog pass the access token over https; give a program a token of its own, from Access."
        }
        "TOKEN_EXPIRED" => {
            "Reload the Web UI or sign in again; compare the clocks of the two machines."
        }
        "TOKEN_NOT_YET_VALID" => "Compare the clocks of the two machines.",
        "TOKEN_OPAQUE" => {
            "Let the provider issue JWT access tokens, or an ID token as well, which the Web UI passes beside it."
        }
        "PROGRAM_TOKEN_UNKNOWN" => {
            "Give the program a token that is listed in Access; it may have been revoked or replaced."
        }
        "TOKEN_AUDIENCE_WRONG" | "TOKEN_AUDIENCE_MISSING" => {
            "Compare the provider’s audience in Access with the one that the provider writes."
        }
        "TOKEN_ISSUER_WRONG" => {
            "Add the provider in Access, or compare its issuer there with the one that the provider writes, to the last slash."
        }
        "ACCESS_REFUSED" | "ACCESS_ENCODE_REFUSED" => {
            "Look at the rules in Access, if this should be allowed; “Test a token” there shows which one decides."
        }
        code if code.starts_with("JWKS_") || code.starts_with("DISCOVERY_") => {
            "Look whether this machine reaches the provider, and whether its address in Access is right."
        }
        _ => "The token is not one that a provider in Access issued.",
    }
}
