//! Every command of the table, with secrets in its request, good and bad. A command without a case here fails the test.

use app::AppEvent;
use app::view::{InspectPayloadRequest, InspectRequest, LinkView, RequestIdRequest};
use serde_json::{Value, json};
use support::app::TestApp;
use support::canary::{assert_folder_silent, keep_log};

use super::cases::{MaySay, Scene, base64, case, documents, hex};
use super::{
    PLAINTEXT, RAW_KEY, assert_log_silent, assert_no_key, assert_no_secret, plain, sealed, text_key,
};
use crate::commands::COMMANDS;

fn url(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE.encode(text)
}

/// Everything that left the app: events, and files.
fn assert_left_nothing(scene: &Scene, events: &mut tokio::sync::broadcast::Receiver<AppEvent>) {
    while let Ok(event) = events.try_recv() {
        let told = serde_json::to_string(&event).expect("serializes");
        assert_no_secret("an event", told.as_bytes());
        assert_no_secret("an event's Debug", format!("{event:?}").as_bytes());
    }
    let [text_key, raw_key] = super::keys();
    let canaries = [&super::plaintext(), &text_key, &raw_key, &super::token()];
    // The Temporal CLI's file beside it holds a credential that was there before.
    let own = scene.app.folder().path().join("config");
    let n_files = assert_folder_silent(&canaries, &own);
    assert!(n_files >= 2, "settings and keys were looked at: {n_files}");
}

#[test]
fn no_command_lets_a_secret_out() {
    keep_log();
    for command in COMMANDS {
        let scene = Scene::new();
        let mut events = scene.app.app.events();
        let case =
            case(&scene, command).unwrap_or_else(|| panic!("{command} has no case here: add one"));
        for (number, request) in case.requests.into_iter().enumerate() {
            match scene.app.call(command, request) {
                Ok(answer) => {
                    let text = answer.to_string();
                    match case.may_say {
                        MaySay::Plaintext => assert_no_key(command, text.as_bytes()),
                        MaySay::Nothing => assert_no_secret(command, text.as_bytes()),
                    }
                }
                Err(error) => {
                    assert_ne!(number, 0, "{command}: {error:?}");
                    assert_no_secret(command, format!("{error:?} {error}").as_bytes());
                }
            }
        }
        assert_left_nothing(&scene, &mut events);
    }
    assert_log_silent();
}

#[test]
fn the_inspector_really_shows_the_plaintext_that_the_rest_must_not() {
    // Or the test above would prove nothing.
    let scene = Scene::new();
    let request = json!({ "document": scene.document, "index": 0 });
    let shown = scene.app.ok("inspect_payload", request).to_string();
    assert!(shown.contains(PLAINTEXT));
    let rows = scene
        .app
        .ok("refresh_document", json!({ "document": scene.document }));
    assert_eq!(rows["n_decoded"], 1);
    assert_eq!(rows["n_failed"], 3);
}

#[test]
fn what_rust_prints_of_an_answer_has_no_content() {
    let scene = Scene::new();
    let app = &scene.app.app;
    let holds = |text: &str| super::plaintext().found_in(text.as_bytes()).is_some();
    let opened: InspectRequest =
        serde_json::from_value(json!({ "source": documents() })).expect("a request");
    let opened = app.inspector().inspect(opened).expect("a document");
    // Sealed, and in the clear.
    for index in [0, 1] {
        let asked = || InspectPayloadRequest {
            document: opened.document,
            index,
        };
        let shown = app.inspector().inspect_payload(asked()).expect("a Payload");
        assert!(holds(&shown.content.text));
        let asked_bytes = json!({ "document": opened.document, "index": index });
        let asked_bytes = serde_json::from_value(asked_bytes).expect("a request");
        let bytes = app.inspector().payload_bytes(asked_bytes);
        let diagnosed = app
            .inspector()
            .diagnose_payload(asked())
            .expect("a diagnosis");
        let printed = format!("{shown:?} {:?} {diagnosed:?}", bytes.expect("bytes"));
        assert_no_secret("a Payload's Debug", printed.as_bytes());
    }
    assert_no_secret("a document's Debug", format!("{opened:?}").as_bytes());

    let link = format!(
        "temporal-codec://inspect?payload={}",
        url(&plain().to_json())
    );
    app.desktop().open_link(&link);
    let link = app.desktop().take_link(()).expect("a link");
    assert!(matches!(&link, Some(LinkView::Offered { source, .. }) if holds(source)));
    assert_no_secret("a link's Debug", format!("{link:?}").as_bytes());

    scene.app.ok("set_capture", json!({ "on": true }));
    let port = scene.app.serve();
    support::app::post(port, "/decode", &documents());
    let asked = RequestIdRequest { id: 1 };
    let detail = app.requests().request_detail(asked).expect("a request");
    let captured = detail.capture.as_ref().expect("its bodies");
    assert!(holds(&captured.answered.text));
    let body = app.requests().captured_body(asked).expect("its body");
    let printed = format!("{detail:?} {body:?}");
    assert_no_secret("a request's Debug", printed.as_bytes());
}

