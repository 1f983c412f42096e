//! What a key is called.

use std::fmt;
use std::sync::Arc;

use temporal_payload::shown_name;

/// The name of a key: the UTF-8 text in a Payload's `encryption-key-id`. It may be empty (Go's samples write that), it is
/// case sensitive, and one id may name other bytes in another Namespace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Arc<str>);

impl KeyId {
    /// A key id from its text.
    pub fn new(id: &str) -> Self {
        KeyId(id.into())
    }

    /// The text, exactly as it stands in metadata.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// For people, in a sentence or a log: whoever writes a Payload chooses the id, so it is bounded, and what is no visible
/// character is replaced. Only [`KeyId::as_str`] is exact.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown_name(&self.0))
    }
}
