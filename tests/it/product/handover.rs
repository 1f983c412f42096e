//! A new key on its way to the Workers: named, copied once and only after the desktop asked, and off the clipboard again.

use std::sync::Arc;
use std::time::Duration;

use app::config::Settings;
use app::{App, Code, dispatch};
use serde_json::{Value, json};
use support::app::{TestApp, import};
use support::desktop::RecordingDesktop;
use tokio::runtime::Handle;

fn generate(id: &str) -> Value {
    json!({ "id": id, "label": "", "bits": 256, "lifetime": "session" })
}

fn copy(made: &Value, format: &str) -> Value {
    json!({ "handle": made["handle"], "format": format })
}

#[test]
fn a_new_key_needs_an_id_and_one_that_is_free_is_proposed() {
    let app = TestApp::new();
    for id in ["", "  "] {
        app.fails("generate_key", generate(id), Code::InvalidSetting);
    }
    let proposed = |app: &TestApp| {
        let keys = app.ok("list_keys", Value::Null);
        keys["proposed_id"].as_str().expect("an id").to_owned()
    };
    let first = proposed(&app);
    assert!(first.starts_with("codec-20"), "{first}");
    app.ok("generate_key", generate(&first));
    assert_eq!(proposed(&app), format!("{first}-2"));
}

#[test]
fn a_new_key_does_not_encode_before_it_is_told_to() {
    let app = TestApp::new();
    let made = app.ok("generate_key", generate("new"));
    assert_eq!(made["keys"]["encode_key"], Value::Null);
    // One that comes from the Workers does: they have it.
    app.import("theirs", super::commands::SOME_KEY, "base64", "session");
    app.ok("set_encode_key", json!({ "handle": made["handle"] }));
    assert_eq!(
        app.ok("list_keys", Value::Null)["encode_key"],
        made["handle"]
    );
}

#[test]
fn a_new_key_is_copied_once_and_only_after_a_yes() {
    for format in ["base64", "hex"] {
        let app = TestApp::new();
        let older = app.ok("generate_key", generate("older"));
        let made = app.ok("generate_key", generate("made"));
        app.fails("copy_generated_key", copy(&made, format), Code::Cancelled);
        assert_eq!(app.desktop.told().clipboard, None);
        app.desktop.agree(true);
        app.desktop.set_problem(Some("no clipboard"));
        app.fails("copy_generated_key", copy(&made, format), Code::Desktop);
        app.desktop.set_problem(None);
        let answer = app.ok("copy_generated_key", copy(&made, format));
        assert_eq!(answer, json!({ "seconds": 60 }));
        let copied = app.desktop.told().clipboard.expect("copied");
        let (title, text) = app.desktop.told().asked.pop().expect("asked");
        assert!(text.contains("made") && !format!("{title}{text}").contains(&copied));
        for again in [&made, &older] {
            app.fails("copy_generated_key", copy(again, format), Code::KeyNotFound);
        }
        // It is the key.
        let other = TestApp::new();
        let keys = other.ok("import_key", import("same", &copied, format, "session"));
        let list = app.ok("list_keys", Value::Null);
        assert_eq!(
            keys["keys"][0]["fingerprint"],
            list["keys"][1]["fingerprint"]
        );
    }
}

#[test]
fn a_lock_and_the_end_of_the_dialog_forget_the_new_key() {
    let app = TestApp::new();
    app.desktop.agree(true);
    let made = app.ok("generate_key", generate("made"));
    app.ok("forget_generated_key", Value::Null);
    app.fails("copy_generated_key", copy(&made, "hex"), Code::KeyNotFound);
    let made = app.ok("generate_key", generate("another"));
    app.ok("copy_generated_key", copy(&made, "hex"));
    app.ok("lock", json!({ "forget_session_keys": true }));
    assert_eq!(app.desktop.told().clipboard, None);
}

#[tokio::test(start_paused = true)]
async fn after_a_minute_the_key_is_off_the_clipboard_unless_something_else_is_on_it() {
    let app = App::in_memory(Settings::default(), Handle::current()).expect("an app");
    let desktop = Arc::new(RecordingDesktop::default());
    desktop.agree(true);
    app.desktop().attach(desktop.clone());
    for (id, other) in [("a", None), ("b", Some("a note"))] {
        let made = dispatch(&app, "generate_key", generate(id)).expect("made");
        dispatch(&app, "copy_generated_key", copy(&made, "hex")).expect("copied");
        tokio::time::sleep(Duration::from_secs(58)).await;
        assert!(desktop.told().clipboard.is_some());
        if let Some(other) = other {
            desktop.copies(other);
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
        // The clipboard is cleared on a thread, which no paused clock waits for.
        for _ in 0..50 {
            std::thread::sleep(Duration::from_millis(1));
            tokio::task::yield_now().await;
        }
        assert_eq!(desktop.told().clipboard.as_deref(), other);
    }
}

#[test]
fn every_snippet_names_the_id_and_where_the_key_goes() {
    let app = TestApp::new();
    for format in ["base64", "hex"] {
        let request = json!({ "id": "it's \"new\"", "format": format });
        let snippets = app.ok("worker_snippets", request);
        let snippets = snippets.as_array().expect("a list");
        let sdks: Vec<&str> = snippets
            .iter()
            .filter_map(|one| one["sdk"].as_str())
            .collect();
        assert_eq!(sdks, ["Go", "Java", "TypeScript", "Python", ".NET", "Ruby"]);
        for snippet in snippets {
            let text = snippet["text"].as_str().expect("code");
            assert!(text.contains("TEMPORAL_CODEC_KEY"), "{text}");
            assert!(
                text.contains(r#""it's \"new\"""#) || text.contains(r#"'it\'s "new"'"#),
                "{text}"
            );
        }
    }
}
