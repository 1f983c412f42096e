//! Which bytes of a sealed Payload's data are what, as its spec says: `nonce(12) ‖ ciphertext ‖ tag(16)`. For people to look
//! at, also where no key opens it; nothing is decrypted here, and nothing proves that the spec is the right one.

use std::borrow::Cow;
use std::fmt;

use temporal_payload::{Payload, base64};

use crate::cipher_name::CipherName;
use crate::primitives::detached::TAG_BYTES;
use crate::spec::frame::{NonceSpot, Side};
use crate::spec::header::{self, HeaderPart};
use crate::spec::{CodecSpec, Framing};

/// What some bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartName {
    /// The version of a Fernet token or of Tink's prefix.
    Version,
    /// When a Fernet token was made.
    Time,
    /// The number of the key in its Tink keyset.
    KeyNumber,
    /// What nobody needs to open it.
    Skipped,
    /// The length of the id behind it.
    Length,
    /// The id of the key that sealed it.
    KeyId,
    /// The nonce; with Fernet the IV.
    Nonce,
    /// What is hidden.
    Ciphertext,
    /// What proves that nothing was changed; with Fernet an HMAC.
    Tag,
    /// Not encrypted.
    Data,
}

impl PartName {
    /// The word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            PartName::Version => "version",
            PartName::Time => "time",
            PartName::KeyNumber => "key number",
            PartName::Skipped => "skipped",
            PartName::Length => "length",
            PartName::KeyId => "key id",
            PartName::Nonce => "nonce",
            PartName::Ciphertext => "ciphertext",
            PartName::Tag => "tag",
            PartName::Data => "data",
        }
    }
}

/// Bytes that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BytePart {
    /// What they are.
    pub name: PartName,
    /// The first of them, in [`Layout::bytes`].
    pub start: usize,
    /// How many there are.
    pub len: usize,
}

/// The bytes of a Payload's data, and what each of them is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout<'a> {
    /// The data; where the format writes base64 text, what the text stands for.
    pub bytes: Cow<'a, [u8]>,
    /// From the first byte to the last one, without gaps.
    pub parts: Vec<BytePart>,
    /// How the format writes the bytes into data, where it does not write them as they are.
    pub text_form: Option<String>,
}

/// The data is not laid out as the spec says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoLayout {
    /// It is not the text that the format writes.
    #[error("the data is not the text that this format writes")]
    NotItsText,
    /// It is too short.
    #[error("the data has {bytes} bytes, but this format needs at least {least}")]
    Short {
        /// How many there are.
        bytes: usize,
        /// How many there are at least.
        least: usize,
    },
    /// It has another Tink version.
    #[error("the data does not start with the Tink prefix")]
    NotTink,
    /// It has another version in front.
    #[error("the data does not start with the bytes of this format’s header")]
    OtherHeader,
}

/// A part as the spec has it.
struct Expected {
    name: PartName,
    len: Len,
}

/// How long it is.
#[derive(Clone, Copy)]
enum Len {
    /// So many bytes.
    Fixed(usize),
    /// As the part in front of it says.
    Told,
    /// Whatever the others leave.
    Rest,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len {
            Len::Fixed(len) => write!(f, "{}({len})", self.name.as_str()),
            Len::Told | Len::Rest => f.write_str(self.name.as_str()),
        }
    }
}

impl CodecSpec {
    /// How its bytes stand, as notation: `nonce(12) ‖ ciphertext ‖ tag(16)`.
    pub fn notation(&self) -> String {
        let parts: Vec<String> = expected(self).iter().map(ToString::to_string).collect();
        parts.join(" ‖ ")
    }
}

