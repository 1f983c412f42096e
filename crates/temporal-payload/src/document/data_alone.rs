//! The `data` of Payloads alone: `"data": "…"` without its metadata, or base64 line by line. It is read as the same base64 is that
//! stands by itself; what it is can only be said, or it is given the label of encrypted data.

use crate::base64;
use crate::encoding::{METADATA_ENCODING, encodings};
use crate::payload::Payload;

use super::decoded::{MIN_BASE64, decoded};
use super::indexed::Document;
use super::kind::{Kind, Reading, Source};
use super::not_recognized::{LooksLike, NotRecognized};

/// A document, unless its Payloads are nothing but data: then what that holds, or why it is none.
pub(super) fn read(
    document: Document,
    reading: Reading,
) -> Result<Document, (NotRecognized, String)> {
    let Some(all) = data(&document) else {
        return Ok(document);
    };
    let all: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
    of(&all, reading).map_err(|error| (error, document.text().to_owned()))
}

/// Lines of base64, each of which is whole by itself; `None` where they are not.
pub(super) fn lines(text: &str, reading: Reading) -> Option<Result<Document, NotRecognized>> {
    let lines = text.lines().map(|line| line.trim().trim_end_matches(','));
    let mut all = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        if line.len() < MIN_BASE64 {
            return None;
        }
        all.push(base64::decode(line)?);
    }
    let all: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
    (all.len() > 1).then(|| of(&all, reading))
}

/// Payloads of such data, labeled as encrypted.
pub(super) fn labelled(all: &[&[u8]]) -> Result<Document, NotRecognized> {
    let payload = |data: &&[u8]| {
        let encoding = encodings::BINARY_ENCRYPTED.as_bytes().to_vec();
        let payload = Payload {
            metadata: [(METADATA_ENCODING.to_owned(), encoding)].into(),
            data: data.to_vec().into(),
            ..Payload::default()
        };
        payload.to_json()
    };
    let text = match all {
        [one] => payload(one),
        all => {
            let all: Vec<String> = all.iter().map(payload).collect();
            format!("{{\"payloads\":[{}]}}", all.join(","))
        }
    };
    Document::from_json(text, Some(Source::Base64))
}

/// The data of a document that is a Payload or a list of them without any metadata; `None` for every other, and where one of them
/// is too short to say anything.
fn data(document: &Document) -> Option<Vec<Vec<u8>>> {
    if !matches!(document.kind(), Kind::Payload | Kind::PayloadList) {
        return None;
    }
    let alone = |payload: Payload| {
        let is_alone = payload.metadata.is_empty() && payload.external_payloads.is_empty();
        let is_long = base64::encode(&payload.data).len() >= MIN_BASE64;
        (is_alone && is_long).then(|| payload.data.to_vec())
    };
    let slots = document.slots().iter();
    slots
        .map(|slot| document.payload(slot).ok().and_then(alone))
        .collect()
}

/// What is in the data, which may be base64 once more.
fn in_data(data: &[u8], reading: Reading) -> Result<Result<Document, LooksLike>, NotRecognized> {
    let found = decoded(data, reading)?;
    if let Err(LooksLike::Text) = found
        && let Some(inner) = std::str::from_utf8(data).ok().and_then(base64::decode)
        && let Ok(document) = decoded(&inner, reading)?
    {
        return Ok(Ok(document));
    }
    Ok(found)
}

fn of(all: &[&[u8]], reading: Reading) -> Result<Document, NotRecognized> {
    let mut documents = Vec::new();
    let mut looks_like = None;
    for data in all {
        match in_data(data, reading)? {
            Ok(document) => documents.push(document),
            Err(like) => looks_like = Some(looks_like.unwrap_or(like)),
        }
    }
    match looks_like {
        None if documents.len() == 1 => Ok(documents.remove(0)),
        None => {
            let texts = documents.iter().map(|document| document.text().trim());
            let lines: Vec<&str> = texts.collect();
            Document::from_json(lines.join("\n"), Some(Source::JsonLines))
        }
        Some(like) if reading.as_data && like != LooksLike::Json => labelled(all),
        Some(looks_like) => Err(NotRecognized::DataAlone {
            n: all.len(),
            bytes: all.iter().map(|data| data.len()).sum(),
            looks_like,
        }),
    }
}
