//! Tokens in the memory of the app: of a program that was refused and one that was served, while bodies are captured and rules are on,
//! and of *Test a token*. Nothing of them is left once the app is locked.
//!
//! The allocator overwrites what is freed, as in `tokens`: the HTTP library does not.

use serde_json::{Value, json};
use support::app::{eventually, send};
use support::wire::{Ask, SEALED, payloads};
use uuid::Uuid;

use crate::captured::Serving;
use crate::memory::Traces;

/// A token that nobody else has, and that no rule knows.
fn opaque() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

#[test]
fn no_token_is_left_when_the_app_is_locked() {
    let serving = Serving::start("junk:free");
    serving.ask("set_capture", &json!({ "on": true }));
    let mut tokens = Vec::new();
    // Where rules are on, it is looked at, and is none that anybody issued.
    for (on, status) in [(true, 401), (false, 200)] {
        serving.ask("switch_access", &json!({ "on": on }));
        let (access, id) = (opaque(), opaque());
        let sealed = payloads(&[SEALED]);
        let ask = Ask::post("/decode", &sealed)
            .header("Authorization", &format!("Bearer {access}"))
            .header("Authorization-Extras", &id);
        let answer = send(serving.ports.1, ask);
        assert_eq!(answer.status(), status, "{on}: {}", answer.head);
        tokens.extend([access, id]);
    }
    eventually("their records", || {
        let list = serving.ask("list_requests", &json!({ "limit": 100 }));
        list["requests"].as_array().map(Vec::len) == Some(2)
    });
    let tested = opaque();
    let request =
        json!({ "token": tested, "is_page": false, "namespace": "", "operation": "decode" });
    serving.ask("test_token", &request);
    tokens.push(tested);

    // Made, and not copied: nobody outside of the app has it, so what is looked for is that it cannot be copied any more.
    serving.ask("make_program_token", &json!({ "name": "ci" }));
    let copyable = || {
        let programs = serving.ask("list_access", &Value::Null);
        programs["programs"][0]["is_new"].clone()
    };
    assert_eq!(copyable(), json!(true));
    // The look finds what is there: what was decoded is captured.
    serving.check_kept(&Traces::of(b"eyJoZWxsbyI6IndvcmxkIn0="));
    serving.ask("lock", &json!({ "forget_session_keys": false }));
    assert_eq!(copyable(), json!(false));
    for (place, token) in tokens.iter().enumerate() {
        serving.check_gone(&Traces::of(token.as_bytes()), &format!("token {place}"));
    }
}
