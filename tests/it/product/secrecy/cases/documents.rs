//! Requests with secrets in them for documents, their Payloads, and links to them.

use serde_json::{Value, json};

use super::{Case, Scene, base64, documents, shows, silent};
use crate::secrecy::{sealed, text_key};

/// A filter that lets every group through.
fn everything() -> Value {
    json!({ "show": "all", "kinds": [], "workflow_tasks": true })
}

/// An open history whose one event holds all that the documents of these cases hold.
fn history(scene: &Scene) -> Value {
    let source = format!(
        r#"{{"events":[{{"eventId":"1","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","workflowExecutionStartedEventAttributes":{{"input":{}}}}}]}}"#,
        documents()
    );
    scene.app.ok("inspect", json!({ "source": source }))["document"].clone()
}

pub(super) fn case(scene: &Scene, command: &str) -> Option<Case> {
    let document = &scene.document;
    match command {
        "sample_payload" => silent(vec![Value::Null]),
        "diagnose_payload" => shows(
            (0..6)
                .map(|index| json!({ "document": document, "index": index }))
                .collect(),
        ),
        "adopt_finding" => {
            let request = json!({ "document": document, "index": 4 });
            let found = scene.app.ok("diagnose_payload", request);
            assert_eq!(found["kind"], "opens", "{found}");
            silent(vec![
                json!({ "document": document, "index": 4, "finding": 0 }),
                json!({ "document": document, "index": 4, "finding": 9 }),
            ])
        }
        "inspect" => shows(vec![
            json!({ "source": documents() }),
            json!({ "source": sealed().to_json() }),
            json!({ "source": base64(&sealed().to_proto()) }),
            json!({ "source": format!("\"data\": \"{}\"", base64(&sealed().data)), "as_data": true }),
        ]),
        "inspect_file" => {
            let file = |name: &str, content: &[u8]| json!({ "file": scene.app.ticket("inspect", scene.input(name, content)) });
            shows(vec![
                file("document", documents().as_bytes()),
                file("proto", &sealed().to_proto()),
            ])
        }
        "inspect_recent_file" => {
            let path = scene.input("document", documents().as_bytes());
            let file = scene.app.ticket("inspect", path);
            scene.app.ok("inspect_file", json!({ "file": file }));
            let recent = scene.app.ok("recent_files", Value::Null);
            shows(vec![
                json!({ "id": recent[0]["id"] }),
                json!({ "id": text_key() }),
            ])
        }
        "inspection_rows" => shows(vec![
            json!({ "document": document, "offset": 0, "limit": 100 }),
        ]),
        "history_overview" => shows(vec![json!({ "document": history(scene) })]),
        "history_event" => shows(vec![json!({ "document": history(scene), "event": 0 })]),
        "history_rows" => shows(vec![
            json!({ "document": history(scene), "filter": everything(), "offset": 0, "limit": 100 }),
        ]),
        "search_history" => shows(vec![
            json!({ "document": history(scene), "filter": everything(), "text": text_key() }),
        ]),
        "search_payloads" => shows(vec![
            json!({ "document": document, "text": "a" }),
            json!({ "document": document, "text": text_key() }),
        ]),
        "filter" => {
            let whole = |expression: &str| json!({ "document": document, "expression": expression });
            shows(
                [".", text_key(), ".[", "error(.)"]
                    .into_iter()
                    .map(whole)
                    .chain((0..7).map(|index| {
                        json!({ "document": document, "index": index, "expression": "error(.)" })
                    }))
                    .collect(),
            )
        }
        "compare_executions" => {
            let (left, right) = (history(scene), history(scene));
            shows(vec![json!({ "left": left, "right": right, "everything": true })])
        }
        "compare_events" => {
            let (left, right) = (history(scene), history(scene));
            shows(vec![
                json!({ "left": left, "left_event": 0, "right": right, "right_event": 0, "everything": true }),
            ])
        }
        "compare_payloads" => shows(
            (0..7)
                .map(|index| json!({ "left": document, "left_index": index, "right": document, "right_index": 0 }))
                .collect(),
        ),
        "inspect_payload" => shows(
            (0..7)
                .map(|index| json!({ "document": document, "index": index }))
                .collect(),
        ),
        "inspect_payload_as" => shows(
            (0..7)
                .map(|index| json!({ "document": document, "index": index, "message_type": text_key() }))
                .collect(),
        ),
        "message_types" => silent(
            (0..7)
                .map(|index| json!({ "document": document, "index": index, "words": text_key() }))
                .collect(),
        ),
        "refresh_document" => shows(vec![json!({ "document": document })]),
        "payload_bytes" => shows(
            (0..7)
                .map(|index| json!({ "document": document, "index": index, "format": null }))
                .chain([json!({ "document": document, "index": 0, "format": text_key() })])
                .collect(),
        ),
        "save_value" | "save_document" => {
            // The file holds what was decoded: that is what it is for. What is said about it does not.
            let path = scene.inputs.path().join("saved").display().to_string();
            let ticket = |path: &str| scene.app.ticket(command, path);
            let save = |file: Value| json!({ "document": document, "index": 0, "file": file });
            silent(vec![
                save(ticket(&path)),
                save(ticket(&path)),
                save(ticket(text_key())),
                save(json!(text_key())),
            ])
        }
        // What is decoded is shown; what is redacted is not.
        "preview_export" => shows(vec![
            json!({ "document": document, "form": "readable", "rules": [] }),
            json!({ "document": document, "form": "redacted", "rules": [text_key()] }),
            json!({ "document": document, "form": "encoded", "rules": [], "key": text_key() }),
        ]),
        "cancel_inspection" => silent(vec![json!({ "ticket": 7 })]),
        "recent_files" => silent(vec![Value::Null]),
        "forget_recent_files" => silent(vec![
            json!({ "id": "none", "all": false }),
            json!({ "id": text_key(), "all": true }),
        ]),
        "close_document" => silent(vec![json!({ "document": document })]),
        // It shows what the link carried, which was encrypted when it was made, or is the sender's to show.
        "take_link" => {
            scene
                .app
                .app
                .desktop()
                .open_link("temporal-codec://inspect?payload=%7B%7D");
            scene
                .app
                .app
                .desktop()
                .open_link(&format!("temporal-codec://add-key?payload={}", text_key()));
            silent(vec![Value::Null])
        }
        _ => None,
    }
}
