//! Why a message has no JSON.

use crate::json_out::TooLong;
use crate::scalars::NotScalar;
use crate::wire::Malformed;

/// Messages that may stand in each other, as protobuf's own readers have it.
pub(crate) const MAX_DEPTH: usize = 100;

/// Why there is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoJson {
    /// The bytes are not a message of this type.
    #[error("the bytes are not a message of this type")]
    Malformed,
    /// Messages stand in each other too deep.
    #[error("messages stand in each other more than {MAX_DEPTH} deep")]
    TooDeep,
    /// There are more fields, or more text, than the size of the bytes lets expect.
    #[error("the message would take far more memory than its bytes")]
    TooLarge,
}

impl From<Malformed> for NoJson {
    fn from(Malformed: Malformed) -> Self {
        NoJson::Malformed
    }
}

impl From<NotScalar> for NoJson {
    fn from(NotScalar: NotScalar) -> Self {
        NoJson::Malformed
    }
}

impl From<TooLong> for NoJson {
    fn from(TooLong: TooLong) -> Self {
        NoJson::TooLarge
    }
}
