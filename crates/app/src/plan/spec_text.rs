//! A format's spec as JSON text, and where it is wrong: what an editor marks, and what a list of keys says of its specs.

use payload_codec::{BadSpec, CodecSpec};
use temporal_payload::{JsonStep, TextPlace, json_fault, json_place};

use super::spec_schema;
use crate::error::{AppError, Code};

/// The longest text that is read; specs have some hundred bytes.
const MAX_BYTES: usize = 64 << 10;

/// Why a text is no spec, and at which of its bytes, where it is at one place.
struct Wrong {
    message: String,
    at: Option<usize>,
}

/// Reads a spec.
///
/// # Errors
/// [`Code::InvalidFormat`] with what may stand there instead, and the place.
pub(crate) fn parse(text: &str) -> Result<CodecSpec, AppError> {
    read(text).map_err(|wrong| {
        let error = AppError::new(Code::InvalidFormat, wrong.message);
        match wrong.at {
            Some(at) => error.at(TextPlace::of(text, at)),
            None => error,
        }
    })
}

/// What is wrong with a spec that stands inside of a longer text, and at which byte of its own. `None` where nothing is.
pub(crate) fn problem(spec: &str) -> Option<(String, usize)> {
    let wrong = read(spec).err()?;
    Some((wrong.message, wrong.at.unwrap_or(0)))
}

fn read(text: &str) -> Result<CodecSpec, Wrong> {
    if text.len() > MAX_BYTES {
        let message = "the spec is larger than 64 KiB".to_owned();
        return Err(Wrong { message, at: None });
    }
    if let Some(fault) = json_fault(text) {
        let message = format!("the spec is not JSON: {fault}");
        let at = Some(fault.at(text));
        return Err(Wrong { message, at });
    }
    let spec = serde_json::from_str(text).map_err(|error| departure(text, &error))?;
    match impossible(&spec) {
        Some((path, error)) => Err(Wrong {
            message: error.to_string(),
            at: byte_of(text, &path, false),
        }),
        None => Ok(spec),
    }
}

/// Why JSON is no spec: what the schema says, or else what serde does.
fn departure(text: &str, error: &serde_json::Error) -> Wrong {
    let value = serde_json::from_str(text).ok();
    match value.as_ref().and_then(spec_schema::fault) {
        Some(fault) => Wrong {
            at: byte_of(text, &fault.path, fault.on_name),
            message: fault.message,
        },
        None => Wrong {
            message: said(error),
            at: Some(byte_at(text, error.line(), error.column())),
        },
    }
}

/// Why no codec can be made of a spec, and at which field.
fn impossible(spec: &CodecSpec) -> Option<(Vec<JsonStep>, BadSpec)> {
    let error = spec.check().err()?;
    let depth = spec.versions().position(|version| {
        let alone = CodecSpec {
            otherwise: None,
            ..version.clone()
        };
        alone.check().is_err()
    });
    let outer = std::iter::repeat_n("otherwise", depth.unwrap_or(0));
    let steps = outer.chain(error.field());
    Some((
        steps.map(|name| JsonStep::Name(name.to_owned())).collect(),
        error,
    ))
}

/// The byte at which an editor marks what a path leads to: what stands nearest around it, where it is not written.
fn byte_of(text: &str, path: &[JsonStep], on_name: bool) -> Option<usize> {
    let place = json_place(text, path);
    match (place, path.split_last()) {
        (Some(place), _) => match place.name {
            Some(name) if on_name => Some(name.start),
            Some(_) | None => Some(place.value.start),
        },
        (None, Some((_, around))) => byte_of(text, around, on_name),
        (None, None) => None,
    }
}

fn byte_at(text: &str, line: usize, column: usize) -> usize {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1));
    before.map(str::len).sum::<usize>() + column.saturating_sub(1)
}

