//! What the readers promise, over Temporal's whole API.

mod documents;
mod odd_bytes;
mod places;
mod positions;
mod user;

/// The bytes of a field that has its length before it.
fn field(number: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = varint((u64::from(number) << 3) | 2);
    bytes.extend(varint(content.len() as u64));
    bytes.extend(content);
    bytes
}

#[allow(clippy::cast_possible_truncation, reason = "seven bits are left")]
fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}
