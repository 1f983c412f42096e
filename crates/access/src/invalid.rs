//! Why an access file is not taken.

/// The largest access file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 1 << 20;
/// More than anybody keeps an eye on; each request looks at them in turn.
pub(crate) const MAX_RULES: usize = 1000;

/// Why an access file is not taken. Nothing is served by half of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAccess {
    /// Larger than any.
    #[error("the access file is larger than {MAX_FILE_BYTES} bytes")]
    TooLarge,
    /// Not JSON.
    #[error("the access file is not JSON")]
    NotJson,
    /// A name twice in one object, of which one would not count.
    #[error("the access file has a name twice in one object")]
    NameTwice,
    /// JSON, and not what is asked for.
    #[error("the access file is not as its schema says: {0}")]
    Shape(String),
    /// A URL that anybody on the way could answer, or that is none.
    #[error("\"{0}\" is not an https URL; http is accepted for this machine only")]
    Url(String),
    /// A provider without an audience: tokens made for anybody would do.
    #[error("a provider needs an audience: tokens that were made for others must not do")]
    NoAudience,
    /// A skew that makes expiry meaningless.
    #[error("skew_seconds may be {most} at most")]
    Skew {
        /// The limit.
        most: u64,
    },
    /// Two programs of one name.
    #[error("two programs are called \"{0}\"")]
    ProgramTwice(String),
    /// Not a SHA-256.
    #[error(
        "token_sha256 of \"{0}\" is not 64 hexadecimal digits; `temporal-codec token` makes one"
    )]
    ProgramHash(String),
    /// More rules than are looked at.
    #[error("the access file has more than {MAX_RULES} rules")]
    TooManyRules,
    /// A rule that asks for nothing, or that nothing could ever fit.
    #[error("rule {number}: {why}")]
    Rule {
        /// Its place, from 1.
        number: usize,
        /// Why.
        why: &'static str,
    },
}
