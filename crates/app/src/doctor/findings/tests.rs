//! What is seen, and the line that it becomes.

use codec_server::{Client, Code};

use super::findings;
use crate::doctor::observed::{
    Answer, CliFile, Failure, Health, Keys, Kind, Loopback, Observed, Request, SettingsFile,
};
use crate::doctor::view::FindingState::{Bad, Good, Unknown, Warning};
use crate::doctor::view::{DoctorFinding, FindingAction, FindingState};
use crate::error::{AppError, Code as AppCode, WayOut};
use crate::requests::view::Tone;
use crate::server::view::{HttpsView, RequestCounts, ServerState, ServerView};

mod missing_keys;

const WEB_UI: &str = "http://localhost:8233";

fn server(state: ServerState) -> ServerView {
    let listens = matches!(state, ServerState::Serving | ServerState::Paused);
    let listening = ["http://127.0.0.1:8081", "http://[::1]:8081"];
    ServerView {
        change: None,
        revision: 0,
        state,
        panic_locked: false,
        port: 8081,
        endpoint: "http://127.0.0.1:8081".to_owned(),
        listening: match listens {
            true => listening.map(str::to_owned).into(),
            false => Vec::new(),
        },
        https: HttpsView {
            on: false,
            port: 8443,
            endpoint: None,
            problem: None,
        },
        started: None,
        error: None,
        counts: RequestCounts::default(),
    }
}

fn loopback(v4: Answer, v6: Answer) -> Vec<Loopback> {
    [("127.0.0.1:8081", v4), ("[::1]:8081", v6)]
        .map(|(address, answer)| Loopback {
            address: address.parse().expect("an address"),
            answer,
        })
        .into()
}

const READY: Answer = Answer::Health(Health::Ready);

/// A server that serves, with a key, and a Web UI that decodes.
fn well() -> Observed {
    Observed {
        server: Some(server(ServerState::Serving)),
        port: 8081,
        loopback: loopback(READY, READY),
        port_owner: None,
        settings_file: None,
        keys: Some(Keys {
            ids: vec!["prod".to_owned()],
            ..Keys::default()
        }),
        origins: vec![WEB_UI.to_owned()],
        program_hosts: Vec::new(),
        requests: Some(vec![asked(|_| {})]),
        cli: Ok(CliFile::default()),
        environment: None,
        takes_tokens: false,
    }
}

/// As [`well`], for whoever looks at another process.
fn outside() -> Observed {
    Observed {
        server: None,
        keys: None,
        requests: None,
        ..well()
    }
}

/// A request of the Web UI that was decoded, changed.
fn asked(change: impl FnOnce(&mut Request)) -> Request {
    let mut request = Request {
        time: "2026-01-02T03:04:05.678Z".to_owned(),
        kind: Kind::Operation,
        method: "POST",
        origin: Some(WEB_UI.to_owned()),
        client: Client::Browser,
        host: Some("127.0.0.1:8081".to_owned()),
        allow_host: None,
        namespace: Some("orders".to_owned()),
        namespace_header: Some("orders".to_owned()),
        result: "Decoded".to_owned(),
        tone: Tone::Ok,
        code: None,
        message: None,
        failures: Vec::new(),
    };
    change(&mut request);
    request
}

fn refused(code: Code, change: impl FnOnce(&mut Request)) -> Request {
    asked(|request| {
        request.code = Some(code);
        request.tone = Tone::Error;
        request.result = "Refused".to_owned();
        change(request);
    })
}

fn failed(code: Code, missing_key: Option<&str>) -> Request {
    asked(|request| {
        request.tone = Tone::Warning;
        request.failures = vec![Failure {
            code,
            message: "the reason".to_owned(),
            missing_key: missing_key.map(str::to_owned),
        }];
    })
}

#[track_caller]
fn line(seen: &Observed, id: &str) -> DoctorFinding {
    let found = findings(seen);
    let line = found.iter().find(|finding| finding.id == id);
    let ids: Vec<&str> = found.iter().map(|finding| finding.id.as_str()).collect();
    line.unwrap_or_else(|| panic!("no line {id} in {ids:?}"))
        .clone()
}

/// The state of a line and a part of its reason; what is wrong has a way out.
#[track_caller]
fn check(seen: &Observed, id: &str, state: FindingState, why: &str) -> DoctorFinding {
    let line = line(seen, id);
    assert_eq!(line.state, state, "{line:?}");
    assert!(line.why.contains(why), "{line:?}");
    assert!(line.why.ends_with('.'), "{line:?}");
    if matches!(line.state, Bad | Warning) {
        assert!(!line.fix.is_empty(), "{line:?}");
    }
    line
}

