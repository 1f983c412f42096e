//! Requests with secrets in them for access: a token is the one secret that it takes.

use serde_json::{Value, json};

use super::{Case, Scene, silent};
use crate::commands::{self, access};
use crate::secrecy::TOKEN;

pub(super) fn case(scene: &Scene, command: &str) -> Option<Case> {
    let token = |token: &str, is_page: bool| json!({ "token": token, "is_page": is_page, "namespace": "orders", "operation": "decode" });
    match command {
        "test_token" => {
            scene.app.ok("save_provider", access::provider(&scene.app));
            // A token that is damaged, an opaque one, and one whose claims are the secret.
            let claims = support::tokens::base64(format!("{{\"iss\":\"{TOKEN}\"}}").as_bytes());
            silent(vec![
                token(TOKEN, true),
                token(TOKEN, false),
                token(&format!("{TOKEN}.{TOKEN}.{TOKEN}"), true),
                token(&format!("eyJhbGciOiJFUzI1NiJ9.{claims}.{TOKEN}"), true),
                token(&format!("Basic {TOKEN}"), true),
            ])
        }
        "self_test" => {
            // It goes to the server, in a header, and comes back in nothing.
            scene.app.serve();
            silent(vec![
                json!({ "token": TOKEN }),
                json!({ "token": format!("Bearer {TOKEN}") }),
                json!({ "token": format!("{TOKEN}\n\u{e9}") }),
            ])
        }
        "check_connections" | "doctor_report" => silent(vec![Value::Null]),
        "list_access" | "check_providers" | "access_file" | "forget_program_token" => {
            silent(vec![Value::Null])
        }
        "list_trust"
        | "trust_authority"
        | "untrust_authority"
        | "list_consent"
        | "switch_consent"
        | "answer_consent"
        | "forget_consent"
        | "switch_access"
        | "require_program_tokens"
        | "save_provider"
        | "remove_provider"
        | "save_rule"
        | "remove_rule"
        | "move_rule"
        | "set_access_default"
        | "make_program_token"
        | "rotate_program_token"
        | "revoke_program_token"
        | "copy_program_token" => silent(vec![commands::good_request(&scene.app, command)?]),
        _ => None,
    }
}
