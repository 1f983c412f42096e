//! A request's headers as they may be shown and kept: bounded, on one line each, and with every secret masked here, so that
//! nothing behind this file ever has one.

use std::borrow::Cow;

use axum::http::HeaderMap;
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, REFERER, USER_AGENT,
};
use temporal_payload::push_shown;

/// Headers that a record lists; clients send a dozen.
pub const MAX_HEADERS: usize = 40;
/// Characters of a name.
const MAX_NAME: usize = 80;
/// Characters of a value.
const MAX_VALUE: usize = 240;
/// What stands for a secret, of any length.
const MASK: &str = "••••";

/// Schemes that may be named before a masked credential (IANA's registry of HTTP authentication schemes, its usual part).
const SCHEMES: [&str; 6] = ["Bearer", "Basic", "Digest", "Negotiate", "NTLM", "DPoP"];

/// Words in a header's name that make its value a secret.
const SECRET_WORDS: [&str; 8] = [
    "auth",
    "token",
    "secret",
    "key",
    "password",
    "session",
    "cookie",
    "credential",
];

/// One header, safe to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentHeader<'a> {
    /// Its name, in lower case.
    pub name: &'a str,
    /// Its value; the secret in it is masked.
    pub value: &'a str,
    /// Whether something was masked.
    pub masked: bool,
}

/// The first [`MAX_HEADERS`] headers of a request, in the order in which they were sent. All of them are one text, so that a
/// record costs little: a line each, as `name ‖ separator ‖ value`, where the separator says whether the value was masked. Neither
/// character is in a name or a value: both are made safe to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentHeaders(String);

const SHOWN: char = '\t';
const MASKED: char = '\r';

impl SentHeaders {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut text = String::with_capacity(32 * headers.len().min(MAX_HEADERS));
        for (name, value) in headers.iter().take(MAX_HEADERS) {
            push_shown(&mut text, name.as_str(), MAX_NAME);
            // What is not ASCII is seldom; what is no UTF-8 is copied.
            let value = match value.to_str() {
                Ok(ascii) => Cow::Borrowed(ascii),
                Err(_) => String::from_utf8_lossy(value.as_bytes()),
            };
            if is_masked(name, &value) {
                text.push(MASKED);
                mask(&mut text, &value);
            } else {
                text.push(SHOWN);
                let end = match *name {
                    // What stands behind the path may be anything.
                    REFERER => value.find(['?', '#']),
                    _ => None,
                };
                push_shown(&mut text, &value[..end.unwrap_or(value.len())], MAX_VALUE);
            }
            text.push('\n');
        }
        SentHeaders(text)
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = SentHeader<'_>> {
        self.0.lines().filter_map(|line| {
            let (name, _) = line.split_once([SHOWN, MASKED])?;
            let rest = &line[name.len()..];
            Some(SentHeader {
                name,
                value: &rest[1..],
                masked: rest.starts_with(MASKED),
            })
        })
    }

    /// The first of that name, in lower case.
    pub fn get(&self, name: &str) -> Option<SentHeader<'_>> {
        self.iter().find(|header| header.name == name)
    }
}

/// Whether a header is a secret, by its name or by what its value looks like.
pub(crate) fn is_masked(name: &HeaderName, value: &str) -> bool {
    is_secret(name) || is_credential(value)
}

/// The headers that nearly every request has are told by their name as a whole.
fn is_secret(name: &HeaderName) -> bool {
    const NAMESPACE: HeaderName = HeaderName::from_static("x-namespace");
    const PLAIN: [HeaderName; 7] = [
        NAMESPACE,
        HOST,
        USER_AGENT,
        CONTENT_TYPE,
        CONTENT_LENGTH,
        ACCEPT,
        ACCEPT_ENCODING,
    ];
    !PLAIN.contains(name) && SECRET_WORDS.iter().any(|word| name.as_str().contains(word))
}

/// Whether a value is a credential whatever its header is called: a scheme and something, a JSON Web Token (RFC 7519: its header
/// is a JSON object, whose base64 starts so), or a program's token (`temporal-codec token`).
fn is_credential(value: &str) -> bool {
    const STARTS: [&str; 2] = ["eyJ", "tcodec_"];
    let value = value.trim_start();
    // Nearly all are told by their first letter.
    let begins_like = |text: &&str| {
        value
            .get(..1)
            .is_some_and(|it| it.eq_ignore_ascii_case(&text[..1]))
    };
    SCHEMES.iter().chain(&STARTS).any(begins_like)
        && (scheme(value).is_some() || STARTS.iter().any(|start| value.starts_with(start)))
}

