//! The facts of one event by which people know it and by which it belongs to others, read from its attributes.

use super::walk::{Found, Name, walk};

/// What an event says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The Activity, Signal, Update, child Workflow, marker or Nexus operation by its name.
    pub name: Option<String>,
    /// The service of a Nexus operation.
    pub service: Option<String>,
    /// The Activity, timer, Update or child Workflow by its own id.
    pub id: Option<String>,
    /// `scheduledEventId`
    pub scheduled: Option<u64>,
    /// `initiatedEventId`
    pub initiated: Option<u64>,
    /// `acceptedEventId`
    pub accepted: Option<u64>,
    /// `requestedEventId`
    pub requested: Option<u64>,
    /// `startedEventId`
    pub started: Option<u64>,
    /// `attempt`, from 1.
    pub attempt: Option<u32>,
    /// Its Failure, as far as it is not encoded.
    pub failure: Option<Failure>,
    /// Whether its Failure is that of an attempt before, or of a run before.
    pub failed_before: bool,
}

/// One level of a Failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// `message`; "Encoded failure" where the real one is in `encodedAttributes`.
    pub message: String,
    /// What it is: the type of an application's Failure, or `Timeout (Heartbeat)`, `Canceled`, …
    pub kind: String,
    /// `stackTrace`
    pub stack_trace: String,
    /// Whether message and stack trace are in `encodedAttributes`.
    pub encoded: bool,
}

/// Where a Failure stands in an event's attributes, and what comes below it.
fn failure_path(path: &[Name]) -> Option<(bool, &[Name])> {
    match path {
        ["failure", rest @ ..] | ["outcome", "failure", rest @ ..] => Some((false, rest)),
        ["lastfailure" | "continuedfailure", rest @ ..] => Some((true, rest)),
        _ => None,
    }
}

/// Reads the facts of an event from its attributes.
pub(super) fn facts(attributes: &str) -> Facts {
    let mut facts = Facts::default();
    let wanted = |path: &[Name]| match path {
        [
            "workflowtype" | "activitytype" | "acceptedrequest" | "rejectedrequest" | "request"
            | "meta" | "failure" | "outcome" | "lastfailure" | "continuedfailure"
            | "workflowexecution",
        ] => true,
        [
            "acceptedrequest" | "rejectedrequest" | "request",
            "input" | "meta",
        ]
        | ["outcome", "failure"] => true,
        _ => failure_path(path).is_some_and(|(_, rest)| is_info(rest)),
    };
    walk(attributes, wanted, |path, found| match path {
        ["workflowtype" | "activitytype", "name"]
        | ["signalname" | "markername" | "operation"]
        | [
            "acceptedrequest" | "rejectedrequest" | "request",
            "input",
            "name",
        ] => set(&mut facts.name, found),
        ["service"] => set(&mut facts.service, found),
        ["activityid" | "timerid" | "workflowid"]
        | ["workflowexecution", "workflowid"]
        | ["meta", "updateid"]
        | [
            "acceptedrequest" | "rejectedrequest" | "request",
            "meta",
            "updateid",
        ] => set(&mut facts.id, found),
        ["protocolinstanceid"] if facts.id.is_none() => set(&mut facts.id, found),
        ["scheduledeventid"] => facts.scheduled = found.number(),
        ["initiatedeventid"] => facts.initiated = found.number(),
        ["acceptedeventid"] => facts.accepted = found.number(),
        ["requestedeventid"] => facts.requested = found.number(),
        ["startedeventid"] => facts.started = found.number(),
        ["attempt"] => facts.attempt = found.number().and_then(|n| u32::try_from(n).ok()),
        _ => {
            if let Some((before, rest)) = failure_path(path) {
                facts.failed_before = before;
                add(&mut facts.failure, rest, found);
            }
        }
    });
    facts
}

/// The levels of an event's Failure, from what the Workflow sees down to its innermost cause. No more than 32 are read.
pub fn failures(attributes: &str) -> Vec<Failure> {
    let mut levels: Vec<Option<Failure>> = Vec::new();
    let wanted = |path: &[Name]| {
        matches!(path, ["outcome"])
            || failure_path(path).is_some_and(|(_, rest)| {
                let (level, below) = below_causes(rest);
                level < MAX_LEVELS && (below.is_empty() || is_info(below))
            })
    };
    walk(attributes, wanted, |path, found| {
        if let Some((_, rest)) = failure_path(path) {
            let (level, below) = below_causes(rest);
            if level >= MAX_LEVELS {
                return;
            }
            if levels.len() <= level {
                levels.resize(level + 1, None);
            }
            if let Some(failure) = levels.get_mut(level) {
                add(failure, below, found);
            }
        }
    });
    levels.into_iter().map_while(|level| level).collect()
}

/// Causes of causes that are read.
const MAX_LEVELS: usize = 32;

/// How many causes a path leads through, and what comes below them.
fn below_causes(path: &[Name]) -> (usize, &[Name]) {
    let level = path.iter().take_while(|name| **name == "cause").count();
    (level, path.get(level..).unwrap_or_default())
}

fn is_info(path: &[Name]) -> bool {
    matches!(path, [info] if info.ends_with("failureinfo"))
}

fn add(failure: &mut Option<Failure>, path: &[Name], found: &Found<'_>) {
    if path.is_empty() {
        if matches!(found, Found::Container) {
            failure.get_or_insert_default();
        }
        return;
    }
    let Some(failure) = failure else { return };
    let text = || found.text().unwrap_or_default();
    match path {
        ["message"] => failure.message = text(),
        ["stacktrace"] => failure.stack_trace = text(),
        ["encodedattributes"] => failure.encoded = true,
        ["applicationfailureinfo" | "nexushandlerfailureinfo", "type"] => {
            failure.kind = text();
        }
        ["timeoutfailureinfo", "timeouttype"] => {
            let which = super::camel_case(text().trim_start_matches("TIMEOUT_TYPE_"));
            failure.kind = match which.as_str() {
                "" => "Timeout".to_owned(),
                which => format!("Timeout ({which})"),
            };
        }
        [info] if failure.kind.is_empty() => {
            failure.kind = match *info {
                "timeoutfailureinfo" => "Timeout",
                "canceledfailureinfo" => "Canceled",
                "terminatedfailureinfo" => "Terminated",
                "serverfailureinfo" => "Server failure",
                "resetworkflowfailureinfo" => "Reset",
                "activityfailureinfo" => "Activity failure",
                "childworkflowexecutionfailureinfo" => "Child Workflow failure",
                "nexusoperationexecutionfailureinfo" | "nexusoperationfailureinfo" => {
                    "Nexus operation failure"
                }
                _ => "",
            }
            .to_owned();
        }
        _ => {}
    }
}

fn set(to: &mut Option<String>, found: &Found<'_>) {
    if let Some(text) = found.text().filter(|text| !text.is_empty()) {
        *to = Some(text);
    }
}
