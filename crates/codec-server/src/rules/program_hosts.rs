//! Hosts that programs may ask for beside the names of this machine, such as what a container calls it. A page never may: who owns
//! such a name decides where it points (DNS rebinding).

use std::collections::BTreeSet;
use std::net::Ipv6Addr;

use crate::rules::allowed_origins::canonical_host;

/// Hosts at most: each is a name that was typed, or allowed by a click.
pub const MAX_PROGRAM_HOSTS: usize = 16;

/// A set of exact hosts, such as `host.docker.internal`, at any port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramHosts(BTreeSet<String>);

/// A text that names no host which can be allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{host:?} cannot be allowed as a host: {reason}")]
pub struct InvalidHost {
    host: String,
    reason: &'static str,
}

impl ProgramHosts {
    /// Parses every text as a name or an address, without a port. Names are brought to lower case, addresses to their usual form,
    /// IPv6 in brackets.
    ///
    /// # Errors
    /// [`InvalidHost`] names the first text that is none: a port, a wildcard, a name of this machine, one host too many.
    pub fn parse<I>(hosts: I) -> Result<Self, InvalidHost>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut parsed = BTreeSet::new();
        for host in hosts {
            let host = host.as_ref();
            let invalid = |reason| InvalidHost {
                host: host.to_owned(),
                reason,
            };
            parsed.insert(canonical(host).map_err(invalid)?);
            if parsed.len() > MAX_PROGRAM_HOSTS {
                return Err(invalid("there are as many as can be, 16"));
            }
        }
        Ok(ProgramHosts(parsed))
    }

    /// The hosts in the form that they are compared in, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether a host, without its port, is listed.
    pub(crate) fn allows(&self, host: &str) -> bool {
        !self.0.is_empty() && canonical_host(host).is_ok_and(|host| self.0.contains(&host))
    }
}

fn canonical(host: &str) -> Result<String, &'static str> {
    if host.contains('*') {
        return Err("it must be one name, and no pattern");
    }
    let host = match host.parse::<Ipv6Addr>() {
        Ok(address) => format!("[{address}]"),
        Err(_) => canonical_host(host)?,
    };
    match &*host {
        "0.0.0.0" | "[::]" => Err("it stands for every address"),
        "localhost" | "127.0.0.1" | "[::1]" => {
            Err("it is a name of this machine, which is served anyway")
        }
        _ => Ok(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_one_name_or_address_and_is_found_in_any_spelling() {
        for (text, asked) in [
            ("host.docker.internal", "HOST.docker.internal"),
            ("Host.Containers.Internal", "host.containers.internal"),
            ("172.17.0.1", "172.17.0.1"),
            ("fd00::1", "[fd00:0::1]"),
            ("[FD00::1]", "[fd00::1]"),
        ] {
            let hosts = ProgramHosts::parse([text]).expect("a host");
            assert!(hosts.allows(asked), "{text}");
            assert!(!hosts.allows("evil.test") && !hosts.allows(""), "{text}");
            assert!(!hosts.allows(&format!("x.{asked}")), "{text}");
        }
    }

    #[test]
    fn what_is_no_single_host_of_its_own_is_refused() {
        for text in [
            "",
            "*",
            "*.docker.internal",
            "host.docker.internal:8081",
            "http://host.docker.internal",
            "host.docker.internal/decode",
            "a@b",
            "a b",
            "0.0.0.0",
            "::",
            "[::]",
            "localhost",
            "LOCALHOST",
            "127.0.0.1",
            "::1",
            "[::1]",
            "[0:0::1]",
            "127.1",
            "b\u{fc}cher.example",
            "a\nb",
        ] {
            assert!(ProgramHosts::parse([text]).is_err(), "{text:?}");
        }
    }

    #[test]
    fn their_number_is_bounded() {
        let named = |n: usize| (0..n).map(|i| format!("host-{i}")).collect::<Vec<_>>();
        assert!(ProgramHosts::parse(named(MAX_PROGRAM_HOSTS)).is_ok());
        assert!(ProgramHosts::parse(named(MAX_PROGRAM_HOSTS + 1)).is_err());
        let twice = named(MAX_PROGRAM_HOSTS).into_iter().chain(named(1));
        assert!(ProgramHosts::parse(twice).is_ok());
    }
}
