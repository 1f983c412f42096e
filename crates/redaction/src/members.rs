//! What stands outside of Payloads in Temporal's documents, by the names of its members (source: temporalio/api protos). What is
//! not known to be a name, an id or a time counts as somebody's value: so does what a newer server adds.

/// What a member holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    /// Payloads, and nothing else that could stay.
    Payloads,
    /// As that; or of an Update, a message that has some, its name and its header.
    Input,
    /// Texts by names of the user's: headers.
    Texts,
    /// A name, an id, a time, an enum's value.
    Kept,
    /// A cause: an enum's value in some places, and a text of somebody's in others.
    Cause,
    /// Anything else: texts are values, objects are looked into.
    Other,
}

/// Members whose type is a Payload, or a message of nothing but Payloads.
const PAYLOADS: [&str; 24] = [
    "answer",
    "args",
    "arguments",
    "currentdetails",
    "data",
    "details",
    "encodedattributes",
    "header",
    "heartbeatdetails",
    "label",
    "lastcompletionresult",
    "lastheartbeatdetails",
    "memo",
    "output",
    "payload",
    "payloads",
    "queryargs",
    "result",
    "searchattributes",
    "success",
    "summary",
    "upsertedmemo",
    "usermetadata",
    "value",
];

const TEXTS: [&str; 4] = ["headers", "metadata", "nexusheader", "requestheaders"];

/// How names end of members that hold names, ids, times and enums' values, without `_` and in small letters.
const KEPT_ENDS: [&str; 42] = [
    "attempt",
    "attempts",
    "backoff",
    "backofftype",
    "behavior",
    "buildid",
    "bytes",
    "checksum",
    "count",
    "duration",
    "endpoint",
    "errortypes",
    "expiration",
    "flags",
    "id",
    "identity",
    "ids",
    "interval",
    "kind",
    "length",
    "name",
    "namespace",
    "operation",
    "policy",
    "pollers",
    "protocol",
    "queries",
    "schedule",
    "sequencingid",
    "service",
    "size",
    "source",
    "state",
    "states",
    "status",
    "taskqueue",
    "time",
    "timeout",
    "timeouttype",
    "trigger",
    "type",
    "version",
];

/// The enums that a `cause` can be of.
const CAUSES: [&str; 6] = [
    "WORKFLOW_TASK_FAILED_CAUSE_",
    "START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_",
    "CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_",
    "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_",
    "RESOURCE_EXHAUSTED_CAUSE_",
    "NEXUS_OPERATION_",
];

impl Member {
    pub(crate) fn of(name: &str) -> Self {
        let name: String = name.chars().filter(|character| *character != '_').collect();
        let name = name.to_ascii_lowercase();
        if name == "input" {
            Member::Input
        } else if PAYLOADS.contains(&name.as_str()) {
            Member::Payloads
        } else if TEXTS.contains(&name.as_str()) {
            Member::Texts
        } else if name == "cause" {
            Member::Cause
        } else if KEPT_ENDS.iter().any(|end| name.ends_with(end)) {
            Member::Kept
        } else {
            Member::Other
        }
    }

    /// Whether nothing but Payloads may stand there.
    pub(crate) fn takes_payloads(self) -> bool {
        matches!(self, Member::Payloads | Member::Input)
    }

    /// Whether a text under this name is no value.
    pub(crate) fn keeps(self, text: &str) -> bool {
        match self {
            Member::Kept => true,
            Member::Cause => CAUSES.iter().any(|cause| {
                text.strip_prefix(cause).is_some_and(|rest| {
                    rest.bytes()
                        .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
                })
            }),
            Member::Payloads | Member::Input | Member::Texts | Member::Other => false,
        }
    }
}
