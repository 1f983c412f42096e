//! Where answers are in the memory of a process that keeps them for who asks again: there for less than a minute, and nowhere once
//! the app is locked, the server paused, keys or rules are others, or it is switched off.

use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use support::wire::ORIGIN;

use crate::captured::{Canary, Serving};

/// Has content decoded for a page, which is kept.
fn kept(serving: &Serving) -> Canary {
    let canary = Canary::new();
    canary.decode(serving, Some(ORIGIN));
    serving.check_kept(&canary.traces);
    canary
}

#[test]
fn answers_go_with_every_change() {
    let serving = Serving::start("");
    let canary = Canary::new();
    canary.decode(&serving, None);
    serving.check_gone(&canary.traces, "a program, once");
    canary.decode(&serving, None);
    serving.check_kept(&canary.traces);
    serving.ask("pause_server", &Value::Null);
    serving.check_gone(&canary.traces, "paused");
    serving.ask("resume_server", &Value::Null);

    let canary = kept(&serving);
    serving.ask("lock", &json!({ "forget_session_keys": false }));
    serving.check_gone(&canary.traces, "locked");
    serving.ask("unlock", &Value::Null);

    let canary = kept(&serving);
    let key = serving.ask("list_keys", &Value::Null)["keys"][0]["handle"].clone();
    serving.ask("set_encode_key", &json!({ "handle": null }));
    serving.check_gone(&canary.traces, "other rules");
    let canary = kept(&serving);
    serving.ask("retire_key", &json!({ "handle": key }));
    serving.check_gone(&canary.traces, "the key was retired");
    serving.ask("restore_key", &json!({ "handle": key }));

    let canary = kept(&serving);
    serving.ask("update_settings", &json!({ "cache": false }));
    serving.check_gone(&canary.traces, "switched off");
    let canary = Canary::new();
    canary.decode(&serving, Some(ORIGIN));
    serving.check_gone(&canary.traces, "it is off");
    serving.ask("update_settings", &json!({ "cache": true }));

    let canary = kept(&serving);
    serving.ask("stop_server", &Value::Null);
    serving.check_gone(&canary.traces, "stopped");
    let server = serving.ask("start_server", &Value::Null);
    assert_eq!(server["state"], "serving");

    let canary = kept(&serving);
    serving.ask("set_panic_lock", &Value::Null);
    serving.check_gone(&canary.traces, "panic lock");
}

#[test]
fn an_answer_is_gone_after_a_minute_whoever_asks_meanwhile() {
    let serving = Serving::start("");
    let canary = kept(&serving);
    for _ in 0..3 {
        sleep(Duration::from_secs(15));
        canary.decode(&serving, Some(ORIGIN));
    }
    serving.check_kept(&canary.traces);
    sleep(Duration::from_secs(15));
    serving.check_gone(&canary.traces, "a minute old");
}