#[test]
fn nothing_is_wrong_where_all_is_well() {
    let found = findings(&well());
    let wrong = |finding: &&DoctorFinding| matches!(finding.state, Bad | Warning);
    assert_eq!(found.iter().find(wrong), None);
    let from_outside = findings(&outside());
    assert_eq!(from_outside.iter().find(wrong), None);
}

#[test]
fn every_line_has_a_name_of_its_own() {
    let mut seen = well();
    seen.requests = Some(vec![
        refused(Code::OriginNotAllowed, |one| {
            one.origin = Some("https://a.example".to_owned());
        }),
        failed(Code::KeyNotFound, Some("a")),
        failed(Code::KeyNotFound, Some("b")),
        failed(Code::KeyNotFound, Some("b\u{1}")),
        failed(Code::KeyNotFound, Some("b\u{2}")),
        failed(Code::KeyNotFound, Some(&format!("{}a", "long".repeat(100)))),
        failed(Code::KeyNotFound, Some(&format!("{}b", "long".repeat(100)))),
        failed(Code::Unauthentic, None),
        refused(Code::NotHttps, |one| one.kind = Kind::Handshake),
        refused(Code::CertificateNotTrusted, |one| {
            one.kind = Kind::Handshake;
        }),
    ]);
    let found = findings(&seen);
    let mut ids: Vec<&str> = found.iter().map(|finding| finding.id.as_str()).collect();
    let n = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), n);
}

#[test]
fn the_server_and_its_port() {
    let mut seen = well();
    seen.server = Some(server(ServerState::Stopped));
    seen.loopback = loopback(Answer::Refused, Answer::Refused);
    let stopped = check(&seen, "server", Bad, "It is stopped");
    assert_eq!(stopped.actions, [FindingAction::StartServer]);
    check(&seen, "port", Good, "Nothing else listens");

    let failed = seen.server.as_mut().expect("a server");
    failed.state = ServerState::Failed;
    let taken = "port 8081 is in use by node (process 7)";
    let taken = AppError::new(AppCode::PortInUse, taken);
    failed.error = Some(taken.offer(WayOut::UsePort { port: 8082 }));
    seen.port_owner = Some("node (process 7)".to_owned());
    let taken = check(&seen, "server", Bad, "in use by node (process 7)");
    assert!(
        taken
            .actions
            .contains(&FindingAction::UsePort { port: 8082 })
    );
    check(&seen, "port", Bad, "It is in use by node (process 7).");
    seen.loopback = loopback(READY, Answer::Refused);
    seen.port_owner = None;
    check(
        &seen,
        "port",
        Bad,
        "by another program, a Codec Server like this one.",
    );

    let mut seen = well();
    seen.loopback = loopback(READY, Answer::Unreachable);
    check(&seen, "loopback_v4", Good, "answers there");
    check(&seen, "loopback_v6", Bad, "cannot be made");
    seen.server.as_mut().expect("a server").listening.pop();
    check(&seen, "loopback_v6", Unknown, "does not listen");
}

#[test]
fn a_settings_file_that_is_not_in_force_is_told() {
    for (is_damaged, state) in [(true, Bad), (false, Warning)] {
        for mut seen in [well(), outside()] {
            let problem = AppError::new(AppCode::InvalidSetting, "not read, so the defaults apply");
            let problem = problem.hint("Correct the file.");
            seen.settings_file = Some(SettingsFile {
                problem,
                is_damaged,
            });
            let line = check(&seen, "settings_file", state, "defaults apply");
            assert_eq!(line.fix, "Correct the file.");
        }
    }
}

