//! Every route and every error of the Codec Server, asked with secrets: they come out in the body of a decoded answer, and
//! nowhere else.

use std::sync::Arc;

use app::AppEvent;
use payload_codec::{
    Allowance, CipherName, CodecChain, CodecError, CodecName, KeyError, Limits, Opened,
    PayloadCodec,
};
use serde_json::json;
use support::app::{TestApp, answer, eventually, exchange, exchange_and_hang_up};
use support::canary::{assert_folder_silent, keep_log};
use support::server::{TestServer, for_program, profile, rules, sample_profile};
use support::wire::{Ask, EVIL, ORIGIN};
use temporal_payload::Payload;

use super::{
    PLAINTEXT, RAW_KEY, TOKEN, assert_log_silent, assert_no_key, assert_no_secret, named, plain,
    sealed, tampered, text_key,
};

fn payloads(list: &[Payload]) -> String {
    let list: Vec<String> = list.iter().map(Payload::to_json).collect();
    format!("{{\"payloads\":[{}]}}", list.join(","))
}

/// Bodies that decode in whole, in part, or not at all; and what is no body.
fn bodies() -> Vec<String> {
    let cut = payloads(&[plain(), sealed()]);
    let inflating = Payload {
        metadata: [("encoding".to_owned(), b"binary/zlib".to_vec())].into(),
        data: PLAINTEXT.as_bytes().to_vec().into(),
        external_payloads: Vec::new(),
    };
    vec![
        payloads(&[sealed()]),
        payloads(&[plain()]),
        payloads(&[tampered()]),
        payloads(&[named("text")]),
        payloads(&[named("nobody-has-this"), sealed()]),
        payloads(&[inflating]),
        cut[..cut.len() / 2].to_owned(),
        PLAINTEXT.to_owned(),
        format!("{{\"payloads\":\"{PLAINTEXT}\"}}"),
        format!("{{\"{PLAINTEXT}\":1}}"),
        format!("{{\"payloads\":[{{\"data\":\"{PLAINTEXT}\"}}]}}"),
        format!("{{\"payloads\":[{{\"metadata\":{{\"{PLAINTEXT}\":7}}}}]}}"),
        format!("[\"{}\"]", text_key()),
        // Large enough for the thread that blocks.
        payloads(&vec![sealed(); 900]),
    ]
}

/// Every way to ask with this body.
fn asks(body: &str) -> Vec<Ask<'_>> {
    let post = |path| Ask::post(path, body);
    let mut asks = Vec::new();
    for path in [
        "/decode",
        "/encode",
        "/download",
        "/ns/decode",
        "/nowhere",
        "/",
    ] {
        asks.push(post(path));
        asks.push(post(path).header("Origin", ORIGIN));
        asks.push(post(path).header("Accept", "application/json"));
    }
    asks.extend([
        post("/decode").header("Origin", EVIL),
        post("/decode").header("Origin", "null"),
        post("/decode").without("Host").header("Host", "evil.test"),
        post("/decode").without("Content-Type"),
        post("/decode")
            .without("Content-Type")
            .header("Content-Type", "text/plain"),
        post("/decode").without("Host"),
        post("/decode").header("Authorization", &format!("Bearer {TOKEN}")),
        post("/decode").header("Authorization-Extras", TOKEN),
        post("/decode").header("Cookie", &format!("session={TOKEN}")),
        post("/decode?token=canary-token-5f1e0c7a&preserveStorageRefs=true"),
        Ask::new("PUT", "/decode")
            .header("Content-Type", "application/json")
            .body(body),
        Ask::new("GET", "/decode?access_token=canary-token-5f1e0c7a"),
        Ask::new("OPTIONS", "/decode").header("Authorization", &format!("Bearer {TOKEN}")),
        Ask::preflight("/decode", ORIGIN),
        Ask::preflight("/decode", EVIL),
    ]);
    asks
}

