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
    /// Something is not there: a name that is misspelled is told before.
    is_missing: bool,
}

/// Reads a spec.
///
/// # Errors
/// [`Code::InvalidFormat`] with what may stand there instead, and the place; how many more faults there are is said as well.
pub(crate) fn parse(text: &str) -> Result<CodecSpec, AppError> {
    read(text).map_err(|wrong| {
        let mut wrong = wrong.into_iter();
        let first = wrong.next().unwrap_or_else(none_at_all);
        match wrong.len() {
            0 => first.error(text),
            n => {
                let message = format!("{}; and {}", first.message, count(n));
                Wrong::new(message, first.at).error(text)
            }
        }
    })
}

/// Everything that is wrong with a text that is to be a spec, from front to back; nothing where it is one.
pub(crate) fn errors(text: &str) -> Vec<AppError> {
    let wrong = read(text).err().unwrap_or_default();
    wrong.into_iter().map(|wrong| wrong.error(text)).collect()
}

/// What is wrong with a spec that stands inside of a longer text, each with its byte in the spec, from front to back. Nothing where
/// it is one.
pub(crate) fn problems(spec: &str) -> Vec<(String, usize)> {
    let wrong = read(spec).err().unwrap_or_default().into_iter();
    wrong
        .map(|wrong| (wrong.message, wrong.at.unwrap_or(0)))
        .collect()
}

impl Wrong {
    fn new(message: String, at: Option<usize>) -> Self {
        Wrong {
            message,
            at,
            is_missing: false,
        }
    }

    fn error(self, text: &str) -> AppError {
        let error = AppError::new(Code::InvalidFormat, self.message);
        match self.at {
            Some(at) => error.at(TextPlace::of(text, at)),
            None => error,
        }
    }
}

fn none_at_all() -> Wrong {
    let message = "this is not a spec of a format".to_owned();
    Wrong::new(message, None)
}

fn count(n: usize) -> String {
    match n {
        1 => "1 more fault".to_owned(),
        n => format!("{n} more faults"),
    }
}

/// All that is wrong, from front to back; what is no JSON, or twice there, ends the reading.
fn read(text: &str) -> Result<CodecSpec, Vec<Wrong>> {
    if text.len() > MAX_BYTES {
        let message = "the spec is larger than 64 KiB".to_owned();
        return Err(vec![Wrong::new(message, None)]);
    }
    if let Some(fault) = json_fault(text) {
        let message = format!("the spec is not JSON: {fault}");
        let at = Some(fault.at(text));
        return Err(vec![Wrong::new(message, at)]);
    }
    let spec = serde_json::from_str(text).map_err(|error| departures(text, &error))?;
    let mut wrong: Vec<Wrong> = impossible(&spec)
        .into_iter()
        .map(|(path, error)| Wrong::new(error.to_string(), byte_of(text, &path, false)))
        .collect();
    if wrong.is_empty() {
        return Ok(spec);
    }
    wrong.sort_by_key(|wrong| wrong.at);
    Err(wrong)
}

/// Why JSON is no spec: what the schema says, or else what serde does.
fn departures(text: &str, error: &serde_json::Error) -> Vec<Wrong> {
    let value = serde_json::from_str(text).ok();
    let faults = value.as_ref().map(spec_schema::faults).unwrap_or_default();
    let mut wrong: Vec<Wrong> = faults
        .into_iter()
        .map(|fault| Wrong {
            at: byte_of(text, &fault.path, fault.on_name),
            message: fault.message,
            is_missing: fault.is_missing,
        })
        .collect();
    if wrong.is_empty() {
        let at = byte_at(text, error.line(), error.column());
        wrong.push(Wrong::new(said(error), Some(at)));
    }
    wrong.sort_by_key(|wrong| (wrong.is_missing, wrong.at));
    wrong
}

