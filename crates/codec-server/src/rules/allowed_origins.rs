//! Allowed origins: exact, in the one spelling that browsers send (source: RFC 6454 §6.1, "ASCII serialization").
//!
//! No wildcards: whoever may ask can have anything decoded.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A set of exact origins, such as `http://localhost:8233`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedOrigins(BTreeSet<String>);

/// A text that names no single origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{origin:?} is not an origin: {reason}")]
pub struct InvalidOrigin {
    /// The text as it was given.
    pub origin: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl AllowedOrigins {
    /// Parses every text as `http(s)://host[:port]`. Upper case and default ports are brought to what browsers send.
    ///
    /// # Errors
    /// [`InvalidOrigin`] names the first text that is no origin: a path, `*`, `null`, another scheme.
    pub fn parse<I>(origins: I) -> Result<Self, InvalidOrigin>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        origins
            .into_iter()
            .map(|origin| {
                let origin = origin.as_ref();
                canonical(origin).map_err(|reason| InvalidOrigin {
                    origin: origin.to_owned(),
                    reason,
                })
            })
            .collect::<Result<_, _>>()
            .map(AllowedOrigins)
    }

    /// Whether the value of an `Origin` header is listed. It is compared as it stands: browsers send the canonical form.
    pub fn allows(&self, origin: &str) -> bool {
        self.0.contains(origin)
    }

    /// The origins in the form that browsers send, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

fn canonical(origin: &str) -> Result<String, &'static str> {
    match origin {
        "" => return Err("it is empty"),
        "*" => return Err("any page could decode"),
        "null" => return Err("every sandboxed page and local file calls itself that"),
        _ => {}
    }
    let (scheme, authority) = origin
        .split_once("://")
        .ok_or("it must start with http:// or https://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        _ => return Err("it must start with http:// or https://"),
    };
    if authority.contains(['/', '?', '#']) {
        return Err("it must end after the host and port");
    }
    if authority.contains('@') {
        return Err("it must not hold a user name");
    }
    let (host, port) = split_port(authority)?;
    let host = canonical_host(host)?;
    Ok(match port {
        Some(port) if port != default_port => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    })
}

/// The host, and the port where there is one.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), &'static str> {
    let after_brackets = authority.rfind(']').map_or(0, |end| end + 1);
    let Some(colon) = authority[after_brackets..].find(':') else {
        return Ok((authority, None));
    };
    let (host, port) = authority.split_at(after_brackets + colon);
    let digits = &port[1..];
    let is_decimal = digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.parse() {
        Ok(port) if is_decimal && port != 0 => Ok((host, Some(port))),
        _ => Err("the port must be a number from 1 to 65535"),
    }
}

/// A name in lower case, or an address in its usual form, IPv6 in brackets.
pub(crate) fn canonical_host(host: &str) -> Result<String, &'static str> {
    if let Some(inner) = host.strip_prefix('[') {
        let address = inner.strip_suffix(']').map(str::parse::<Ipv6Addr>);
        return match address {
            Some(Ok(address)) => Ok(format!("[{address}]")),
            _ => Err("what is in brackets must be an IPv6 address"),
        };
    }
    if !host.is_ascii() {
        return Err("a host outside ASCII must be in its xn-- form");
    }
    let mut labels = host.strip_suffix('.').unwrap_or(host).split('.');
    let is_label = |label: &str| {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(is_name)
    };
    if host.len() > 253 || !labels.clone().all(is_label) {
        return Err("the host is not a name or an address");
    }
    // A browser reads every host that ends in a number as an IPv4 address, and sends it in the usual form only.
    let ends_in_number = labels
        .next_back()
        .is_some_and(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    if ends_in_number && host.parse::<Ipv4Addr>().is_err() {
        return Err("the host is not a name or an address");
    }
    Ok(host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(origin: &str, expect: Option<&str>) {
        let parsed = AllowedOrigins::parse([origin]);
        let parsed = parsed
            .as_ref()
            .ok()
            .and_then(|origins| origins.iter().next());
        assert_eq!(parsed, expect, "{origin:?}");
    }

    #[test]
    fn takes_exact_origins_in_the_form_that_browsers_send() {
        check("http://localhost:8233", Some("http://localhost:8233"));
        check(
            "HTTPS://Cloud.Temporal.io:443",
            Some("https://cloud.temporal.io"),
        );
        check("http://localhost:80", Some("http://localhost"));
        check("https://localhost:80", Some("https://localhost:80"));
        check("http://[0:0:0:0:0:0:0:1]:8233", Some("http://[::1]:8233"));
        check("http://127.0.0.1", Some("http://127.0.0.1"));
        check("http://temporal_ui.corp", Some("http://temporal_ui.corp"));
    }

    #[test]
    fn refuses_everything_that_is_not_one_origin() {
        for origin in [
            "",
            "*",
            "null",
            "localhost:8233",
            "//localhost",
            "ftp://localhost",
            "file://",
            "http://",
            "http://localhost/",
            "http://localhost/namespaces",
            "http://localhost?x",
            "http://localhost#x",
            "http://user@localhost",
            "http://localhost:",
            "http://localhost:0",
            "http://localhost:65536",
            "http://localhost:+80",
            "http://localhost:80:80",
            "http://*.temporal.io",
            "http://a..b",
            "http://.a",
            "http://a b",
            "http://127.1",
            "http://[::1",
            "http://[localhost]",
            "http://::1",
            "http://bücher.example",
            " http://localhost",
        ] {
            check(origin, None);
        }
    }
}