/// Which bytes of `payload` are what, if a codec of `spec` wrote it.
///
/// # Errors
/// [`NoLayout`] where it cannot have.
pub fn layout<'a>(spec: &CodecSpec, payload: &'a Payload) -> Result<Layout<'a>, NoLayout> {
    let (bytes, text_form) = bytes(spec, &payload.data)?;
    let expected = expected(spec);
    let fixed = expected.iter().map(|part| match part.len {
        Len::Fixed(len) => len,
        Len::Told | Len::Rest => 0,
    });
    let fixed = fixed.sum::<usize>();
    let rest = |told| {
        let least = fixed + told;
        bytes.len().checked_sub(least).ok_or(NoLayout::Short {
            bytes: bytes.len(),
            least,
        })
    };
    rest(0)?;
    if spec.framing == Framing::Tink && bytes.first() != Some(&1) {
        return Err(NoLayout::NotTink);
    }
    let places = header::places(&spec.header, &bytes).map_err(|_| NoLayout::OtherHeader)?;
    let told = spec.header.iter().zip(&places).map(|(part, place)| {
        let is_told = matches!(part, HeaderPart::KeyIdAfterLength(_));
        if is_told { place.len() } else { 0 }
    });
    let told = told.sum();
    let rest = rest(told)?;
    let mut start = 0;
    let parts = expected.into_iter().map(|part| {
        let len = match part.len {
            Len::Fixed(len) => len,
            Len::Told => told,
            Len::Rest => rest,
        };
        start += len;
        BytePart {
            name: part.name,
            start: start - len,
            len,
        }
    });
    Ok(Layout {
        parts: parts.collect(),
        bytes,
        text_form,
    })
}

/// The parts of a format in their order; exactly one of them takes what the others leave, and at most one is told.
fn expected(spec: &CodecSpec) -> Vec<Expected> {
    let fixed = |name, len| Expected {
        name,
        len: Len::Fixed(len),
    };
    let rest = |name| Expected {
        name,
        len: Len::Rest,
    };
    let mut parts = Vec::new();
    if spec.framing == Framing::Tink {
        parts.push(fixed(PartName::Version, 1));
        parts.push(fixed(PartName::KeyNumber, 4));
    }
    for part in &spec.header {
        let name = match part {
            HeaderPart::Hex(_) => PartName::Version,
            HeaderPart::Skip(_) => PartName::Skipped,
            HeaderPart::KeyId(_) => PartName::KeyId,
            HeaderPart::KeyIdAfterLength(_) => PartName::Length,
            HeaderPart::Time => PartName::Time,
        };
        parts.push(fixed(name, part.bytes()));
        if name == PartName::Length {
            parts.push(Expected {
                name: PartName::KeyId,
                len: Len::Told,
            });
        }
    }
    let front = parts.len();
    match spec.cipher {
        CipherName::AesGcm
        | CipherName::Chacha20Poly1305
        | CipherName::Xchacha20Poly1305
        | CipherName::NaclSecretbox => match spec.tag_side() {
            Some(Side::Before) => {
                parts.push(fixed(PartName::Tag, TAG_BYTES));
                parts.push(rest(PartName::Ciphertext));
            }
            Some(Side::Behind) => {
                parts.push(rest(PartName::Ciphertext));
                parts.push(fixed(PartName::Tag, TAG_BYTES));
            }
            None => parts.push(rest(PartName::Ciphertext)),
        },
        CipherName::AesCbc => parts.push(rest(PartName::Ciphertext)),
        CipherName::Fernet => {
            parts.push(fixed(PartName::Version, 1));
            parts.push(fixed(PartName::Time, 8));
            parts.push(fixed(PartName::Nonce, 16));
            parts.push(rest(PartName::Ciphertext));
            parts.push(fixed(PartName::Tag, 32));
        }
        CipherName::None => parts.push(rest(PartName::Data)),
    }
    let nonce = fixed(PartName::Nonce, spec.nonce_bytes());
    match spec.nonce_spot() {
        NonceSpot::First => parts.insert(front, nonce),
        NonceSpot::BehindTag => parts.insert(front + 1, nonce),
        NonceSpot::BeforeTag => parts.insert(parts.len() - 1, nonce),
        NonceSpot::Last => parts.push(nonce),
        NonceSpot::Elsewhere => {
            if spec.framing == Framing::Base64HashNonce && spec.cipher != CipherName::None {
                parts.push(nonce);
            }
        }
    }
    parts
}

