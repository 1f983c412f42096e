//! What a format puts in front of nonce and ciphertext: a version, a time, the key's id, or what nobody needs.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::key_id::KeyId;
use crate::primitives::hex;

/// Bytes of a key's id that stands behind its length, at most: a format that is read as another one has any length there.
const MAX_ID_BYTES: usize = 256;

/// Some bytes in front of nonce and ciphertext.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum HeaderPart {
    /// These, as hex: a version.
    Hex(String),
    /// So many that nobody needs, such as a key's number or a signature. A format that has them is only read.
    Skip(usize),
    /// Seconds since 1970 in eight bytes, big end first. They are not judged.
    Time,
    /// The key's id, in so many bytes: the text that it is, without zero bytes behind it; where it is none that can be seen, its hex
    /// digits.
    KeyId(usize),
    /// The key's id behind its length, which is written so: at most 256 bytes, as they would stand in metadata.
    KeyIdAfterLength(LengthAs),
}

/// How a length is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LengthAs {
    /// In one byte.
    U8,
    /// In two bytes, big end first.
    U16Be,
    /// In two bytes, little end first.
    U16Le,
    /// In four bytes, big end first.
    U32Be,
    /// In four bytes, little end first.
    U32Le,
}

impl LengthAs {
    /// Every way, the usual ones first.
    pub const ALL: [LengthAs; 5] = [
        LengthAs::U8,
        LengthAs::U16Be,
        LengthAs::U32Be,
        LengthAs::U16Le,
        LengthAs::U32Le,
    ];

    /// How many bytes it takes.
    pub(crate) fn bytes(self) -> usize {
        match self {
            LengthAs::U8 => 1,
            LengthAs::U16Be | LengthAs::U16Le => 2,
            LengthAs::U32Be | LengthAs::U32Le => 4,
        }
    }

    /// The length that stands in these bytes, of which there are as many as it takes.
    fn read(self, bytes: &[u8]) -> usize {
        let join = |length: usize, byte: &u8| (length << 8) | usize::from(*byte);
        match self {
            LengthAs::U8 | LengthAs::U16Be | LengthAs::U32Be => bytes.iter().fold(0, join),
            LengthAs::U16Le | LengthAs::U32Le => bytes.iter().rev().fold(0, join),
        }
    }

    /// The bytes of a length; `None` where they do not hold it.
    pub(crate) fn write(self, length: usize) -> Option<Vec<u8>> {
        Some(match self {
            LengthAs::U8 => u8::try_from(length).ok()?.to_be_bytes().into(),
            LengthAs::U16Be => u16::try_from(length).ok()?.to_be_bytes().into(),
            LengthAs::U16Le => u16::try_from(length).ok()?.to_le_bytes().into(),
            LengthAs::U32Be => u32::try_from(length).ok()?.to_be_bytes().into(),
            LengthAs::U32Le => u32::try_from(length).ok()?.to_le_bytes().into(),
        })
    }
}

impl HeaderPart {
    /// How many bytes it takes, an id behind its length left out.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            HeaderPart::Hex(digits) => digits.len() / 2,
            HeaderPart::Skip(bytes) | HeaderPart::KeyId(bytes) => *bytes,
            HeaderPart::KeyIdAfterLength(length) => length.bytes(),
            HeaderPart::Time => 8,
        }
    }

    pub(crate) fn is_key_id(&self) -> bool {
        match self {
            HeaderPart::KeyId(_) | HeaderPart::KeyIdAfterLength(_) => true,
            HeaderPart::Hex(_) | HeaderPart::Skip(_) | HeaderPart::Time => false,
        }
    }

    /// Where it stands in `bytes` if it begins at `start`.
    fn place(&self, bytes: &[u8], start: usize) -> Result<Range<usize>, Misplaced> {
        let end = start.saturating_add(self.bytes());
        let found = bytes.get(start..end).ok_or(Misplaced::Short)?;
        match self {
            HeaderPart::Hex(digits) if hex::decode(digits).as_deref() != Some(found) => {
                Err(Misplaced::Other)
            }
            HeaderPart::KeyIdAfterLength(length) => {
                let length = length.read(found);
                if length > MAX_ID_BYTES {
                    return Err(Misplaced::Other);
                }
                match end.checked_add(length).filter(|end| *end <= bytes.len()) {
                    Some(id_end) => Ok(end..id_end),
                    None => Err(Misplaced::Short),
                }
            }
            HeaderPart::Hex(_) | HeaderPart::Skip(_) | HeaderPart::KeyId(_) | HeaderPart::Time => {
                Ok(start..end)
            }
        }
    }
}