fn check_answer(ask: &Ask<'_>, bytes: &[u8]) {
    let request = String::from_utf8_lossy(&ask.bytes()).into_owned();
    let line = request.lines().next().unwrap_or_default().to_owned();
    let got = answer(bytes);
    assert_no_secret(&format!("the head of {line}"), got.head.as_bytes());
    // What was sent plain comes back from /decode as it was, and decoded Payloads are the answer. Nothing else speaks.
    if got.status() == 200 && line.contains("/decode") {
        assert_no_key(&line, got.body.as_bytes());
    } else {
        assert_no_secret(&line, got.body.as_bytes());
    }
}

fn app_with_keys() -> TestApp {
    let app = TestApp::new();
    let hex: String = RAW_KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    app.import("canary", &hex, "hex", "keychain");
    app.import("text", text_key(), "utf8", "keychain");
    app
}

#[test]
fn no_answer_but_a_decoded_one_holds_a_secret_and_no_record_event_or_file_does() {
    keep_log();
    let app = app_with_keys();
    let port = app.serve();
    let mut events = app.app.events();
    let mut asked = 0;
    let mut decoded = 0;
    for policy in ["explain", "fail", "pass"] {
        app.ok("update_settings", json!({ "undecodable": policy }));
        for body in bodies() {
            for ask in asks(&body) {
                let ask = ask.header("Connection", "close");
                let bytes = exchange(port, &ask.bytes());
                check_answer(&ask, &bytes);
                asked += 1;
                decoded += usize::from(super::plaintext().found_in(&bytes).is_some());
            }
        }
    }
    assert!(
        asked > 1000 && decoded > 100,
        "{decoded} of {asked} said something"
    );

    let requests = || app.ok("list_requests", json!({ "limit": 10_000 }));
    eventually("all are recorded", || {
        requests()["requests"].as_array().map(Vec::len) >= Some(asked * 9 / 10)
    });
    assert_no_secret("Requests", requests().to_string().as_bytes());
    // In full, too: headers are masked, and nothing is captured unless that was asked for.
    for id in 1..=asked * 9 / 10 {
        let detail = app.ok("request_detail", json!({ "id": id }));
        assert_no_secret("a request in full", detail.to_string().as_bytes());
    }
    let mut told = 0;
    while let Ok(event) = events.try_recv() {
        let text = serde_json::to_string(&event).expect("serializes");
        assert_no_secret("an event", text.as_bytes());
        told += usize::from(matches!(event, AppEvent::RequestsRecorded { .. }));
    }
    assert!(told > 0, "requests were told");
    let [text_key, raw_key] = super::keys();
    let canaries = [&super::plaintext(), &text_key, &raw_key, &super::token()];
    assert!(assert_folder_silent(&canaries, app.folder().path()) >= 2);
    assert_log_silent();
}

