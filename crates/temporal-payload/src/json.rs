//! Payloads as proto3 JSON, both ways.
//!
//! In: camelCase and snake_case, int64 as string or number, `null` for absent, missing fields, unknown fields ignored,
//! base64 in any of four spellings. Out: canonical proto3 JSON: camelCase, standard padded base64, int64 as string,
//! empty fields left out, and nothing else: Go clients refuse unknown fields.
//!
//! Text is decoded straight from the request's bytes and written straight into the answer: no JSON tree in between.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::base64;
use crate::json_write::{json_size_hint, write_payload_json};
use crate::payload::{
    ExternalPayloadDetails, MAX_EXTERNAL_PAYLOADS, MAX_METADATA, Payload, Payloads,
    TOO_MANY_EXTERNAL_PAYLOADS, TOO_MUCH_METADATA,
};

/// The text is not `Payloads` (or `Payload`) JSON. The message names line and column, never the content.
#[derive(Debug, thiserror::Error)]
#[error("{reason} at line {line}, column {column}")]
pub struct MalformedPayloads {
    reason: &'static str,
    line: usize,
    column: usize,
}

impl MalformedPayloads {
    /// Of a text that begins with `read` bytes without a line end, the same of one in which other bytes stand there: so many line
    /// ends, and bytes behind the last of them.
    pub(crate) fn behind(self, read: usize, (n_line_ends, bytes): (usize, usize)) -> Self {
        let is_first = self.line == 1;
        MalformedPayloads {
            line: self.line + n_line_ends,
            column: match is_first {
                true => self.column.saturating_sub(read) + bytes,
                false => self.column,
            },
            ..self
        }
    }
}

impl From<serde_json::Error> for MalformedPayloads {
    fn from(error: serde_json::Error) -> Self {
        // serde_json's own text may quote the input ("invalid type: string \"secret\""), so only its category is kept.
        let own = [TOO_MUCH_METADATA, TOO_MANY_EXTERNAL_PAYLOADS];
        let said = error.to_string();
        let own = own.into_iter().find(|own| said.starts_with(own));
        let reason = own.unwrap_or(match error.classify() {
            serde_json::error::Category::Io => "unreadable",
            serde_json::error::Category::Syntax => "malformed JSON",
            serde_json::error::Category::Data => "not Payloads JSON",
            serde_json::error::Category::Eof => "JSON ends too early",
        });
        MalformedPayloads {
            reason,
            line: error.line(),
            column: error.column(),
        }
    }
}

impl Payloads {
    /// Reads `{"payloads":[…]}`. `{}` and `{"payloads":null}` are no Payloads.
    ///
    /// # Errors
    /// [`MalformedPayloads`] where the text is not an object of that form.
    pub fn from_json(text: &[u8]) -> Result<Self, MalformedPayloads> {
        Ok(serde_json::from_slice(text)?)
    }
}

impl Payload {
    /// Reads `{"metadata":{…},"data":"…"}`.
    ///
    /// # Errors
    /// [`MalformedPayloads`] where the text is not an object of that form.
    pub fn from_json(text: &[u8]) -> Result<Self, MalformedPayloads> {
        Ok(serde_json::from_slice(text)?)
    }

    /// Canonical proto3 JSON.
    pub fn to_json(&self) -> String {
        let mut out = Vec::with_capacity(json_size_hint(self));
        write_payload_json(self, &mut out);
        String::from_utf8(out).expect("names are written through serde_json, the rest is ASCII")
    }
}

impl<'de> Deserialize<'de> for Payloads {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PayloadsVisitor)
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PayloadVisitor)
    }
}

struct PayloadsVisitor;

impl<'de> Visitor<'de> for PayloadsVisitor {
    type Value = Payloads;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with payloads")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Payloads, A::Error> {
        let mut payloads = Payloads::default();
        while let Some(name) = map.next_key_seed(Name)? {
            match &*name {
                "payloads" => {
                    payloads.payloads = map
                        .next_value::<Option<Vec<Payload>>>()?
                        .unwrap_or_default();
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(payloads)
    }
}

struct PayloadVisitor;

impl<'de> Visitor<'de> for PayloadVisitor {
    type Value = Payload;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Payload object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Payload, A::Error> {
        let mut payload = Payload::default();
        while let Some(name) = map.next_key_seed(Name)? {
            match &*name {
                "metadata" => payload.metadata = map.next_value::<Metadata>()?.0,
                "data" => payload.data = Bytes::from(map.next_value::<Base64>()?.0),
                "externalPayloads" | "external_payloads" => {
                    payload.external_payloads = map
                        .next_value::<Option<AllDetails>>()?
                        .unwrap_or_default()
                        .0;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(payload)
    }
}

/// A field name, borrowed from the input where it has no escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

/// Bytes as base64 text, or `null` for none.
struct Base64(Vec<u8>);

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Base64Visitor)
    }
}

struct Base64Visitor;

impl Visitor<'_> for Base64Visitor {
    type Value = Base64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("base64 text or null")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Base64, E> {
        base64::decode(text)
            .map(Base64)
            .ok_or_else(|| E::custom("not base64"))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Base64, E> {
        Ok(Base64(Vec::new()))
    }
}

/// Metadata; `null` is none. A `null` value is empty: Go's older handler writes that for empty bytes.
#[derive(Default)]
struct Metadata(BTreeMap<String, Vec<u8>>);

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MetadataVisitor)
    }
}

