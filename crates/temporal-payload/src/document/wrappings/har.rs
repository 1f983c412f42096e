//! A HAR file: what browsers export of their network traffic (HTTP Archive 1.2). Each body is a document of its own.

use serde::Deserialize;

use crate::base64;
use crate::document::unwrapped::{Part, Unwrapped};
use crate::document::wrapping::Wrapping;

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    request: Option<Request>,
    #[serde(default)]
    response: Option<Response>,
}

#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    method: String,
    #[serde(default)]
    url: String,
    #[serde(default, rename = "postData")]
    post_data: Option<Body>,
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    content: Option<Body>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
}

/// The bodies of all requests and responses, by their method and path.
pub(super) fn unwrap(text: &str) -> Option<Unwrapped> {
    if !(text.contains("\"entries\"") && text.contains("\"log\"")) {
        return None;
    }
    let har: Har = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let mut parts = Vec::new();
    for entry in har.log.entries {
        let (called, body) = match entry.request {
            Some(request) => (named(&request), request.post_data),
            None => (String::new(), None),
        };
        let answer = entry.response.and_then(|response| response.content);
        for (body, side) in [(body, "request"), (answer, "response")] {
            if let Some(part) = body.and_then(part) {
                parts.push((part, Some(format!("{called} ({side})"))));
            }
        }
    }
    let is_one = false;
    (!parts.is_empty()).then_some(Unwrapped {
        wrapping: Wrapping::Har,
        parts,
        is_one,
    })
}

fn part(body: Body) -> Option<Part> {
    let text = body.text.filter(|text| !text.trim().is_empty())?;
    match body.encoding.as_deref() {
        Some("base64") => base64::decode(&text).map(Part::Bytes),
        _ => Some(Part::Text(text)),
    }
}

/// `POST http://localhost:8081/decode`: what follows `?` may be secret.
fn named(request: &Request) -> String {
    let url = request.url.split(['?', '#']).next().unwrap_or_default();
    let url = match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = host.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}/{path}")
        }
        None => url.to_owned(),
    };
    format!("{} {url}", request.method).trim().to_owned()
}
