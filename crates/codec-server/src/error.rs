//! Why a request was not answered with Payloads, and how each caller gets to know it.
//!
//! Three texts for three readers: the status (tools), the reason phrase (people in front of a Web UI that shows nothing
//! else), one line of body (people in front of the CLI). All lasting errors are below 500: Web UIs repeat the others.

use axum::http::header::{ACCEPT_ENCODING, ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Response, StatusCode};
use bytes::Bytes;
use hyper::ext::ReasonPhrase;
use payload_codec::{CodecError, DataKeyProblem, KeyError, KeyId, ServerRefusal, Withheld};
use temporal_payload::MalformedPayloads;

use crate::code::Code;
use crate::text::{OfRequest, Size, is_namespace_alone, line, phrase};

/// Why a request was not answered with Payloads.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The path ends in no operation.
    #[error("nothing is served here: the path must end in /encode, /decode or /download")]
    NotFound,
    /// `/download` without storage to download from.
    #[error("no external storage is configured to download from")]
    DownloadUnsupported,
    /// Not POST.
    #[error("only POST is allowed")]
    MethodNotAllowed,
    /// The request was made for another host: DNS rebinding, or HTTP/1.0 without a Host.
    #[error("this Host is not allowed: use localhost, 127.0.0.1 or [::1]")]
    HostNotAllowed,
    /// The request comes from a page that is not listed.
    #[error("this origin is not in the list of allowed origins")]
    OriginNotAllowed,
    /// A token does not hold, or a rule refuses what is asked.
    #[error(transparent)]
    Access(#[from] access::Refusal),
    /// The user is asked whether to allow it, and did not answer in time, or others wait for an answer already.
    #[error(
        "consent is asked for, and nobody gave it in time: answer in Temporal Codec Desktop, then ask again"
    )]
    ConsentNotGiven,
    /// The user would be asked whether to allow it, and there is no window to do so.
    #[error(
        "consent is asked for, and there is no window to ask in: allow it in Temporal Codec Desktop, then ask again"
    )]
    ConsentNoWindow,
    /// The user was asked whether to allow it, and denied it.
    #[error(
        "the user denied it in Temporal Codec Desktop; Access lists the answer, and takes it back"
    )]
    ConsentDenied,
    /// Not JSON; pages may send other types without asking first.
    #[error("the content type must be application/json")]
    UnsupportedContentType,
    /// JSON that was compressed for the way.
    #[error("Content-Encoding is not supported: send the body as it is")]
    UnsupportedContentEncoding,
    /// The body is larger than the server takes.
    #[error("the request is larger than {}", Size(*limit))]
    BodyTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// A body within its limit, with more Payloads than anyone sends.
    #[error("the request has more than {limit} Payloads")]
    TooManyPayloads {
        /// The limit.
        limit: usize,
    },
    /// The client stopped in the middle of the body.
    #[error("the body is incomplete")]
    BodyIncomplete,
    /// The client stopped sending, or sent a few bytes at a time. Clients may repeat a 408 on a new connection, which is
    /// right for one that was suspended in the middle.
    #[error("the body took too long")]
    BodyTooSlow,
    /// The body is not `Payloads`.
    #[error("the body is not Payloads JSON: {0}")]
    MalformedPayloads(#[from] MalformedPayloads),
    /// A strict directory does not list the Namespace.
    #[error("no profile includes this Namespace")]
    NamespaceUnknown,
    /// A Payload could not be decoded or encoded.
    #[error("{} (payload {} of {of})", OfRequest(source), payload + 1)]
    Codec {
        /// Its place in the request, from 0.
        payload: usize,
        /// How many Payloads the request has.
        of: usize,
        /// What is wrong with it.
        source: CodecError,
    },
    /// `/encode` without a key to encode with: plaintext is never handed back as if it were encoded.
    #[error("no key is chosen to encode with for this Namespace")]
    NoEncodeKey,
    /// The user paused the server. This one passes, so it may be 503: what lasts is below 500.
    #[error("the Codec Server is paused in Temporal Codec Desktop")]
    Paused,
    /// The user locked the app.
    #[error("Temporal Codec Desktop is locked")]
    Locked,
    /// All keys are in the encrypted key file, and it waits for its passphrase.
    #[error("the encrypted key file is locked")]
    KeyFileLocked,
    /// The user set the panic lock: whoever asks is refused, until it is lifted in the window.
    #[error("the panic lock is set in Temporal Codec Desktop, so everything is refused")]
    PanicLocked,
    /// Other requests have all the memory or all the threads, and had them for too long. This one passes, too.
    #[error("the Codec Server has more requests than it works on at once: try again")]
    Busy,
    /// A bug of ours.
    #[error("the Codec Server failed; to keep content out of the log, no details are recorded")]
    Internal,
}

