//! What the Failure Converter hid in a Failure's `encodedAttributes` (source: sdk-go converter/failure_converter.go; all
//! SDKs write the same). The Failure itself then says "Encoded failure" and has no stack trace.

use std::fmt;

use serde::Deserialize;

use crate::payload::Payload;

/// The message and stack trace of a Failure.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EncodedAttributes {
    /// What went wrong.
    pub message: Option<String>,
    /// Where, in the words of the SDK's language.
    pub stack_trace: Option<String>,
}

/// Reads a decoded `encodedAttributes` Payload. Other Failure Converters may put anything there, so whatever has neither a
/// message nor a stack trace as text is `None`, not an error.
pub fn encoded_attributes(payload: &Payload) -> Option<EncodedAttributes> {
    let attributes: Attributes = serde_json::from_slice(&payload.data).ok()?;
    let found = EncodedAttributes {
        message: attributes.message.text(),
        stack_trace: attributes.stack_trace.text(),
    };
    (found.message.is_some() || found.stack_trace.is_some()).then_some(found)
}

#[derive(Deserialize)]
struct Attributes {
    #[serde(default)]
    message: Tolerant,
    #[serde(default, alias = "stackTrace")]
    stack_trace: Tolerant,
}

/// A text, or something else that is of no use here.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tolerant {
    Text(String),
    Other(serde::de::IgnoredAny),
}

impl Default for Tolerant {
    fn default() -> Self {
        Tolerant::Other(serde::de::IgnoredAny)
    }
}

impl Tolerant {
    fn text(self) -> Option<String> {
        match self {
            Tolerant::Text(text) => Some(text),
            Tolerant::Other(_) => None,
        }
    }
}

/// Sizes only: messages and stack traces are content.
impl fmt::Debug for EncodedAttributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedAttributes")
            .field("message_bytes", &self.message.as_ref().map(String::len))
            .field(
                "stack_trace_bytes",
                &self.stack_trace.as_ref().map(String::len),
            )
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(data: &'static str, expect: Option<(Option<&str>, Option<&str>)>) {
        let payload = Payload {
            data: data.into(),
            ..Payload::default()
        };
        let found = encoded_attributes(&payload);
        let found = found
            .as_ref()
            .map(|found| (found.message.as_deref(), found.stack_trace.as_deref()));
        assert_eq!(found, expect, "{data}");
    }

    #[test]
    fn reads_what_sdks_write_and_tolerates_the_rest() {
        check(
            r#"{"message":"boom","stack_trace":"at x"}"#,
            Some((Some("boom"), Some("at x"))),
        );
        check(
            r#"{"message":"boom","stackTrace":""}"#,
            Some((Some("boom"), Some(""))),
        );
        check(
            r#"{"message":{"code":1},"stack_trace":"at x","n":1e999}"#,
            Some((None, Some("at x"))),
        );
        check(r#"{"message":null}"#, None);
        check("[]", None);
        check("not JSON", None);
        check("", None);
    }
}
