//! Messages of the AWS Encryption SDK, versions 1 and 2: which keys wrap the data key, and what it seals (source: AWS Encryption SDK
//! developer guide, message format reference and algorithm suite reference).

mod frames;

mod head;

mod open;

mod suite;

pub(crate) use head::{Start, wrapped_by};
pub(crate) use open::{NotOpened, open};