/// Why no codec can be made of a spec, each reason with its field.
fn impossible(spec: &CodecSpec) -> Vec<(Vec<JsonStep>, BadSpec)> {
    let problems = spec.problems().into_iter();
    problems
        .map(|(depth, error)| {
            let outer = std::iter::repeat_n("otherwise", depth);
            let steps = outer.chain(error.field());
            let path = steps.map(|name| JsonStep::Name(name.to_owned()));
            (path.collect(), error)
        })
        .collect()
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
                "\"nonce\" must be {\"prefix\": …}, {\"suffix\": …} or {\"metadata\": …}, not \"prefix\"",
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
                "\"nonce\": {\"postfix\": 12}",
                "\"nonce.postfix\" is not known: \"nonce\" must be {\"prefix\": …}, {\"suffix\": …} or {\"metadata\": …}",
                11,
            ),
            (
                "\"framing\": \"text_then_base64\"",
                "\"url_safe_base64\", \"base64_hash_nonce\", \"tink\" or {\"text_then_base64\": …}, not",
                12,
            ),
            (
                "\"aad\": {\"join\": []}",
                "\"aad.join\" is not known: \"aad\" must be \"none\", {\"joined\": …} or {\"length_prefixed\": …}",
                9,
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

    /// Each with the way to its field and its place, from front to back.
    #[test]
    fn all_faults_are_told_at_once() {
        let spec = "{\n  \"encoding\": \"\",\n  \"cipher\": \"rot13\",\n  \"nonce\": {\"prefix\": 7},\n  \"key\": {\"from\": \"scrypt\", \"salt\": [\"id\"], \"n\": \"x\"},\n  \"body\": {\"data\": {\"keep\": 1, \"remove\": [1, 2]}},\n  \"otherwise\": {\"encoding\": \"x\", \"cipher\": \"aes-gcm\", \"tag\": \"front\"}\n}";
        let told = |spec: &str| -> Vec<(String, u32)> {
            let errors = errors(spec).into_iter();
            errors
                .map(|error| (error.message, error.place.expect("a place").line))
                .collect()
        };
        let found = told(spec);
        for (start, line) in [
            ("\"encoding\" must", 2),
            ("\"cipher\" must be \"aes-gcm\"", 3),
            ("\"nonce.prefix\" must be 8, 9", 4),
            ("\"key.salt[0]\" must be \"key_id\"", 5),
            ("\"key.n\" must be a whole number", 5),
            ("\"keep\" is not a field of \"body.data\"", 6),
            ("\"body.data.remove[0]\" must be a text", 6),
            ("\"body.data.remove[1]\" must be a text", 6),
            ("\"otherwise.tag\" must be", 7),
        ] {
            let is_it = |(message, at): &&(String, u32)| message.starts_with(start) && *at == line;
            assert_eq!(found.iter().filter(is_it).count(), 1, "{start}: {found:?}");
        }
        // What is not there has no place of its own.
        let there = found
            .iter()
            .filter(|(message, _)| !message.contains(" is missing"));
        assert!(there.is_sorted_by_key(|(_, line)| *line), "{found:?}");
        let first = parse(spec).map(drop).expect_err("faults");
        let more = format!("; and {} more faults.", found.len() - 1);
        assert!(first.message.ends_with(&more), "{}", first.message);

        // The same of what contradicts itself, in each layout.
        let spec = "{\"encoding\": \"x\", \"key\": {\"from\": \"id\"}, \"cipher\": \"fernet\", \"tag\": \"last\",\n\"aad\": {\"joined\": [\"key_id\"]},\n\"otherwise\": {\"encoding\": \"x\", \"cipher\": \"xchacha20-poly1305\"}}";
        let found = told(spec);
        let lines: Vec<u32> = found.iter().map(|(_, line)| *line).collect();
        assert_eq!(lines, [1, 1, 2, 3], "{found:?}");
        assert!(errors("{\"encoding\": \"x\", \"cipher\": \"aes-gcm\"}").is_empty());
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