/// What is said where the schema has no word about it. serde's own words may repeat the text, which may hold a key.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // Fields of other names are refused before: this is one of ours.
    let twice = text.strip_prefix("duplicate field `");
    let (_, kind) = text.split_once(' ').unwrap_or_default();
    match twice.and_then(|rest| rest.split_once('`')) {
        Some((name, _)) => format!("duplicate field \"{name}\""),
        // The schema has no word about fields that may be null and those that may only be absent.
        None if kind.starts_with("type: null") => {
            "null may not stand here: leave the field out".to_owned()
        }
        None => "this is not a spec of a format".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorPlace;

    #[track_caller]
    fn check(text: &str, message: &str, place: Option<(u32, u32)>) {
        let error = parse(text).map(drop).expect_err(text);
        assert!(error.message.contains(message), "{}", error.message);
        let place = place.map(|(line, column)| ErrorPlace { line, column });
        assert_eq!(error.place, place, "{}", error.message);
    }

    #[test]
    fn says_what_is_no_json_and_where() {
        check("", "ends too early", Some((1, 1)));
        check("{", "ends too early", Some((1, 2)));
        check(
            "{\n \"encoding\": \"x\"\n \"cipher\"",
            "a comma or } is expected",
            Some((3, 2)),
        );
        check(
            "{\"encoding\": \"x\",}",
            "a name in double quotes",
            Some((1, 18)),
        );
    }

    #[test]
    fn a_field_that_is_there_twice_is_told_without_a_word_of_the_text() {
        for value in ["x", "a`SECRET`b", "a\\\"SECRET\\\"b"] {
            let spec =
                format!("{{\"encoding\":\"x\",\"cipher\":\"{value}\",\"cipher\":\"aes-gcm\"}}");
            let error = parse(&spec).map(drop).expect_err(&spec);
            assert!(!error.message.contains("SECRET"), "{}", error.message);
        }
        let twice = "{\"encoding\":\"x\",\"cipher\":\"aes-gcm\",\"cipher\":\"aes-gcm\"}";
        let error = parse(twice).map(drop).expect_err("twice");
        assert!(
            error.message.contains("uplicate field \"cipher\""),
            "{}",
            error.message
        );
    }

    /// `null` of a field that may be absent is its absence; what is wrong is something else.
    #[test]
    fn a_valid_null_is_not_blamed() {
        check(
            "{\"encoding\": null, \"key_id\": null, \"cipher\": \"rot13\"}",
            "\"cipher\" must be \"aes-gcm\"",
            Some((1, 46)),
        );
        check(
            "{\"encoding\": \"x\", \"key_id\": null, \"cipher\": \"aes-gcm\",\n\"any_key\": null}",
            "Null may not stand here",
            Some((2, 15)),
        );
        assert!(parse("{\"encoding\": null, \"key_id\": null, \"cipher\": \"aes-gcm\"}").is_ok());
    }

    /// The field, what may stand there, and what does.
    #[test]
    fn says_what_may_stand_there_in_the_words_of_who_writes_it() {
        let with =
            |more: &str| format!("{{\"encoding\": \"x\", \"cipher\": \"aes-gcm\",\n{more}}}");
        for (more, message, column) in [
            (
                "\"nonce\": \"prefix\"",
                "\"nonce\" must be {\"prefix\": …} or {\"metadata\": …}, not \"prefix\"",
                10,
            ),
            (
                "\"nonce\": {\"prefix\": \"12\"}",
                "\"nonce.prefix\" must be 8, 9, 10, 11, 12, 13, 14, 15, 16 or 24, not \"12\"",
                21,
            ),
            (
                "\"nonce\": {\"metadata\": {\"as\": \"hex\"}}",
                "\"name\" is missing in \"nonce.metadata\": a text",
                23,
            ),
            (
                "\"nonce\": {\"suffix\": 12}",
                "\"nonce\" must be {\"prefix\": …} or {\"metadata\": …}, not this object",
                10,
            ),
            (
                "\"framing\": \"text_then_base64\"",
                "\"url_safe_base64\", \"base64_hash_nonce\", \"tink\" or {\"text_then_base64\": …}, not",
                12,
            ),
            (
                "\"aad\": {\"join\": []}",
                "\"aad\" must be \"none\", {\"joined\": …} or {\"length_prefixed\": …}",
                8,
            ),
            (
                "\"aad\": {\"joined\": [\"key_id\", \"id\"]}",
                "\"aad.joined[1]\" must be \"key_id\", {\"text\": …}",
                30,
            ),
            (
                "\"key\": {\"from\": \"scrypt\"}",
                "\"salt\" is missing in \"key\": a list",
                8,
            ),
            (
                "\"key\": {\"from\": \"md5\"}",
                "\"key.from\" must be \"secret\", \"first32\"",
                17,
            ),
            (
                "\"key\": {\"form\": \"sha256\"}",
                "\"from\" is missing in \"key\": \"secret\", \"first32\"",
                8,
            ),
            (
                "\"key\": \"sha256\"",
                "\"key\" must be an object with \"from\", not \"sha256\"",
                8,
            ),
            (
                "\"body\": \"data\"",
                "\"json\", \"values\" or {\"data\": …}, not \"data\"",
                9,
            ),
            (
                "\"body\": {\"data\": {\"keep\": 1}}",
                "\"keep\" is not a field of \"body.data\": \"leave_empty\"",
                19,
            ),
            (
                "\"header\": [{\"skip\": -1}]",
                "\"header[0].skip\" must be a whole number from 0 to 256, not -1",
                21,
            ),
            (
                "\"compression\": \"deflate\"",
                "\"compression\" must be \"zlib\", \"gzip\"",
                16,
            ),
            (
                "\"any_key\": \"yes\"",
                "\"any_key\" must be true or false, not \"yes\"",
                12,
            ),
            (
                "\"require\": \"a\"",
                "\"require\" must be a list, not \"a\"",
                12,
            ),
            (
                "\"write\": {\"a\": 1}",
                "\"write.a\" must be a text, not 1",
                16,
            ),
            (
                "\"otherwise\": {\"encoding\": \"x\", \"cipher\": \"rot13\"}",
                "\"otherwise.cipher\" must be \"aes-gcm\"",
                42,
            ),
            ("\"cipher\": \"fernet\"", "uplicate field \"cipher\"", 8),
        ] {
            check(&with(more), message, Some((2, column)));
        }
        check(
            "{\n  \"encoding\": \"x\",\n  \"chiffre\": 1\n}",
            "\"chiffre\" is not a field of a spec: ",
            Some((3, 3)),
        );
        check(
            "{\"encoding\": \"x\"}",
            "\"cipher\" is missing: \"aes-gcm\"",
            Some((1, 1)),
        );
        check(
            "[]",
            " spec must be {\"encoding\": …, \"cipher\": …}, not a list",
            Some((1, 1)),
        );
    }

    #[test]
    fn says_at_which_field_no_codec_can_be_made() {
        let spec = |more: &str| format!("{{\"encoding\": \"x\", \"cipher\": \"aes-gcm\"{more}}}");
        check(
            "{\"encoding\": \"x\", \"cipher\": \"xchacha20-poly1305\",\n \"nonce\": {\"prefix\": 9}}",
            "cipher xchacha20-poly1305 does not take a nonce of 9 bytes",
            Some((2, 11)),
        );
        let later = spec(
            ",\n \"otherwise\": {\"encoding\": \"x\", \"cipher\": \"fernet\",\n \"aad\": {\"joined\": [\"key_id\"]}}",
        );
        check(&later, "does not support additional", Some((3, 9)));
        // What is not written is marked where it would be.
        check(
            &spec(", \"key\": {\"from\": \"id\"}"),
            "names no metadata",
            Some((1, 47)),
        );
    }

    #[test]
    fn quotes_no_text_that_may_be_a_secret() {
        for secret in ["test-key-test-key-test-key-test!", "C4mA/Cx+Zm"] {
            for text in [
                format!("{{\"{secret}\": 1}}"),
                format!("{{\"encoding\": \"x\", \"cipher\": \"{secret}\"}}"),
                format!(
                    "{{\"encoding\": \"x\", \"cipher\": \"none\", \"write\": {{\"{secret}\": 1}}}}"
                ),
                secret.to_owned(),
                format!("\"{secret}\""),
            ] {
                let error = parse(&text).map(drop).expect_err("no spec");
                assert!(!error.message.contains(secret), "{text}");
            }
        }
    }
}