/// Why a header does not stand in front of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misplaced {
    /// They end before it does.
    Short,
    /// Its constant bytes are others, or its length is none of an id.
    Other,
}

/// The fewest bytes of a header.
pub(crate) fn least_bytes(header: &[HeaderPart]) -> usize {
    let bytes = header.iter().map(HeaderPart::bytes);
    bytes.fold(0, usize::saturating_add)
}

/// Where each part of a header stands in front of `bytes`, in their order and behind the length that it may have.
pub(crate) fn places(header: &[HeaderPart], bytes: &[u8]) -> Result<Vec<Range<usize>>, Misplaced> {
    let mut places = Vec::with_capacity(header.len());
    let mut start = 0;
    for part in header {
        let place = part.place(bytes, start)?;
        start = place.end;
        places.push(place);
    }
    Ok(places)
}

/// Where a header ends that stands in front of `bytes`.
pub(crate) fn end(header: &[HeaderPart], bytes: &[u8]) -> Result<usize, Misplaced> {
    let step = |start, part: &HeaderPart| Ok(part.place(bytes, start)?.end);
    header.iter().try_fold(0, step)
}

/// The id in a header that stands in front of `bytes`; `None` where it has none.
pub(crate) fn key_id(header: &[HeaderPart], bytes: &[u8]) -> Option<KeyId> {
    let part = header.iter().position(HeaderPart::is_key_id)?;
    let header = header.get(..=part)?;
    let places = places(header, bytes).ok()?;
    let id = bytes.get(places.last()?.clone())?;
    Some(match header.last()? {
        HeaderPart::KeyIdAfterLength(_) => KeyId::of_bytes(id),
        HeaderPart::Hex(_) | HeaderPart::Skip(_) | HeaderPart::Time | HeaderPart::KeyId(_) => {
            id_of_width(id)
        }
    })
}

/// Text that can be seen, without zero bytes behind it; or else the hex digits of all of them.
fn id_of_width(bytes: &[u8]) -> KeyId {
    let end = bytes.iter().rposition(|byte| *byte != 0);
    let text = end.and_then(|end| std::str::from_utf8(&bytes[..=end]).ok());
    match text.filter(|text| !text.chars().any(char::is_control)) {
        Some(text) => KeyId::new(text),
        None => KeyId::new(&hex::encode(bytes)),
    }
}

/// So many bytes that are read as this id: its text, or what its hex digits stand for; `None` where there are none.
fn bytes_in_width(id: &KeyId, width: usize) -> Option<Vec<u8>> {
    let text = id.as_str().as_bytes().to_vec();
    let digits = hex::decode(id.as_str());
    std::iter::once(text).chain(digits).find_map(|mut bytes| {
        let fits = bytes.len() <= width;
        bytes.resize(width, 0);
        (fits && id_of_width(&bytes) == *id).then_some(bytes)
    })
}

