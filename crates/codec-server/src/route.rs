//! What is asked, and for which Namespace. The last path segment says what; it counts at any depth, since endpoints are
//! prefixes that users type, and clients append to them without looking.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use access::Operation;
use axum::http::request::Parts;

/// The operation of a path, duplicate slashes and prefixes included. A trailing slash ends in an empty segment, and is no
/// operation; neither is it for the Go SDK's handler.
pub(crate) fn operation_of_path(path: &str) -> Option<Operation> {
    let (_, last) = path.rsplit_once('/')?;
    match last {
        "encode" => Some(Operation::Encode),
        "decode" => Some(Operation::Decode),
        "download" => Some(Operation::Download),
        _ => None,
    }
}

/// The name of a Namespace, as a client gave it; on Temporal Cloud `name.account`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Namespace(Arc<str>);

/// Temporal's own limit on ids (`limit.maxIDLength`), in bytes.
pub(crate) const MAX_NAMESPACE_BYTES: usize = 1000;

impl Namespace {
    /// A Namespace from its name. `None` for what no Namespace is called: nothing, control characters, and what clients
    /// send when they know none: `undefined` (Web UI on pages without one) and an unfilled `{namespace}`.
    pub fn new(name: &str) -> Option<Self> {
        let name = name.trim();
        let is_placeholder = matches!(name, "" | "undefined" | "{namespace}");
        let is_control = match name.is_ascii() {
            true => name.bytes().any(|byte| byte.is_ascii_control()),
            false => name.chars().any(char::is_control),
        };
        let is_name = name.len() <= MAX_NAMESPACE_BYTES && !is_control;
        (is_name && !is_placeholder).then(|| Namespace(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Namespaces that a request names, the strongest first: the segment before the operation, then `X-Namespace`.
    pub(crate) fn named_by(request: &Parts) -> impl Iterator<Item = Namespace> {
        let mut segments = request
            .uri
            .path()
            .rsplit('/')
            .filter(|text| !text.is_empty());
        let in_path = segments
            .nth(1)
            .and_then(percent_decoded)
            .and_then(|name| Namespace::new(&name));
        let in_header = request
            .headers
            .get("x-namespace")
            .and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
            .and_then(percent_decoded)
            .and_then(|name| Namespace::new(&name));
        in_path.into_iter().chain(in_header)
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `%7B` → `{`. What is not a valid escape stays as it is; `None` where the result is not UTF-8.
fn percent_decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.as_bytes().contains(&b'%') {
        return Some(text.into());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = match (byte, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    #[track_caller]
    fn check(path: &str, header: Option<&str>, expect: &[&str]) {
        let mut request = Request::post(path);
        if let Some(header) = header {
            request = request.header("x-namespace", header);
        }
        let (parts, ()) = request.body(()).expect("a valid request").into_parts();
        let named: Vec<_> = Namespace::named_by(&parts).collect();
        let named: Vec<_> = named.iter().map(Namespace::as_str).collect();
        assert_eq!(named, expect, "{path} {header:?}");
    }

    #[test]
    fn the_path_names_a_namespace_before_the_header_does() {
        check("/decode", None, &[]);
        check("//decode", None, &[]);
        check("/decode", Some("default"), &["default"]);
        check(
            "/orders/decode?x=/y",
            Some("default"),
            &["orders", "default"],
        );
        check("/a//orders//decode", None, &["orders"]);
        check("/a%20b%2/decode", None, &["a b%2"]);
        check("/orders.a1b2c/encode", None, &["orders.a1b2c"]);
    }

    #[test]
    fn placeholders_name_nothing() {
        check("/%7Bnamespace%7D/decode", Some("undefined"), &[]);
        check("/{namespace}/decode", Some("{namespace}"), &[]);
        check("/undefined/decode", Some(""), &[]);
        check("/%ff/decode", Some("%7Bnamespace%7D"), &[]);
        check("/%00/decode", None, &[]);
    }

    #[test]
    fn the_last_segment_says_what_is_asked() {
        for (path, expect) in [
            ("/decode", Some(Operation::Decode)),
            ("//encode", Some(Operation::Encode)),
            ("/x/y/download", Some(Operation::Download)),
            ("/xdecode", None),
            ("/decode/", None),
            ("/decode/x", None),
            ("/Decode", None),
            ("/", None),
            ("*", None),
            ("", None),
            ("decode", None),
        ] {
            assert_eq!(operation_of_path(path), expect, "{path}");
        }
    }
}
