//! What a key is called.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use temporal_payload::shown_name;

use crate::primitives::hex;

/// What stands in front of the hex digits of an id that is not text.
const HEX: &str = "hex:";

/// The name of a key: what stands in a Payload's `encryption-key-id`. Nearly always that is UTF-8 text; it may be empty (Go's
/// samples write that), it is case sensitive, and one id may name other bytes in another Namespace. Bytes that are not UTF-8
/// are named, shown and entered as `hex:fffe0102`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Arc<str>);

impl KeyId {
    /// A key id from its text.
    pub fn new(id: &str) -> Self {
        let bytes = not_text(id);
        match bytes {
            // One spelling, so that upper case names the same key.
            Some(bytes) => KeyId(format!("{HEX}{}", hex::encode(&bytes)).into()),
            None => KeyId(id.into()),
        }
    }

    /// A key id from the bytes in metadata.
    pub fn of_bytes(id: &[u8]) -> Self {
        match std::str::from_utf8(id) {
            Ok(text) => KeyId::new(text),
            Err(_) => KeyId(format!("{HEX}{}", hex::encode(id)).into()),
        }
    }

    /// The text as it stands in metadata, or `hex:` and digits where it is not text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bytes as they stand in metadata.
    pub fn to_bytes(&self) -> Cow<'_, [u8]> {
        match not_text(&self.0) {
            Some(bytes) => bytes.into(),
            None => self.0.as_bytes().into(),
        }
    }
}

/// The bytes that are named as hex, where they are not text: `hex:61` is an id of six characters.
fn not_text(id: &str) -> Option<Vec<u8>> {
    let bytes = hex::decode(id.strip_prefix(HEX)?)?;
    std::str::from_utf8(&bytes).is_err().then_some(bytes)
}

/// For people, in a sentence or a log: whoever writes a Payload chooses the id, so it is bounded, and what is no visible
/// character is replaced. Only [`KeyId::as_str`] is exact.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown_name(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_that_are_not_text_are_named_as_hex() {
        let id = KeyId::of_bytes(&[0xff, 0xfe, 1, 2]);
        assert_eq!(id.as_str(), "hex:fffe0102");
        assert_eq!(id, KeyId::new("hex:FFFE0102"));
        assert_eq!(&*id.to_bytes(), [0xff, 0xfe, 1, 2]);
        assert_eq!(&*KeyId::new("hex:6162").to_bytes(), b"hex:6162");
    }

    proptest! {
        #[test]
        fn an_id_stands_for_its_bytes(bytes in prop::collection::vec(any::<u8>(), 0..20)) {
            let id = KeyId::of_bytes(&bytes);
            prop_assert_eq!(&*id.to_bytes(), &bytes[..]);
        }
    }
}
