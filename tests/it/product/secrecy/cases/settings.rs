//! Requests with secrets in them for settings and origins.

use serde_json::{Value, json};

use super::{Case, Scene, key_list, silent};
use crate::protobuf_types::DESCRIPTORS;
use crate::secrecy::{PLAINTEXT, text_key};

pub(super) fn case(scene: &Scene, command: &str) -> Option<Case> {
    match command {
        "get_settings" | "reset_origins" => silent(vec![Value::Null]),
        "list_protobuf_types" | "read_protobuf_types_again" => silent(vec![Value::Null]),
        // What is no proto is said to be none, and not quoted.
        "add_protobuf_file" => {
            let types = scene.input("types", DESCRIPTORS);
            let keys = scene.input("list", key_list().as_bytes());
            let request =
                |path: &String| json!({ "file": scene.app.ticket("protobuf_file", path) });
            silent(vec![request(&types), request(&keys)])
        }
        "add_protobuf_folder" => {
            let types = scene.input("types", DESCRIPTORS);
            let request = |path: &std::path::Path| json!({ "folder": scene.app.ticket("protobuf_folder", path) });
            silent(vec![request(types.as_ref()), request(scene.inputs.path())])
        }
        "save_message_rule" | "remove_message_rule" => {
            let rule = |name: &str, position: &str, message_type: &str| json!({ "of": "activity", "name": name, "position": position, "message_type": message_type });
            silent(vec![
                rule("Charge", "input", "acme.Charge"),
                rule("", text_key(), text_key()),
            ])
        }
        "remove_protobuf_place" => silent(vec![json!({ "path": text_key() })]),
        "update_settings" => silent(vec![
            json!({ "undecodable": "pass", "compression": "zlib", "theme": "dark" }),
            json!({ "max_body_mib": 0 }),
        ]),
        "choose_file" => silent(vec![
            json!({ "purpose": "save_value", "name": "value.json" }),
            json!({ "purpose": "inspect", "name": text_key() }),
        ]),
        // It fails where no file manager can be told; what it says then names the file.
        "show_settings_file" | "set_panic_lock" | "lift_panic_lock" => silent(vec![Value::Null]),
        "hold_documents" => silent(vec![json!({ "only_here": 3 })]),
        "answer_quit" => silent(vec![json!({ "quit": true }), json!({ "quit": false })]),
        "reset_settings" => silent(vec![json!({ "names": ["theme", "origins"] })]),
        "undo_settings" => {
            scene
                .app
                .ok("reset_settings", json!({ "names": ["theme"] }));
            silent(vec![scene.app.last_change()])
        }
        "whats_new" | "seen_whats_new" => silent(vec![Value::Null]),
        "export_settings" | "preview_settings" | "import_settings" => {
            silent(settings_files(scene, command))
        }
        "add_origin" | "remove_origin" => {
            silent(vec![json!({ "origin": "https://temporal.example.com" })])
        }
        "add_program_host" | "remove_program_host" => {
            silent(vec![json!({ "host": "host.docker.internal" })])
        }
        _ => None,
    }
}

/// Exported settings, and files that are none and hold anything.
fn settings_files(scene: &Scene, command: &str) -> Vec<Value> {
    let path = scene.inputs.path().join("exported.json");
    let export = || json!({ "file": scene.app.ticket("export_settings", &path) });
    scene.app.ok("export_settings", export());
    let preview = |path: &str| json!({ "file": scene.app.ticket("import_settings", path) });
    match command {
        "export_settings" => vec![export(), json!({ "file": text_key() })],
        "preview_settings" => vec![
            preview(&path.display().to_string()),
            preview(&scene.input("list", key_list().as_bytes())),
            preview(&scene.input("text", PLAINTEXT.as_bytes())),
            preview(&scene.input(
                "typed",
                format!(
                    "{{\"temporal_codec_settings\":1,\"settings\":{{\"ui\":{{\"theme\":\"{}\"}}}}}}",
                    text_key()
                )
                .as_bytes(),
            )),
        ],
        _ => {
            let seen = scene.app.ok("preview_settings", preview(&path.display().to_string()));
            vec![
                json!({ "seen": seen["seen"] }),
                json!({ "seen": text_key() }),
            ]
        }
    }
}