#[test]
fn what_keeps_it_from_decoding() {
    let mut seen = well();
    seen.server = Some(server(ServerState::Paused));
    let paused = check(&seen, "paused", Bad, "is paused");
    assert_eq!(paused.actions, [FindingAction::Resume]);

    let mut seen = well();
    seen.server.as_mut().expect("a server").panic_locked = true;
    let set = check(&seen, "panic_lock", Bad, "every request is refused");
    assert_eq!(set.actions, [FindingAction::LiftPanicLock]);
    // Unlocking alone would change nothing.
    seen.keys.as_mut().expect("keys").locked = true;
    let keys = check(&seen, "keys", Bad, "panic lock");
    assert_eq!(keys.actions, [FindingAction::LiftPanicLock]);
    assert!(keys.fix.contains("Lift panic lock"), "{keys:?}");
    seen.requests = Some(vec![refused(Code::Locked, |_| {})]);
    let page = line(&seen, &format!("origin {WEB_UI}"));
    assert!(page.fix.contains("Lift panic lock"), "{page:?}");
    assert!(!page.actions.contains(&FindingAction::Unlock));

    let mut seen = well();
    let keys = seen.keys.as_mut().expect("keys");
    keys.locked = true;
    let locked = check(&seen, "keys", Bad, "is locked");
    assert_eq!(locked.actions, [FindingAction::Unlock]);
    seen.keys = Some(Keys::default());
    check(&seen, "keys", Warning, "no key yet");
    seen.keys = Some(Keys {
        problem: Some(AppError::new(
            AppCode::KeychainUnavailable,
            "the keychain is locked",
        )),
        ..Keys::default()
    });
    check(&seen, "keys", Bad, "The keychain is locked.");
}

#[test]
fn origins_by_their_newest_request() {
    let id = "origin http://localhost:8233";
    let mut seen = well();
    check(&seen, id, Good, "Its last request: Decoded.");

    // A preflight says nothing once the request came; alone, it says that none did.
    let preflight = || asked(|one| one.kind = Kind::Preflight);
    seen.requests = Some(vec![preflight(), asked(|_| {})]);
    check(&seen, id, Good, "Decoded");
    seen.requests = Some(vec![preflight()]);
    check(&seen, id, Warning, "sent none since");

    let stranger = "https://temporal.corp";
    let of_stranger = || {
        refused(Code::OriginNotAllowed, |one| {
            one.kind = Kind::Preflight;
            one.origin = Some(stranger.to_owned());
        })
    };
    seen.requests = Some(vec![of_stranger()]);
    let id = format!("origin {stranger}");
    let line = check(&seen, &id, Bad, "not in the list");
    let origin = stranger.to_owned();
    assert_eq!(line.actions, [FindingAction::AllowOrigin { origin }]);
    seen.origins.push(stranger.to_owned());
    check(&seen, &id, Unknown, "allowed since");

    let opaque = refused(Code::OriginNotAllowed, |one| {
        one.origin = Some("null".to_owned());
    });
    seen.requests = Some(vec![opaque]);
    let line = check(&seen, "origin null", Warning, "cannot be told");
    assert_eq!(line.actions, []);
}

#[test]
fn a_refusal_that_is_over_is_said_to_be() {
    let id = "origin http://localhost:8233";
    let mut seen = well();
    seen.requests = Some(vec![refused(Code::Paused, |_| {})]);
    check(&seen, id, Unknown, "Refused");
    seen.server = Some(server(ServerState::Paused));
    check(&seen, id, Bad, "Refused");
}

#[test]
fn a_page_that_never_asked_has_steps_for_each_browser() {
    let mut seen = well();
    seen.requests = Some(Vec::new());
    let line = check(&seen, "silent", Unknown, "cannot be seen from here");
    let clients: Vec<&str> = line.steps.iter().map(|one| one.client.as_str()).collect();
    assert_eq!(clients, ["Web UI", "Chrome and Edge", "Firefox", "Safari"]);

    seen.origins = vec!["http://temporal.corp:8080".to_owned()];
    check(
        &seen,
        "silent",
        Warning,
        "http://temporal.corp:8080 is on plain http",
    );
    // What does arrive is no matter of the browser.
    seen.requests = Some(vec![asked(|one| {
        one.origin = Some("http://temporal.corp:8080".to_owned());
    })]);
    assert!(findings(&seen).iter().all(|line| line.id != "silent"));
}

#[test]
fn hosts_of_containers_and_of_rebinding() {
    let mut seen = well();
    let of_host = |host: &str| {
        vec![refused(Code::HostNotAllowed, |one| {
            one.origin = None;
            one.host = Some(host.to_owned());
            one.allow_host = (host.contains('.')).then(|| "a.test".to_owned());
        })]
    };
    seen.requests = Some(of_host("host.docker.internal:8081"));
    let line = check(&seen, "host", Warning, "as containers call");
    let host = "a.test".to_owned();
    let allow = FindingAction::AllowHost { host: host.clone() };
    assert_eq!(line.actions[0], allow);
    seen.program_hosts = vec![host];
    check(&seen, "host", Unknown, "may ask for it since");
    seen.program_hosts.clear();
    seen.requests = Some(of_host("evil.test"));
    check(&seen, "host", Warning, "\"evil.test\"");
    seen.requests = Some(of_host(""));
    let line = check(&seen, "host", Warning, "without a usable Host");
    assert_eq!(line.actions.len(), 1, "{line:?}");
}

