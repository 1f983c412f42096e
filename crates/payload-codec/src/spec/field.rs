//! Bytes in metadata: a nonce, a tag, a public key, written as they are, as base64 or as hex.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use temporal_payload::{Payload, base64};

use crate::primitives::hex;

/// A metadata entry that holds bytes. In JSON its name alone, or an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Form", into = "Form")]
pub struct Field {
    /// The entry's name.
    pub name: String,
    /// How it spells the bytes. Without it, they are read in whichever spelling gives as many as are expected, and written as
    /// URL-safe base64.
    pub spelled: Option<BytesAs>,
    /// How many bytes they are, where the cipher takes several lengths.
    pub bytes: Option<usize>,
}

/// How bytes are spelled in metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BytesAs {
    /// As they are.
    Raw,
    /// As base64 text: read in any of its spellings, written URL-safe and padded.
    Base64,
    /// As hex digits, written in lower case.
    Hex,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "metadata must be a name, or {\"name\": …, \"as\": \"raw\" | \"base64\" | \"hex\", \"bytes\": …}"
)]
enum Form {
    Name(String),
    Full(Full),
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Full {
    name: String,
    #[serde(rename = "as", default, skip_serializing_if = "Option::is_none")]
    spelled: Option<BytesAs>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<usize>,
}

impl From<Form> for Field {
    fn from(form: Form) -> Self {
        match form {
            Form::Name(name) => Field::of(&name),
            Form::Full(Full {
                name,
                spelled,
                bytes,
            }) => Field {
                name,
                spelled,
                bytes,
            },
        }
    }
}

impl From<Field> for Form {
    fn from(field: Field) -> Self {
        let Field {
            name,
            spelled,
            bytes,
        } = field;
        if spelled.is_none() && bytes.is_none() {
            return Form::Name(name);
        }
        Form::Full(Full {
            name,
            spelled,
            bytes,
        })
    }
}

impl BytesAs {
    /// The bytes that a value spells.
    pub(crate) fn read(self, value: &[u8]) -> Option<Cow<'_, [u8]>> {
        let text = || std::str::from_utf8(value).ok().map(str::trim);
        match self {
            BytesAs::Raw => Some(value.into()),
            BytesAs::Base64 => Some(base64::decode(text()?)?.into()),
            BytesAs::Hex => Some(hex::decode(text()?)?.into()),
        }
    }

    /// The value that spells bytes.
    pub(crate) fn write(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            BytesAs::Raw => bytes.to_vec(),
            BytesAs::Base64 => base64::encode_url_safe(bytes).into_bytes(),
            BytesAs::Hex => hex::encode(bytes).into_bytes(),
        }
    }
}

impl Field {
    /// The entry of this name, in any spelling.
    pub fn of(name: &str) -> Self {
        Field {
            name: name.to_owned(),
            spelled: None,
            bytes: None,
        }
    }

    /// The bytes of a Payload's entry, of which `expected` are expected. There may be more or fewer: who uses them says so.
    pub(crate) fn read<'a>(&self, payload: &'a Payload, expected: usize) -> Option<Cow<'a, [u8]>> {
        let value = payload.metadata.get(&self.name)?;
        if let Some(spelled) = self.spelled {
            return spelled.read(value);
        }
        let spellings = [BytesAs::Raw, BytesAs::Base64, BytesAs::Hex];
        let mut read = spellings.iter().filter_map(|spelled| spelled.read(value));
        read.find(|bytes| bytes.len() == expected)
            .or_else(|| BytesAs::Base64.read(value))
    }

    /// The value that spells bytes in this entry.
    pub(crate) fn write(&self, bytes: &[u8]) -> Vec<u8> {
        self.spelled.unwrap_or(BytesAs::Base64).write(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_whichever_spelling_has_as_many_bytes() {
        let bytes = [0xfb; 12];
        for value in [
            bytes.to_vec(),
            base64::encode(&bytes).into_bytes(),
            hex::encode(&bytes).to_uppercase().into_bytes(),
        ] {
            let payload = Payload {
                metadata: [("iv".to_owned(), value)].into(),
                ..Payload::default()
            };
            let read = Field::of("iv")
                .read(&payload, 12)
                .expect("one spelling fits");
            assert_eq!(&read[..], bytes);
        }
    }

    proptest! {
        #[test]
        fn every_spelling_reads_what_it_writes(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            for spelled in [BytesAs::Raw, BytesAs::Base64, BytesAs::Hex] {
                let value = spelled.write(&bytes);
                let read = spelled.read(&value);
                prop_assert_eq!(read.as_deref(), Some(&bytes[..]));
            }
        }

        #[test]
        fn any_value_is_judged(value in prop::collection::vec(any::<u8>(), 0..80), expected in 0_usize..40) {
            let payload = Payload { metadata: [("n".to_owned(), value)].into(), ..Payload::default() };
            Field::of("n").read(&payload, expected);
        }
    }
}
