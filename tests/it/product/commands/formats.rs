//! Cases of the commands for formats and profiles.

use serde_json::{Value, json};
use support::app::TestApp;

use super::{SPEC, profile, source};

pub(super) fn good_request(app: &TestApp, command: &str) -> Option<Value> {
    Some(match command {
        "list_formats" | "list_profiles" => Value::Null,
        "save_format" => json!({ "name": "ours", "previous": null, "spec": SPEC }),
        "check_format" => json!({ "spec": SPEC }),
        "remove_format" => {
            let request = json!({ "name": "ours", "previous": null, "spec": SPEC });
            app.ok("save_format", request);
            json!({ "name": "ours" })
        }
        "try_format" => json!({ "spec": SPEC, "key": null, "payload": source(app) }),
        "save_profile" => json!({ "previous": null, "profile": profile("Orders") }),
        "remove_profile" => {
            let request = json!({ "previous": null, "profile": profile("Orders") });
            app.ok("save_profile", request);
            json!({ "name": "Orders" })
        }
        "set_unlisted" => json!({ "unlisted": "refuse" }),
        "match_profile" => json!({ "namespace": "orders" }),
        _ => return None,
    })
}
