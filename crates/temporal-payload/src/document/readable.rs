//! Reads one Payload in the spelling that the index found for it.

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;

use crate::base64;
use crate::json_string::unescape;
use crate::json_text::MAX_DEPTH;
use crate::json_tokens::{Kind, Roots, Token, Tokens};
use crate::payload::Payload;
use crate::slots::Spelling;

use super::names::Name;

/// The Payload in `json`, or why there is none.
pub(super) fn read(json: &str, spelling: Spelling) -> Result<Payload, String> {
    if spelling == Spelling::CANONICAL {
        return Payload::from_json(json.as_bytes()).map_err(|error| error.to_string());
    }
    let mut payload = Payload::default();
    for (name, value) in members(json)? {
        let text = &json[value];
        if name == Name::Metadata {
            payload.metadata = metadata(text, spelling)?;
        } else if name == Name::Data {
            payload.data = data(text, spelling)?;
        } else if name == Name::ExternalPayloads {
            let wrapped = format!("{{\"externalPayloads\":{text}}}");
            payload.external_payloads = Payload::from_json(wrapped.as_bytes())
                .map_err(|error| error.to_string())?
                .external_payloads;
        }
    }
    Ok(payload)
}

fn metadata(text: &str, spelling: Spelling) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut tokens = Tokens::new(text, Roots::One, MAX_DEPTH);
    let mut metadata = BTreeMap::new();
    let mut name = String::new();
    while let Some(token) = tokens.next().map_err(|_| invalid())? {
        match token.kind {
            Kind::Name => name = unescape(&text[token.span]).into_owned(),
            Kind::Text => {
                let value = unescape(&text[token.span]);
                let value = if spelling.plain_metadata {
                    value.into_owned().into_bytes()
                } else {
                    base64::decode(&value).ok_or("metadata is not base64")?
                };
                metadata.insert(std::mem::take(&mut name), value);
            }
            Kind::Null => {
                metadata.insert(std::mem::take(&mut name), Vec::new());
            }
            Kind::BeginObject | Kind::EndObject => {}
            Kind::BeginArray | Kind::EndArray | Kind::Scalar => {
                return Err("metadata is not an object of texts".into());
            }
        }
    }
    Ok(metadata)
}

fn data(text: &str, spelling: Spelling) -> Result<Bytes, String> {
    if spelling.inline_data {
        return Ok(Bytes::copy_from_slice(text.as_bytes()));
    }
    if text == "null" {
        return Ok(Bytes::new());
    }
    base64::decode(&unescape(text))
        .map(Bytes::from)
        .ok_or_else(|| "data is not base64".into())
}

/// The members of one object and where their values stand.
fn members(json: &str) -> Result<Vec<(Name, Range<usize>)>, String> {
    let mut tokens = Tokens::new(json, Roots::One, MAX_DEPTH);
    let mut members = Vec::new();
    let mut open: Option<(Name, usize)> = None;
    let mut name = Name::Other;
    while let Some(Token { kind, span }) = tokens.next().map_err(|_| invalid())? {
        match (kind, tokens.depth()) {
            (Kind::Name, 1) => name = Name::of(&json[span]),
            (Kind::Text | Kind::Null | Kind::Scalar, 1) => members.push((name, span)),
            (Kind::BeginObject | Kind::BeginArray, 2) => open = Some((name, span.start)),
            (Kind::EndObject | Kind::EndArray, 1) => {
                if let Some((name, start)) = open.take() {
                    members.push((name, start..span.end));
                }
            }
            _ => {}
        }
    }
    Ok(members)
}

fn invalid() -> String {
    "malformed JSON".to_owned()
}
