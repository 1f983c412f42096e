//! One serialized message: as JSON by its type, and with the Payloads in it replaced.

use crate::json_out::JsonOut;
use crate::no_json::{MAX_DEPTH, NoJson};
use crate::scalars::is_written_so;
use crate::schemas::{Found, Schemas};
use crate::shapes::{Kind, MessageId, Types};
use crate::to_json::Writer;
use crate::wire::{WireFields, WireValue};

/// Where the API has a Payload, this type stands.
const PAYLOAD: &str = "temporal.api.common.v1.Payload";

/// A message as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageJson {
    /// Proto3 JSON, without white space.
    pub text: String,
    /// Fields that are not in it, because the type does not have them.
    pub n_unknown: usize,
    /// Types of values in it (each an `Any`) that several places declare differently, so that these values stay bytes.
    pub clashes: Vec<String>,
}

/// A message of this type as JSON. The text is at most some times as long as the bytes, as names of fields are.
///
/// # Errors
/// [`NoJson`] where the bytes are not a message of this type, or one out of all proportion.
pub fn message_json(types: &Types, id: MessageId, bytes: &[u8]) -> Result<MessageJson, NoJson> {
    json_by(types, id, bytes, None)
}

impl Schemas {
    /// As [`message_json`], of a type that was found here: what an `Any` in it holds may be of a type of any place.
    ///
    /// # Errors
    /// As there.
    pub fn message_json(&self, found: Found<'_>, bytes: &[u8]) -> Result<MessageJson, NoJson> {
        json_by(found.types, found.id, bytes, Some(self))
    }
}

fn json_by<'a>(
    types: &'a Types,
    id: MessageId,
    bytes: &'a [u8],
    schemas: Option<&'a Schemas>,
) -> Result<MessageJson, NoJson> {
    let limit = bytes.len().saturating_mul(32) + (1 << 20);
    let mut writer = Writer::new(types, JsonOut::new(false, limit), bytes.len());
    writer.elsewhere.schemas = schemas;
    writer.message(id, &[bytes], 0)?;
    let n_unknown = writer.n_unknown;
    Ok(MessageJson {
        clashes: writer.elsewhere.clashes(),
        text: writer.out.finish()?,
        n_unknown,
    })
}

/// The message with the Payloads that `replace` returns in place of those in it; `None` where it returns none. All other fields
/// stay as they are, those that the type does not have, too, and those whose bytes are no message of their type.
///
/// # Errors
/// [`NoJson`] where the bytes are no message.
pub fn with_payloads(
    types: &Types,
    id: MessageId,
    bytes: &[u8],
    replace: &mut dyn FnMut(&[u8]) -> Option<Vec<u8>>,
) -> Result<Option<Vec<u8>>, NoJson> {
    rewritten(types, id, bytes, replace, 0)
}

fn rewritten(
    types: &Types,
    id: MessageId,
    bytes: &[u8],
    replace: &mut dyn FnMut(&[u8]) -> Option<Vec<u8>>,
    depth: usize,
) -> Result<Option<Vec<u8>>, NoJson> {
    let message = types.message(id);
    if message.name == PAYLOAD {
        return Ok(replace(bytes));
    }
    if depth > MAX_DEPTH {
        return Err(NoJson::TooDeep);
    }
    let mut out: Option<Vec<u8>> = None;
    let mut read = 0;
    for field in WireFields::new(bytes) {
        let field = field?;
        let start = read;
        read += field.whole.len();
        let known = message
            .field(field.number)
            .and_then(|at| message.fields.get(at));
        let known = known.filter(|known| is_written_so(known, field.value));
        let inner = match (known.map(|known| known.kind), field.value) {
            (Some(Kind::Message(inner)), WireValue::Bytes(bytes)) => {
                // What is none stays as it is: of a oneof that is there twice, say, only the last counts, and is read as JSON.
                rewritten(types, inner, bytes, replace, depth + 1).unwrap_or(None)
            }
            _ => None,
        };
        match (inner, &mut out) {
            (Some(inner), out) => {
                let out =
                    out.get_or_insert_with(|| bytes.get(..start).unwrap_or_default().to_vec());
                push_varint(out, (u64::from(field.number) << 3) | 2);
                push_varint(out, inner.len() as u64);
                out.extend(inner);
            }
            (None, Some(out)) => out.extend(field.whole),
            (None, None) => {}
        }
    }
    Ok(out)
}

#[allow(clippy::cast_possible_truncation, reason = "seven bits are left")]
fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temporal;

    #[test]
    fn payloads_are_replaced_wherever_they_stand_and_the_rest_stays() {
        let types = temporal();
        let id = types.find("temporal.api.common.v1.Memo").expect("a type");
        // Two entries, and between them a field that no Memo has.
        let bytes =
            b"\x0a\x09\x0a\x01a\x12\x04\x12\x02xy\x38\x01\x0a\x08\x0a\x01b\x12\x03\x12\x01z";
        let mut seen = Vec::new();
        let replaced = with_payloads(types, id, bytes, &mut |payload| {
            seen.push(payload.to_vec());
            (payload == b"\x12\x02xy")
                .then(|| vec![0x12, 200, 1].into_iter().chain([b'w'; 200]).collect())
        });
        let mut expect = b"\x0a\xd1\x01\x0a\x01a\x12\xcb\x01\x12\xc8\x01".to_vec();
        expect.extend([b'w'; 200]);
        expect.extend(b"\x38\x01\x0a\x08\x0a\x01b\x12\x03\x12\x01z");
        assert_eq!(replaced, Ok(Some(expect)));
        assert_eq!(seen, [b"\x12\x02xy".to_vec(), b"\x12\x01z".to_vec()]);
        assert_eq!(with_payloads(types, id, bytes, &mut |_| None), Ok(None));
        assert_eq!(
            with_payloads(types, id, b"\x0a\x05", &mut |_| None),
            Err(NoJson::Malformed)
        );
    }

    /// Of a oneof the last member counts: what is read as JSON can be written again, whatever an earlier one is.
    #[test]
    fn a_member_that_does_not_count_hides_no_payload() {
        let types = temporal();
        let id = types
            .find("temporal.api.failure.v1.Failure")
            .expect("a type");
        // application_failure_info that is cut off, then canceled_failure_info with details.
        let bytes = b"\x2a\x02\x0a\x05\x3a\x08\x0a\x06\x0a\x04\x12\x02xy";
        let json = message_json(types, id, bytes).expect("a Failure");
        assert!(json.text.contains("canceledFailureInfo"), "{}", json.text);
        let mut n = 0;
        let same = with_payloads(types, id, bytes, &mut |payload| {
            n += 1;
            Some(payload.to_vec())
        });
        assert_eq!(same, Ok(Some(bytes.to_vec())));
        assert_eq!(n, 1);
    }
}