/// What the data stands for, and in which text form it is where it is one.
fn bytes<'a>(
    spec: &CodecSpec,
    data: &'a [u8],
) -> Result<(Cow<'a, [u8]>, Option<String>), NoLayout> {
    let (bytes, form): (Cow<'a, [u8]>, _) = match &spec.framing {
        Framing::None | Framing::Tink => (data.into(), None),
        Framing::UrlSafeBase64 => (
            decoded(data)?.into(),
            Some("URL-safe base64 text".to_owned()),
        ),
        Framing::TextThenBase64(text) => {
            let encoded = data
                .strip_prefix(text.as_bytes())
                .ok_or(NoLayout::NotItsText)?;
            let form = if text.is_empty() {
                "base64 text".to_owned()
            } else {
                format!("{text} and base64 text")
            };
            (decoded(encoded)?.into(), Some(form))
        }
        Framing::Base64HashNonce => {
            let hash = data.iter().position(|&byte| byte == b'#');
            let (sealed, nonce) = hash
                .and_then(|hash| Some((data.get(..hash)?, data.get(hash + 1..)?)))
                .ok_or(NoLayout::NotItsText)?;
            let mut bytes = decoded(sealed)?;
            bytes.extend_from_slice(&decoded(nonce)?);
            (bytes.into(), Some("base64#base64 text".to_owned()))
        }
    };
    if spec.cipher != CipherName::Fernet {
        return Ok((bytes, form));
    }
    // A token is text itself.
    let token = decoded(&bytes)?;
    let form = form.map_or_else(
        || "URL-safe base64 text".to_owned(),
        |form| format!("{form} of a Fernet token"),
    );
    Ok((token.into(), Some(form)))
}

fn decoded(text: &[u8]) -> Result<Vec<u8>, NoLayout> {
    std::str::from_utf8(text)
        .ok()
        .and_then(base64::decode)
        .ok_or(NoLayout::NotItsText)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::presets::{preset, presets};

    #[track_caller]
    fn check(format: &str, data: &[u8], expect: &[(PartName, usize)]) {
        let preset = preset(format).expect("a preset");
        let payload = Payload {
            data: data.to_vec().into(),
            ..Payload::default()
        };
        let layout = layout(&preset.spec, &payload).expect("fits");
        let mut at = 0;
        let mut seen = Vec::new();
        for part in &layout.parts {
            assert_eq!(part.start, at, "{format}: without gaps");
            at += part.len;
            seen.push((part.name, part.len));
        }
        assert_eq!(at, layout.bytes.len(), "{format}: to the last byte");
        assert_eq!(seen, expect, "{format}");
    }

    #[test]
    fn parts_stand_where_the_formats_put_them() {
        use PartName::{Ciphertext, Nonce, Tag, Time, Version};
        check(
            "sdk-samples",
            &[0; 40],
            &[(Nonce, 12), (Ciphertext, 12), (Tag, 16)],
        );
        let token = base64::encode(&[0x80; 73]);
        check(
            "posthog-fernet",
            token.as_bytes(),
            &[
                (Version, 1),
                (Time, 8),
                (Nonce, 16),
                (Ciphertext, 16),
                (Tag, 32),
            ],
        );
        let sample = preset("sdk-samples").expect("there");
        assert_eq!(sample.spec.notation(), "nonce(12) ‖ ciphertext ‖ tag(16)");
    }

    #[test]
    fn what_is_too_short_is_told_with_both_sizes() {
        let sample = preset("sdk-samples").expect("there");
        let payload = Payload {
            data: vec![0; 20].into(),
            ..Payload::default()
        };
        assert_eq!(
            layout(&sample.spec, &payload),
            Err(NoLayout::Short {
                bytes: 20,
                least: 28
            })
        );
    }

    #[test]
    fn every_format_has_a_layout_for_every_length_or_says_why_not() {
        for preset in presets() {
            for len in 0..200 {
                for byte in [0_u8, 1, b'A', b'#'] {
                    let payload = Payload {
                        data: vec![byte; len].into(),
                        ..Payload::default()
                    };
                    if let Ok(layout) = layout(&preset.spec, &payload) {
                        let covered: usize = layout.parts.iter().map(|part| part.len).sum();
                        assert_eq!(covered, layout.bytes.len(), "{}", preset.name);
                    }
                }
            }
        }
    }
}
