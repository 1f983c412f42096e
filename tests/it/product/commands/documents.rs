//! Cases of the commands for documents and Payloads.

use serde_json::{Value, json};
use support::app::TestApp;

use super::{SAMPLE_KEY, SOME_KEY, source};

pub(super) fn good_request(app: &TestApp, command: &str) -> Option<Value> {
    let with_document = || app.ok("inspect", json!({ "source": source(app) }))["document"].clone();
    Some(match command {
        "sample_payload" | "recent_files" => Value::Null,
        "forget_recent_files" => json!({ "id": "none", "all": false }),
        "cancel_inspection" => json!({ "ticket": 7 }),
        "payload_bytes" => json!({ "document": with_document(), "index": 0, "format": null }),
        "save_value" | "save_document" => {
            let file = app.ticket(command, app.folder().path().join("saved.json"));
            let document = with_document();
            match command {
                "save_value" => json!({ "document": document, "index": 0, "file": file }),
                _ => json!({ "document": document, "file": file }),
            }
        }
        "preview_export" => {
            json!({ "document": with_document(), "form": "redacted", "rules": ["everything"] })
        }
        "diagnose_payload" => json!({ "document": with_document(), "index": 0 }),
        "adopt_finding" => {
            let document = with_document();
            let handle = app.import("other", SAMPLE_KEY, "utf8", "session");
            app.ok("set_encode_key", json!({ "handle": null }));
            app.ok("retire_key", json!({ "handle": handle }));
            let found = app.ok(
                "diagnose_payload",
                json!({ "document": document, "index": 0 }),
            );
            assert_eq!(found["kind"], "opens", "{found}");
            json!({ "document": document, "index": 0, "finding": 0 })
        }
        "encode_json" => {
            app.import("prod", SOME_KEY, "base64", "keychain");
            json!({ "text": "{\"n\":1}", "encoding": "json/plain", "namespace": null })
        }
        "inspect" => json!({ "source": source(app) }),
        "inspect_file" | "inspect_recent_file" => {
            let path = app.folder().path().join("document.json");
            app::write_atomically(&path, source(app).as_bytes()).expect("written");
            let request = json!({ "file": app.ticket("inspect", path) });
            if command == "inspect_file" {
                return Some(request);
            }
            app.ok("inspect_file", request);
            json!({ "id": app.ok("recent_files", Value::Null)[0]["id"] })
        }
        "inspection_rows" => json!({ "document": with_document(), "offset": 0, "limit": 10 }),
        "inspect_payload" => json!({ "document": with_document(), "index": 0 }),
        "refresh_document" | "close_document" => json!({ "document": with_document() }),
        _ => return None,
    })
}