#[test]
fn what_is_no_http_is_not_quoted_either() {
    keep_log();
    let app = app_with_keys();
    let port = app.serve();
    let body = payloads(&[sealed(), plain()]);
    let whole = Ask::post("/decode", &body).bytes();
    let long = "x".repeat(200_000);
    for bytes in [
        format!("{PLAINTEXT}\r\n\r\n").into_bytes(),
        format!("POST /{PLAINTEXT} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes(),
        format!("POST /decode HTTP/1.1\r\nHost: localhost\r\n{TOKEN}\r\n\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {TOKEN}{long}\r\n\r\n").into_bytes(),
        format!("POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {TOKEN}\r\n\r\n{body}").into_bytes(),
        format!("POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{PLAINTEXT}\r\n{body}").into_bytes(),
        // It breaks off.
        whole[..whole.len() - 20].to_vec(),
        whole[..60].to_vec(),
    ] {
        let got = exchange_and_hang_up(port, &bytes);
        assert_no_secret("an answer to what is no request", &got);
    }
    // Larger than the limit, and says so; hung up after a part.
    let huge = format!(
        "POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{body}"
    );
    let got = answer(&exchange(port, huge.as_bytes()));
    assert_eq!(got.status(), 413, "{}", got.head);
    assert_no_secret("too large", got.body.as_bytes());
    let requests = app.ok("list_requests", json!({ "limit": 100 })).to_string();
    assert_no_secret("Requests", requests.as_bytes());
    assert_log_silent();
}

#[test]
fn a_keychain_that_fails_says_nothing_of_what_it_holds() {
    keep_log();
    let first = app_with_keys();
    for problem in [KeyError::Locked, KeyError::Failed, KeyError::TimedOut] {
        first.vault.set_problem(Some(problem));
        let app = first.sibling();
        let mut events = app.app.events();
        app.app.keys().load_keys();
        let port = app.serve();
        for ask in asks(&payloads(&[sealed()])) {
            let ask = ask.header("Connection", "close");
            check_answer(&ask, &exchange(port, &ask.bytes()));
        }
        let keys = app
            .ok("retry_keychain", serde_json::Value::Null)
            .to_string();
        assert_no_secret("the list of keys", keys.as_bytes());
        while let Ok(event) = events.try_recv() {
            assert_no_secret("an event", format!("{event:?}").as_bytes());
        }
        first.vault.set_problem(None);
    }
    assert_log_silent();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_asked_for_and_never_told() {
    keep_log();
    let server = TestServer::start(for_program(rules(sample_profile()), TOKEN)).await;
    let port = server.address().port();
    let body = payloads(&[plain()]);
    for (value, status) in [
        (format!("Bearer {TOKEN}"), 200),
        (format!("bearer {TOKEN}"), 200),
        (format!("Bearer {TOKEN}x"), 401),
        (format!("Basic {TOKEN}"), 401),
        (TOKEN.to_owned(), 401),
        (format!("Bearer {}", &TOKEN[1..]), 401),
    ] {
        let ask = Ask::post("/decode", &body)
            .header("Connection", "close")
            .header("Authorization", &value);
        let bytes = exchange(port, &ask.bytes());
        assert_eq!(answer(&bytes).status(), status, "{value}");
        check_answer(&ask, &bytes);
    }
    assert_no_secret("records", format!("{:?}", server.records()).as_bytes());
    assert_log_silent();
}

/// A codec with a bug that quotes what it was given.
struct Panics;

impl PayloadCodec for Panics {
    fn name(&self) -> CodecName {
        CodecName::Sealed(CipherName::AesGcm)
    }

    fn claims(&self, payload: &Payload) -> bool {
        payload.encoding() == Some("binary/encrypted")
    }

    fn encode(&self, payload: &Payload) -> Result<Option<Payload>, CodecError> {
        // Unwinds as a panic does, without the test's own stderr quoting it.
        std::panic::resume_unwind(Box::new(format!("{:?} {PLAINTEXT}", payload.data)))
    }

    fn open(&self, payload: &Payload, _: &mut Allowance<'_>) -> Result<Opened, CodecError> {
        std::panic::resume_unwind(Box::new(format!("{:?} {PLAINTEXT}", payload.data)))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_that_quotes_a_payload_is_not_passed_on() {
    keep_log();
    let codec: Arc<dyn PayloadCodec> = Arc::new(Panics);
    let chain = CodecChain::new(vec![codec.clone()], vec![codec], Limits::default());
    let server = TestServer::start(rules(profile(chain))).await;
    let port = server.address().port();
    let small = [payloads(&[sealed()]), payloads(&[plain()])];
    let large = small.clone().map(|body| body + &" ".repeat(200 << 10));
    let mut failed = 0;
    for body in small.iter().chain(&large) {
        for ask in asks(body) {
            let ask = ask.header("Connection", "close");
            let bytes = exchange(port, &ask.bytes());
            check_answer(&ask, &bytes);
            failed += usize::from(answer(&bytes).status() == 500);
        }
    }
    assert!(failed > 20, "{failed} panicked");
    assert_no_secret("records", format!("{:?}", server.records()).as_bytes());
    assert_log_silent();
}
