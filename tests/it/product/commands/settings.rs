//! Cases of the commands for settings.

use serde_json::{Value, json};
use support::app::TestApp;

use crate::protobuf_types::DESCRIPTORS;

pub(super) fn good_request(app: &TestApp, command: &str) -> Option<Value> {
    let path = app.folder().path().join("exported.json");
    let export = || json!({ "file": app.ticket("export_settings", &path) });
    let import = || json!({ "file": app.ticket("import_settings", &path) });
    Some(match command {
        "get_settings" | "reset_origins" | "whats_new" | "seen_whats_new" => Value::Null,
        "list_protobuf_types" | "read_protobuf_types_again" => Value::Null,
        "add_protobuf_file" | "add_protobuf_folder" => {
            let types = app.folder().path().join("types.binpb");
            app::write_atomically(&types, DESCRIPTORS).expect("written");
            match command {
                "add_protobuf_file" => json!({ "file": app.ticket("protobuf_file", &types) }),
                _ => json!({ "folder": app.ticket("protobuf_folder", &types) }),
            }
        }
        "save_message_rule" | "remove_message_rule" => {
            json!({ "namespace": null, "of": "any", "name": "", "position": "input", "message_type": "A", "overrides": false })
        }
        "remove_protobuf_place" => json!({ "path": "/types.binpb" }),
        "update_settings" => json!({ "theme": "dark" }),
        "add_origin" | "remove_origin" => json!({ "origin": "https://temporal.example.com" }),
        "add_program_host" | "remove_program_host" => json!({ "host": "host.docker.internal" }),
        "reset_settings" => json!({ "names": ["theme"] }),
        "undo_settings" => {
            app.ok("update_settings", json!({ "theme": "dark" }));
            app.ok("reset_settings", json!({ "names": ["theme"] }));
            app.last_change()
        }
        "export_settings" => export(),
        "preview_settings" => {
            app.ok("export_settings", export());
            import()
        }
        "import_settings" => {
            app.ok("export_settings", export());
            let preview = app.ok("preview_settings", import());
            json!({ "seen": preview["seen"] })
        }
        _ => return None,
    })
}