/// A header as it is written; `None` where the key's id does not fit in it.
pub(crate) fn write(header: &[HeaderPart], seconds: u64, id: &KeyId) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for part in header {
        match part {
            HeaderPart::Hex(digits) => bytes.extend(hex::decode(digits).unwrap_or_default()),
            HeaderPart::Skip(skipped) => bytes.resize(bytes.len() + skipped, 0),
            HeaderPart::Time => bytes.extend(seconds.to_be_bytes()),
            HeaderPart::KeyId(width) => bytes.extend(bytes_in_width(id, *width)?),
            HeaderPart::KeyIdAfterLength(length) => {
                let id = id.to_bytes();
                bytes.extend(
                    length
                        .write(id.len())
                        .filter(|_| id.len() <= MAX_ID_BYTES)?,
                );
                bytes.extend(&*id);
            }
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(part: HeaderPart, id: &str, expect: Option<&[u8]>) {
        let header = [HeaderPart::Hex("81".to_owned()), part, HeaderPart::Time];
        let written = write(&header, 7, &KeyId::new(id));
        let expect = expect.map(|id| [&[0x81], id, &7_u64.to_be_bytes()].concat());
        assert_eq!(written, expect, "{id}");
        let Some(mut written) = written else { return };
        let whole = written.len();
        written.extend(b"what is behind it");
        assert_eq!(key_id(&header, &written), Some(KeyId::new(id)));
        assert_eq!(end(&header, &written), Ok(whole));
        assert_eq!(end(&header, &written[..whole - 1]), Err(Misplaced::Short));
        written[0] = 0x80;
        assert_eq!(end(&header, &written), Err(Misplaced::Other));
    }

    #[test]
    fn an_id_is_written_as_it_is_read() {
        check(HeaderPart::KeyId(4), "k1", Some(b"k1\0\0"));
        check(HeaderPart::KeyId(4), "00000007", Some(&[0, 0, 0, 7]));
        check(HeaderPart::KeyId(4), "fffe0102", Some(&[0xff, 0xfe, 1, 2]));
        check(HeaderPart::KeyId(8), "00000007", Some(b"00000007"));
        // What cannot be written so that it names the same key.
        check(HeaderPart::KeyId(4), "production", None);
        check(HeaderPart::KeyId(4), "41424344", None);
        check(HeaderPart::KeyId(4), "", None);
    }

    #[test]
    fn a_length_stands_in_front_of_an_id() {
        use LengthAs::{U8, U16Be, U16Le, U32Be, U32Le};
        let after = HeaderPart::KeyIdAfterLength;
        check(after(U8), "prod", Some(b"\x04prod"));
        check(after(U16Be), "prod", Some(b"\0\x04prod"));
        check(after(U16Le), "prod", Some(b"\x04\0prod"));
        check(after(U32Be), "prod", Some(b"\0\0\0\x04prod"));
        check(after(U32Le), "prod", Some(b"\x04\0\0\0prod"));
        check(after(U8), "", Some(b"\0"));
        check(after(U16Be), "hex:fffe", Some(&[0, 2, 0xff, 0xfe]));
        check(after(U16Be), "fffe", Some(b"\0\x04fffe"));
        check(after(U8), &"k".repeat(256), None);
        check(after(U32Be), &"k".repeat(257), None);
        let far = [0xff; 300];
        assert_eq!(end(&[after(U16Be)], &far), Err(Misplaced::Other));
        assert_eq!(end(&[after(U8)], &far[..200]), Err(Misplaced::Short));
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_back(bytes in prop::collection::vec(any::<u8>(), 1..20)) {
            let header = [HeaderPart::KeyId(bytes.len())];
            let id = key_id(&header, &bytes).expect("there");
            // The text of hex digits names other bytes than they stand for, of which only one spelling is written.
            if let Some(written) = write(&header, 0, &id) {
                prop_assert_eq!(key_id(&header, &written), Some(id));
            }
        }

        #[test]
        fn any_bytes_have_places_or_a_reason(
            bytes in prop::collection::vec(any::<u8>(), 0..600),
            length in prop::sample::select(&LengthAs::ALL),
        ) {
            let header = [HeaderPart::Skip(1), HeaderPart::KeyIdAfterLength(length)];
            if let Ok(places) = places(&header, &bytes) {
                prop_assert_eq!(places[1].start, 1 + length.bytes());
                prop_assert_eq!(Ok(places[1].end), end(&header, &bytes));
            }
        }
    }
}
