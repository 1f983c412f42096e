//! Why the keys of a provider are not to be had.

/// The largest set that is read, in bytes. Providers have a few keys of two kilobytes.
pub const MAX_KEYS_BYTES: usize = 256 << 10;

/// Why the keys of a provider are not to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysProblem {
    /// No connection, no such name, a certificate that is not trusted.
    #[error("its provider's keys could not be reached")]
    Unreachable,
    /// No whole answer in time.
    #[error("its provider's keys did not arrive in time")]
    TimedOut,
    /// Another answer than 200; a redirect is not followed.
    #[error("its provider answered {0} instead of its keys")]
    Status(u16),
    /// More than any provider has.
    #[error("its provider's keys are larger than {MAX_KEYS_BYTES} bytes")]
    TooLarge,
    /// No JSON Web Key Set, or no discovery document.
    #[error("what its provider answered are no keys (JWKS)")]
    Garbage,
    /// A discovery document of somebody else.
    #[error("the discovery document names another issuer")]
    OtherIssuer,
    /// The discovery document names keys that anybody on the way could replace.
    #[error("the discovery document names keys without https")]
    NotHttps,
    /// A file that cannot be read.
    #[error("the file with its provider's keys could not be read")]
    File,
}

impl KeysProblem {
    pub(crate) fn row(self) -> (&'static str, &'static str) {
        match self {
            KeysProblem::Unreachable => (
                "JWKS_UNREACHABLE",
                "Token not verified: provider's keys (JWKS) not reachable",
            ),
            KeysProblem::TimedOut => (
                "JWKS_TIMED_OUT",
                "Token not verified: provider's keys (JWKS) timed out",
            ),
            KeysProblem::Status(_) => (
                "JWKS_STATUS",
                "Token not verified: provider's keys (JWKS) not served",
            ),
            KeysProblem::TooLarge => (
                "JWKS_TOO_LARGE",
                "Token not verified: provider's keys (JWKS) too large",
            ),
            KeysProblem::Garbage => (
                "JWKS_INVALID",
                "Token not verified: provider's keys are not a JWKS",
            ),
            KeysProblem::OtherIssuer => (
                "DISCOVERY_ISSUER_WRONG",
                "Token not verified: discovery names another issuer",
            ),
            KeysProblem::NotHttps => (
                "DISCOVERY_NOT_HTTPS",
                "Token not verified: discovery names keys without https",
            ),
            KeysProblem::File => (
                "JWKS_FILE_UNREADABLE",
                "Token not verified: file of keys (JWKS) unreadable",
            ),
        }
    }
}
