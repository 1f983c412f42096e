//! The wire form of protobuf, field by field: total, without a copy, in one pass.

/// Groups that may stand in each other.
const MAX_GROUPS: usize = 32;

/// One field as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WireField<'a> {
    pub(crate) number: u32,
    pub(crate) value: WireValue<'a>,
    /// All its bytes, its key included.
    pub(crate) whole: &'a [u8],
}

/// What stands after a field's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WireValue<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    /// What stands between the two keys of a group.
    Group(&'a [u8]),
    Fixed32(u32),
}

/// The bytes are no protobuf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// The fields of a message, in the order of its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WireFields<'a>(&'a [u8]);

impl<'a> WireFields<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        WireFields(bytes)
    }

    fn read(&mut self) -> Result<WireField<'a>, Malformed> {
        let start = self.0;
        let (number, wire_type) = key(&mut self.0)?;
        let value = match wire_type {
            3 => WireValue::Group(group(&mut self.0, number)?),
            other => value(&mut self.0, other)?,
        };
        let whole = start.get(..start.len() - self.0.len()).ok_or(Malformed)?;
        Ok(WireField {
            number,
            value,
            whole,
        })
    }
}

impl<'a> Iterator for WireFields<'a> {
    type Item = Result<WireField<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.read();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

/// The whole of a message is well formed, down to its own fields.
pub(crate) fn is_message(bytes: &[u8]) -> bool {
    WireFields::new(bytes).all(|field| field.is_ok())
}

pub(crate) fn varint(bytes: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0_u64;
    for at in 0..10 {
        let (&byte, rest) = bytes.split_first().ok_or(Malformed)?;
        *bytes = rest;
        // The tenth byte has room for one bit; readers drop what is above it.
        value |= u64::from(byte & 0x7f).checked_shl(at * 7).unwrap_or(0);
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(Malformed)
}

fn key(bytes: &mut &[u8]) -> Result<(u32, u32), Malformed> {
    let key = u32::try_from(varint(bytes)?).map_err(|_| Malformed)?;
    match key >> 3 {
        0 => Err(Malformed),
        number => Ok((number, key & 7)),
    }
}

fn value<'a>(bytes: &mut &'a [u8], wire_type: u32) -> Result<WireValue<'a>, Malformed> {
    match wire_type {
        0 => varint(bytes).map(WireValue::Varint),
        1 => {
            let (value, rest) = bytes.split_first_chunk().ok_or(Malformed)?;
            *bytes = rest;
            Ok(WireValue::Fixed64(u64::from_le_bytes(*value)))
        }
        2 => {
            let len = usize::try_from(varint(bytes)?).map_err(|_| Malformed)?;
            let (value, rest) = bytes.split_at_checked(len).ok_or(Malformed)?;
            *bytes = rest;
            Ok(WireValue::Bytes(value))
        }
        5 => {
            let (value, rest) = bytes.split_first_chunk().ok_or(Malformed)?;
            *bytes = rest;
            Ok(WireValue::Fixed32(u32::from_le_bytes(*value)))
        }
        _ => Err(Malformed),
    }
}

/// What stands up to the end of the group that has just begun.
fn group<'a>(bytes: &mut &'a [u8], number: u32) -> Result<&'a [u8], Malformed> {
    let start = *bytes;
    let mut open = vec![number];
    loop {
        let before = bytes.len();
        let (number, wire_type) = key(bytes)?;
        match wire_type {
            3 if open.len() == MAX_GROUPS => return Err(Malformed),
            3 => open.push(number),
            4 if open.pop() != Some(number) => return Err(Malformed),
            4 if open.is_empty() => return start.get(..start.len() - before).ok_or(Malformed),
            4 => {}
            other => {
                value(bytes, other)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_wire_type() {
        let bytes = [
            0x08, 0x96, 0x01, 0x11, 1, 0, 0, 0, 0, 0, 0, 0, 0x1a, 2, b'a', b'b', 0x23, 0x08, 1,
            0x24, 0x2d, 2, 0, 0, 0,
        ];
        let fields: Vec<_> = WireFields::new(&bytes)
            .map(|field| field.expect("a field"))
            .collect();
        let seen: Vec<_> = fields
            .iter()
            .map(|field| (field.number, field.value))
            .collect();
        assert_eq!(
            seen,
            [
                (1, WireValue::Varint(150)),
                (2, WireValue::Fixed64(1)),
                (3, WireValue::Bytes(b"ab")),
                (4, WireValue::Group(&[8, 1])),
                (5, WireValue::Fixed32(2)),
            ]
        );
        let whole: usize = fields.iter().map(|field| field.whole.len()).sum();
        assert_eq!(whole, bytes.len());
    }

    #[test]
    fn refuses_what_is_no_message() {
        for bytes in [
            &[0x00, 0x01][..],
            &[0x08],
            &[0x0a, 5, b'a'],
            &[0x0b, 0x08, 1],
            &[0x0b, 0x14],
            &[0x0c],
            &[0x0e],
            &[0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
        ] {
            assert!(!is_message(bytes), "{bytes:?}");
        }
        assert!(!is_message(&[0x0b; 100]), "groups are bounded");
    }
}
