//! The stable names of errors. They are what programs compare, so they never change.

/// The stable names of errors, for programs and for the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// Unknown path.
    NotFound,
    /// No storage behind `/download`.
    DownloadUnsupported,
    /// A TLS handshake failed: the client does not trust the certificate.
    CertificateNotTrusted,
    /// A TLS handshake failed: the client spoke plain text.
    NotHttps,
    /// A TLS handshake failed for another reason.
    HandshakeFailed,
    /// Not POST.
    MethodNotAllowed,
    /// A foreign Host.
    HostNotAllowed,
    /// A page that is not listed.
    OriginNotAllowed,
    /// Access refused it; the name is that of an [`access::Refusal`].
    Access(&'static str),
    /// The user is asked for consent, and has not given it.
    ConsentNotGiven,
    /// The user denied it.
    ConsentDenied,
    /// Not JSON.
    UnsupportedContentType,
    /// A compressed body.
    UnsupportedContentEncoding,
    /// Past the size limit, or past the limit on the number of Payloads.
    BodyTooLarge,
    /// The body broke off.
    BodyIncomplete,
    /// The client did not send the body in time.
    BodyTooSlow,
    /// Not Payloads.
    MalformedPayloads,
    /// No profile for the Namespace.
    NamespaceUnknown,
    /// No such key.
    KeyNotFound,
    /// The key exists and is retired.
    KeyRetired,
    /// The key exists and is limited to other Namespaces.
    KeyNotForNamespace,
    /// The key exists and is not used with the Payload's format, or by the profile.
    KeyNotUsed,
    /// The key exists, its bytes cannot be had.
    KeychainUnavailable,
    /// A wrapped data key that was not unwrapped.
    DataKeyUnavailable,
    /// The user locked the app.
    Locked,
    /// Nothing that a codec of ours could have written.
    PayloadDamaged,
    /// Another key, or damaged.
    Unauthentic,
    /// The key does not fit the format's cipher.
    KeyUnfit,
    /// The format needs metadata that the Payload does not have.
    MetadataMissing,
    /// The format needs to know more of whose Payload it is than a request says.
    ContextMissing,
    /// Past the decompression limit.
    InflatesTooFar,
    /// Past the work that one request may take.
    WorkLimit,
    /// Nothing to encode with.
    NoEncodeKey,
    /// The user paused the server.
    Paused,
    /// The user set the panic lock.
    PanicLocked,
    /// More requests than are worked on at once.
    Busy,
    /// A bug of ours.
    Internal,
}

impl Code {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::NotFound => "NOT_FOUND",
            Code::DownloadUnsupported => "DOWNLOAD_UNSUPPORTED",
            Code::CertificateNotTrusted => "CERTIFICATE_NOT_TRUSTED",
            Code::NotHttps => "NOT_HTTPS",
            Code::HandshakeFailed => "TLS_HANDSHAKE_FAILED",
            Code::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Code::HostNotAllowed => "HOST_NOT_ALLOWED",
            Code::OriginNotAllowed => "ORIGIN_NOT_ALLOWED",
            Code::Access(code) => code,
            Code::ConsentNotGiven => "CONSENT_NOT_GIVEN",
            Code::ConsentDenied => "CONSENT_DENIED",
            Code::UnsupportedContentType => "UNSUPPORTED_CONTENT_TYPE",
            Code::UnsupportedContentEncoding => "UNSUPPORTED_CONTENT_ENCODING",
            Code::BodyTooLarge => "BODY_TOO_LARGE",
            Code::BodyIncomplete => "BODY_INCOMPLETE",
            Code::BodyTooSlow => "BODY_TOO_SLOW",
            Code::MalformedPayloads => "MALFORMED_PAYLOADS",
            Code::NamespaceUnknown => "NAMESPACE_UNKNOWN",
            Code::KeyNotFound => "KEY_NOT_FOUND",
            Code::KeyRetired => "KEY_RETIRED",
            Code::KeyNotForNamespace => "KEY_NOT_FOR_NAMESPACE",
            Code::KeyNotUsed => "KEY_NOT_USED",
            Code::KeychainUnavailable => "KEYCHAIN_UNAVAILABLE",
            Code::DataKeyUnavailable => "DATA_KEY_UNAVAILABLE",
            Code::Locked => "LOCKED",
            Code::PayloadDamaged => "PAYLOAD_DAMAGED",
            Code::Unauthentic => "UNAUTHENTIC",
            Code::KeyUnfit => "KEY_UNFIT",
            Code::MetadataMissing => "METADATA_MISSING",
            Code::ContextMissing => "CONTEXT_MISSING",
            Code::InflatesTooFar => "INFLATES_TOO_FAR",
            Code::WorkLimit => "WORK_LIMIT",
            Code::PanicLocked => "PANIC_LOCKED",
            Code::Busy => "BUSY",
            Code::NoEncodeKey => "NO_ENCODE_KEY",
            Code::Paused => "PAUSED",
            Code::Internal => "INTERNAL",
        }
    }
}