#[test]
fn where_the_cli_was_told_to_ask() {
    for (endpoint, state, why) in [
        ("http://127.0.0.1:8081", Good, "the Codec Server’s port"),
        ("http://localhost:8081/{namespace}", Good, "port"),
        ("http://127.0.0.1:9999", Warning, "port is 8081"),
        ("https://127.0.0.1:8081", Bad, "speaks http"),
        (
            "http://localhost:8081/decode",
            Warning,
            "counts as the Namespace",
        ),
        ("https://codec.example.com", Unknown, "not localhost"),
        ("127.0.0.1:8081", Bad, "no http or https URL"),
    ] {
        let mut seen = well();
        let profiles = vec![("default".to_owned(), endpoint.to_owned())];
        seen.cli = Ok(CliFile { profiles });
        check(&seen, "cli default", state, why);
        let mut seen = outside();
        seen.environment = Some(endpoint.to_owned());
        check(&seen, "environment", state, why);
    }
    let mut seen = well();
    seen.cli = Err(AppError::new(AppCode::File, "it is not TOML"));
    check(&seen, "temporal_toml", Bad, "It is not TOML.");
}

#[test]
fn https_and_its_handshakes() {
    let mut seen = well();
    check(&seen, "https", Good, "do not need it");
    seen.takes_tokens = true;
    check(&seen, "https", Warning, "https endpoints only");
    let https = &mut seen.server.as_mut().expect("a server").https;
    https.on = true;
    https.endpoint = Some("https://127.0.0.1:8443".to_owned());
    check(&seen, "https", Good, "https://127.0.0.1:8443");

    let handshake = |code| vec![refused(code, |one| one.kind = Kind::Handshake)];
    seen.requests = Some(handshake(Code::CertificateNotTrusted));
    check(&seen, "tls_untrusted", Warning, "does not trust");
    seen.requests = Some(handshake(Code::NotHttps));
    check(&seen, "tls_plain", Warning, "other than TLS");
    let mut broken = handshake(Code::HandshakeFailed);
    broken[0].message = Some("the client closed the connection".to_owned());
    seen.requests = Some(broken);
    check(&seen, "tls_failed", Warning, "The client closed");
}

#[test]
fn endpoints_that_end_in_a_path() {
    let mut seen = well();
    seen.requests = Some(vec![asked(|one| one.namespace = Some("codec".to_owned()))]);
    check(&seen, "endpoint_path", Warning, "\"codec\" in its path");
    let posted = |one: &mut Request| one.kind = Kind::Unknown;
    seen.requests = Some(vec![refused(Code::NotFound, posted)]);
    check(&seen, "no_operation", Warning, "does not end in");
}

#[test]
fn tokens_that_are_refused() {
    let mut seen = well();
    seen.requests = Some(vec![refused(Code::Access("TOKEN_EXPIRED"), |_| {})]);
    let line = check(&seen, "origin http://localhost:8233", Bad, "Refused");
    assert!(line.fix.contains("sign in again"), "{line:?}");
    seen.requests = Some(vec![refused(Code::Access("TOKEN_MISSING"), |one| {
        one.origin = None;
        one.client = Client::Go;
    })]);
    check(&seen, "program", Bad, "The Temporal CLI or a Go program");
}

#[test]
fn another_process_by_what_answers() {
    let mut seen = outside();
    check(&seen, "decoding", Good, "ready");
    seen.loopback = loopback(Answer::Health(Health::Locked), Answer::Refused);
    check(&seen, "decoding", Bad, "locked");
    check(&seen, "loopback_v6", Unknown, "at the other address");
    seen.loopback = loopback(Answer::Health(Health::KeyFileLocked), Answer::Refused);
    check(&seen, "decoding", Bad, "passphrase");
    seen.loopback = loopback(Answer::OtherHttp, Answer::NoHttp);
    seen.port_owner = Some("node (process 7)".to_owned());
    check(&seen, "loopback_v4", Bad, "node (process 7)");
    check(&seen, "loopback_v6", Bad, "no answer over HTTP");
    seen.loopback = loopback(Answer::Refused, Answer::Refused);
    check(&seen, "loopback_v4", Bad, "nothing listens there");
}
