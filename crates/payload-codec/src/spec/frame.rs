//! Where a format puts nonce and sealed bytes in a Payload, and what it authenticates beside them.

use std::borrow::Cow;

use temporal_payload::{Payload, base64};

use crate::cipher_name::CipherName;
use crate::primitives::detached::TAG_BYTES;
use crate::primitives::hex;
use crate::spec::{CodecSpec, Framing, HeaderPart, NoncePlace, TagPlace};

/// Bytes in front of a Tink ciphertext: a version and the key's number.
const TINK_PREFIX_BYTES: usize = 5;

/// On which side of the ciphertext the tag is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    Behind,
}

impl CodecSpec {
    /// On which side of the ciphertext the tag is; `None` where it is elsewhere, or there is none.
    pub(crate) fn tag_side(&self) -> Option<Side> {
        match (&self.tag, self.own_side()) {
            (Some(TagPlace::Metadata(_)), _) => None,
            (Some(TagPlace::Before), Some(_)) => Some(Side::Before),
            (Some(TagPlace::Behind), Some(_)) => Some(Side::Behind),
            (_, own) => own,
        }
    }

    /// The side that its cipher knows.
    fn own_side(&self) -> Option<Side> {
        match self.cipher {
            CipherName::AesGcm | CipherName::Chacha20Poly1305 | CipherName::Xchacha20Poly1305 => {
                Some(Side::Behind)
            }
            CipherName::NaclSecretbox => Some(Side::Before),
            CipherName::Fernet | CipherName::AesCbc | CipherName::None => None,
        }
    }
}

impl HeaderPart {
    /// How many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            HeaderPart::Hex(digits) => digits.len() / 2,
            HeaderPart::Skip(bytes) => *bytes,
            HeaderPart::Time => 8,
        }
    }
}

/// Bytes of a header.
pub(crate) fn header_bytes(header: &[HeaderPart]) -> usize {
    header
        .iter()
        .map(HeaderPart::bytes)
        .fold(0, usize::saturating_add)
}

/// Whether a header's constant bytes stand where they should.
pub(crate) fn starts_well(header: &[HeaderPart], bytes: &[u8]) -> bool {
    let mut at = 0_usize;
    header.iter().all(|part| {
        let end = at.saturating_add(part.bytes());
        let found = bytes.get(at..end);
        at = end;
        match part {
            HeaderPart::Hex(digits) => found == hex::decode(digits).as_deref(),
            HeaderPart::Skip(_) | HeaderPart::Time => found.is_some(),
        }
    })
}

/// A header, as it is written.
pub(crate) fn header(header: &[HeaderPart], seconds: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in header {
        match part {
            HeaderPart::Hex(digits) => bytes.extend(hex::decode(digits).unwrap_or_default()),
            HeaderPart::Skip(skipped) => bytes.resize(bytes.len() + skipped, 0),
            HeaderPart::Time => bytes.extend(seconds.to_be_bytes()),
        }
    }
    bytes
}

/// Nonce and sealed bytes of a Payload; the tag is where its cipher has it.
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
    let framed = nonce_and_sealed(spec, payload)?;
    let Some(own) = spec.own_side() else {
        return Ok(framed);
    };
    let sealed = match (&spec.tag, own) {
        (None, _)
        | (Some(TagPlace::Before), Side::Before)
        | (Some(TagPlace::Behind), Side::Behind) => framed.sealed,
        (Some(TagPlace::Before), Side::Behind) => {
            moved(&framed.sealed, Side::Before).ok_or(Unframed::Short)?
        }
        (Some(TagPlace::Behind), Side::Before) => {
            moved(&framed.sealed, Side::Behind).ok_or(Unframed::Short)?
        }
        (Some(TagPlace::Metadata(field)), own) => {
            let tag = field.read(payload, TAG_BYTES).ok_or(Unframed::Text)?;
            if tag.len() != TAG_BYTES {
                return Err(Unframed::Text);
            }
            let parts = match own {
                Side::Before => [&tag[..], &framed.sealed],
                Side::Behind => [&framed.sealed[..], &tag],
            };
            parts.concat().into()
        }
    };
    Ok(Framed {
        nonce: framed.nonce,
        sealed,
    })
}

/// The same bytes with the tag, which is on this side, on the other one.
pub(crate) fn moved(sealed: &[u8], from: Side) -> Option<Cow<'static, [u8]>> {
    let (first, second) = match from {
        Side::Before => sealed.split_at_checked(TAG_BYTES)?,
        Side::Behind => sealed.split_at_checked(sealed.len().checked_sub(TAG_BYTES)?)?,
    };
    Some([second, first].concat().into())
}

fn nonce_and_sealed<'a>(spec: &'a CodecSpec, payload: &'a Payload) -> Result<Framed<'a>, Unframed> {
    let data = &payload.data[..];
    let framed = match &spec.framing {
        Framing::None => Cow::Borrowed(data),
        Framing::UrlSafeBase64 => Cow::Owned(decode(data).ok_or(Unframed::Text)?),
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
    let framed = match header_bytes(&spec.header) {
        0 => framed,
        bytes if framed.len() < bytes => return Err(Unframed::Short),
        _ if !starts_well(&spec.header, &framed) => return Err(Unframed::Text),
        bytes => match framed {
            Cow::Borrowed(framed) => framed[bytes..].into(),
            Cow::Owned(mut framed) => {
                framed.drain(..bytes);
                framed.into()
            }
        },
    };
    match (&spec.nonce, spec.cipher) {
        (_, CipherName::Fernet | CipherName::None) => Ok(Framed {
            nonce: Cow::Borrowed(&[]),
            sealed: framed,
        }),
        (NoncePlace::Metadata(field), _) => Ok(Framed {
            nonce: field
                .read(payload, spec.nonce_bytes())
                .ok_or(Unframed::Text)?,
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
        Framing::UrlSafeBase64 => base64::encode_url_safe(&sealed).into_bytes(),
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

fn decode(text: &[u8]) -> Option<Vec<u8>> {
    base64::decode(std::str::from_utf8(text).ok()?)
}
