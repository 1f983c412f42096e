//! The usual bytes of a Payload as protobuf: metadata entries of a name and a value, and data. Whatever else stands there, or is
//! wrong, is for the general reader.

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;

/// Tags of a Payload's fields, and of an entry's: their numbers, and that bytes of a given length follow.
const METADATA: u8 = 0x0a;
const DATA: u8 = 0x12;
const NAME: u8 = 0x0a;
const VALUE: u8 = 0x12;

/// Metadata of at most `max_entries`, and data that borrows from these bytes, all of which are the Payload. Where the bytes are not
/// usual, some metadata may have been read.
pub(crate) fn read_usual(
    bytes: &Bytes,
    max_entries: usize,
    metadata: &mut BTreeMap<String, Vec<u8>>,
) -> Option<Bytes> {
    let mut data = Bytes::new();
    let (mut at, mut n_entries) = (0, 0);
    while let Some(&tag) = bytes.get(at) {
        let (start, end) = field(bytes, at + 1)?;
        match tag {
            METADATA => {
                n_entries += 1;
                if n_entries > max_entries {
                    return None;
                }
                let (name, value) = entry(bytes.get(start..end)?)?;
                // The last of several wins, and no SDK writes several.
                if metadata.contains_key(name) {
                    return None;
                }
                metadata.insert(name.to_owned(), value.to_vec());
            }
            DATA => data = bytes.slice(start..end),
            _ => return None,
        }
        at = end;
    }
    Some(data)
}

/// Where metadata end and where data are, in bytes that have metadata entries first and data last, as they are nearly always
/// written. What the entries are is not looked at.
pub(crate) fn parts(bytes: &[u8]) -> Option<(usize, Range<usize>)> {
    let mut at = 0;
    while bytes.get(at) == Some(&METADATA) {
        (_, at) = field(bytes, at + 1)?;
    }
    let metadata = at;
    match bytes.get(at) {
        None => Some((metadata, at..at)),
        Some(&DATA) => {
            let (start, end) = field(bytes, at + 1)?;
            (end == bytes.len()).then_some((metadata, start..end))
        }
        Some(_) => None,
    }
}

fn entry(bytes: &[u8]) -> Option<(&str, &[u8])> {
    if bytes.first() != Some(&NAME) {
        return None;
    }
    let (start, end) = field(bytes, 1)?;
    let name = std::str::from_utf8(bytes.get(start..end)?).ok()?;
    if bytes.get(end) != Some(&VALUE) {
        return None;
    }
    let (start, last) = field(bytes, end + 1)?;
    (last == bytes.len()).then(|| Some((name, bytes.get(start..last)?)))?
}

/// Where a field begins and ends whose length stands at `at`.
fn field(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    /// Bytes that a length takes: up to 256 MiB.
    const LENGTH: usize = 4;
    let mut length = 0;
    for (n_before, &byte) in bytes.get(at..)?.iter().take(LENGTH).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * n_before);
        if byte < 0x80 {
            let start = at + n_before + 1;
            let end = start + length;
            return (end <= bytes.len()).then_some((start, end));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{MAX_METADATA, Payload};
    use proptest::prelude::*;
    use prost::Message as _;

    fn read(bytes: &Bytes) -> Option<Payload> {
        let mut metadata = BTreeMap::new();
        let data = read_usual(bytes, MAX_METADATA, &mut metadata)?;
        Some(Payload {
            metadata,
            data,
            external_payloads: Vec::new(),
        })
    }

    #[track_caller]
    fn same(bytes: Vec<u8>) {
        let bytes = Bytes::from(bytes);
        if let Some(read) = read(&bytes) {
            assert_eq!(Payload::decode(bytes.clone()), Ok(read));
        }
        if let Some((metadata, data)) = parts(&bytes) {
            let beside = Payload::from_inner_proto(bytes.slice(..metadata));
            let whole = beside.map(|beside| Payload {
                data: bytes.slice(data),
                ..beside
            });
            assert_eq!(Payload::from_inner_proto(bytes).ok(), whole.ok());
        }
    }

    fn usual() -> Payload {
        Payload {
            metadata: [
                ("encoding".to_owned(), b"json/plain".to_vec()),
                ("é".to_owned(), Vec::new()),
            ]
            .into(),
            data: vec![7; 300].into(),
            external_payloads: Vec::new(),
        }
    }

    #[test]
    fn reads_what_is_usual() {
        // What is empty is not written, and an entry without a value is not usual.
        let mut payload = usual();
        payload.metadata.remove("é");
        let bytes = Bytes::from(payload.encode_to_vec());
        let (metadata, data) = parts(&bytes).expect("the usual order");
        assert_eq!((metadata, &bytes[data]), (24, &payload.data[..]));
        assert_eq!(read(&bytes), Some(payload));
        assert_eq!(read(&Bytes::new()), Some(Payload::default()));
        assert_eq!(read(&Bytes::from_static(&[0x1a, 0])), None);
        assert_eq!(read(&Bytes::from_static(&[0x12, 5, 1])), None);
    }

    proptest! {
        #[test]
        fn what_it_reads_is_what_protobuf_says(
            bytes in prop::collection::vec(prop_oneof![
                3 => prop::sample::select(vec![0x0a_u8, 0x12, 0x1a, 0, 1, 2, 3, 4, 5, 6, 0x80, b'a']),
                1 => any::<u8>(),
            ], 0..24),
        ) {
            same(bytes);
        }

        #[test]
        fn a_byte_changed_or_the_end_gone_does_not_change_that(at in any::<prop::sample::Index>(), byte: u8, cut: bool) {
            let mut bytes = usual().encode_to_vec();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if cut {
                bytes.truncate(at);
            }
            same(bytes);
        }
    }
}
