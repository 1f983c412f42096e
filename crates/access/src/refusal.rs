//! Why a request is refused, each reason with a code of its own and a phrase for whoever only sees the reason phrase.

use crate::jwks_problem::KeysProblem;

/// The largest token that is read, in bytes: more than any provider signs, and browsers send no larger headers.
pub const MAX_TOKEN_BYTES: usize = 16 << 10;

/// Why a request is refused. Nothing of the token is in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No token was sent, and nothing is allowed without one.
    #[error("an access token is asked for, and none was sent")]
    TokenMissing,
    /// Several tokens in one header, or another scheme than `Bearer`.
    #[error("the Authorization header is not one Bearer token")]
    TokenScheme,
    /// Not a signed JWT, and not the token of a program either.
    #[error(
        "the token is opaque: it is not a JWT, so it cannot be verified here; an ID token or a JWT access token can"
    )]
    TokenOpaque,
    /// A program's token that is not in the list.
    #[error("the token is not that of a known program")]
    ProgramUnknown,
    /// Larger than any token.
    #[error("the token is larger than {MAX_TOKEN_BYTES} bytes")]
    TokenTooLarge,
    /// The parts of a JWT, with something else in them.
    #[error("the token is damaged: {0}")]
    TokenDamaged(&'static str),
    /// One name twice, in the header or the claims: two readers could see two different tokens.
    #[error("the token has a name twice in its header or claims")]
    DuplicateName,
    /// `alg: none`: nobody signed it.
    #[error("the token is not signed (alg: none)")]
    NotSigned,
    /// HMAC: the secret would be the provider's public key.
    #[error("the token is signed with a shared secret (HMAC), which is not accepted")]
    SharedSecret,
    /// A `typ` of something else than an access or ID token.
    #[error("the token says that it is no access token or ID token (typ)")]
    TypeNotAccepted,
    /// An algorithm that is not accepted, or not of the key.
    #[error("the token is signed in a way that is not accepted")]
    AlgorithmNotAllowed,
    /// The keys that would verify it are not to be had.
    #[error("the token cannot be verified: {0}")]
    Keys(#[from] KeysProblem),
    /// The provider has no such key, and has just been asked.
    #[error("the token was signed with a key that its provider does not list")]
    KeyUnknown,
    /// It names no key, and the provider has several.
    #[error("the token does not name its key, and its provider has several")]
    KeyNotNamed,
    /// Somebody else signed it, or it was changed.
    #[error("the signature of the token is wrong")]
    SignatureWrong,
    /// It has no `iss`, or that of nobody in the access file.
    #[error("the token is of an issuer that is not accepted")]
    IssuerWrong,
    /// It has no `aud`.
    #[error("the token names no audience")]
    AudienceMissing,
    /// It was made for somebody else.
    #[error("the token is for another audience")]
    AudienceWrong,
    /// It has no `exp`: it would be good for ever.
    #[error("the token has no expiry")]
    ExpiryMissing,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// A rule refuses it.
    #[error("the access rules refuse this")]
    ByRule,
    /// A rule gives the Payloads as they are, and encoding would hand back plaintext.
    #[error("the access rules allow no encoding here, only Payloads as they are")]
    EncodeByRule,
}

impl Refusal {
    /// The name for programs. It never changes.
    pub fn code(&self) -> &'static str {
        self.row().0
    }

    /// The reason phrase: ASCII, below 80 characters.
    pub fn phrase(&self) -> &'static str {
        self.row().1
    }

    /// Whether it is about who asks (401), and not about what is asked (403).
    pub fn is_about_token(&self) -> bool {
        !matches!(self, Refusal::ByRule | Refusal::EncodeByRule)
    }

    fn row(&self) -> (&'static str, &'static str) {
        match self {
            Refusal::TokenMissing => ("TOKEN_MISSING", "Access token missing"),
            Refusal::TokenScheme => (
                "TOKEN_SCHEME",
                "Authorization header is not one Bearer token",
            ),
            Refusal::TokenOpaque => (
                "TOKEN_OPAQUE",
                "Access token is opaque, not a JWT: cannot be verified",
            ),
            Refusal::ProgramUnknown => ("PROGRAM_TOKEN_UNKNOWN", "Program token not known"),
            Refusal::TokenTooLarge => ("TOKEN_TOO_LARGE", "Access token too large"),
            Refusal::TokenDamaged(_) => ("TOKEN_DAMAGED", "Access token is damaged"),
            Refusal::DuplicateName => ("TOKEN_DUPLICATE_CLAIM", "Access token has a claim twice"),
            Refusal::NotSigned => ("TOKEN_NOT_SIGNED", "Access token is not signed (alg: none)"),
            Refusal::SharedSecret => (
                "TOKEN_SHARED_SECRET",
                "Access token is signed with HMAC: not accepted",
            ),
            Refusal::TypeNotAccepted => (
                "TOKEN_TYPE_NOT_ACCEPTED",
                "Token is of a type (typ) that is not accepted",
            ),
            Refusal::AlgorithmNotAllowed => (
                "TOKEN_ALGORITHM_NOT_ALLOWED",
                "Access token has a signature algorithm that is not accepted",
            ),
            Refusal::Keys(problem) => problem.row(),
            Refusal::KeyUnknown => (
                "TOKEN_KEY_UNKNOWN",
                "Access token is signed with a key that the provider does not list",
            ),
            Refusal::KeyNotNamed => ("TOKEN_KEY_NOT_NAMED", "Access token does not name its key"),
            Refusal::SignatureWrong => (
                "TOKEN_SIGNATURE_WRONG",
                "Access token has a wrong signature",
            ),
            Refusal::IssuerWrong => (
                "TOKEN_ISSUER_WRONG",
                "Access token is from an issuer that is not accepted",
            ),
            Refusal::AudienceMissing => {
                ("TOKEN_AUDIENCE_MISSING", "Access token names no audience")
            }
            Refusal::AudienceWrong => (
                "TOKEN_AUDIENCE_WRONG",
                "Access token is for another audience",
            ),
            Refusal::ExpiryMissing => ("TOKEN_EXPIRY_MISSING", "Access token has no expiry"),
            Refusal::Expired => ("TOKEN_EXPIRED", "Access token has expired"),
            Refusal::NotYetValid => ("TOKEN_NOT_YET_VALID", "Access token is not valid yet"),
            Refusal::ByRule => ("ACCESS_REFUSED", "Refused by the access rules"),
            Refusal::EncodeByRule => (
                "ACCESS_ENCODE_REFUSED",
                "Encoding is refused by the access rules",
            ),
        }
    }
}
