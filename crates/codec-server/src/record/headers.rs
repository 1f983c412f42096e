//! A request's headers as they may be shown and kept: bounded, on one line each, and with every secret masked here, so that
//! nothing behind this file ever has one.

use axum::http::HeaderMap;
use axum::http::header::{HeaderName, REFERER};
use temporal_payload::shown;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentHeader {
    /// Its name, in lower case.
    pub name: String,
    /// Its value; the secret in it is masked.
    pub value: String,
    /// Whether something was masked.
    pub masked: bool,
}

/// The first [`MAX_HEADERS`] headers, in the order in which they were sent.
pub(crate) fn sent(headers: &HeaderMap) -> Vec<SentHeader> {
    headers
        .iter()
        .take(MAX_HEADERS)
        .map(|(name, value)| sent_one(name, &String::from_utf8_lossy(value.as_bytes())))
        .collect()
}

/// Whether a header is a secret, by its name or by what its value looks like.
pub(crate) fn is_masked(name: &HeaderName, value: &str) -> bool {
    is_secret(name.as_str()) || is_credential(value)
}

fn sent_one(name: &HeaderName, value: &str) -> SentHeader {
    let masked = is_masked(name, value);
    let value = if masked {
        mask(value)
    } else if *name == REFERER {
        // What stands behind the path may be anything.
        let end = value.find(['?', '#']).unwrap_or(value.len());
        shown(&value[..end], MAX_VALUE)
    } else {
        shown(value, MAX_VALUE)
    };
    SentHeader {
        name: shown(name.as_str(), MAX_NAME),
        value,
        masked,
    }
}

fn is_secret(name: &str) -> bool {
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// Whether a value is a credential whatever its header is called: a scheme and something, a JSON Web Token (RFC 7519: its header
/// is a JSON object, whose base64 starts so), or a program's token (`temporal-codec token`).
fn is_credential(value: &str) -> bool {
    let starts = ["eyJ", "tcodec_"];
    scheme(value).is_some()
        || starts
            .iter()
            .any(|start| value.trim_start().starts_with(start))
}

fn mask(value: &str) -> String {
    match scheme(value) {
        Some(scheme) => format!("{scheme} {MASK}"),
        None => MASK.to_owned(),
    }
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
        let shown = sent(&headers);
        assert_eq!(shown.len(), 1);
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
        let shown = sent(&headers);
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
    }
}
