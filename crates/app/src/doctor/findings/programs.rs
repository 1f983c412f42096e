//! The Temporal CLI and other programs: what they asked last, hosts that are refused, and where the CLI was told to ask.

use std::net::IpAddr;

use codec_server::{Client, Code};
use temporal_payload::shown_name;

use crate::doctor::findings::line::Lines;
use crate::doctor::findings::pages::{judged, state_of};
use crate::doctor::observed::{Kind, Observed, Request};
use crate::doctor::view::{DoctorFinding, FindingAction, FindingGroup, FindingPlace, FindingState};
use crate::hints;

const LINES: Lines = Lines(FindingGroup::Programs);

/// What containers call the machine that they run on: those of Docker and of Podman.
const CONTAINER_HOSTS: [&str; 2] = ["host.docker.internal", "host.containers.internal"];

/// Profiles of the Temporal CLI that have a line each.
const MOST: usize = 12;

pub(super) fn findings(seen: &Observed) -> Vec<DoctorFinding> {
    let requests = seen.requests.as_deref();
    let mut lines: Vec<DoctorFinding> = Vec::new();
    lines.extend(requests.map(|requests| last(seen, requests)));
    lines.extend(requests.and_then(|requests| other_host(seen, requests)));
    lines.extend(
        seen.environment
            .as_deref()
            .map(|endpoint| of_terminal(seen, endpoint)),
    );
    lines.extend(cli(seen));
    lines
}

/// The newest request of a program.
fn last(seen: &Observed, requests: &[Request]) -> DoctorFinding {
    const TITLE: &str = "Last request of a program";
    let mut of_programs = requests.iter().filter(|request| {
        request.origin.is_none()
            && request.client != Client::Browser
            && request.kind == Kind::Operation
    });
    let Some(asked) = of_programs.next() else {
        return LINES.unknown(
            "program",
            TITLE,
            "No program, such as the Temporal CLI, sent one of the newest requests.",
        );
    };
    let line = LINES
        .line(
            state_of(asked.tone),
            "program",
            TITLE,
            format!("{}: {}.", client(asked.client), asked.result),
        )
        .at(&asked.time);
    judged(seen, asked, line, "Ask again.")
}

fn client(client: Client) -> &'static str {
    match client {
        Client::Go => "The Temporal CLI or a Go program",
        Client::Curl => "curl",
        Client::Browser | Client::This | Client::Other => "A program",
    }
}

/// The newest request that was made for another host than this machine.
fn other_host(seen: &Observed, requests: &[Request]) -> Option<DoctorFinding> {
    let is_refused = |request: &&Request| request.code == Some(Code::HostNotAllowed);
    let asked = requests.iter().find(is_refused)?;
    let host = asked.host.as_deref().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let allow = asked.allow_host.as_ref();
    if let Some(host) = allow.filter(|host| seen.program_hosts.contains(host)) {
        let why = format!(
            "A request for the host \"{host}\" was refused, and programs may ask for it since."
        );
        let line = LINES.unknown("host", "Host of requests", why);
        return Some(line.fix("Ask again.").at(&asked.time));
    }
    let line = match CONTAINER_HOSTS.into_iter().find(|known| name.eq_ignore_ascii_case(known)) {
        Some(known) => LINES
            .warning("host", "Host of requests", format!("A request for {known}, as containers call this machine, was refused: without your leave, the Codec Server answers to localhost, 127.0.0.1 and [::1] alone."))
            .fix("If it was yours, allow this Host for programs; pages are refused there as before. Or run the CLI on this machine itself."),
        None if host.is_empty() => LINES
            .warning("host", "Host of requests", "A request without a usable Host was refused.")
            .fix(hints::of_code(Code::HostNotAllowed)),
        None => LINES
            .warning("host", "Host of requests", format!("A request for the host \"{}\" was refused: the Codec Server answers to localhost, 127.0.0.1 and [::1] alone.", shown_name(host)))
            .fix("If it was yours, write 127.0.0.1 into that client’s endpoint, or, where it is a program that has no other name for this machine, allow this Host for programs. A page that made a name of its own point at this machine is refused for the same reason."),
    };
    let line = match allow {
        Some(host) => line.offer(FindingAction::AllowHost { host: host.clone() }),
        None => line,
    };
    Some(line.at(&asked.time).show(FindingPlace::Requests))
}

/// What this terminal's environment says.
fn of_terminal(seen: &Observed, endpoint: &str) -> DoctorFinding {
    const TITLE: &str = "TEMPORAL_CODEC_ENDPOINT";
    LINES
        .of_endpoint("environment", TITLE, "This terminal", seen, endpoint)
        .fix_where_wrong("Run eval \"$(temporal-codec env)\" in this terminal, or take the variable away with temporal-codec env --undo.")
}

/// The profiles of the CLI's file.
fn cli(seen: &Observed) -> Vec<DoctorFinding> {
    let file = match &seen.cli {
        Ok(file) => file,
        Err(problem) => {
            return vec![
                LINES
                    .bad("temporal_toml", "temporal.toml", &problem.message)
                    .fix(&problem.hint),
            ];
        }
    };
    if file.profiles.is_empty() {
        let line = LINES.unknown(
            "temporal_toml",
            "temporal.toml",
            "No profile of the Temporal CLI names a Codec Server in its file.",
        );
        return vec![
            line.fix(
                "If you use the CLI, connect a profile, or one terminal with temporal-codec env.",
            )
            .show(FindingPlace::TemporalCli),
        ];
    }
    let profiles = file.profiles.iter().take(MOST);
    profiles
        .map(|(name, endpoint)| {
            let name = shown_name(name);
            let title = format!("temporal.toml, profile {name}");
            let who = "The profile".to_owned();
            LINES
                .of_endpoint(&format!("cli {name}"), &title, &who, seen, endpoint)
                .fix_where_wrong("Set codec.endpoint of this profile to the endpoint of the Codec Server, or connect it anew in Server.")
                .show(FindingPlace::TemporalCli)
        })
        .collect()
}