impl RequestError {
    /// The table: status, code, reason phrase.
    fn row(&self) -> (StatusCode, Code, String) {
        use StatusCode as S;
        let (status, code, phrase) = match self {
            Self::NotFound => (S::NOT_FOUND, Code::NotFound, "Not Found"),
            Self::DownloadUnsupported => (S::NOT_FOUND, Code::DownloadUnsupported, "Not Found"),
            Self::MethodNotAllowed => (
                S::METHOD_NOT_ALLOWED,
                Code::MethodNotAllowed,
                "Method Not Allowed",
            ),
            Self::HostNotAllowed => (S::FORBIDDEN, Code::HostNotAllowed, "Host not allowed"),
            Self::OriginNotAllowed => (S::FORBIDDEN, Code::OriginNotAllowed, "Origin not allowed"),
            Self::Access(refusal) => {
                let status = match refusal.is_about_token() {
                    true => S::UNAUTHORIZED,
                    false => S::FORBIDDEN,
                };
                (status, Code::Access(refusal.code()), refusal.phrase())
            }
            Self::ConsentNotGiven => (
                S::FORBIDDEN,
                Code::ConsentNotGiven,
                "Look at Temporal Codec Desktop: it asks whether to allow this",
            ),
            Self::ConsentNoWindow => (
                S::FORBIDDEN,
                Code::ConsentNotGiven,
                "Allow this in the window of Temporal Codec Desktop first",
            ),
            Self::ConsentDenied => (
                S::FORBIDDEN,
                Code::ConsentDenied,
                "Denied by the user in Temporal Codec Desktop",
            ),
            Self::UnsupportedContentType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                Code::UnsupportedContentType,
                "Expected application/json",
            ),
            Self::UnsupportedContentEncoding => (
                S::UNSUPPORTED_MEDIA_TYPE,
                Code::UnsupportedContentEncoding,
                "Content-Encoding is not supported",
            ),
            Self::BodyTooLarge { limit } => {
                let phrase = format!("Request larger than {}", Size(*limit));
                return (S::PAYLOAD_TOO_LARGE, Code::BodyTooLarge, phrase);
            }
            Self::TooManyPayloads { limit } => {
                let phrase = format!("More than {limit} Payloads");
                return (S::PAYLOAD_TOO_LARGE, Code::BodyTooLarge, phrase);
            }
            Self::BodyIncomplete => (S::BAD_REQUEST, Code::BodyIncomplete, "Body is incomplete"),
            Self::BodyTooSlow => (S::REQUEST_TIMEOUT, Code::BodyTooSlow, "Body took too long"),
            Self::MalformedPayloads(_) => (
                S::BAD_REQUEST,
                Code::MalformedPayloads,
                "Body is not Payloads JSON",
            ),
            Self::NamespaceUnknown => (
                S::NOT_FOUND,
                Code::NamespaceUnknown,
                "No codec for this Namespace",
            ),
            Self::Codec { source, .. } => return codec_row(source),
            Self::NoEncodeKey => (
                S::UNPROCESSABLE_ENTITY,
                Code::NoEncodeKey,
                "No key chosen for this Namespace",
            ),
            Self::Paused => (
                S::SERVICE_UNAVAILABLE,
                Code::Paused,
                "Codec Server is paused in Temporal Codec Desktop",
            ),
            Self::Locked => (S::LOCKED, Code::Locked, "Codec Server is locked"),
            Self::KeyFileLocked => (
                S::LOCKED,
                Code::KeychainUnavailable,
                "Encrypted key file is locked",
            ),
            Self::PanicLocked => (
                S::FORBIDDEN,
                Code::PanicLocked,
                "Panic lock is set in Temporal Codec Desktop",
            ),
            Self::Busy => (S::SERVICE_UNAVAILABLE, Code::Busy, "Codec Server is busy"),
            Self::Internal => (
                S::INTERNAL_SERVER_ERROR,
                Code::Internal,
                "Codec Server error",
            ),
        };
        (status, code, phrase.to_owned())
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.row().0
    }

    /// The name of the error.
    pub fn code(&self) -> Code {
        self.row().1
    }

    /// The reason phrase: visible ASCII and spaces, at most 80 characters.
    pub fn reason_phrase(&self) -> String {
        phrase(&self.row().2)
    }

    /// The error's text on one line, for a body or a record.
    pub fn line(&self) -> String {
        line(self)
    }

    /// The Payload that the error is about, from 0.
    pub fn payload(&self) -> Option<usize> {
        match self {
            Self::Codec { payload, .. } => Some(*payload),
            Self::NotFound
            | Self::DownloadUnsupported
            | Self::MethodNotAllowed
            | Self::HostNotAllowed
            | Self::OriginNotAllowed
            | Self::Access(_)
            | Self::ConsentNotGiven
            | Self::ConsentNoWindow
            | Self::ConsentDenied
            | Self::UnsupportedContentType
            | Self::UnsupportedContentEncoding
            | Self::BodyTooLarge { .. }
            | Self::TooManyPayloads { .. }
            | Self::BodyIncomplete
            | Self::BodyTooSlow
            | Self::MalformedPayloads(_)
            | Self::NamespaceUnknown
            | Self::NoEncodeKey
            | Self::Paused
            | Self::Locked
            | Self::KeyFileLocked
            | Self::PanicLocked
            | Self::Busy
            | Self::Internal => None,
        }
    }

    /// The whole answer; a JSON body for those who ask for one by name.
    pub(crate) fn response(&self, as_json: bool) -> Response<Bytes> {
        let (content_type, body) = if as_json {
            let mut body =
                serde_json::json!({ "code": self.code().as_str(), "message": self.line() });
            if let Some(payload) = self.payload() {
                body["payload"] = payload.into();
            }
            ("application/json", body.to_string())
        } else {
            ("text/plain; charset=utf-8", self.line() + "\n")
        };
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        if self.code() == Code::MethodNotAllowed {
            headers.insert(ALLOW, HeaderValue::from_static("POST, OPTIONS"));
        }
        if self.code() == Code::UnsupportedContentEncoding {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.code() == Code::Busy {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if let Ok(phrase) = ReasonPhrase::try_from(self.reason_phrase()) {
            response.extensions_mut().insert(phrase);
        }
        response
    }
}

/// The rows for what codecs say.
fn codec_row(error: &CodecError) -> (StatusCode, Code, String) {
    const STATUS: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
    let (status, code, phrase) = match error {
        CodecError::KeyNotFound(id) => {
            let phrase = format!("Key not found: {}", shown_id(id));
            return (STATUS, Code::KeyNotFound, phrase);
        }
        CodecError::KeyWithheld { id, why } => {
            let (code, why) = match why {
                Withheld::Retired => (Code::KeyRetired, "Key is retired"),
                Withheld::NotInNamespace(_) | Withheld::OnlyInNamespaces(_) => (
                    Code::KeyNotForNamespace,
                    "Key is not used in this Namespace",
                ),
                Withheld::NotHere => (
                    Code::KeyNotUsed,
                    "Key is not used with this format or profile",
                ),
            };
            return (STATUS, code, format!("{why}: {}", shown_id(id)));
        }
        CodecError::KeyIdMissing => (STATUS, Code::KeyNotFound, "No key opens this payload"),
        CodecError::KeyUnavailable { source, .. } => {
            let code = if *source == KeyError::AppLocked {
                Code::Locked
            } else {
                Code::KeychainUnavailable
            };
            let phrase = match source {
                KeyError::Locked => "Keychain locked",
                KeyError::TimedOut => "Keychain did not answer",
                KeyError::Denied => "Keychain denied access",
                KeyError::Missing => "No keychain is running",
                KeyError::EntryGone => "Key is no longer in the keychain",
                KeyError::EntryDamaged => "Key was changed in the keychain",
                KeyError::NotRead => "Keys are being read from the keychain",
                KeyError::AppLocked => "Codec Server is locked",
                KeyError::VaultLocked => "Encrypted key file is locked",
                KeyError::Failed => "Keychain failed",
            };
            (StatusCode::LOCKED, code, phrase)
        }
        CodecError::DataKey { problem, .. } => {
            let code = if *problem == DataKeyProblem::Locked {
                Code::Locked
            } else {
                Code::DataKeyUnavailable
            };
            let phrase = match problem {
                DataKeyProblem::Locked => "Codec Server is locked",
                DataKeyProblem::NoSource => "Nothing is set up to unwrap the data key",
                DataKeyProblem::NotAsked | DataKeyProblem::TooMany => "Data key not unwrapped",
                DataKeyProblem::NotConfirmed { .. } => "Unwrapping data keys not confirmed",
                DataKeyProblem::Denied { .. }
                | DataKeyProblem::Answered {
                    refusal: ServerRefusal::Denied,
                    ..
                } => "Data key denied by the key service",
                DataKeyProblem::NotSignedIn { .. }
                | DataKeyProblem::Answered {
                    refusal: ServerRefusal::Unauthenticated,
                    ..
                } => "Not signed in to the key service",
                DataKeyProblem::Failed { .. }
                | DataKeyProblem::Answered {
                    refusal: ServerRefusal::Other,
                    ..
                } => "Unwrapping a data key failed",
                DataKeyProblem::TimedOut { .. } => "Key service did not answer",
                DataKeyProblem::Answered {
                    refusal: ServerRefusal::Unavailable | ServerRefusal::Unreachable,
                    ..
                } => "Key service not reachable",
                DataKeyProblem::Canceled { .. } => "Unwrapping canceled",
                DataKeyProblem::NoKey { .. } | DataKeyProblem::WrongLength { .. } => {
                    "Key service gave no data key"
                }
                DataKeyProblem::UnsafeName => "Name of the wrapping key not usable",
            };
            (StatusCode::LOCKED, code, phrase)
        }
        CodecError::Unauthentic(_) => (STATUS, Code::Unauthentic, "Wrong key or damaged payload"),
        CodecError::PlaceholderSalt(_) => (
            STATUS,
            Code::Unauthentic,
            "Salt of the format is a placeholder: set the project's own",
        ),
        CodecError::OtherContext { .. } => (
            STATUS,
            Code::Unauthentic,
            "Wrong key or context, or damaged payload",
        ),
        CodecError::ContextMissing(parts) => {
            let phrase = match is_namespace_alone(*parts) {
                true => "Format needs the Namespace, which the request lacks".to_owned(),
                false => format!("Format needs the {parts}: open the history in the app"),
            };
            return (STATUS, Code::ContextMissing, phrase);
        }
        CodecError::KeyUnfit { .. } => (STATUS, Code::KeyUnfit, "Key does not fit the format"),
        CodecError::KeyIdUnfit(_) => (STATUS, Code::KeyUnfit, "Key id does not fit the format"),
        CodecError::MetadataMissing { name } => {
            let phrase = format!("Format needs metadata: {name}");
            return (STATUS, Code::MetadataMissing, phrase);
        }
        CodecError::MetadataTaken { name } => {
            let phrase = format!("Format reserves metadata: {name}");
            return (STATUS, Code::MetadataMissing, phrase);
        }
        CodecError::Inflate { .. } => (
            STATUS,
            Code::InflatesTooFar,
            "Payload decompresses past the limit",
        ),
        CodecError::WorkLimit { .. } => (
            STATUS,
            Code::WorkLimit,
            "Request needs more work than the limit",
        ),
        CodecError::NoEncodeKey => (
            STATUS,
            Code::NoEncodeKey,
            "No key chosen for this Namespace",
        ),
        // A request that was given up is answered by nobody.
        CodecError::NoRandomness | CodecError::Stopped => (
            StatusCode::INTERNAL_SERVER_ERROR,
            Code::Internal,
            "Codec Server error",
        ),
        CodecError::Malformed(_) => (
            STATUS,
            Code::PayloadDamaged,
            "Decoded data is not a Payload",
        ),
        CodecError::Unpadded(_)
        | CodecError::Truncated { .. }
        | CodecError::Corrupt { .. }
        | CodecError::TooManyLayers { .. } => (STATUS, Code::PayloadDamaged, "Payload is damaged"),
    };
    (status, code, phrase.to_owned())
}

/// What a record says of one Payload.
pub(crate) fn code_of(error: &CodecError) -> Code {
    codec_row(error).1
}

fn shown_id(id: &KeyId) -> String {
    match id.as_str() {
        "" => "(empty id)".to_owned(),
        _ => id.to_string(),
    }
}
