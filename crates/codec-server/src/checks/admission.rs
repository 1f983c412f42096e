//! What a request shows of whoever asks, put to the access rules. The headers with tokens are read here and kept nowhere.

use access::{Access, Asked, Decision};
use axum::http::HeaderName;
use axum::http::header::{AUTHORIZATION, ORIGIN};
use axum::http::request::Parts;

use crate::route::{Namespace, Operation};

/// In which a Web UI passes the raw ID token of its user (temporalio/ui 2.32.4 and later).
const EXTRAS: HeaderName = HeaderName::from_static("authorization-extras");

/// Asks what is done with the request, for the Namespace that serves it.
pub(crate) async fn decide(
    access: &Access,
    head: &Parts,
    operation: Operation,
    namespace: Option<&Namespace>,
) -> Decision {
    let values = |name| values(head, name);
    let asked = Asked {
        operation,
        namespace: namespace.map(Namespace::as_str),
        is_page: head.headers.contains_key(ORIGIN),
        authorization: &values(&AUTHORIZATION),
        extras: &values(&EXTRAS),
    };
    access.decide(&asked).await
}

/// The name of the program whose token the request has, where the rules are off. A page has none, whatever it sends.
pub(crate) fn program_of(access: &Access, head: &Parts) -> Option<String> {
    match head.headers.contains_key(ORIGIN) {
        true => None,
        false => access.program_of(&values(head, &AUTHORIZATION)),
    }
}

fn values<'a>(head: &'a Parts, name: &HeaderName) -> Vec<&'a [u8]> {
    let values = head.headers.get_all(name).iter();
    values.map(|value| value.as_bytes()).collect()
}
