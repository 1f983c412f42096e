//! Where a format puts nonce and sealed bytes in a Payload, and what it authenticates beside them.

use std::borrow::Cow;

use temporal_payload::{Payload, base64};

use crate::cipher_name::CipherName;
use crate::key_id::KeyId;
use crate::primitives::detached::TAG_BYTES;
use crate::spec::header::{self, HeaderPart, Misplaced};
use crate::spec::{CodecSpec, Framing, NoncePlace, TagPlace};

/// Bytes in front of a Tink ciphertext: a version and the key's number.
const TINK_PREFIX_BYTES: usize = 5;

/// On which side of the ciphertext the tag is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    Behind,
}

/// Where the nonce stands among the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NonceSpot {
    /// In front of tag and ciphertext.
    First,
    /// Between the tag, which is first, and the ciphertext.
    BehindTag,
    /// Between the ciphertext and the tag, which is last.
    BeforeTag,
    /// Behind ciphertext and tag.
    Last,
    /// Not among them.
    Elsewhere,
}

impl CodecSpec {
    /// On which side of the ciphertext the tag is; `None` where it is elsewhere, or there is none.
    pub(crate) fn tag_side(&self) -> Option<Side> {
        match (&self.tag, self.own_side()) {
            (Some(TagPlace::Metadata(_)), _) => None,
            (Some(TagPlace::Before | TagPlace::First), Some(_)) => Some(Side::Before),
            (Some(TagPlace::Behind | TagPlace::Last), Some(_)) => Some(Side::Behind),
            (_, own) => own,
        }
    }

