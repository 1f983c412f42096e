//! The Temporal CLI is connected in one click and taken back: only what was shown is written, and nothing else is touched.

use std::path::{Path, PathBuf};

use app::Code;
use serde_json::{Value, json};
use support::app::{TestApp, free_port};

const FILE: &str = "# the team's\n[profile.default]\naddress = \"localhost:7233\" # here\n\n[profile.prod]\napi_key = 'canary-of-a-credential'\ncodec = { auth = 'Bearer x' } # kept\n";

/// An app with a server on a port of its own, and `temporal.toml`, where there is one.
fn scene(file: Option<&str>) -> (TestApp, PathBuf) {
    let app = TestApp::new();
    app.ok("set_port", json!({ "port": free_port() }));
    let path = app.folder().path().join("temporal.toml");
    if let Some(text) = file {
        app::write_atomically(&path, text.as_bytes()).expect("written");
    }
    (app, path)
}

fn connect(app: &TestApp, profile: &str) -> Value {
    let plan = app.ok("plan_cli", json!({ "profile": profile }));
    app.ok(
        "connect_cli",
        json!({ "profile": profile, "seen": plan["seen"] }),
    )
}

fn undo(app: &TestApp, profile: &str) -> Value {
    let plan = app.ok("plan_cli_undo", json!({ "profile": profile }));
    app.ok(
        "undo_cli",
        json!({ "profile": profile, "seen": plan["seen"] }),
    )
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("readable")
}

fn profile<'a>(view: &'a Value, name: &str) -> &'a Value {
    let profiles = view["profiles"].as_array().expect("profiles");
    let found = profiles.iter().find(|profile| profile["name"] == name);
    found.unwrap_or_else(|| panic!("no profile {name} in {view}"))
}

#[test]
fn what_was_shown_is_written_proved_and_taken_back() {
    let (app, path) = scene(Some(FILE));
    let endpoint = app.ok("start_server", Value::Null)["endpoint"].clone();

    let plan = app.ok("plan_cli", json!({ "profile": "prod" }));
    assert_eq!(read(&path), FILE, "a plan changes nothing");
    let text = plan.to_string();
    assert!(!text.contains("canary"), "{text}");
    assert!(text.contains(endpoint.as_str().expect("a text")), "{text}");

    let connected = connect(&app, "prod");
    assert_eq!(connected["problem"], Value::Null);
    let proof = connected["proof"].as_str().expect("a proof");
    assert!(proof.contains("came back"), "{proof}");
    let prod = profile(&connected["profiles"], "prod");
    assert_eq!(prod["endpoint"], endpoint);
    assert_eq!(prod["is_this"], true);
    assert_eq!(prod["can_undo"], true);
    let changed = read(&path);
    assert!(changed.contains("auth = 'Bearer x'"), "{changed}");
    assert!(changed.contains("# kept"), "{changed}");
    let other = changed.lines().take(5).collect::<Vec<_>>();
    assert_eq!(other, FILE.lines().take(5).collect::<Vec<_>>());

    let after = undo(&app, "prod");
    assert_eq!(read(&path), FILE);
    assert_eq!(profile(&after, "prod")["can_undo"], false);
    app.ok("stop_server", Value::Null);
}

#[test]
fn it_can_be_taken_back_after_a_restart_and_a_change_of_port() {
    let (app, path) = scene(Some(FILE));
    connect(&app, "default");
    app.ok("set_port", json!({ "port": free_port() }));
    let view = app.ok("cli_profiles", Value::Null);
    assert_eq!(profile(&view, "default")["is_this"], false);
    connect(&app, "default");

    let next = app.sibling();
    undo(&next, "default");
    assert_eq!(read(&path), FILE);
}

#[test]
fn a_file_that_is_not_there_is_made_and_removed() {
    let (app, path) = scene(None);
    let view = app.ok("cli_profiles", Value::Null);
    assert_eq!(view["exists"], false);
    assert_eq!(profile(&view, "default")["endpoint"], Value::Null);
    let plan = app.ok("plan_cli", json!({ "profile": "default" }));
    assert_eq!(plan["creates_file"], true);
    connect(&app, "default");
    assert!(read(&path).contains("[profile.default.codec]"));
    undo(&app, "default");
    assert!(!path.exists());
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let (app, path) = scene(Some(FILE));
    let plan = app.ok("plan_cli", json!({ "profile": "default" }));
    app::write_atomically(&path, b"# another hand\n").expect("written");
    app.fails(
        "connect_cli",
        json!({ "profile": "default", "seen": plan["seen"] }),
        Code::FileChanged,
    );
    assert_eq!(read(&path), "# another hand\n");
}

#[test]
fn without_a_server_it_is_written_and_said_that_nothing_answers() {
    let (app, path) = scene(Some(FILE));
    app.ok("stop_server", Value::Null);
    let connected = connect(&app, "default");
    assert_eq!(connected["problem"]["code"], "unproven");
    assert!(connected["problem"]["hint"].is_string());
    assert!(read(&path).contains("endpoint"));
}

#[test]
fn a_file_that_is_no_toml_is_named_and_not_quoted() {
    let (app, path) = scene(Some("[profile.a]\napi_key = canary-of-a-credential\n"));
    let view = app.ok("cli_profiles", Value::Null);
    let problem = view["problem"]["message"].as_str().expect("a problem");
    assert!(problem.contains("line 2"), "{problem}");
    assert!(!problem.contains("canary"), "{problem}");
    let refused = app.fails("plan_cli", json!({ "profile": "a" }), Code::File);
    assert!(refused.hint.ends_with('.'));
    assert!(read(&path).contains("canary"));
}

#[test]
fn another_profile_cannot_be_taken_back() {
    let (app, _) = scene(Some(FILE));
    let refused = app.fails(
        "plan_cli_undo",
        json!({ "profile": "prod" }),
        Code::BadRequest,
    );
    assert!(refused.message.contains("did not connect"), "{refused}");
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_the_mode_stays() {
    use std::os::unix::fs::PermissionsExt as _;

    let (app, path) = scene(None);
    let real = app.folder().path().join("dotfiles.toml");
    app::write_atomically(&real, FILE.as_bytes()).expect("written");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).expect("ours");
    std::os::unix::fs::symlink(&real, &path).expect("a link");
    connect(&app, "default");
    assert!(path.is_symlink());
    assert!(read(&real).contains("endpoint"));
    let mode = std::fs::metadata(&real)
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}
