//! What became of Payloads: keys that are missing, other reasons by Namespace, and endpoints that lead to the wrong path.

use std::collections::{BTreeMap, BTreeSet};

use codec_server::{Code, MAX_FAILURES};
use temporal_payload::shown_name;

use crate::doctor::findings::line::{Lines, has_key};
use crate::doctor::observed::{Kind, Observed, Request};
use crate::doctor::view::{DoctorFinding, FindingAction, FindingGroup, FindingPlace, FindingState};
use crate::hints;

const LINES: Lines = Lines(FindingGroup::Payloads);

/// Keys, and pairs of reason and Namespace, that have a line each.
const MOST: usize = 6;

/// Reasons that a line of its own stands for.
const TOLD_ELSEWHERE: [Code; 4] = [
    Code::KeyNotFound,
    Code::Paused,
    Code::Locked,
    Code::KeychainUnavailable,
];

pub(super) fn findings(seen: &Observed) -> Vec<DoctorFinding> {
    let Some(requests) = &seen.requests else {
        return Vec::new();
    };
    let mut lines: Vec<DoctorFinding> = [path_counts(requests), no_operation(requests)]
        .into_iter()
        .flatten()
        .collect();
    let missing = missing_keys(seen, requests);
    let reasons = reasons(requests);
    let mut operations = requests
        .iter()
        .filter(|request| request.kind == Kind::Operation);
    let newest = operations.clone().next();
    if missing.is_empty() && reasons.is_empty() {
        lines.push(match newest {
            Some(request) if !operations.all(went_through) => LINES
                .unknown(
                    "payloads",
                    "Payloads",
                    "Some of the newest requests were not decoded, for a reason that is over, or that is told above.",
                )
                .at(&request.time),
            Some(request) => LINES
                .good(
                    "payloads",
                    "Payloads",
                    "No Payload of the newest requests failed for its key or format.",
                )
                .at(&request.time),
            None => LINES.unknown(
                "payloads",
                "Payloads",
                "No request with Payloads is among the newest requests.",
            ),
        });
    }
    lines.extend(missing);
    lines.extend(reasons);
    lines
}

fn went_through(request: &Request) -> bool {
    request.code.is_none() && request.failures.is_empty()
}

/// A key that is missing: a line, however many Payloads, requests and Namespaces wait for it.
struct Missing<'a> {
    id: &'a str,
    newest: &'a Request,
    namespaces: Vec<Option<&'a str>>,
    n_payloads: usize,
    n_requests: usize,
    /// A request had more failures than are kept.
    at_least: bool,
}

/// Keys that Payloads name and that there still are not; and Payloads without a name that nothing opened, where the Namespace has not
/// been decoded since.
fn missing_keys(seen: &Observed, requests: &[Request]) -> Vec<DoctorFinding> {
    // Newest first.
    let mut decoded_since = BTreeSet::new();
    let mut missing: Vec<Missing<'_>> = Vec::new();
    let mut places = BTreeMap::new();
    for request in requests {
        let namespace = request.namespace.as_deref();
        if request.kind == Kind::Operation && went_through(request) {
            decoded_since.insert(namespace);
        }
        let mut counted = BTreeSet::new();
        let keys = request.failures.iter();
        for id in keys.filter_map(|failure| failure.missing_key.as_deref()) {
            let is_over = id.is_empty() && decoded_since.contains(&namespace);
            if is_over || has_key(seen, id) {
                continue;
            }
            // Looked up: whoever sends Payloads names as many keys as it likes.
            let place = *places.entry(id).or_insert_with(|| {
                missing.push(Missing {
                    id,
                    newest: request,
                    namespaces: Vec::new(),
                    n_payloads: 0,
                    n_requests: 0,
                    at_least: false,
                });
                missing.len() - 1
            });
            let one = &mut missing[place];
            one.n_payloads += 1;
            one.n_requests += usize::from(counted.insert(id));
            one.at_least |= request.failures.len() >= MAX_FAILURES;
            if !one.namespaces.contains(&namespace) {
                one.namespaces.push(namespace);
            }
        }
    }
    missing.iter().take(MOST).map(Missing::line).collect()
}