    /// Where the nonce stands among the bytes.
    pub(crate) fn nonce_spot(&self) -> NonceSpot {
        let has_none = matches!(self.cipher, CipherName::Fernet | CipherName::None);
        if has_none || self.framing == Framing::Base64HashNonce {
            return NonceSpot::Elsewhere;
        }
        let has_tag = self.own_side().is_some();
        match (&self.nonce, &self.tag) {
            (NoncePlace::Metadata(_), _) => NonceSpot::Elsewhere,
            (NoncePlace::Prefix(_), Some(TagPlace::First)) if has_tag => NonceSpot::BehindTag,
            (NoncePlace::Prefix(_), _) => NonceSpot::First,
            (NoncePlace::Suffix(_), Some(TagPlace::Last)) if has_tag => NonceSpot::BeforeTag,
            (NoncePlace::Suffix(_), _) => NonceSpot::Last,
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

/// The key id among the bytes of a Payload, where the format has one there.
pub(crate) fn key_id_in_bytes(spec: &CodecSpec, payload: &Payload) -> Option<KeyId> {
    if !spec.header.iter().any(HeaderPart::is_key_id) {
        return None;
    }
    let framed = framed_bytes(spec, &payload.data).ok()?;
    header::key_id(&spec.header, &framed)
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
        | (Some(TagPlace::Before | TagPlace::First), Side::Before)
        | (Some(TagPlace::Behind | TagPlace::Last), Side::Behind) => framed.sealed,
        (Some(TagPlace::Before | TagPlace::First), Side::Behind) => {
            moved(&framed.sealed, Side::Before).ok_or(Unframed::Short)?
        }
        (Some(TagPlace::Behind | TagPlace::Last), Side::Before) => {
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
    if spec.framing == Framing::Base64HashNonce {
        let hash = data.iter().position(|&byte| byte == b'#');
        let (sealed, nonce) = hash
            .map(|hash| (&data[..hash], &data[hash + 1..]))
            .ok_or(Unframed::Text)?;
        return Ok(Framed {
            nonce: decode(nonce).ok_or(Unframed::Text)?.into(),
            sealed: decode(sealed).ok_or(Unframed::Text)?.into(),
        });
    }
    let framed = framed_bytes(spec, data)?;
    let bytes = header::end(&spec.header, &framed).map_err(|misplaced| match misplaced {
        Misplaced::Short => Unframed::Short,
        Misplaced::Other => Unframed::Text,
    })?;
    let framed = match framed {
        Cow::Borrowed(framed) => framed[bytes..].into(),
        Cow::Owned(mut framed) => {
            framed.drain(..bytes);
            framed.into()
        }
    };
    nonce_apart(spec, payload, framed)
}

/// What stands in data, with its header; of text what it stands for.
pub(crate) fn framed_bytes<'a>(
    spec: &CodecSpec,
    data: &'a [u8],
) -> Result<Cow<'a, [u8]>, Unframed> {
    match &spec.framing {
        Framing::None => Ok(data.into()),
        Framing::UrlSafeBase64 => Ok(decode(data).ok_or(Unframed::Text)?.into()),
        Framing::TextThenBase64(text) => {
            let encoded = data.strip_prefix(text.as_bytes());
            Ok(encoded.and_then(decode).ok_or(Unframed::Text)?.into())
        }
        Framing::Tink => match data.split_first_chunk::<TINK_PREFIX_BYTES>() {
            Some(([1, ..], sealed)) => Ok(sealed.into()),
            Some(_) => Err(Unframed::Text),
            None => Err(Unframed::Short),
        },
        // Two texts, and no header.
        Framing::Base64HashNonce => Err(Unframed::Text),
    }
}

/// Takes the nonce from where it stands.
fn nonce_apart<'a>(
    spec: &'a CodecSpec,
    payload: &'a Payload,
    framed: Cow<'a, [u8]>,
) -> Result<Framed<'a>, Unframed> {
    let len = spec.nonce_bytes();
    let start = match spec.nonce_spot() {
        NonceSpot::Elsewhere => {
            let nonce = match (&spec.nonce, spec.cipher) {
                (NoncePlace::Metadata(field), cipher)
                    if !matches!(cipher, CipherName::Fernet | CipherName::None) =>
                {
                    field.read(payload, len).ok_or(Unframed::Text)?
                }
                _ => Cow::Borrowed(&[][..]),
            };
            return Ok(Framed {
                nonce,
                sealed: framed,
            });
        }
        NonceSpot::First => Some(0),
        NonceSpot::BehindTag => Some(TAG_BYTES),
        NonceSpot::BeforeTag => framed.len().checked_sub(len.saturating_add(TAG_BYTES)),
        NonceSpot::Last => framed.len().checked_sub(len),
    };
    let place = start.and_then(|start| Some(start..start.checked_add(len)?));
    let place = place
        .filter(|place| place.end <= framed.len())
        .ok_or(Unframed::Short)?;
    let is_inside = place.start > 0 && place.end < framed.len();
    match framed {
        // What stands at an end is not copied.
        Cow::Borrowed(framed) if !is_inside => {
            let nonce = framed[place.clone()].into();
            let sealed = match place.start {
                0 => &framed[place.end..],
                start => &framed[..start],
            };
            let sealed = sealed.into();
            Ok(Framed { nonce, sealed })
        }
        framed @ (Cow::Borrowed(_) | Cow::Owned(_)) => {
            let mut sealed = framed.into_owned();
            let nonce: Vec<u8> = sealed.drain(place).collect();
            Ok(Framed {
                nonce: nonce.into(),
                sealed: sealed.into(),
            })
        }
    }
}

/// Puts the nonce to where it stands beside sealed bytes, which begin at `at` with the tag in its place; unless they have it in front
/// already.
pub(crate) fn place_nonce(spec: &CodecSpec, nonce: &[u8], at: usize, sealed: &mut Vec<u8>) {
    let place = match spec.nonce_spot() {
        NonceSpot::First | NonceSpot::Elsewhere => return,
        NonceSpot::BehindTag => at + TAG_BYTES,
        NonceSpot::BeforeTag => sealed.len() - TAG_BYTES,
        NonceSpot::Last => sealed.len(),
    };
    sealed.splice(place..place, nonce.iter().copied());
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
