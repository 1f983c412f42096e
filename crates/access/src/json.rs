//! JSON in which a name stands once: where two readers could see two different documents, there is none.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Marks the error for a name that stands twice; serde has no other channel.
const TWICE: &str = "a name stands twice";

/// Why text is not the JSON that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotJson {
    /// A name stands twice in one object.
    Twice,
    /// It is no JSON, or nested too deep.
    Malformed,
}

/// The one value that the text holds. serde_json bounds how deep it may be nested.
pub(crate) fn parse(text: &[u8]) -> Result<Value, NotJson> {
    let parsed: Result<Once, serde_json::Error> = serde_json::from_slice(text);
    parsed.map(|Once(value)| value).map_err(|error| {
        if error.to_string().starts_with(TWICE) {
            NotJson::Twice
        } else {
            NotJson::Malformed
        }
    })
}

/// Text of a file without the byte order mark that editors of Windows put before UTF-8 (RFC 8259 §8.1 lets a reader ignore it).
pub(crate) fn without_bom(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values).map(Once)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Once(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((name, Once(value))) = entries.next_entry::<String, Once>()? {
            if map.insert(name, value).is_some() {
                return Err(de::Error::custom(TWICE));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_stands_once_at_every_depth() {
        let text = br#"{"a": [1, -2, 1.5, "x", null, true, {"b": {}}], "c": {"a": 1}}"#;
        let expect = json!({"a": [1, -2, 1.5, "x", null, true, {"b": {}}], "c": {"a": 1}});
        assert_eq!(parse(text), Ok(expect));
        for twice in [
            r#"{"a": 1, "a": 1}"#,
            r#"{"a": [{"b": 1, "b": 2}]}"#,
            // The same name, spelled another way.
            r#"{"a": 1, "\u0061": 2}"#,
        ] {
            assert_eq!(parse(twice.as_bytes()), Err(NotJson::Twice), "{twice}");
        }
        for other in [
            "",
            "{",
            "{} {}",
            "a name stands twice",
            "{\"a\": 1,}",
            "\u{feff}{}",
        ] {
            assert_eq!(parse(other.as_bytes()), Err(NotJson::Malformed), "{other}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(parse(deep.as_bytes()), Err(NotJson::Malformed));
    }
}
