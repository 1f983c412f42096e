//! Whose a Payload is, and how it was before it was sealed.

use temporal_payload::{METADATA_ENCODING, Payload, base64, encodings, json_text};

use crate::error::CodecError;
use crate::primitives::zeroize::zeroize_on_drop;
use crate::spec::frame::unframe;
use crate::spec::{Body, CipherName, CodecSpec, Encoding, Framing};

impl CodecSpec {
    /// Whether a Payload looks as if this format wrote it.
    pub fn claims(&self, payload: &Payload) -> bool {
        let labeled = match &self.encoding {
            Encoding::One(encoding) => payload.encoding() == Some(encoding),
            Encoding::AnyOf(encodings) => payload
                .encoding()
                .is_some_and(|encoding| encodings.iter().any(|any| any == encoding)),
            Encoding::None => payload.metadata.is_empty() && self.frames(payload),
        };
        labeled
            && self.require.iter().all(|name| filled(payload, name))
            && !self.forbid.iter().any(|name| filled(payload, name))
            && (self.cipher != CipherName::None || is_text_of_payload(self, payload))
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
        Body::Data { .. } => true,
    })
}

/// The Payload that was sealed, from the plaintext and what stood around it.
pub(crate) fn restore(
    spec: &CodecSpec,
    plain: Vec<u8>,
    payload: &Payload,
) -> Result<Payload, CodecError> {
    let Body::Data {
        original_encoding,
        remove,
        ..
    } = &spec.body
    else {
        return Ok(Payload::from_inner_proto(zeroize_on_drop(plain))?);
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
    let encoding = kept.or_else(|| original_encoding.is_none().then(|| guess(&plain)));
    match encoding {
        Some(encoding) => restored
            .metadata
            .insert(METADATA_ENCODING.to_owned(), encoding),
        None => restored.metadata.remove(METADATA_ENCODING),
    };
    restored.data = zeroize_on_drop(plain);
    Ok(restored)
}

/// The encoding of data whose own was lost.
fn guess(plain: &[u8]) -> Vec<u8> {
    let json = std::str::from_utf8(plain).is_ok_and(json_text::is_json);
    let encoding = if json {
        encodings::JSON_PLAIN
    } else {
        encodings::BINARY_PLAIN
    };
    encoding.into()
}
