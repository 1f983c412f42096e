//! Cases of the commands for access.

use serde_json::{Value, json};
use support::app::{TestApp, eventually, exchange};
use support::wire::{Ask, SEALED, payloads};

/// A provider whose keys are in a file.
pub(crate) fn provider(app: &TestApp) -> Value {
    let file = app.ticket("provider_keys", app.folder().path().join("jwks.json"));
    json!({
        "place": null, "kind": "jwks_file", "issuer": "https://id.example.com", "audience": ["ui"], "url": "",
        "file": file, "skew_seconds": 30
    })
}

/// A rule for one email domain.
pub(crate) fn rule() -> Value {
    json!({
        "place": null,
        "rule": {
            "name": "team", "client": null, "program": "", "email": [], "email_domain": ["example.com"],
            "permission": null, "claim": "", "claim_is": "", "namespace": [], "operation": null, "then": "decode"
        }
    })
}

/// The number of a question that is asked. Whoever asked is gone.
fn a_question(app: &TestApp) -> Value {
    let _window = app.app.events();
    let port = app.serve();
    app.ok(
        "switch_consent",
        json!({ "on": true, "unlisted_pages": false }),
    );
    let ask = Ask::post("/decode", &payloads(&[SEALED])).header("Connection", "close");
    let ask = ask.bytes();
    let _client = std::thread::spawn(move || exchange(port, &ask));
    let mut number = Value::Null;
    eventually("a question is asked", || {
        number = app.ok("list_consent", Value::Null)["questions"][0]["number"].clone();
        !number.is_null()
    });
    number
}

pub(super) fn good_request(app: &TestApp, command: &str) -> Option<Value> {
    let program = json!({ "name": "ci" });
    let make = || app.ok("make_program_token", program.clone());
    Some(match command {
        "list_access" | "check_providers" | "forget_program_token" | "access_file" => Value::Null,
        "switch_access" | "require_program_tokens" => json!({ "on": true }),
        "save_provider" => provider(app),
        "remove_provider" => {
            app.ok("save_provider", provider(app));
            json!({ "place": 0 })
        }
        "save_rule" => rule(),
        "remove_rule" | "move_rule" => {
            app.ok("save_rule", rule());
            match command {
                "remove_rule" => json!({ "place": 0 }),
                _ => json!({ "place": 0, "to": 0 }),
            }
        }
        "set_access_default" => json!({ "then": "refuse" }),
        "make_program_token" => program,
        "rotate_program_token" | "revoke_program_token" => {
            make();
            program
        }
        "copy_program_token" => {
            make();
            app.desktop.agree(true);
            program
        }
        "list_consent" | "list_trust" => Value::Null,
        "trust_authority" | "untrust_authority" => {
            app.desktop.agree(true);
            json!({ "store": ".pki/nssdb" })
        }
        "switch_consent" => json!({ "on": true, "unlisted_pages": true }),
        "answer_consent" => json!({ "number": a_question(app), "answer": "once" }),
        "forget_consent" => json!({ "kind": "program", "name": "", "namespace": null }),
        "test_token" => {
            json!({ "token": "opaque", "is_page": true, "namespace": "", "operation": "decode" })
        }
        _ => return None,
    })
}
