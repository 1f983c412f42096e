//! Where a format puts nonce and sealed bytes in a Payload, and what it authenticates beside them.

use std::borrow::Cow;

use temporal_payload::{Payload, base64};

use crate::key_id::KeyId;
use crate::spec::parts::{joined, value};
use crate::spec::{Aad, CipherName, CodecSpec, Framing, NoncePlace};

/// Bytes in front of a Tink ciphertext: a version and the key's number.
const TINK_PREFIX_BYTES: usize = 5;

/// Nonce and sealed bytes of a Payload.
pub(crate) struct Framed<'a> {
    pub(crate) nonce: Cow<'a, [u8]>,
    pub(crate) sealed: Cow<'a, [u8]>,
}

/// Why there are none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unframed {
    /// Fewer bytes than the nonce takes.
    Short,
    /// Not the text that the format writes.
    Text,
}

/// Takes nonce and sealed bytes out of a Payload.
pub(crate) fn unframe<'a>(
    spec: &'a CodecSpec,
    payload: &'a Payload,
) -> Result<Framed<'a>, Unframed> {
    let data = &payload.data[..];
    let framed = match &spec.framing {
        Framing::None => Cow::Borrowed(data),
        Framing::TextThenBase64(text) => Cow::Owned(
            data.strip_prefix(text.as_bytes())
                .and_then(decode)
                .ok_or(Unframed::Text)?,
        ),
        Framing::Base64HashNonce => {
            let hash = data.iter().position(|&byte| byte == b'#');
            let (sealed, nonce) = hash
                .map(|hash| (&data[..hash], &data[hash + 1..]))
                .ok_or(Unframed::Text)?;
            return Ok(Framed {
                nonce: decode(nonce).ok_or(Unframed::Text)?.into(),
                sealed: decode(sealed).ok_or(Unframed::Text)?.into(),
            });
        }
        Framing::Tink => match data.split_first_chunk::<TINK_PREFIX_BYTES>() {
            Some(([1, ..], sealed)) => Cow::Borrowed(sealed),
            Some(_) => return Err(Unframed::Text),
            None => return Err(Unframed::Short),
        },
    };
    match (&spec.nonce, spec.cipher) {
        (_, CipherName::Fernet | CipherName::None) => Ok(Framed {
            nonce: Cow::Borrowed(&[]),
            sealed: framed,
        }),
        (NoncePlace::Metadata(name), _) => Ok(Framed {
            nonce: payload
                .metadata
                .get(name)
                .and_then(|text| decode(text))
                .ok_or(Unframed::Text)?
                .into(),
            sealed: framed,
        }),
        (NoncePlace::Prefix(bytes), _) => match framed {
            Cow::Borrowed(framed) => framed
                .split_at_checked(*bytes)
                .map(|(nonce, sealed)| Framed {
                    nonce: nonce.into(),
                    sealed: sealed.into(),
                })
                .ok_or(Unframed::Short),
            Cow::Owned(mut framed) if framed.len() >= *bytes => {
                let sealed = framed.split_off(*bytes);
                Ok(Framed {
                    nonce: framed.into(),
                    sealed: sealed.into(),
                })
            }
            Cow::Owned(_) => Err(Unframed::Short),
        },
    }
}

/// Whether the nonce stands in front of the sealed bytes.
pub(crate) fn puts_nonce_first(spec: &CodecSpec) -> bool {
    matches!(spec.nonce, NoncePlace::Prefix(_))
        && !matches!(spec.cipher, CipherName::Fernet | CipherName::None)
        && spec.framing != Framing::Base64HashNonce
}

/// Data from nonce and sealed bytes, which hold the nonce already where it stands in front.
pub(crate) fn frame(spec: &CodecSpec, nonce: &[u8], sealed: Vec<u8>) -> Vec<u8> {
    match &spec.framing {
        Framing::None | Framing::Tink => sealed,
        Framing::TextThenBase64(text) => {
            let mut data = text.clone().into_bytes();
            base64::append(&sealed, &mut data);
            data
        }
        Framing::Base64HashNonce => {
            let mut data = Vec::new();
            base64::append(&sealed, &mut data);
            data.push(b'#');
            base64::append(nonce, &mut data);
            data
        }
    }
}

/// What the tag covers beside the ciphertext.
pub(crate) fn aad(spec: &CodecSpec, id: &KeyId, payload: &Payload) -> Vec<u8> {
    match &spec.aad {
        Aad::None => Vec::new(),
        Aad::Joined(parts) => joined(parts, id, payload),
        Aad::LengthPrefixed(parts) => parts
            .iter()
            .flat_map(|part| {
                let value = value(part, id, payload);
                let len = u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes();
                len.into_iter().chain(value.iter().copied())
            })
            .collect(),
    }
}

fn decode(text: &[u8]) -> Option<Vec<u8>> {
    base64::decode(std::str::from_utf8(text).ok()?)
}
