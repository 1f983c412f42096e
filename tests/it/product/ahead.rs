//! A large document is shown before all of it is decoded: what is looked at is as it will be, and the rest follows.

use app::Code;
use serde_json::{Value, json};
use support::app::TestApp;
use support::long_history::long_history;

/// More than is decoded before it is shown.
fn large() -> String {
    long_history(9_000, 700)
}

/// The app with the samples' key, and a large history in it, opened whole and ahead.
fn both() -> (TestApp, Value, Value) {
    let app = TestApp::new();
    app.ok("add_sample_key", json!({ "lifetime": "session" }));
    let source = large();
    let whole = app.ok("inspect", json!({ "source": source }));
    let ahead = app.ok("inspect", json!({ "source": source, "ahead": true }));
    (app, whole, ahead)
}

#[test]
fn whatever_is_looked_at_is_as_in_a_document_that_was_decoded_whole() {
    let (app, whole, ahead) = both();
    assert_eq!(whole["n_pending"], 0);
    let n = whole["n_payloads"].as_u64().expect("a number");
    let n_pending = ahead["n_pending"].as_u64().expect("a number");
    assert!(n_pending > n / 2, "{n_pending} of {n}");
    assert_eq!(ahead["n_payloads"], n);
    assert_eq!(ahead["n_decoded"], n - n_pending);
    let shown = ahead["rows"].as_array().expect("rows");
    let all = whole["rows"].as_array().expect("rows");
    assert!(!shown.is_empty());
    assert_eq!(shown[..], all[..shown.len()]);
    let looks = [
        ("inspection_rows", json!({ "offset": n - 7, "limit": 1000 })),
        ("inspection_rows", json!({ "offset": n / 2, "limit": 3 })),
        ("inspect_payload", json!({ "index": n / 3 })),
        ("history_event", json!({ "event": 4_000 })),
        (
            "history_rows",
            json!({ "filter": { "show": "all", "kinds": [], "workflow_tasks": false }, "offset": 2_700, "limit": 200 }),
        ),
        ("search_payloads", json!({ "text": "order-5432 " })),
        (
            "search_history",
            json!({ "filter": { "show": "all", "kinds": [], "workflow_tasks": false }, "text": "order-5431 " }),
        ),
    ];
    for (command, mut request) in looks {
        let mut of = |document: &Value| {
            request["document"] = document["document"].clone();
            app.ok(command, request.clone())
        };
        assert_eq!(of(&ahead), of(&whole), "{command}");
    }
    let decoded = app.ok("refresh_document", json!({ "document": ahead["document"] }));
    for counted in ["n_pending", "n_decoded", "n_failed", "rows"] {
        assert_eq!(decoded[counted], whole[counted], "{counted}");
    }
}

#[test]
fn two_executions_are_compared_as_what_they_are() {
    let (app, whole, ahead) = both();
    let compared = app.ok(
        "compare_executions",
        json!({ "left": whole["document"], "right": ahead["document"], "everything": false }),
    );
    assert_eq!(
        compared["n_same"], compared["n_left"],
        "{}",
        compared["said"]
    );
    assert_eq!(compared["n_unknown"], 0);
}

#[test]
fn what_was_canceled_can_be_looked_at_and_decoded_after_all() {
    let app = TestApp::new();
    let ahead = app.ok("inspect", json!({ "source": large(), "ahead": true }));
    let document = &ahead["document"];
    // Nothing has the key yet.
    assert_eq!(ahead["n_decoded"], 0);
    assert_eq!(ahead["first_failed"], 0);
    // Who cancels may be faster than what was asked for.
    app.ok("cancel_inspection", json!({ "ticket": 7 }));
    let refresh = json!({ "document": document, "ticket": 7 });
    let refreshed = app.call("refresh_document", refresh);
    assert_eq!(refreshed.expect_err("canceled").code, Code::Cancelled);
    app.ok("add_sample_key", json!({ "lifetime": "session" }));
    let look = json!({ "document": document, "index": 5_000 });
    assert_eq!(app.ok("inspect_payload", look)["row"]["outcome"], "decoded");
    let decoded = app.ok("refresh_document", json!({ "document": document }));
    assert_eq!(decoded["n_pending"], 0);
    assert_eq!(decoded["n_decoded"], ahead["n_payloads"]);
}

#[test]
fn what_is_small_is_decoded_whole() {
    let app = TestApp::new();
    let source = long_history(3_000, 100);
    let view = app.ok("inspect", json!({ "source": source, "ahead": true }));
    assert_eq!(view["n_pending"], 0);
}

/// What is decoded while the app is locked would be shown after that.
#[test]
fn a_lock_stops_what_is_being_decoded() {
    let app = TestApp::new();
    app.ok("add_sample_key", json!({ "lifetime": "keychain" }));
    let ahead = app.ok("inspect", json!({ "source": large(), "ahead": true }));
    let document = &ahead["document"];
    std::thread::scope(|scope| {
        let refreshed = scope.spawn(|| {
            app.call(
                "refresh_document",
                json!({ "document": document, "ticket": 1 }),
            )
        });
        while !refreshed.is_finished() {
            app.ok("lock", json!({ "forget_session_keys": false }));
        }
        let refreshed = refreshed.join().expect("no panic");
        assert_eq!(refreshed.expect_err("canceled").code, Code::Cancelled);
    });
    let look = json!({ "document": document, "index": 5_000 });
    assert_eq!(app.ok("inspect_payload", look)["row"]["outcome"], "failed");
}
