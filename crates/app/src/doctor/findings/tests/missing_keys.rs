//! Keys that Payloads wait for, and other reasons why they were not decoded.

use super::*;

#[test]
fn keys_that_are_missing_and_other_reasons() {
    let mut seen = well();
    check(&seen, "payloads", Good, "No Payload");
    seen.requests = Some(vec![failed(Code::KeyNotFound, Some("prod-2024"))]);
    let line = check(
        &seen,
        "key prod-2024",
        Bad,
        "1 Payload of the Namespace orders was encrypted with the key \"prod-2024\"",
    );
    assert_eq!(line.title, "Missing key \"prod-2024\"");
    let id = "prod-2024".to_owned();
    assert!(line.actions.contains(&FindingAction::AddKey { id }));
    // It was added since.
    seen.requests = Some(vec![failed(Code::KeyNotFound, Some("prod"))]);
    assert!(
        findings(&seen)
            .iter()
            .all(|line| !line.id.starts_with("key "))
    );
    seen.requests = Some(vec![failed(Code::Unauthentic, None)]);
    let id = "reason UNAUTHENTIC of the Namespace orders";
    check(
        &seen,
        id,
        Warning,
        "In requests of the Namespace orders: the reason.",
    );
}

/// However many Payloads, requests, Namespaces and clients wait for it.
#[test]
fn a_missing_key_is_one_problem() {
    let mut seen = well();
    let of = |namespace: &str, n: usize| {
        let mut request = failed(Code::KeyNotFound, Some("prod-2024"));
        request.namespace = Some(namespace.to_owned());
        request.namespace_header = Some(namespace.to_owned());
        request.code = Some(Code::KeyNotFound);
        request.tone = Tone::Error;
        request.failures = vec![request.failures[0].clone(); n];
        request
    };
    let mut of_cli = of("orders", 1);
    of_cli.origin = None;
    of_cli.client = Client::Go;
    let mut of_other = of("bills", 3);
    of_other.origin = Some("https://temporal.corp".to_owned());
    seen.requests = Some(vec![of("orders", 2), of_cli, of_other]);
    let found = findings(&seen);
    let wrong: Vec<&DoctorFinding> = found
        .iter()
        .filter(|line| matches!(line.state, Bad | Warning))
        .collect();
    let [line] = wrong.as_slice() else {
        panic!("{wrong:?}")
    };
    assert_eq!(
        line.why,
        "6 Payloads in 3 requests of the Namespaces orders and bills were encrypted with the key \"prod-2024\", which has not been added."
    );
    // Whoever looks at its client finds the key there, too.
    let id = "prod-2024".to_owned();
    for client in [
        "origin http://localhost:8233",
        "origin https://temporal.corp",
        "program",
    ] {
        let line = check(&seen, client, Unknown, "");
        assert!(line.fix.contains("\"prod-2024\""), "{line:?}");
        assert!(
            line.actions
                .contains(&FindingAction::AddKey { id: id.clone() }),
            "{line:?}"
        );
    }
    let keys = seen.keys.as_mut().expect("keys");
    keys.ids.push(id);
    let found = findings(&seen);
    assert!(
        found
            .iter()
            .all(|line| !matches!(line.state, Bad | Warning))
    );
    let line = check(&seen, "program", Unknown, "");
    assert!(line.fix.contains("That is over"), "{line:?}");
}
