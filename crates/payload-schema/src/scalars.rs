//! Scalar values in JSON, as protobuf writes them.

use temporal_payload::base64;

use crate::json_out::JsonOut;
use crate::shapes::{Cardinality, Field, Kind, Types};
use crate::wire::{WireFields, WireValue, varint};

/// Whether a value of this kind is written so.
pub(crate) fn fits(kind: Kind, value: WireValue<'_>) -> bool {
    match value {
        WireValue::Varint(_) => is_varint(kind),
        WireValue::Fixed64(_) => matches!(kind, Kind::Double | Kind::Fixed64 | Kind::Sfixed64),
        WireValue::Fixed32(_) => matches!(kind, Kind::Float | Kind::Fixed32 | Kind::Sfixed32),
        WireValue::Bytes(_) => matches!(kind, Kind::String | Kind::Bytes | Kind::Message(_)),
        WireValue::Group(_) => matches!(kind, Kind::Group(_)),
    }
}

fn is_varint(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Int32
            | Kind::Int64
            | Kind::Uint32
            | Kind::Uint64
            | Kind::Sint32
            | Kind::Sint64
            | Kind::Bool
            | Kind::Enum(_)
    )
}

/// Whether several values of this kind may stand in one field.
pub(crate) fn can_be_packed(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::String | Kind::Bytes | Kind::Message(_) | Kind::Group(_)
    )
}

/// Whether the field's values are written so; readers treat others as fields that they do not know.
pub(crate) fn is_written_so(field: &Field, value: WireValue<'_>) -> bool {
    let is_pack = matches!(value, WireValue::Bytes(_))
        && field.cardinality == Cardinality::Many
        && can_be_packed(field.kind);
    is_pack || fits(field.kind, value)
}

/// The values that are packed in a field; `None` where the bytes are no such values.
pub(crate) fn packed(kind: Kind, bytes: &[u8]) -> Option<Vec<WireValue<'static>>> {
    let mut values = Vec::new();
    if is_varint(kind) {
        let mut rest = bytes;
        while !rest.is_empty() {
            values.push(WireValue::Varint(varint(&mut rest).ok()?));
        }
        return Some(values);
    }
    if matches!(kind, Kind::Double | Kind::Fixed64 | Kind::Sfixed64) {
        let (chunks, rest) = bytes.as_chunks::<8>();
        values.extend(
            chunks
                .iter()
                .map(|chunk| WireValue::Fixed64(u64::from_le_bytes(*chunk))),
        );
        return rest.is_empty().then_some(values);
    }
    let (chunks, rest) = bytes.as_chunks::<4>();
    values.extend(
        chunks
            .iter()
            .map(|chunk| WireValue::Fixed32(u32::from_le_bytes(*chunk))),
    );
    rest.is_empty().then_some(values)
}

/// What a value of this kind is where nothing is written.
pub(crate) fn default(kind: Kind) -> WireValue<'static> {
    if is_varint(kind) {
        return WireValue::Varint(0);
    }
    if fits(kind, WireValue::Fixed64(0)) {
        return WireValue::Fixed64(0);
    }
    if fits(kind, WireValue::Fixed32(0)) {
        return WireValue::Fixed32(0);
    }
    WireValue::Bytes(&[])
}

/// A text that is not UTF-8, or a value that is no scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotScalar;

/// Writes a value that is no message.
#[allow(
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    reason = "protobuf reads the low bits, and negative numbers as two's complement"
)]
pub(crate) fn write(
    out: &mut JsonOut,
    types: &Types,
    kind: Kind,
    value: WireValue<'_>,
) -> Result<(), NotScalar> {
    match (kind, value) {
        (Kind::Bool, WireValue::Varint(value)) => {
            out.raw(if value != 0 { "true" } else { "false" })
        }
        (Kind::Int32, WireValue::Varint(value)) => out.display(value as i32),
        (Kind::Uint32, WireValue::Varint(value)) => out.display(value as u32),
        (Kind::Sint32, WireValue::Varint(value)) => {
            out.display(zigzag(value & u64::from(u32::MAX)) as i32)
        }
        (Kind::Int64, WireValue::Varint(value)) => {
            out.display(format_args!("\"{}\"", value as i64))
        }
        (Kind::Uint64, WireValue::Varint(value)) => out.display(format_args!("\"{value}\"")),
        (Kind::Sint64, WireValue::Varint(value)) => {
            out.display(format_args!("\"{}\"", zigzag(value)))
        }
        (Kind::Enum(id), WireValue::Varint(value)) => {
            let named = types.enums.get(id);
            match named {
                Some(named) if named.is_null_value => out.raw("null"),
                Some(named) => match named.name(value as i32) {
                    Some(name) => out.string(name),
                    None => out.display(value as i32),
                },
                None => out.display(value as i32),
            }
        }
        (Kind::Fixed32, WireValue::Fixed32(value)) => out.display(value),
        (Kind::Sfixed32, WireValue::Fixed32(value)) => out.display(value as i32),
        (Kind::Fixed64, WireValue::Fixed64(value)) => out.display(format_args!("\"{value}\"")),
        (Kind::Sfixed64, WireValue::Fixed64(value)) => {
            out.display(format_args!("\"{}\"", value as i64))
        }
        (Kind::Float, WireValue::Fixed32(value)) => {
            let value = f32::from_bits(value);
            let plain = (value.to_string(), format!("{value:e}"));
            float(out, f64::from(value), plain);
        }
        (Kind::Double, WireValue::Fixed64(value)) => {
            let value = f64::from_bits(value);
            float(out, value, (value.to_string(), format!("{value:e}")));
        }
        (Kind::String, WireValue::Bytes(bytes)) => {
            out.string(std::str::from_utf8(bytes).map_err(|_| NotScalar)?);
        }
        (Kind::Bytes, WireValue::Bytes(bytes)) => {
            out.raw("\"");
            out.raw(&base64::encode(bytes));
            out.raw("\"");
        }
        _ => return Err(NotScalar),
    }
    Ok(())
}

fn float(out: &mut JsonOut, value: f64, (plain, scientific): (String, String)) {
    if value.is_nan() {
        out.raw("\"NaN\"");
    } else if value.is_infinite() {
        out.raw(if value > 0.0 {
            "\"Infinity\""
        } else {
            "\"-Infinity\""
        });
    } else if value != 0.0 && !(1e-6..1e21).contains(&value.abs()) {
        // As Go and JavaScript write it: with a sign of the exponent.
        out.raw(&match scientific.contains("e-") {
            true => scientific,
            false => scientific.replace('e', "e+"),
        });
    } else {
        out.raw(&plain);
    }
}

#[allow(clippy::cast_possible_wrap, reason = "half of it fits")]
fn zigzag(value: u64) -> i64 {
    ((value >> 1) as i64) ^ -((value & 1) as i64)
}

/// The two numbers of a Timestamp or a Duration.
#[allow(
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    reason = "protobuf reads the low bits, and negative numbers as two's complement"
)]
pub(crate) fn seconds_and_nanos(parts: &[&[u8]]) -> Option<(i64, i32)> {
    let (mut seconds, mut nanos) = (0, 0);
    for field in parts.iter().copied().flat_map(WireFields::new) {
        let field = field.ok()?;
        match (field.number, field.value) {
            (1, WireValue::Varint(value)) => seconds = value as i64,
            (2, WireValue::Varint(value)) => nanos = value as i32,
            _ => {}
        }
    }
    Some((seconds, nanos))
}
