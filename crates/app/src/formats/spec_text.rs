//! A format's spec as JSON text, and where it is wrong: what an editor underlines.

use payload_codec::CodecSpec;

use crate::error::{AppError, Code};

/// The longest text that is read; specs have some hundred bytes.
const MAX_BYTES: usize = 64 << 10;

/// Why a text is no spec, and where: line and column from 1, where it is at one place.
pub(crate) struct Wrong {
    pub(crate) error: AppError,
    pub(crate) place: Option<(u32, u32)>,
}

/// Reads a spec.
pub(crate) fn parse(text: &str) -> Result<CodecSpec, Wrong> {
    let wrong = |message: &str, place| Wrong {
        error: AppError::new(Code::InvalidFormat, message),
        place,
    };
    if text.len() > MAX_BYTES {
        return Err(wrong("the spec is larger than 64 KiB", None));
    }
    let spec: CodecSpec = serde_json::from_str(text).map_err(|error| {
        let at = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let place = (error.line() > 0).then(|| (at(error.line()), at(error.column()).max(1)));
        wrong(&said(&error), place)
    })?;
    spec.check()
        .map_err(|error| wrong(&error.to_string(), None))?;
    Ok(spec)
}

/// What serde says, without the place, which is told apart. A spec is no secret, so its own words may be quoted; what is
/// pasted there by mistake must not be: only words as short as a field's name are.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = match text.rfind(" at line ") {
        Some(end) => &text[..end],
        None => &text,
    };
    let mut words = String::new();
    for (place, piece) in text.split(['`', '"']).enumerate() {
        let quoted = place % 2 == 1;
        let is_word = piece.len() <= 24
            && piece.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-'
            });
        match (quoted, is_word) {
            (false, _) => words.push_str(piece),
            (true, true) => words.push_str(&format!("\"{piece}\"")),
            (true, false) => words.push_str("\"…\""),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, message: &str, place: Option<(u32, u32)>) {
        let wrong = parse(text).map(drop).expect_err("no spec");
        assert!(
            wrong.error.message.contains(message),
            "{}",
            wrong.error.message
        );
        assert_eq!(wrong.place, place, "{}", wrong.error.message);
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        check("", "EOF while parsing", Some((1, 1)));
        check("{", "EOF while parsing", Some((1, 1)));
        check(
            "{\n  \"encoding\": \"x\",\n  \"chiffre\": 1\n}",
            "nknown field \"chiffre\"",
            Some((3, 11)),
        );
        check(
            "{\"encoding\": \"x\"}",
            "issing field \"cipher\"",
            Some((1, 17)),
        );
        check(
            "{\"encoding\": \"x\", \"cipher\": \"aes-gcm\", \"nonce\": {\"prefix\": 5}}",
            "cipher aes-gcm does not take a nonce of 5 bytes",
            None,
        );
    }

    #[test]
    fn quotes_no_text_that_may_be_a_secret() {
        for secret in ["test-key-test-key-test-key-test!", "C4mA/Cx+Zm"] {
            for text in [
                format!("{{\"{secret}\": 1}}"),
                format!("{{\"encoding\": \"x\", \"cipher\": \"{secret}\"}}"),
                secret.to_owned(),
                format!("\"{secret}\""),
            ] {
                let wrong = parse(&text).map(drop).expect_err("no spec");
                assert!(!wrong.error.message.contains(secret), "{text}");
            }
        }
    }
}
