//! The scalars of one JSON value with the names that lead to them: one pass, no tree, in both spellings of proto3 JSON.

use crate::json_string::unescape;
use crate::json_text::MAX_DEPTH;
use crate::json_tokens::{Kind, Roots, Token, Tokens};

/// Names on a path that are told apart; what lies deeper is nobody's fact.
const MAX_NAMES: usize = 40;

/// A name on a path, folded: without underscores and in lower case, so that `activityType` and `activity_type` are the same.
/// One that is no fact's is empty.
pub(super) type Name = &'static str;

/// What stands at a path.
pub(super) enum Found<'a> {
    /// A string, number or truth value, as it stands.
    Scalar(&'a str),
    /// An object or list begins.
    Container,
}

impl Found<'_> {
    /// A string without its quotes, or a number as it stands; nothing for `null` and containers.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Found::Scalar("null") | Found::Container => None,
            Found::Scalar(token) if token.starts_with('"') => Some(unescape(token).into_owned()),
            Found::Scalar(token) => Some((*token).to_owned()),
        }
    }

    /// A number, also where it stands as a string, as proto3 JSON has it for 64 bits.
    pub(super) fn number(&self) -> Option<u64> {
        match self {
            Found::Scalar(token) => token.trim_matches('"').parse().ok(),
            Found::Container => None,
        }
    }
}

/// Visits what lies below a JSON value. `wanted` says below which names it is worth to look; of any other container only that it
/// is there is told.
/// What is not JSON ends the walk.
pub(super) fn walk<'a>(
    json: &'a str,
    wanted: impl Fn(&[Name]) -> bool,
    mut visit: impl FnMut(&[Name], &Found<'a>),
) {
    let mut tokens = Tokens::new(json, Roots::One, MAX_DEPTH);
    let mut path: Vec<Name> = Vec::new();
    // Containers that are open, and whether each has a name of its own on the path.
    let mut open: Vec<bool> = Vec::new();
    let mut named = false;
    // How many containers are open below one that nobody wants.
    let mut skipped = 0_usize;
    while let Ok(Some(Token { kind, span })) = tokens.next() {
        let token = json.get(span).unwrap_or_default();
        match kind {
            Kind::Name if skipped == 0 => {
                path.push(folded(&unescape(token)));
                named = true;
            }
            Kind::Name => {}
            Kind::BeginObject | Kind::BeginArray => {
                let useful = skipped == 0
                    && path.len() <= MAX_NAMES
                    && (open.is_empty() || (kind == Kind::BeginObject && wanted(&path)));
                if skipped == 0 && (named || open.is_empty()) {
                    visit(&path, &Found::Container);
                }
                if useful {
                    open.push(named);
                    named = false;
                } else {
                    skipped += 1;
                }
            }
            Kind::EndObject | Kind::EndArray => {
                if skipped > 0 {
                    skipped -= 1;
                    if skipped == 0 && named {
                        path.pop();
                        named = false;
                    }
                } else if open.pop() == Some(true) {
                    path.pop();
                }
            }
            Kind::Text | Kind::Scalar | Kind::Null => {
                if skipped == 0 {
                    visit(&path, &Found::Scalar(token));
                    if named {
                        path.pop();
                        named = false;
                    }
                }
            }
        }
    }
}

/// The names that lead to facts, folded, in order.
const KNOWN: [&str; 59] = [
    "acceptedeventid",
    "acceptedrequest",
    "activityfailureinfo",
    "activityid",
    "activitytype",
    "applicationfailureinfo",
    "attempt",
    "baserunid",
    "canceledfailureinfo",
    "cause",
    "childworkflowexecutionfailureinfo",
    "continuedexecutionrunid",
    "continuedfailure",
    "encodedattributes",
    "externalworkflowexecution",
    "failure",
    "firstexecutionrunid",
    "initiatedeventid",
    "input",
    "lastfailure",
    "markername",
    "message",
    "meta",
    "name",
    "namespace",
    "newexecutionrunid",
    "newrunid",
    "nexushandlerfailureinfo",
    "nexusoperationexecutionfailureinfo",
    "nexusoperationfailureinfo",
    "operation",
    "operationid",
    "operationtoken",
    "originalexecutionrunid",
    "outcome",
    "parentworkflowexecution",
    "protocolinstanceid",
    "reason",
    "rejectedrequest",
    "request",
    "requestedeventid",
    "resetworkflowfailureinfo",
    "rootworkflowexecution",
    "runid",
    "scheduledeventid",
    "serverfailureinfo",
    "service",
    "signalname",
    "stacktrace",
    "startedeventid",
    "terminatedfailureinfo",
    "timeoutfailureinfo",
    "timeouttype",
    "timerid",
    "type",
    "updateid",
    "workflowexecution",
    "workflowid",
    "workflowtype",
];

/// Bytes of the longest of them with room for underscores.
const LONGEST: usize = 64;

fn folded(name: &str) -> Name {
    if name.len() > LONGEST {
        return "";
    }
    let mut folded = [0_u8; LONGEST];
    let mut len = 0;
    for byte in name.bytes().filter(|byte| *byte != b'_') {
        if let Some(place) = folded.get_mut(len) {
            *place = byte.to_ascii_lowercase();
            len += 1;
        }
    }
    let folded = folded.get(..len).unwrap_or_default();
    let found = KNOWN.binary_search_by(|known| known.as_bytes().cmp(folded));
    found.map_or("", |at| KNOWN[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_one_name_and_others_are_none() {
        assert!(KNOWN.is_sorted(), "they are searched by halves");
        assert!(KNOWN.iter().all(|name| name.len() < LONGEST));
        for name in ["activityType", "activity_type"] {
            assert_eq!(folded(name), "activitytype");
        }
        for name in ["", "é", "payloads", &"a".repeat(4096)] {
            assert_eq!(folded(name), "", "{name}");
        }
    }

    #[test]
    fn a_container_that_nobody_wants_is_told_of_and_nothing_in_it() {
        let mut found = Vec::new();
        let json = r#"{"failure":{"encodedAttributes":{"message":"x"},"cause":[{"message":"x"}]}}"#;
        walk(
            json,
            |path| path == ["failure"],
            |path, value| found.push((path.join("."), value.text())),
        );
        let containers = ["", "failure", "failure.encodedattributes", "failure.cause"];
        assert_eq!(found, containers.map(|path| (path.to_owned(), None)));
    }

    #[test]
    fn comes_back_from_what_nobody_wants() {
        let json = r#"{"other":{"name":"no","l":[{"name":"no"},[1]]},"a":[[{}]],"activity_type":{"name":"yes"},"name":null}"#;
        let mut found = Vec::new();
        let wanted = |path: &[Name]| path == ["activitytype"];
        walk(json, wanted, |path, value| {
            if let Some(text) = value.text() {
                found.push((path.join("."), text));
            }
        });
        assert_eq!(found, [("activitytype.name".to_owned(), "yes".to_owned())]);
    }
}
