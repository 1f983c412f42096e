//! Cases of the commands for settings.

use serde_json::{Value, json};
use support::app::TestApp;

pub(super) fn good_request(app: &TestApp, command: &str) -> Option<Value> {
    let path = app.folder().path().join("exported.json");
    let export = || json!({ "file": app.ticket("export_settings", &path) });
    let import = || json!({ "file": app.ticket("import_settings", &path) });
    Some(match command {
        "get_settings" | "reset_origins" | "whats_new" | "seen_whats_new" => Value::Null,
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
