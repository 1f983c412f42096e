//! The panic lock: everybody is refused with the reason, no key is left, and only the window lifts it.

use app::Code;
use serde_json::{Value, json};
use support::app::{TestApp, eventually, post, send};
use support::wire::{Ask, ORIGIN, PLAIN, SEALED, payloads};

const REASON: &str = "403 Panic lock is set in Temporal Codec Desktop";

fn page(port: u16) -> String {
    let ask = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", ORIGIN);
    send(port, ask).status_line().to_owned()
}

#[test]
fn pages_and_programs_are_refused_with_the_reason_until_it_is_lifted() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    app.ok("set_capture", json!({ "on": true }));
    assert_eq!(page(port), "200 OK");
    let view = app.ok("set_panic_lock", Value::Null);
    assert_eq!(view["panic_locked"], true);
    assert_eq!(page(port), REASON);
    for path in ["/decode", "/encode", "/download", "/other"] {
        let program = post(port, path, &payloads(&[PLAIN]));
        assert_eq!(program.status_line(), REASON, "{path}");
    }
    // A browser may ask, so that the page can read why.
    let preflight = send(port, Ask::preflight("/decode", ORIGIN));
    assert_eq!(preflight.status(), 204);
    let health = send(port, Ask::new("GET", "/health"));
    assert_eq!(health.status(), 503);

    let mut newest = Value::Null;
    eventually("it is in the list", || {
        newest = app.ok("list_requests", json!({ "limit": 10 }))["requests"]
            .as_array()
            .and_then(|list| {
                list.iter()
                    .find(|one| one["operation"] == "encode")
                    .cloned()
            })
            .unwrap_or_default();
        !newest.is_null()
    });
    assert_eq!(newest["result"], "Panic lock");
    let detail = app.ok("request_detail", json!({ "id": newest["id"] }));
    assert_eq!(detail["reasons"][0]["code"], "PANIC_LOCKED");

    let keys = app.ok("list_keys", Value::Null);
    assert_eq!(keys["locked"], true);
    let list = app.ok("list_requests", json!({ "limit": 0 }));
    assert_eq!(list["capture"]["on"], false, "bodies are wiped");
    app.fails("inspect", json!({ "source": "" }), Code::NotRecognized);
    let seen = app.ok("inspect", json!({ "source": SEALED }));
    assert_eq!(seen["n_decoded"], 0);

    assert_eq!(
        app.ok("lift_panic_lock", Value::Null)["panic_locked"],
        false
    );
    // The keys stay locked.
    assert_eq!(page(port), "423 Codec Server is locked");
    app.ok("unlock", Value::Null);
    // That of this session is gone for good.
    assert_eq!(page(port), "422 Key not found: test-key-id");
}

#[test]
fn nothing_but_lifting_it_ends_it() {
    let app = TestApp::new().with_sample_key();
    let port = app.serve();
    app.ok("pause_server", Value::Null);
    app.ok("set_panic_lock", Value::Null);
    app.ok("set_panic_lock", Value::Null);
    let error = app.fails("unlock", Value::Null, Code::Locked);
    assert!(error.hint.contains("Lift panic lock"), "{}", error.hint);
    app.ok("resume_server", Value::Null);
    app.ok("start_server", Value::Null);
    app.ok("update_settings", json!({ "undecodable": "pass" }));
    assert_eq!(page(port), REASON);
    app.ok("stop_server", Value::Null);
    let port = app.serve();
    assert_eq!(
        page(port),
        REASON,
        "a server that is started later refuses, too"
    );
    app.ok("lift_panic_lock", Value::Null);
    app.ok("unlock", Value::Null);
    assert_eq!(page(port), "200 OK");
}