impl Lines {
    /// Whether an endpoint that the CLI was given is the Codec Server's.
    fn of_endpoint(
        self,
        id: &str,
        title: &str,
        who: &str,
        seen: &Observed,
        endpoint: &str,
    ) -> DoctorFinding {
        let asks = format!("{who} asks {}", without_secrets(endpoint));
        let Some((scheme, host, port, path)) = parts(endpoint) else {
            return self.bad(id, title, format!("{asks}, which is no http or https URL."));
        };
        if !is_this_machine(host) {
            return self.unknown(
                id,
                title,
                format!("{asks}, which is not localhost, 127.0.0.1 or [::1]."),
            );
        }
        let https = seen.server.as_ref().map(|server| &server.https);
        let secure = https.and_then(|https| https.endpoint.is_some().then_some(https.port));
        let line = match scheme {
            "http" if port == seen.port => {
                self.good(id, title, format!("{asks}, the Codec Server’s port."))
            }
            "https" if Some(port) == secure => {
                self.good(id, title, format!("{asks}, the Codec Server’s https port."))
            }
            "https" if port == seen.port => self.bad(
                id,
                title,
                format!("{asks}: https, on the port where the Codec Server speaks http."),
            ),
            "http" if Some(port) == secure => self.bad(
                id,
                title,
                format!("{asks}: http, on the port where the Codec Server speaks https."),
            ),
            _ if seen.server.is_none() && scheme == "https" => {
                return self.unknown(
                    id,
                    title,
                    format!("{asks}, which is not looked at from here."),
                );
            }
            // Another Codec Server may listen there.
            _ => self.warning(
                id,
                title,
                format!("{asks}, and the Codec Server’s port is {}.", seen.port),
            ),
        };
        match path.trim_matches('/') {
            _ if line.state != FindingState::Good => line,
            "" | "{namespace}" => line,
            _ => self.warning(
                id,
                title,
                format!(
                    "{asks}: the last part of its path counts as the Namespace of every request."
                ),
            ),
        }
    }
}

impl DoctorFinding {
    fn fix_where_wrong(self, fix: &str) -> Self {
        match self.state {
            FindingState::Bad | FindingState::Warning => self.fix(fix),
            FindingState::Good | FindingState::Unknown => self,
        }
    }
}

/// An endpoint as it may be shown: what stands before an `@`, and behind a `?` or `#`, may be a secret. Where it cannot be told
/// which is which, nothing of it is shown.
fn without_secrets(endpoint: &str) -> String {
    let (scheme, rest) = match endpoint.split_once("://") {
        Some((scheme, rest)) if known_scheme(scheme).is_some() => (format!("{scheme}://"), rest),
        _ => (String::new(), endpoint),
    };
    let shown = match rest.rsplit_once('@') {
        Some((before, _)) if before.contains(['/', '?', '#']) => "••••".to_owned(),
        Some((_, host)) => format!("••••@{}", before_query(host)),
        None => before_query(rest).to_owned(),
    };
    shown_name(&(scheme + &shown))
}

fn before_query(text: &str) -> &str {
    text.split(['?', '#']).next().unwrap_or_default()
}

/// A scheme in the case that it is compared in.
fn known_scheme(scheme: &str) -> Option<&'static str> {
    let mut known = ["http", "https"].into_iter();
    known.find(|known| known.eq_ignore_ascii_case(scheme))
}

/// Scheme, host, port and path of an endpoint.
fn parts(endpoint: &str) -> Option<(&str, &str, u16, &str)> {
    let (scheme, rest) = endpoint.split_once("://")?;
    let scheme = known_scheme(scheme)?;
    let default = match scheme {
        "http" => 80,
        _ => 443,
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let (host, port) = match authority.rfind(':') {
        Some(colon) if !authority.ends_with(']') => {
            (&authority[..colon], authority[colon + 1..].parse().ok()?)
        }
        _ => (authority, default),
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    (!host.is_empty()).then_some((scheme, host, port, path))
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_not_shown() {
        for (endpoint, shown) in [
            ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
            (
                "https://me:canary@host/path?canary#x",
                "https://••••@host/path",
            ),
            ("canary@host", "••••@host"),
            ("http://a/canary@c", "http://••••"),
            ("http://me:can/ary@127.0.0.1:8081", "http://••••"),
            ("http://me:can#ary@127.0.0.1:8081", "http://••••"),
            ("http://host?x=@canary", "http://••••"),
            ("canary://me@host", "••••"),
            ("http://a\u{1b}[31m", "http://a\u{fffd}[31m"),
        ] {
            assert_eq!(without_secrets(endpoint), shown);
        }
    }

    #[test]
    fn an_endpoint_has_a_scheme_a_host_and_a_port() {
        for (endpoint, expect) in [
            (
                "http://127.0.0.1:8081",
                Some(("http", "127.0.0.1", 8081, "")),
            ),
            ("http://[::1]:8081/x?y", Some(("http", "[::1]", 8081, "/x"))),
            ("https://[::1]", Some(("https", "[::1]", 443, ""))),
            (
                "http://localhost/{namespace}",
                Some(("http", "localhost", 80, "/{namespace}")),
            ),
            ("HTTP://localhost:1", Some(("http", "localhost", 1, ""))),
            ("ftp://localhost", None),
            ("127.0.0.1:8081", None),
            ("http://", None),
            ("http://a:b", None),
        ] {
            assert_eq!(parts(endpoint), expect, "{endpoint}");
        }
    }
}