impl Missing<'_> {
    fn line(&self) -> DoctorFinding {
        let payloads = match (self.n_payloads, self.at_least) {
            (1, _) => "1 Payload".to_owned(),
            (n, true) => format!("At least {n} Payloads"),
            (n, false) => format!("{n} Payloads"),
        };
        let requests = match self.n_requests {
            1 => String::new(),
            n => format!(" in {n} requests"),
        };
        let which = format!("{payloads}{requests} {}", self.namespaces());
        let is_one = self.n_payloads == 1;
        let (title, why) = match self.id {
            "" => (
                "Key of Payloads that name none".to_owned(),
                format!(
                    "{which} {} no key, and no key that was here opened {}.",
                    if is_one { "names" } else { "name" },
                    if is_one { "it" } else { "them" },
                ),
            ),
            id => (
                format!("Missing key \"{}\"", shown_name(id)),
                format!(
                    "{which} {} encrypted with the key \"{}\", which has not been added.",
                    if is_one { "was" } else { "were" },
                    shown_name(id)
                ),
            ),
        };
        LINES
            .bad(&format!("key {}", shown_name(self.id)), &title, why)
            .fix("Add the key that the Workers there use; no restart is needed.")
            .at(&self.newest.time)
            .offer(FindingAction::AddKey {
                id: self.id.to_owned(),
            })
            .show(FindingPlace::Requests)
    }

    /// Where its Payloads came from.
    fn namespaces(&self) -> String {
        let names = self.namespaces.iter().flatten();
        let names: Vec<String> = names.map(|name| shown_name(name)).collect();
        match names.as_slice() {
            [] => "without a Namespace".to_owned(),
            [one] => format!("of the Namespace {one}"),
            [some @ .., last] if names.len() <= MOST => {
                format!("of the Namespaces {} and {last}", some.join(", "))
            }
            many => format!("of {} Namespaces", many.len()),
        }
    }
}

/// Other reasons, the newest of each kind in each Namespace.
fn reasons(requests: &[Request]) -> Vec<DoctorFinding> {
    let mut known = BTreeSet::new();
    let operations = requests
        .iter()
        .filter(|request| request.kind == Kind::Operation);
    let failures = operations.flat_map(|request| {
        let refused = request.code.filter(|code| *code == Code::NamespaceUnknown);
        let refused = refused.zip(request.message.as_deref());
        let failures = request.failures.iter();
        let failures = failures.map(|failure| (failure.code, failure.message.as_str()));
        failures
            .chain(refused)
            .map(move |(code, why)| (request, code, why))
    });
    let failures = failures
        .filter(|(_, code, _)| !TOLD_ELSEWHERE.contains(code))
        .filter(|(request, code, _)| known.insert((code.as_str(), request.namespace.clone())));
    failures
        .take(MOST)
        .map(|(request, code, why)| {
            let place = match code == Code::NamespaceUnknown {
                true => FindingPlace::Namespaces,
                false => FindingPlace::Requests,
            };
            let id = format!("reason {} {}", code.as_str(), namespace(request));
            // A request that was refused for it shows nothing at all.
            let state = match request.code == Some(code) && !request.failures.is_empty() {
                true => FindingState::Bad,
                false => FindingState::Warning,
            };
            LINES
                .line(
                    state,
                    &id,
                    "Payloads that could not be decoded",
                    format!("In requests {}: {why}.", namespace(request)),
                )
                .fix(hints::of_code(code))
                .at(&request.time)
                .show(place)
        })
        .collect()
}

/// The segment before the operation counts above the header, so an endpoint with a path changes the Namespace.
fn path_counts(requests: &[Request]) -> Option<DoctorFinding> {
    let asked = requests.iter().find(|request| {
        let header = request.namespace_header.as_deref();
        request.kind == Kind::Operation
            && header.is_some_and(|header| !header.contains('%') && !header.ends_with('…'))
            && request.namespace.is_some()
            && request.namespace.as_deref() != header
    })?;
    let (in_path, in_header) = (
        shown_name(asked.namespace.as_deref()?),
        shown_name(asked.namespace_header.as_deref()?),
    );
    Some(
        LINES
            .warning("endpoint_path", "Path of the endpoint", format!("A client asks for the Namespace \"{in_header}\" and has \"{in_path}\" in its path, which counts."))
            .fix("If that client’s endpoint ends in a path, take it away: the endpoint is scheme, host and port alone, or ends in /{namespace}.")
            .at(&asked.time)
            .show(FindingPlace::Connect),
    )
}

/// A client posts to a path that is no operation.
fn no_operation(requests: &[Request]) -> Option<DoctorFinding> {
    let asked = requests.iter().find(|request| {
        request.kind == Kind::Unknown
            && request.method == "POST"
            && request.code == Some(Code::NotFound)
    })?;
    Some(
        LINES
            .warning("no_operation", "Path of the endpoint", "A client sent a POST request to a path that does not end in /encode, /decode or /download.")
            .fix("If that client’s endpoint ends in a slash, a query or a path, take it away; the client adds the operation.")
            .at(&asked.time)
            .show(FindingPlace::Connect),
    )
}

fn namespace(request: &Request) -> String {
    match &request.namespace {
        Some(name) => format!("of the Namespace {}", shown_name(name)),
        None => "without a Namespace".to_owned(),
    }
}
