//! Data that says `json/plain` and is not, or not only, what the worker's value is: marks of converters and test codecs that
//! leave the encoding as it was. Each look is linear, and cheap where the first byte tells.

use memchr::memchr_iter;
use temporal_payload::{Payload, base64, json_text};

/// Data larger than this is not looked into: Temporal takes none that is larger.
const MAX_BYTES: usize = 4 << 20;

/// The members of an object that jackson-json-crypto puts in a field's place.
const MEMBERS: [&str; 3] = ["salt", "iv", "value"];

/// Whether some object has exactly the members `salt`, `iv` and `value`, all of them text.
pub(crate) fn has_encrypted_field(data: &[u8]) -> bool {
    if data.len() > MAX_BYTES {
        return false;
    }
    // Each look ends at the next brace or the fourth member, so none is long.
    memchr_iter(b'{', data).any(|at| is_encrypted_field(&data[at + 1..]))
}

fn is_encrypted_field(mut rest: &[u8]) -> bool {
    let mut seen = [false; MEMBERS.len()];
    for member in 0..MEMBERS.len() {
        if member > 0 {
            let Some(behind) = token(rest, b',') else {
                return false;
            };
            rest = behind;
        }
        let Some((name, behind)) = string(rest) else {
            return false;
        };
        let index = MEMBERS.iter().position(|member| member.as_bytes() == name);
        let value = token(behind, b':').and_then(string);
        let (Some(index), Some((_, behind))) = (index, value) else {
            return false;
        };
        seen[index] = true;
        rest = behind;
    }
    seen == [true; MEMBERS.len()] && token(rest, b'}').is_some()
}

/// What follows a token and the space in front of it.
fn token(rest: &[u8], token: u8) -> Option<&[u8]> {
    rest.trim_ascii_start().strip_prefix(&[token])
}

/// A string without escapes and what follows it. Base64 needs no escapes.
fn string(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = token(rest, b'"')?;
    let end = rest
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | b'{'))?;
    (rest[end] == b'"').then(|| (&rest[..end], &rest[end + 1..]))
}

/// Whether it is JSON once every byte is one less, and is not as it stands.
pub(crate) fn is_skewed(data: &[u8]) -> bool {
    let Some(first) = data.first().map(|byte| byte.wrapping_sub(1)) else {
        return false;
    };
    if !b"{[\"-0123456789tfn".contains(&first) || data.len() > MAX_BYTES || is_json(data) {
        return false;
    }
    let straight: Vec<u8> = data.iter().map(|byte| byte.wrapping_sub(1)).collect();
    is_json(&straight)
}

/// Whether JSON follows the prefix that the Java SDK's test codec writes.
pub(crate) fn has_prefix(data: &[u8]) -> bool {
    data.len() <= MAX_BYTES && data.strip_prefix(b"Customer: ").is_some_and(is_json)
}

/// Whether it has no metadata and data is `base64#base64` with 16 bytes behind the '#'.
pub(crate) fn is_base64_hash_base64(payload: &Payload) -> bool {
    let data = &payload.data[..];
    if !payload.metadata.is_empty() || data.len() > MAX_BYTES {
        return false;
    }
    let Some(hash) = data.iter().position(|&byte| byte == b'#') else {
        return false;
    };
    let decode = |text: &[u8]| base64::decode(std::str::from_utf8(text).ok()?);
    decode(&data[hash + 1..]).is_some_and(|nonce| nonce.len() == 16)
        && decode(&data[..hash]).is_some()
}

fn is_json(data: &[u8]) -> bool {
    std::str::from_utf8(data).is_ok_and(json_text::is_json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_encrypted_fields_among_others() {
        for (json, expect) in [
            (r#"{"a":{"salt":"AA==","iv":"AA==","value":"AA=="}}"#, true),
            (r#"[ { "iv" : "x" , "value":"y", "salt":"z" } ]"#, true),
            (r#"{"salt":"a","iv":"b"}"#, false),
            (r#"{"salt":"a","iv":"b","value":1}"#, false),
            (r#"{"salt":"a","iv":"b","value":"c","more":"d"}"#, false),
            (r#"{"salt":"a","salt":"b","value":"c"}"#, false),
            (r#"{"salt":{"iv":"b","value":"c"}}"#, false),
            ("{", false),
        ] {
            assert_eq!(has_encrypted_field(json.as_bytes()), expect, "{json}");
        }
    }

    #[test]
    fn knows_skewed_and_prefixed_json() {
        let skewed = |json: &str| json.bytes().map(|byte| byte + 1).collect::<Vec<u8>>();
        assert!(is_skewed(&skewed(r#"{"a":[1,true]}"#)));
        assert!(is_skewed(&skewed("\"text\"")));
        assert!(!is_skewed(b"{\"a\":1}"));
        // Skewed, "0" is "1": both are JSON, and the plain reading counts.
        assert!(!is_skewed(&skewed("0")));
        assert!(!is_skewed(b""));
        assert!(has_prefix(b"Customer: {\"a\":1}"));
        assert!(!has_prefix(b"Customer: none"));
    }
}
