//! Requests with secrets in them for the Codec Server, its requests, and the Temporal CLI.

use serde_json::{Value, json};
use support::wire::Ask;

use super::{Case, Scene, documents, shows, silent};
use crate::secrecy::{TOKEN, text_key};

pub(super) fn case(scene: &Scene, command: &str) -> Option<Case> {
    match command {
        "server_status" | "connect_cards" | "clear_requests" | "restore_requests"
        | "stop_server" => silent(vec![Value::Null]),
        "start_server" | "pause_server" | "resume_server" => {
            scene.app.serve();
            silent(vec![Value::Null])
        }
        "set_port" => silent(vec![json!({ "port": support::app::free_port() })]),
        "switch_https" | "export_authority" => {
            silent(vec![crate::commands::good_request(&scene.app, command)?])
        }
        "export_access_log" => {
            let port = scene.app.serve();
            ask_with_secrets(port);
            let path = scene.inputs.path().join("access");
            let export = |format: &str| {
                let file = scene.app.ticket("export_access_log", &path);
                json!({ "file": file, "format": format })
            };
            silent(vec![
                export("json"),
                export("csv"),
                json!({ "file": text_key(), "format": "csv" }),
            ])
        }
        "cli_profiles" | "plan_cli" | "connect_cli" | "plan_cli_undo" | "undo_cli" => {
            silent(cli_requests(scene, command))
        }
        "set_capture" => silent(vec![json!({ "on": true }), json!({ "on": false })]),
        // Not captured: a request in full holds no content.
        "request_detail" => {
            let port = scene.app.serve();
            ask_with_secrets(port);
            silent(vec![json!({ "id": 1 }), json!({ "id": 99 })])
        }
        // Captured, because the user asked for it: what the client sent is shown, and its credentials are not.
        "captured_body" | "replay_request" => {
            scene.app.ok("set_capture", json!({ "on": true }));
            let port = scene.app.serve();
            ask_with_secrets(port);
            shows(vec![json!({ "id": 1 }), json!({ "id": 99 })])
        }
        "list_requests" => {
            let port = scene.app.serve();
            support::app::post(port, "/decode", &documents());
            silent(vec![json!({ "limit": 100 })])
        }
        _ => None,
    }
}

/// A request with secrets in its headers, in its query and in its body.
pub(super) fn ask_with_secrets(port: u16) {
    let body = documents();
    let bearer = format!("Bearer {TOKEN}");
    let session = format!("session={TOKEN}");
    let ask = Ask::post("/decode?token=canary-token-5f1e0c7a", &body)
        .header("Authorization", &bearer)
        .header("Authorization-Extras", TOKEN)
        .header("Cookie", &session)
        .header("X-Api-Key", text_key());
    support::app::send(port, ask);
}

/// The Temporal CLI's file may hold a credential, and be broken at that very line.
fn cli_requests(scene: &Scene, command: &str) -> Vec<Value> {
    let file = scene.app.folder().path().join("temporal.toml");
    let credential = format!("[profile.default]\napi_key = '{}'\n", text_key());
    app::write_atomically(&file, credential.as_bytes()).expect("written");
    let named = json!({ "profile": "default" });
    let seen = |plan: &str| {
        let plan = scene.app.ok(plan, named.clone());
        json!({ "profile": "default", "seen": plan["seen"] })
    };
    let refused = json!({ "profile": text_key(), "seen": text_key() });
    match command {
        "connect_cli" => vec![seen("plan_cli"), refused],
        "plan_cli_undo" | "undo_cli" => {
            scene.app.ok("connect_cli", seen("plan_cli"));
            vec![seen("plan_cli_undo"), refused]
        }
        "plan_cli" => vec![named],
        _ => vec![Value::Null],
    }
}
