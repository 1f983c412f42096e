//! What differs from run to run and says nothing about the Workflow: it does not count unless somebody asks for it.

use std::borrow::Cow;
use std::collections::HashSet;

/// Names in Temporal's API, without underscores and in lower case, of who did it, in which build, how large it is, and of ids and
/// versions that a server counts.
const NAMES: [&str; 14] = [
    "binarychecksum",
    "buildidredirectcounter",
    "firstworkflowtaskbackoff",
    "historysizebytes",
    "historysizecount",
    "identity",
    "meteringmetadata",
    "namespaceid",
    "prevautoresetpoints",
    "requestid",
    "runid",
    "taskid",
    "version",
    "workerversion",
];

/// Names of ids that an SDK counts or draws where nobody gives one.
const COUNTED: [&str; 6] = [
    "activityid",
    "timerid",
    "updateid",
    "protocolinstanceid",
    "operationid",
    "operationtoken",
];

/// What counts, on one side.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    usual: bool,
    own: HashSet<String>,
}

impl Rules {
    /// Every difference counts.
    pub fn everything() -> Self {
        Rules::default()
    }

    /// Times, numbers of events, ids of runs and requests, and who worked on it do not count, nor do ids that are its own: those of
    /// its Workflow and its runs.
    pub fn usual(own: impl IntoIterator<Item = String>) -> Self {
        Rules {
            usual: true,
            own: own.into_iter().filter(|id| !id.is_empty()).collect(),
        }
    }

    pub(crate) fn is_usual(&self) -> bool {
        self.usual
    }

    /// Whether a member of that name does not count.
    pub(crate) fn is_left_out(&self, name: &str) -> bool {
        if !self.usual {
            return false;
        }
        let name = folded(name);
        let ends = |end: &str| name.ends_with(end);
        NAMES.contains(&&*name) || ends("runid") || ends("eventid") || ends("time")
    }

    /// A text as it counts: what is drawn anew in every run is the same in all of them.
    pub(crate) fn counts<'a>(&self, name: &str, text: &'a str) -> Cow<'a, str> {
        if !self.usual || text.is_empty() {
            return text.into();
        }
        if self.own.contains(text) {
            return "\0own".into();
        }
        let is_number = || text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number() && COUNTED.contains(&&*folded(name)) {
            return "\0number".into();
        }
        without_uuids(text)
    }
}

/// `activity_id` and `activityId` are the same.
fn folded(name: &str) -> String {
    let letters = name.bytes().filter(|byte| *byte != b'_');
    letters
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect()
}

/// Characters of a UUID: `5b2f61d2-8a31-4f2b-9d0e-1b7a35f0c111`.
const UUID: usize = 36;

/// A text with each UUID in it replaced.
fn without_uuids(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if bytes.len() < UUID {
        return text.into();
    }
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(window) = bytes.get(at..at + UUID) {
        if is_uuid(window) {
            out.push_str(text.get(copied..at).unwrap_or_default());
            out.push_str("\0uuid");
            at += UUID;
            copied = at;
        } else {
            at += 1;
        }
    }
    if copied == 0 {
        return text.into();
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out.into()
}

fn is_uuid(bytes: &[u8]) -> bool {
    let fits = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    bytes.len() == UUID && bytes.iter().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_numbers_and_who_worked_on_it_do_not_count() {
        let usual = Rules::usual([]);
        for name in [
            "eventId",
            "scheduledEventId",
            "scheduled_event_id",
            "runId",
            "originalExecutionRunId",
            "run_id",
            "eventTime",
            "workflowExecutionExpirationTime",
            "identity",
            "taskId",
            "requestId",
            "workerVersion",
        ] {
            assert!(usual.is_left_out(name), "{name}");
            assert!(!Rules::everything().is_left_out(name), "{name}");
        }
        for name in [
            "activityId",
            "input",
            "startToFireTimeout",
            "attempt",
            "workflowId",
            "timeout",
        ] {
            assert!(!usual.is_left_out(name), "{name}");
        }
    }

    #[test]
    fn ids_that_are_counted_or_drawn_are_the_same_and_given_ones_are_not() {
        let [one, other] = ["order-1", "order-2"].map(|id| Rules::usual([id.to_owned()]));
        let same = |name: &str, left: &str, right: &str| {
            one.counts(name, left) == other.counts(name, right)
        };
        assert!(same("workflowId", "order-1", "order-2"));
        assert!(!same("workflowId", "order-1", "order-1"));
        assert!(same("activityId", "5", "11"));
        assert!(!same("activityId", "charge-5", "charge-11"));
        assert!(!same("attempt", "5", "11"));
        let uuids = [
            "5b2f61d2-8a31-4f2b-9d0e-1b7a35f0c111",
            "00000000-8a31-4f2b-9d0e-1b7a35f0c111",
        ];
        let [left, right] = uuids.map(|id| format!("1@host:{id}-child"));
        assert!(same("name", &left, &right));
        assert!(!same("name", &left, &right.replace("child", "other")));
        assert_eq!(without_uuids(&"a".repeat(100)), "a".repeat(100));
        assert_eq!(
            without_uuids("é-5b2f61d2-8a31-4f2b-9d0e-1b7a35f0c111é"),
            "é-\0uuidé"
        );
    }

    #[test]
    fn a_history_that_names_many_runs_takes_no_longer_for_each_text() {
        let id = |n: u32| format!("run-{n}");
        let usual = Rules::usual((0..50_000).map(id));
        let begun = std::time::Instant::now();
        let own = (0..100_000).filter(|n| usual.counts("id", &id(*n)) == "\0own");
        assert_eq!(own.count(), 50_000);
        assert!(begun.elapsed().as_secs() < 10);
    }
}
