//! Whether an object is a Payload, and in which of two spellings.
//!
//! Proto3 JSON has base64 in metadata and data. The Web UI's "readable" export has plain metadata and the data's JSON in
//! place, and mixes both in one file. `json/plain` is itself decodable as unpadded base64, so the rule is: an `encoding`
//! counts as base64 only if what it decodes to is printable text.

use std::ops::Range;

use crate::base64;
use crate::encoding::encodings;
use crate::json_string::unescape;
use crate::slots::Spelling;

/// What is known about an object's place in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The protos have a Payload there, so even an empty object is one.
    Payload,
    /// The document itself, or a member of the list that it is: somebody pasted it because it is a Payload.
    Root,
    /// Anywhere else: only what is unmistakably a Payload counts.
    Elsewhere,
}

/// An object's `metadata`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Metadata {
    #[default]
    Absent,
    /// An object of texts, and where its `encoding` stands.
    Texts {
        encoding: Option<Range<usize>>,
    },
    Other,
}

/// An object's `data`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Data {
    #[default]
    Absent,
    Null,
    Text(Range<usize>),
    /// Some other JSON value.
    Inline,
}

/// The members of an object that could be a Payload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Members {
    pub(super) metadata: Metadata,
    pub(super) data: Data,
    /// Members that a Payload does not have, or has otherwise.
    pub(super) n_foreign: usize,
}

/// The spelling of a Payload, or `None` where these members are none.
pub(super) fn of(text: &str, members: &Members, place: Place) -> Option<Spelling> {
    let encoding = match &members.metadata {
        Metadata::Other => return None,
        Metadata::Absent => None,
        Metadata::Texts { encoding } => encoding.clone(),
    };
    let data = match &members.data {
        Data::Text(span) => Some(unescape(text.get(span.clone())?)),
        Data::Absent | Data::Null | Data::Inline => None,
    };
    let data_is_base64 = |data: &str| base64::decode(data).is_some();
    let Some(encoding) = encoding else {
        let expected = match place {
            Place::Payload => {
                members.data != Data::Inline && data.as_deref().is_none_or(data_is_base64)
            }
            Place::Root => data
                .as_deref()
                .is_some_and(|data| !data.is_empty() && data_is_base64(data)),
            Place::Elsewhere => false,
        };
        return (expected && members.n_foreign == 0).then_some(Spelling::CANONICAL);
    };

    let encoding = unescape(text.get(encoding)?);
    let decoded = base64::decode(&encoding);
    let base64_of_text = decoded.as_deref().is_some_and(is_printable);
    let names_a_format = is_type_and_subtype(&encoding) && !looks_like_base64(&encoding);
    let plausible = match place {
        // A field that a newer server added must not hide the Payload.
        Place::Payload => members.n_foreign == 0 || base64_of_text,
        Place::Root => members.n_foreign == 0,
        Place::Elsewhere => members.n_foreign == 0 && (base64_of_text || names_a_format),
    };
    if !plausible {
        return None;
    }
    let inline = members.data == Data::Inline;
    let plain_metadata = !base64_of_text && (names_a_format || decoded.is_none() || inline);
    let inline_data = match &members.data {
        Data::Absent => false,
        Data::Inline => true,
        // A JSON `null` in the readable export, unless there is no data at all.
        Data::Null => plain_metadata && encoding != encodings::BINARY_NULL,
        // People also write metadata in plain text by hand and leave the data of a binary Payload in base64.
        Data::Text(_) => {
            plain_metadata
                && !(encoding.starts_with("binary/") && data.as_deref().is_some_and(data_is_base64))
        }
    };
    Some(Spelling {
        plain_metadata,
        inline_data,
    })
}

/// `json/plain`, `binary/encrypted?vendor=KuFlow`: a word, a slash, a word.
fn is_type_and_subtype(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(kind, subtype)| !kind.is_empty() && !subtype.is_empty())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Some codecs seal the encoding as well, and the base64 of that may have a slash in it. What people call a format has no
/// padding, and is short or has not every kind of letter.
fn looks_like_base64(text: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| text.as_bytes().iter().any(kind);
    let is_mixed =
        has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    let is_padded = text.ends_with('=');
    let fits = text.len().is_multiple_of(4) && base64::decode(text).is_some();
    fits && (is_padded || (text.len() >= 36 && is_mixed))
}

fn is_printable(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `encoding` in the metadata, `data` as JSON text.
    #[track_caller]
    fn check(place: Place, encoding: &str, data: &str, expect: Option<(bool, bool)>) {
        let text = format!("\"{encoding}\"{data}");
        let split = encoding.len() + 2;
        let members = Members {
            metadata: Metadata::Texts {
                encoding: Some(0..split),
            },
            data: match data.as_bytes().first() {
                None => Data::Absent,
                Some(b'n') => Data::Null,
                Some(b'"') => Data::Text(split..text.len()),
                Some(_) => Data::Inline,
            },
            n_foreign: 0,
        };
        let found =
            of(&text, &members, place).map(|found| (found.plain_metadata, found.inline_data));
        assert_eq!(found, expect, "{encoding} {data}");
    }

    #[test]
    fn tells_the_two_spellings_apart() {
        let elsewhere = Place::Elsewhere;
        check(
            elsewhere,
            "anNvbi9wbGFpbg==",
            "\"MQ==\"",
            Some((false, false)),
        );
        check(elsewhere, "YmluYXJ5L251bGw=", "", Some((false, false)));
        check(elsewhere, "json/plain", "\"text\"", Some((true, true)));
        check(elsewhere, "json/plain", "{}", Some((true, true)));
        check(elsewhere, "json/plain", "null", Some((true, true)));
        check(elsewhere, "binary/null", "null", Some((true, false)));
        check(
            elsewhere,
            "binary/encrypted",
            "\"AAEC\"",
            Some((true, false)),
        );
        check(
            elsewhere,
            "binary/plain",
            "\"not base64\"",
            Some((true, true)),
        );
        // An encoding without a slash, as base64 and as it is.
        check(
            elsewhere,
            "Y29kZWNfYnVja2V0",
            "\"MQ==\"",
            Some((false, false)),
        );
        check(elsewhere, "raw", "{}", None);
        check(Place::Payload, "raw", "{}", Some((true, true)));
        check(elsewhere, "utf-8", "\"x\"", None);
        // An encoding that is not text at all: only where a Payload must stand.
        check(elsewhere, "/////w==", "\"MQ==\"", None);
    }

    #[test]
    fn base64_of_a_sealed_encoding_names_no_format() {
        for encoding in [
            "A7jELekiMkBvorFQ1v1WEjR0J9UOLJS2ynIwBwTODol/m2WkGnU=",
            "A7jELekiMkBvorFQ1v1WEjR0J9UOLJS2ynIwBwTODol/m2Wk",
        ] {
            check(Place::Payload, encoding, "\"AAEC\"", Some((false, false)));
            check(Place::Elsewhere, encoding, "\"AAEC\"", None);
        }
        for (encoding, inline_data) in [
            ("awsencryptionsdk/binary/encrypted", true),
            ("binary/encrypted?vendor=KuFlow", false),
        ] {
            let expect = Some((true, inline_data));
            check(Place::Payload, encoding, "\"AAEC\"", expect);
        }
    }
}
