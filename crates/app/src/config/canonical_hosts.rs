//! Hosts that programs may ask for, as the settings keep them.

use std::net::Ipv6Addr;

use codec_server::ProgramHosts;

use crate::error::{AppError, Code};

/// A host in the form that it is compared in: a name in lower case, or an address. Of an endpoint, as it stands in a client's settings,
/// it is the host: programs are served by it at any port.
///
/// # Errors
/// [`Code::InvalidSetting`].
pub fn canonical_program_host(host: &str) -> Result<String, AppError> {
    let parsed = ProgramHosts::parse([of_endpoint(host.trim())]).map_err(|error| {
        AppError::new(Code::InvalidSetting, error.to_string())
            .hint("Write the name or address that the program uses for this machine, such as host.docker.internal.")
    })?;
    let host = parsed.iter().next().map(str::to_owned);
    host.ok_or_else(|| AppError::new(Code::InvalidSetting, "a host cannot be empty"))
}

/// Without scheme, port and path.
fn of_endpoint(text: &str) -> &str {
    if text.parse::<Ipv6Addr>().is_ok() {
        return text;
    }
    let authority = match text.split_once("://") {
        Some((_, rest)) => rest.split(['/', '?', '#']).next().unwrap_or_default(),
        None => text,
    };
    match authority.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && !port.contains(']') && is_port(port) => host,
        _ => authority,
    }
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && (text.is_empty() || text.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_endpoint_the_host_counts() {
        for (typed, host) in [
            ("host.docker.internal", "host.docker.internal"),
            (" Host.Docker.Internal:8081 ", "host.docker.internal"),
            (
                "http://host.docker.internal:8081/{namespace}",
                "host.docker.internal",
            ),
            ("https://172.17.0.1", "172.17.0.1"),
            ("fd00::1", "[fd00::1]"),
            ("[fd00::1]", "[fd00::1]"),
            ("[fd00::1]:8081", "[fd00::1]"),
        ] {
            assert_eq!(
                canonical_program_host(typed).expect("a host"),
                host,
                "{typed}"
            );
        }
        for typed in [
            "",
            "*",
            "http://",
            ":8081",
            "http://localhost:8081",
            "127.0.0.1",
            "0.0.0.0:8081",
            "host:99999",
            "host:8081:8081",
            "me@host",
            "*.docker.internal",
            "host/decode",
        ] {
            assert!(canonical_program_host(typed).is_err(), "{typed}");
        }
    }
}
