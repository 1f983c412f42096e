//! Whose a Payload is, and how it was before it was sealed.

use temporal_payload::{METADATA_ENCODING, Payload, base64, encodings, json_text};

use crate::budget::Allowance;
use crate::cipher_name::CipherName;
use crate::error::CodecError;
use crate::key_id::KeyId;
use crate::primitives::detached::TAG_BYTES;
use crate::primitives::zeroize::zeroize_on_drop;
use crate::spec::frame::{key_id_in_bytes, unframe};
use crate::spec::{Body, CodecSpec, Encoding, Framing};

impl CodecSpec {
    /// The id in metadata or among the bytes, the empty one where there is none; `None` where the format writes no ids.
    pub(crate) fn named_key(&self, payload: &Payload) -> Option<KeyId> {
        let Some(name) = &self.key_id else {
            return key_id_in_bytes(self, payload);
        };
        let value = payload.metadata.get(name).map_or(&b""[..], Vec::as_slice);
        // What is not spelled as it should be names a key all the same, by what stands there.
        let spelled = self.key_id_as.and_then(|spelled| spelled.read(value));
        Some(KeyId::of_bytes(&spelled.unwrap_or_else(|| value.into())))
    }

    /// Whether a Payload looks as if this format wrote it.
    pub fn claims(&self, payload: &Payload) -> bool {
        let labeled = match &self.encoding {
            Encoding::One(encoding) => payload.has_encoding(encoding),
            Encoding::AnyOf(encodings) => encodings.iter().any(|any| payload.has_encoding(any)),
            Encoding::Marked(marker) => payload.metadata.get(&marker.marker).is_some_and(|found| {
                let expected = marker.value.as_ref();
                !found.is_empty() && expected.is_none_or(|value| value.as_bytes() == found)
            }),
            Encoding::None if self.body == Body::Values => self.seals_every_value(payload),
            Encoding::None => payload.metadata.is_empty() && self.frames(payload),
        };
        labeled
            && self.require.iter().all(|name| filled(payload, name))
            && !self.forbid.iter().any(|name| filled(payload, name))
            && (self.cipher != CipherName::None
                || self.compression.is_some()
                || is_text_of_payload(self, payload))
    }

    /// Whether metadata alone tell what it claims.
    pub(crate) fn claims_by_metadata(&self) -> bool {
        // As `claims` looks at data: for their shape, or whether they read.
        let by_shape = self.encoding == Encoding::None;
        let by_reading = self.cipher == CipherName::None && self.compression.is_none();
        !by_shape && !by_reading
    }

    /// Whether every value can be a nonce, a tag and what is sealed, and none is text.
    fn seals_every_value(&self, payload: &Payload) -> bool {
        let least = self.nonce_bytes() + TAG_BYTES;
        let sealed = |value: &Vec<u8>| value.len() >= least && std::str::from_utf8(value).is_err();
        !payload.metadata.is_empty() && payload.metadata.values().all(sealed)
    }

    /// Whether data has the shape that the framing gives it: where there is no label, that is all there is to go by.
    fn frames(&self, payload: &Payload) -> bool {
        let data = &payload.data[..];
        match &self.framing {
            Framing::Base64HashNonce => {
                data.iter()
                    .position(|&byte| byte == b'#')
                    .is_some_and(|hash| {
                        let nonce = std::str::from_utf8(&data[hash + 1..]).ok();
                        let nonce = nonce.and_then(base64::decode);
                        nonce.is_some_and(|nonce| nonce.len() == self.nonce_bytes())
                            && data[..hash].iter().all(|&byte| is_base64(byte))
                    })
            }
            Framing::TextThenBase64(text) => {
                let rest = data.strip_prefix(text.as_bytes());
                rest.is_some_and(|rest| !rest.is_empty() && rest.iter().all(|&b| is_base64(b)))
            }
            Framing::UrlSafeBase64 => !data.is_empty() && data.iter().all(|&b| is_base64(b)),
            Framing::Tink => data.first() == Some(&1),
            Framing::None => !data.is_empty(),
        }
    }
}

/// Whether metadata of this name is there, and not empty.
pub(crate) fn filled(payload: &Payload, name: &str) -> bool {
    payload
        .metadata
        .get(name)
        .is_some_and(|value| !value.is_empty())
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=\r\n".contains(&byte)
}

/// Without a cipher nothing tells a foreign Payload under the same label, but that it does not read.
fn is_text_of_payload(spec: &CodecSpec, payload: &Payload) -> bool {
    unframe(spec, payload).is_ok_and(|framed| match &spec.body {
        Body::Payload => Payload::from_inner_proto(framed.sealed.into_owned()).is_ok(),
        Body::Json | Body::Values | Body::Data { .. } => true,
    })
}

/// The Payload that was sealed, from the plaintext and what stood around it. What it inflates to is taken off `allowance`.
pub(crate) fn restore(
    spec: &CodecSpec,
    plain: Vec<u8>,
    payload: &Payload,
    allowance: &mut Allowance<'_>,
) -> Result<Payload, CodecError> {
    let plain = match spec.compression {
        None => plain,
        Some(compression) => {
            let packed = zeroize_on_drop(plain);
            compression.inflate(&packed, allowance)?
        }
    };
    let Body::Data {
        original_encoding,
        remove,
        ..
    } = &spec.body
    else {
        return whole(plain, spec.body == Body::Json);
    };
    let mut restored = payload.clone();
    let kept = original_encoding
        .as_ref()
        .and_then(|name| restored.metadata.remove(name));
    for name in spec
        .added()
        .into_iter()
        .chain(remove.iter().map(String::as_str))
    {
        restored.metadata.remove(name);
    }
    let encoding = match (&spec.encoding, kept) {
        (_, Some(encoding)) => Some(encoding),
        // A marker leaves the encoding as it was.
        (Encoding::Marked(_), None) => restored.metadata.remove(METADATA_ENCODING),
        (Encoding::One(_) | Encoding::AnyOf(_) | Encoding::None, None) => {
            original_encoding.is_none().then(|| guess(&plain))
        }
    };
    match encoding {
        Some(encoding) => restored
            .metadata
            .insert(METADATA_ENCODING.to_owned(), encoding),
        None => restored.metadata.remove(METADATA_ENCODING),
    };
    restored.data = zeroize_on_drop(plain);
    Ok(restored)
}

/// A whole Payload, as protobuf or as JSON, whichever the format says. No protobuf begins as JSON's objects do: it would be a
/// field that no Payload has.
fn whole(plain: Vec<u8>, says_json: bool) -> Result<Payload, CodecError> {
    let plain = zeroize_on_drop(plain);
    let malformed = match Payload::from_inner_proto(plain.clone()) {
        Ok(payload) => return Ok(payload),
        Err(malformed) => malformed,
    };
    let is_object = plain.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let read = is_object.then(|| Payload::from_json(&plain).ok()).flatten();
    // JSON's readers skip what they do not know, so data alone would read as an empty Payload, and be lost.
    let is_read = |payload: &Payload| *payload != Payload::default() || plain.trim_ascii() == b"{}";
    read.filter(|payload| {
        payload.metadata.contains_key(METADATA_ENCODING) || (says_json && is_read(payload))
    })
    .ok_or_else(|| malformed.into())
}

/// The encoding of data whose own was lost.
pub(crate) fn guess(plain: &[u8]) -> Vec<u8> {
    let json = std::str::from_utf8(plain).is_ok_and(json_text::is_json);
    let encoding = if json {
        encodings::JSON_PLAIN
    } else {
        encodings::BINARY_PLAIN
    };
    encoding.into()
}
