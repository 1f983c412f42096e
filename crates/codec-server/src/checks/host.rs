//! The Host that a request believes to talk to, judged before anything else: a page whose name is made to resolve to 127.0.0.1
//! (DNS rebinding) is not even cross-origin, so no check of its origin would refuse it.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri};

use crate::error::RequestError;
use crate::rules::program_hosts::ProgramHosts;

/// The names of this machine that nobody else can own: `localhost`, `127.0.0.1` and `[::1]`, in any spelling of the
/// addresses, at any port or none. The port adds no safety, since a rebound name keeps its own host, and forwarded ports
/// (SSH, containers) arrive with the port of the other end. HTTP/1.0 without a Host is refused: it cannot be told apart.
///
/// `more` are the names that a server beyond this machine was given by whoever started it; `of_programs` are those that the user allows
/// to programs, and absent where a page may be asking.
pub(crate) fn check(
    uri: &Uri,
    headers: &HeaderMap,
    more: &[String],
    of_programs: Option<&ProgramHosts>,
) -> Result<(), RequestError> {
    let mut hosts = headers.get_all(HOST).iter();
    let only = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    };
    // A request line in absolute form names a host of its own, which counts above the header (RFC 9112 §3.2.2).
    let named_in_line = uri.authority().map(Authority::as_str);
    let is_ours = |host: &str| {
        is_local(host)
            || is_one_of(more, host)
            || of_programs
                .is_some_and(|hosts| without_port(host).is_some_and(|it| hosts.allows(it)))
    };
    if only.is_some_and(is_ours) && named_in_line.is_none_or(is_ours) {
        Ok(())
    } else {
        Err(RequestError::HostNotAllowed)
    }
}

fn is_one_of(names: &[String], host: &str) -> bool {
    let is_it = |name: &str| names.iter().any(|ours| ours.eq_ignore_ascii_case(name));
    !names.is_empty() && without_port(host).is_some_and(is_it)
}

/// Whether it is an address, and no name.
pub(crate) fn is_address(host: &str) -> bool {
    let name = without_port(host).unwrap_or_default();
    let inner = name
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'));
    inner.map_or_else(
        || name.parse::<Ipv4Addr>().is_ok(),
        |inner| inner.parse::<Ipv6Addr>().is_ok(),
    )
}

/// The name, which may be an address in brackets; `None` where what follows is no port.
fn without_port(host: &str) -> Option<&str> {
    let (name, port) = match host.rfind(':') {
        Some(colon) if !host.ends_with(']') => (&host[..colon], &host[colon + 1..]),
        _ => (host, ""),
    };
    let is_port = port.is_empty() || (port.parse::<u16>().is_ok() && !port.starts_with('+'));
    is_port.then_some(name)
}

/// Whether it is a name of this machine that nobody else can own.
fn is_local(host: &str) -> bool {
    let Some(name) = without_port(host) else {
        return false;
    };
    if let Some(inner) = name.strip_prefix('[') {
        let address = inner.strip_suffix(']').map(str::parse::<Ipv6Addr>);
        return address == Some(Ok(Ipv6Addr::LOCALHOST));
    }
    name.eq_ignore_ascii_case("localhost") || name.parse() == Ok(Ipv4Addr::LOCALHOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_nobody_else_can_own_are_local() {
        for host in [
            "localhost",
            "LocalHost:8081",
            "127.0.0.1",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:65535",
            "[0:0::1]:80",
            "localhost:",
        ] {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "",
            ":8081",
            "evil.test",
            "evil.test:8081",
            "localhost.evil.test",
            "evil.localhost",
            "localhost.",
            "127.0.0.1.evil.test",
            "127.0.0.2",
            "0.0.0.0",
            "[::]",
            "::1",
            "[::1",
            "[::ffff:127.0.0.1]",
            "localhost:8081:1",
            "localhost:x",
            "localhost:+1",
            "localhost:65536",
            "evil@localhost",
            "2130706433",
        ] {
            assert!(!is_local(host), "{host}");
        }
    }
}