#[test]
fn no_request_that_is_refused_is_quoted() {
    keep_log();
    let secrets = [
        PLAINTEXT.to_owned(),
        text_key().to_owned(),
        base64(&RAW_KEY),
        hex(&RAW_KEY),
    ];
    for command in COMMANDS {
        let scene = Scene::new();
        let mut events = scene.app.app.events();
        let good = case(&scene, command)
            .expect("a case")
            .requests
            .swap_remove(0);
        for secret in &secrets {
            let mut bad = vec![
                json!(secret),
                json!([[secret]]),
                json!({ secret.as_str(): secret }),
                json!({ "no_such_field": { secret.as_str(): 1 } }),
            ];
            for field in good.as_object().into_iter().flatten().map(|(name, _)| name) {
                for value in [json!([secret]), json!({ secret.as_str(): 1 })] {
                    // A list of texts takes any, and shows them.
                    if matches!(field.as_str(), "namespaces" | "audience" | "wrapped_by")
                        && value.is_array()
                    {
                        continue;
                    }
                    let mut request = good.clone();
                    request[field] = value;
                    bad.push(request);
                }
                // Where a number or one of a few words belongs, any text is wrong.
                let is_text = good[field].is_string() && field != "lifetime" && field != "format";
                if !is_text {
                    let mut request = good.clone();
                    request[field] = json!(secret);
                    bad.push(request);
                }
            }
            bad.push(json!({ "undecodable": secret, "theme": secret }));
            for request in bad {
                // Some commands ignore what they don't know; what they answer is looked at all the same.
                let said = match scene.app.call(command, request) {
                    Ok(answer) => answer.to_string(),
                    Err(error) => format!("{error:?} {error}"),
                };
                assert_no_key(command, said.as_bytes());
            }
        }
        assert_left_nothing(&scene, &mut events);
    }
    let app = TestApp::new();
    for secret in &secrets {
        let error = app.call(secret, Value::Null).expect_err("no such command");
        assert_no_secret("an unknown command", format!("{error:?}").as_bytes());
    }
    assert_log_silent();
}

#[test]
fn no_document_that_is_not_recognized_is_quoted() {
    keep_log();
    let app = TestApp::new();
    let json = documents();
    let sealed = sealed().to_json();
    for text in [
        PLAINTEXT.to_owned(),
        format!("{{\"owes\":\"{PLAINTEXT}\"}}"),
        format!("[\"{PLAINTEXT}\"]"),
        format!("{{\"{PLAINTEXT}\":"),
        json[..json.len() / 2].to_owned(),
        format!("{json}{PLAINTEXT}"),
        base64(PLAINTEXT.as_bytes()),
        format!("{{\"payloads\":\"{PLAINTEXT}\"}}"),
        text_key().to_owned(),
        base64(&RAW_KEY),
        hex(&RAW_KEY),
        format!("{{\"id\":\"x\",\"material\":\"{}\"}}", base64(&RAW_KEY)),
    ] {
        let error = app.call("inspect", json!({ "source": text }));
        let error = error.expect_err("no document");
        assert_no_secret("what was not recognized", format!("{error:?}").as_bytes());
        let error = app
            .app
            .inspector()
            .transform(text.as_bytes(), app::Direction::Decode);
        let error = error.err().expect("no document");
        assert_no_secret("what was not recognized", format!("{error:?}").as_bytes());
    }
    // Payloads whose data is no base64, or whose metadata is none.
    for damaged in [
        sealed.replace("\"data\":\"", "\"data\":\"!"),
        format!("{{\"metadata\":{{\"encoding\":\"anNvbi9wbGFpbg==\"}},\"data\":\"{PLAINTEXT}\"}}"),
    ] {
        let done = app
            .app
            .inspector()
            .transform(damaged.as_bytes(), app::Direction::Decode);
        let reasons = match done {
            Ok(done) => format!("{:?}", done.failures),
            Err(error) => format!("{error:?}"),
        };
        assert!(!reasons.is_empty());
        assert_no_secret("a reason", reasons.as_bytes());
    }
    assert_log_silent();
}

#[test]
fn no_broken_file_of_the_app_is_quoted() {
    keep_log();
    for broken in [
        PLAINTEXT.to_owned(),
        format!("{{\"{}\"", base64(&RAW_KEY)),
        format!("{{\"server\":{{\"port\":\"{}\"}}}}", hex(&RAW_KEY)),
        format!(
            "{{\"version\":\"{}\",\"keys\":[\"{}\"]}}",
            text_key(),
            text_key()
        ),
        format!("{{\"profile\":{{\"undecodable\":\"{}\"}}}}", text_key()),
    ] {
        let first = TestApp::new();
        let settings = first.settings_file();
        let keys = settings.with_file_name("keys.json");
        app::write_atomically(&settings, broken.as_bytes()).expect("written");
        app::write_atomically(&keys, broken.as_bytes()).expect("written");
        match TestApp::try_on(first.folder(), first.vault.clone()) {
            Ok(app) => {
                app.app.keys().load_keys();
                for view in ["get_settings", "list_keys"] {
                    let said = app.ok(view, Value::Null).to_string();
                    assert_no_secret(view, said.as_bytes());
                }
            }
            Err(error) => assert_no_secret("opening", format!("{error:?}").as_bytes()),
        }
    }
    assert_log_silent();
}
