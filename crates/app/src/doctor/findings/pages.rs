//! Web UIs: a line for each origin that asked, and one for those that are allowed and were never heard from.

use std::collections::BTreeSet;

use codec_server::Code;
use temporal_payload::shown_name;

use crate::config::canonical_origins::is_insecure;
use crate::doctor::findings::browsers;
use crate::doctor::findings::line::{Lines, has_key};
use crate::doctor::observed::{Kind, Observed, Request};
use crate::doctor::view::{DoctorFinding, FindingAction, FindingGroup, FindingPlace, FindingState};
use crate::hints;
use crate::requests::view::Tone;
use crate::server::view::ServerState;

const LINES: Lines = Lines(FindingGroup::Pages);

/// Origins that have a line each; more are an attack, or a crawl.
const MOST: usize = 12;

/// What a page without an address of its own sends: a file, a sandboxed frame.
const OPAQUE: &str = "null";

pub(super) fn findings(seen: &Observed) -> Vec<DoctorFinding> {
    let Some(requests) = &seen.requests else {
        return Vec::new();
    };
    let mut known = BTreeSet::new();
    let origins = requests
        .iter()
        .filter_map(|request| request.origin.as_deref());
    let origins: Vec<&str> = origins.filter(|origin| known.insert(*origin)).collect();
    let mut lines: Vec<DoctorFinding> = origins
        .iter()
        .take(MOST)
        .map(|origin| of_origin(seen, requests, origin))
        .collect();
    if origins.len() > MOST {
        let why = format!("{} more origins asked.", origins.len() - MOST);
        lines.push(
            LINES
                .unknown("origins_more", "Other origins", why)
                .show(FindingPlace::Requests),
        );
    }
    lines.extend(without_origin(requests));
    lines.extend(silent(seen, &origins));
    lines
}

/// The newest requests of one origin.
fn of_origin(seen: &Observed, requests: &[Request], origin: &str) -> DoctorFinding {
    let mut its = requests
        .iter()
        .filter(|request| request.origin.as_deref() == Some(origin));
    let asked = its
        .clone()
        .find(|request| request.kind != Kind::Preflight || request.tone == Tone::Error);
    let id = format!("origin {origin}");
    let Some(asked) = asked else {
        // There is one, or the origin would not be known.
        let preflight = its.next().map_or("", |request| &request.time);
        return LINES
            .warning(&id, origin, "Its browser asked whether it may send requests, was told yes, and sent none since.")
            .fix("Open a Workflow with encoded Payloads there; if it stays encoded, reload the page.")
            .at(preflight);
    };
    let is_allowed = seen.origins.iter().any(|allowed| allowed == origin);
    if asked.code == Some(Code::OriginNotAllowed) {
        return refused(&id, origin, asked, is_allowed);
    }
    let line = LINES
        .line(state_of(asked.tone), &id, origin, last(asked))
        .at(&asked.time);
    judged(seen, asked, line, "Reload the page.")
}

/// The line of a request with what to do; `again` is how its client asks again, once what refused it is over.
pub(super) fn judged(
    seen: &Observed,
    asked: &Request,
    line: DoctorFinding,
    again: &str,
) -> DoctorFinding {
    match asked.code {
        _ if asked.tone != Tone::Ok && is_over(seen, asked) => DoctorFinding {
            state: FindingState::Unknown,
            ..line.fix(format!("That is over. {again}"))
        },
        // What has to be done first is at the keys, too, as long as the panic lock is set.
        Some(Code::Locked) if is_panic_locked(seen) => line
            .fix(hints::of_code(Code::PanicLocked))
            .offer(FindingAction::LiftPanicLock),
        // The client asked and was answered: what its Payloads failed for has a line of its own.
        _ if asked.tone != Tone::Ok && !asked.failures.is_empty() => of_payloads(seen, asked, line),
        Some(code) => line.fix(hints::of_code(code)).show(place_of(code)),
        None if asked.tone == Tone::Ok => line,
        None => line
            .fix("The reasons are in the request’s details.")
            .show(FindingPlace::Requests),
    }
}

/// The line of a request whose Payloads failed, which is no other problem than theirs.
fn of_payloads(seen: &Observed, asked: &Request, line: DoctorFinding) -> DoctorFinding {
    let keys = asked.failures.iter();
    let mut keys = keys.filter_map(|failure| failure.missing_key.as_deref());
    let line = DoctorFinding {
        state: FindingState::Unknown,
        ..line
    };
    match keys.find(|id| !has_key(seen, id)) {
        Some("") => line
            .fix("It arrived and was answered. Its Payloads name no key: see “Payloads” below.")
            .offer(FindingAction::AddKey { id: String::new() }),
        Some(id) => line
            .fix(format!(
                "It arrived and was answered. Its Payloads wait for the key \"{}\": see “Payloads” below.",
                shown_name(id)
            ))
            .offer(FindingAction::AddKey { id: id.to_owned() }),
        None => line
            .fix("It arrived and was answered. What its Payloads failed for is told under “Payloads” below.")
            .show(FindingPlace::Requests),
    }
}

