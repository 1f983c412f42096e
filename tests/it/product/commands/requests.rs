//! Cases of the commands for requests.

use serde_json::{Value, json};
use support::app::{TestApp, eventually, post};

/// A request that was captured, and its id.
fn captured(app: &TestApp) -> Value {
    app.ok("set_capture", json!({ "on": true }));
    let port = app.serve();
    post(port, "/decode", "{\"payloads\":[]}");
    let list = || app.ok("list_requests", json!({ "limit": 1 }))["requests"].clone();
    eventually("a request", || list()[0]["id"] == 1);
    json!({ "id": 1 })
}

pub(super) fn good_request(app: &TestApp, command: &str) -> Option<Value> {
    Some(match command {
        "clear_requests" | "restore_requests" => Value::Null,
        "export_access_log" => {
            let path = app.folder().path().join("access.csv");
            json!({ "file": app.ticket("export_access_log", path), "format": "csv" })
        }
        "list_requests" => json!({ "limit": 10 }),
        "set_capture" => json!({ "on": true }),
        "request_detail" | "captured_body" | "replay_request" => captured(app),
        _ => return None,
    })
}
