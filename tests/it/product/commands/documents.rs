//! Cases of the commands for documents and Payloads.

use serde_json::{Value, json};
use support::app::TestApp;

use super::{SAMPLE_KEY, SOME_KEY, source};

/// A filter that lets every group through.
pub(super) fn all() -> Value {
    json!({ "show": "all", "kinds": [], "workflow_tasks": true })
}

fn with_history(app: &TestApp) -> Value {
    let event = json!({ "eventId": "1", "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",
        "workflowExecutionStartedEventAttributes": { "workflowType": { "name": "Order" } } });
    let history = json!({ "events": [event] }).to_string();
    app.ok("inspect", json!({ "source": history }))["document"].clone()
}

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
        "message_types" => json!({ "document": with_document(), "index": 0, "words": null }),
        "inspect_payload_as" => {
            json!({ "document": with_document(), "index": 0, "message_type": "google.protobuf.Any" })
        }
        "history_overview" => json!({ "document": with_history(app) }),
        "history_event" => json!({ "document": with_history(app), "event": 0 }),
        "history_rows" => {
            json!({ "document": with_history(app), "filter": all(), "offset": 0, "limit": 10 })
        }
        "search_history" => {
            json!({ "document": with_history(app), "filter": all(), "text": "order" })
        }
        "search_payloads" => json!({ "document": with_document(), "text": "a" }),
        "filter" => json!({ "document": with_document(), "expression": "." }),
        "compare_executions" => {
            json!({ "left": with_history(app), "right": with_history(app), "everything": false })
        }
        "compare_events" => {
            json!({ "left": with_history(app), "left_event": 0, "right": with_history(app), "right_event": 0, "everything": true })
        }
        "compare_payloads" => {
            json!({ "left": with_document(), "left_index": 0, "right": with_document(), "right_index": 0 })
        }
        "refresh_document" | "close_document" => json!({ "document": with_document() }),
        _ => return None,
    })
}

#[test]
fn a_failed_workflow_opens_at_what_failed_last_in_it() {
    let app = TestApp::new();
    let event = |id: u32, kind: &str, name: &str, attributes: Value| json!({ "eventId": id.to_string(), "eventType": format!("EVENT_TYPE_{kind}"), name: attributes });
    let scheduled = |id: u32, activity: &str| {
        let attributes = json!({ "activityId": activity, "activityType": { "name": activity } });
        let name = "activityTaskScheduledEventAttributes";
        event(id, "ACTIVITY_TASK_SCHEDULED", name, attributes)
    };
    let failed = |id: u32, scheduled: u32| {
        let failure = json!({ "message": "declined", "cause": { "message": "no funds" } });
        let attributes = json!({ "scheduledEventId": scheduled.to_string(), "failure": failure });
        let name = "activityTaskFailedEventAttributes";
        event(id, "ACTIVITY_TASK_FAILED", name, attributes)
    };
    let started = event(
        1,
        "WORKFLOW_EXECUTION_STARTED",
        "workflowExecutionStartedEventAttributes",
        json!({ "workflowType": { "name": "Order" } }),
    );
    let open = |end: &str, name: &str| {
        let end = event(
            7,
            end,
            name,
            json!({ "failure": { "message": "Activity error" } }),
        );
        let events = [
            started.clone(),
            scheduled(2, "reserve"),
            failed(3, 2),
            scheduled(4, "charge"),
            failed(5, 4),
            scheduled(6, "never"),
            end,
        ];
        let source = json!({ "events": events }).to_string();
        let document = app.ok("inspect", json!({ "source": source }))["document"].clone();
        let overview = app.ok("history_overview", json!({ "document": document }));
        (document, overview["opens"].clone())
    };
    let (document, opens) = open(
        "WORKFLOW_EXECUTION_FAILED",
        "workflowExecutionFailedEventAttributes",
    );
    let shown = app.ok(
        "history_event",
        json!({ "document": document, "event": opens }),
    );
    assert_eq!(shown["group"]["name"], "charge");
    assert_eq!(shown["failures"][1]["message"], "no funds");
    // One that somebody terminated tells that first, and one that completed begins at its beginning.
    let terminated = "workflowExecutionTerminatedEventAttributes";
    assert_eq!(open("WORKFLOW_EXECUTION_TERMINATED", terminated).1, 6);
    let completed = "workflowExecutionCompletedEventAttributes";
    assert_eq!(open("WORKFLOW_EXECUTION_COMPLETED", completed).1, 0);
}
