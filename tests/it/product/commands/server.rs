//! Cases of the Codec Server's commands and of the Temporal CLI's profiles.

use serde_json::{Value, json};
use support::app::{TestApp, free_port};

pub(super) fn good_request(app: &TestApp, command: &str) -> Option<Value> {
    Some(match command {
        "server_status" | "start_server" | "stop_server" | "pause_server" | "resume_server"
        | "connect_cards" => {
            // Not to start on a port that another program of this machine may use.
            app.ok("set_port", json!({ "port": free_port() }));
            Value::Null
        }
        "set_port" => json!({ "port": free_port() }),
        "switch_https" => json!({ "on": true, "port": free_port() }),
        "export_authority" => {
            json!({ "file": app.ticket("export_authority", app.folder().path().join("authority.pem")) })
        }
        "cli_profiles" | "check_connections" | "doctor_report" => Value::Null,
        "self_test" => {
            app.serve();
            json!({ "token": "" })
        }
        "plan_cli" => json!({ "profile": "default" }),
        "connect_cli" => {
            let plan = app.ok("plan_cli", json!({ "profile": "default" }));
            json!({ "profile": "default", "seen": plan["seen"] })
        }
        "plan_cli_undo" | "undo_cli" => {
            let plan = app.ok("plan_cli", json!({ "profile": "default" }));
            let request = json!({ "profile": "default", "seen": plan["seen"] });
            app.ok("connect_cli", request);
            let undo = app.ok("plan_cli_undo", json!({ "profile": "default" }));
            match command {
                "plan_cli_undo" => json!({ "profile": "default" }),
                _ => json!({ "profile": "default", "seen": undo["seen"] }),
            }
        }
        _ => return None,
    })
}

/// A test follows the steps of the card in the real Web UI (`tests/temporal/checks_web_ui.py`); they are these.
#[test]
fn the_card_that_is_followed_in_the_real_web_ui_is_the_one_that_is_shown() {
    let app = TestApp::new();
    let cards = app.ok("connect_cards", Value::Null);
    let mut steps = cards[0]["steps"].clone();
    assert_eq!(cards[0]["id"], "web_ui");
    for step in steps.as_array_mut().expect("a list") {
        if !step["copy"].is_null() {
            step["copy"] = json!("ENDPOINT");
        }
    }
    let followed = include_str!("../../../temporal/connect_card.json");
    let followed: Value = serde_json::from_str(followed).expect("JSON");
    assert_eq!(steps, followed);
}

#[test]
fn connect_cards_name_the_endpoint_of_now() {
    let app = TestApp::new();
    let port = app.serve();
    let cards = app.ok("connect_cards", Value::Null);
    let cards = cards.as_array().expect("cards");
    let endpoint = format!("http://127.0.0.1:{port}");
    let mut ids = Vec::new();
    for card in cards {
        ids.push(card["id"].as_str().expect("an id"));
        assert!(
            card["steps"].to_string().contains(&endpoint),
            "{}",
            card["id"]
        );
    }
    for id in ["web_ui", "cloud", "cli"] {
        assert!(ids.contains(&id), "{ids:?}");
    }
}
