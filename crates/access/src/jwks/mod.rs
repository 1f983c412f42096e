//! The public keys of a provider: read from a JSON Web Key Set, kept, and asked for again with a bound on how often.

mod cache;

mod fetch;

mod key_set;

pub(crate) use cache::{Cache, Clockwork};
pub(crate) use fetch::{Fetch, Source, is_safe};
pub use key_set::KeySet;
