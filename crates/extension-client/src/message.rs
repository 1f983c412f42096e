//! The question and the answer as bytes. A gRPC message is `compressed(1) ‖ length(4, big-endian) ‖ protobuf`; both messages of the
//! service have one field, number 1, of bytes.

use bytes::{BufMut as _, Bytes, BytesMut};
use prost::encoding::{
    DecodeContext, WireType, decode_key, decode_varint, encode_key, encode_varint, skip_field,
};

use crate::refusal::Refusal;

/// The field of the wrapped key in the question, and of the data key in the answer.
const FIELD: u32 = 1;

/// The question for a wrapped key.
pub(crate) fn question(wrapped: &[u8]) -> Bytes {
    let mut message = BytesMut::with_capacity(wrapped.len() + 16);
    encode_key(FIELD, WireType::LengthDelimited, &mut message);
    encode_varint(wrapped.len() as u64, &mut message);
    message.put_slice(wrapped);
    let mut framed = BytesMut::with_capacity(message.len() + 5);
    framed.put_u8(0);
    // A wrapped key has some kilobytes at most.
    framed.put_u32(u32::try_from(message.len()).unwrap_or(u32::MAX));
    framed.put_slice(&message);
    framed.freeze()
}

/// The data key in an answer, where it stands. Nothing is copied.
pub(crate) fn data_key(answer: &[u8]) -> Result<&[u8], Refusal> {
    read(answer).ok_or(Refusal::NotGrpc)
}

fn read(answer: &[u8]) -> Option<&[u8]> {
    let (compressed, rest) = answer.split_first()?;
    let (len, mut message) = rest.split_first_chunk::<4>()?;
    // One message, whole; compression was not offered.
    if *compressed != 0 || usize::try_from(u32::from_be_bytes(*len)).ok()? != message.len() {
        return None;
    }
    let mut found: &[u8] = &[];
    while !message.is_empty() {
        let (field, wire_type) = decode_key(&mut message).ok()?;
        if field == FIELD && wire_type == WireType::LengthDelimited {
            let len = usize::try_from(decode_varint(&mut message).ok()?).ok()?;
            // Of a field that comes twice, the last counts.
            (found, message) = message.split_at_checked(len)?;
        } else {
            skip_field(wire_type, field, &mut message, DecodeContext::default()).ok()?;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_question_has_the_form_of_an_answer() {
        let question = question(b"wrapped");
        assert_eq!(&question[..], b"\0\0\0\0\x09\x0a\x07wrapped");
        assert_eq!(data_key(&question), Ok(&b"wrapped"[..]));
    }

    #[test]
    fn other_fields_are_passed_over_and_the_last_key_counts() {
        let answer = b"\0\0\0\0\x0d\x10\x05\x0a\x02no\x22\x01x\x0a\x02ok";
        assert_eq!(data_key(answer), Ok(&b"ok"[..]));
        assert_eq!(data_key(b"\0\0\0\0\0"), Ok(&b""[..]), "an empty message");
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for answer in [
            &b""[..],
            b"\0\0\0\0",
            b"\x01\0\0\0\x02\x0a\0",
            b"\0\0\0\0\x03\x0a\0",
            b"\0\0\0\0\x02\x0a\x05",
            b"\0\0\0\0\x01\x0b",
            b"\0\0\0\0\x0b\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        ] {
            assert_eq!(data_key(answer), Err(Refusal::NotGrpc), "{answer:?}");
        }
    }

    proptest! {
        #[test]
        fn every_question_is_read_back(wrapped in prop::collection::vec(any::<u8>(), 0..300)) {
            let question = question(&wrapped);
            prop_assert_eq!(data_key(&question), Ok(&wrapped[..]));
        }

        #[test]
        fn any_bytes_end(answer in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = data_key(&answer);
            let mut framed = question(b"")[..1].to_vec();
            framed.extend((answer.len() as u32).to_be_bytes());
            framed.extend(&answer);
            let _ = data_key(&framed);
        }
    }
}