fn mask(text: &mut String, value: &str) {
    if let Some(scheme) = scheme(value) {
        text.push_str(scheme);
        text.push(' ');
    }
    text.push_str(MASK);
}

/// The scheme before a credential, as the registry spells it.
fn scheme(value: &str) -> Option<&'static str> {
    let (first, _) = value.trim_start().split_once(' ')?;
    SCHEMES
        .into_iter()
        .find(|scheme| scheme.eq_ignore_ascii_case(first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[track_caller]
    fn check(name: &str, value: &str, expect: &str) {
        let mut headers = HeaderMap::new();
        let header = HeaderName::from_bytes(name.as_bytes()).expect("a name");
        headers.insert(
            header,
            HeaderValue::from_bytes(value.as_bytes()).expect("a value"),
        );
        let sent = SentHeaders::of(&headers);
        let shown: Vec<_> = sent.iter().collect();
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0].name, name.to_ascii_lowercase());
        assert_eq!(shown[0].value, expect, "{name}");
        assert_eq!(shown[0].masked, expect.contains(MASK), "{name}");
    }

    #[test]
    fn a_secret_is_masked_and_its_scheme_is_kept() {
        for scheme in ["Bearer", "bearer", "BEARER"] {
            check("authorization", &format!("{scheme} s3cret"), "Bearer ••••");
        }
        check("Authorization", "Basic dXNlcjpwYXNz", "Basic ••••");
        check("authorization", "s3cret", "••••");
        check("authorization", "s3cret with spaces", "••••");
        check("authorization-extras", "Bearer x", "Bearer ••••");
        check("proxy-authorization", "Basic x", "Basic ••••");
        check("cookie", "sid=s3cret; other=1", "••••");
        for name in [
            "x-api-key",
            "x-csrf-token",
            "x-session-id",
            "x-client-secret",
            "password",
            "x-auth",
            "set-cookie",
        ] {
            check(name, "s3cret", "••••");
        }
    }

    #[test]
    fn a_credential_is_masked_under_any_name() {
        check("x-forwarded-user", "Bearer s3cret", "Bearer ••••");
        check("x-identity", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "••••");
    }

    #[test]
    fn what_is_no_secret_is_shown() {
        check("user-agent", "Go-http-client/1.1", "Go-http-client/1.1");
        check("x-namespace", "orders.a1b2c", "orders.a1b2c");
        check("content-type", "application/json", "application/json");
        let page = "http://localhost:8233/namespaces/default";
        check("referer", &format!("{page}?token=s3cret"), page);
        check("referer", &format!("{page}#s3cret"), page);
    }

    #[test]
    fn names_values_and_their_number_are_shown() {
        let mut headers = HeaderMap::new();
        for number in 0..200 {
            let name = format!("x-{number}-{}", "n".repeat(300));
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            let value = HeaderValue::from_str(&"v".repeat(5000)).expect("a value");
            headers.insert(name, value);
        }
        let sent = SentHeaders::of(&headers);
        let shown: Vec<_> = sent.iter().collect();
        assert_eq!(shown.len(), MAX_HEADERS);
        assert!(
            shown
                .iter()
                .all(|header| header.name.chars().count() <= MAX_NAME)
        );
        assert!(
            shown
                .iter()
                .all(|header| header.value.chars().count() <= MAX_VALUE)
        );
        check("x-bytes", "a\tb\u{e9}", "a\u{fffd}b\u{e9}");
        check("x-empty", "", "");
    }

    #[test]
    fn a_client_that_sends_the_mask_itself_is_not_said_to_have_sent_a_secret() {
        let mut headers = HeaderMap::new();
        let mask = HeaderValue::from_bytes(MASK.as_bytes()).expect("a value");
        headers.insert("x-note", mask);
        let sent = SentHeaders::of(&headers);
        let masked = sent.get("x-note").map(|header| header.masked);
        assert_eq!(masked, Some(false));
    }
}