fn refused(id: &str, origin: &str, asked: &Request, is_allowed: bool) -> DoctorFinding {
    if is_allowed {
        return LINES
            .unknown(
                id,
                origin,
                "Its last request was refused, and it is allowed since.",
            )
            .fix("Reload the page.")
            .at(&asked.time);
    }
    if origin == OPAQUE {
        return LINES
            .warning(id, "Page without an address", "A page that has no origin of its own, such as a file or a sandboxed frame, was refused: it cannot be told from any other.")
            .fix("Open the Web UI at its own address.")
            .at(&asked.time);
    }
    LINES
        .bad(
            id,
            origin,
            "It is not in the list of allowed origins, so its requests are refused.",
        )
        .fix("Allow it, if this is the address of your Web UI.")
        .at(&asked.time)
        .offer(FindingAction::AllowOrigin {
            origin: origin.to_owned(),
        })
}

/// Pages that have their browser send no origin: an image, a script, a frame.
fn without_origin(requests: &[Request]) -> Option<DoctorFinding> {
    let refused = requests
        .iter()
        .find(|request| request.origin.is_none() && request.code == Some(Code::OriginNotAllowed))?;
    let line = LINES
        .warning("no_origin", "Requests of other sites without an origin", "A page of another site had its browser ask without an origin, as images, scripts and frames do, and was refused.")
        .fix("Nothing needs to be done: a Web UI sends its origin.");
    Some(line.at(&refused.time))
}

/// Allowed, and not heard from in the newest requests.
fn silent(seen: &Observed, heard: &[&str]) -> Option<DoctorFinding> {
    let silent = seen.origins.iter().map(String::as_str);
    let silent: Vec<&str> = silent.filter(|origin| !heard.contains(origin)).collect();
    if silent.is_empty() {
        return None;
    }
    let insecure: Vec<&str> = silent
        .iter()
        .copied()
        .filter(|origin| is_insecure(origin))
        .collect();
    let none_heard = seen
        .origins
        .iter()
        .all(|origin| !heard.contains(&origin.as_str()));
    let why = match none_heard {
        true => {
            "No allowed page is among the newest requests. What keeps one from asking cannot be seen from here.".to_owned()
        }
        false => format!("None of the newest requests is from {}.", silent.join(", ")),
    };
    let mut line = LINES
        .unknown("silent", "Allowed origins without a request", why)
        .fix("If you use a Web UI there and it shows encoded Payloads, its requests do not arrive: go through the steps for your browser.")
        .with_steps(browsers::nothing_arrived())
        .show(FindingPlace::Connect);
    if !insecure.is_empty() {
        line.state = FindingState::Warning;
        line.why = format!(
            "{} {} on plain http under a name of its own; Chrome and Edge keep such pages from asking this machine, and no request arrived.",
            insecure.join(", "),
            if insecure.len() == 1 { "is" } else { "are" }
        );
        line = line.fix("Serve that Web UI over https, or forward its port and open it as http://localhost; in other browsers, go through the steps.");
    }
    Some(line)
}

/// Whether what refused a request does not hold any more.
fn is_over(seen: &Observed, asked: &Request) -> bool {
    let was = |code| asked.code == Some(code) || asked.failures.iter().any(|one| one.code == code);
    let paused = seen
        .server
        .as_ref()
        .is_some_and(|server| server.state == ServerState::Paused);
    let locked = seen.keys.as_ref().is_some_and(|keys| keys.locked);
    let panic_locked = is_panic_locked(seen);
    // Only what was refused for its Host has one that can be allowed.
    let may_since = asked.allow_host.as_ref();
    let mut failures = asked.failures.iter();
    let has_keys_since = !asked.failures.is_empty()
        && failures.all(|one| {
            let key = one.missing_key.as_deref();
            key.is_some_and(|id| has_key(seen, id))
        });
    has_keys_since
        || may_since.is_some_and(|host| seen.program_hosts.contains(host))
        || (was(Code::Paused) && !paused)
        || (was(Code::Locked) && !locked)
        || (was(Code::PanicLocked) && !panic_locked && !locked)
}

fn is_panic_locked(seen: &Observed) -> bool {
    let server = seen.server.as_ref();
    server.is_some_and(|server| server.panic_locked)
}

fn last(asked: &Request) -> String {
    format!("Its last request: {}.", asked.result)
}

/// Where what a request was refused for is looked into.
fn place_of(code: Code) -> FindingPlace {
    match matches!(code, Code::Access(_)) {
        true => FindingPlace::TestToken,
        false => FindingPlace::Requests,
    }
}

pub(super) fn state_of(tone: Tone) -> FindingState {
    match tone {
        Tone::Ok => FindingState::Good,
        Tone::Warning => FindingState::Warning,
        Tone::Error => FindingState::Bad,
    }
}