struct MetadataVisitor;

impl<'de> Visitor<'de> for MetadataVisitor {
    type Value = Metadata;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of base64 texts, or null")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Metadata, A::Error> {
        let mut metadata = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, Base64>()? {
            metadata.insert(name, value.0);
            if metadata.len() > MAX_METADATA {
                return Err(de::Error::custom(TOO_MUCH_METADATA));
            }
        }
        Ok(Metadata(metadata))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Metadata, E> {
        Ok(Metadata::default())
    }
}

/// Every description of an external payload.
#[derive(Default)]
struct AllDetails(Vec<ExternalPayloadDetails>);

impl<'de> Deserialize<'de> for AllDetails {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(AllDetailsVisitor)
    }
}

struct AllDetailsVisitor;

impl<'de> Visitor<'de> for AllDetailsVisitor {
    type Value = AllDetails;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of external payloads")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<AllDetails, A::Error> {
        let mut all = Vec::new();
        while let Some(Details(details)) = list.next_element()? {
            all.push(details);
            if all.len() > MAX_EXTERNAL_PAYLOADS {
                return Err(de::Error::custom(TOO_MANY_EXTERNAL_PAYLOADS));
            }
        }
        Ok(AllDetails(all))
    }
}

struct Details(ExternalPayloadDetails);

impl<'de> Deserialize<'de> for Details {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DetailsVisitor)
    }
}

struct DetailsVisitor;

impl<'de> Visitor<'de> for DetailsVisitor {
    type Value = Details;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with sizeBytes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Details, A::Error> {
        let mut details = ExternalPayloadDetails::default();
        while let Some(name) = map.next_key_seed(Name)? {
            match &*name {
                "sizeBytes" | "size_bytes" => details.size_bytes = map.next_value::<Int64>()?.0,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Details(details))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Details, A::Error> {
        Err(de::Error::invalid_type(de::Unexpected::Seq, &self))
    }
}

/// An int64 as proto3 JSON allows it: a number, its decimal text, or `null` for 0.
struct Int64(i64);

impl<'de> Deserialize<'de> for Int64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Int64Visitor)
    }
}

struct Int64Visitor;

impl Visitor<'_> for Int64Visitor {
    type Value = Int64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an int64 as number or text")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Int64, E> {
        Ok(Int64(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Int64, E> {
        i64::try_from(value)
            .map(Int64)
            .map_err(|_| E::custom("int64 out of range"))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Int64, E> {
        // proto3 JSON allows 1e3 and 12.0. 2^53 is where a double stops naming whole numbers exactly.
        if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 {
            Ok(Int64(value as i64))
        } else {
            Err(E::custom("not a whole number"))
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Int64, E> {
        text.parse()
            .map(Int64)
            .map_err(|_| E::custom("not an int64"))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Int64, E> {
        Ok(Int64(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json_write::write_payloads_json;

    /// Reads and writes again: the canonical form of what was read.
    #[track_caller]
    fn check(text: &str, expect: &str) {
        let read = Payloads::from_json(text.as_bytes()).expect(text);
        let mut written = Vec::new();
        write_payloads_json(&read.payloads, &mut written);
        assert_eq!(String::from_utf8(written).expect("JSON is UTF-8"), expect);
    }

    #[track_caller]
    fn refuses(text: &str) {
        let error = Payloads::from_json(text.as_bytes()).expect_err(text);
        assert!(!error.to_string().contains("canary"), "{error}");
    }

    #[test]
    fn reads_every_spelling_and_writes_the_canonical_one() {
        check("{}", r#"{"payloads":[]}"#);
        check(r#"{"payloads":null}"#, r#"{"payloads":[]}"#);
        check(r#"{"payloads":[{}]}"#, r#"{"payloads":[{}]}"#);
        check(
            r#"{"payloads":[{"metadata":null,"data":null,"externalPayloads":null}],"extra":{"a":[1]}}"#,
            r#"{"payloads":[{}]}"#,
        );
        check(
            r#"{"payloads":[{"metadata":{"a\u0022b":"-_","e":null},"data":"YQ","external_payloads":[{"size_bytes":12},{"sizeBytes":"9007199254740993"},{}]}]}"#,
            r#"{"payloads":[{"metadata":{"a\"b":"+w==","e":""},"data":"YQ==","externalPayloads":[{"sizeBytes":"12"},{"sizeBytes":"9007199254740993"},{}]}]}"#,
        );
    }

    #[test]
    fn refuses_what_is_not_payloads_and_never_quotes_it() {
        for text in [
            "",
            "canary",
            "null",
            "[]",
            r#"{"payloads":"canary"}"#,
            r#"{"payloads":[null]}"#,
            r#"{"payloads":[[]]}"#,
            r#"{"payloads":[{"data":"canary!"}]}"#,
            r#"{"payloads":[{"data":1}]}"#,
            r#"{"payloads":[{"metadata":[]}]}"#,
            r#"{"payloads":[{"metadata":{"encoding":1}}]}"#,
            r#"{"payloads":[{"externalPayloads":[[]]}]}"#,
            r#"{"payloads":[]} canary"#,
            "\u{feff}{}",
        ] {
            refuses(text);
        }
        refuses(&format!(r#"{{"payloads":{}"#, "[".repeat(100_000)));
    }
}
