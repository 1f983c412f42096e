//! What each command is asked with secrets in it, for the tests of all commands.

mod access;

mod documents;

mod formats;

mod keys;

mod server;

mod settings;

use serde_json::{Value, json};
use support::app::TestApp;

use super::{RAW_KEY, named, plain, sealed, tampered, text_key};

pub(super) fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a command may say.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum MaySay {
    Nothing,
    /// It shows decoded Payloads: that is what it is for.
    Plaintext,
}

/// Requests of a command. The first one must succeed; the others may fail.
pub(super) struct Case {
    pub(super) may_say: MaySay,
    pub(super) requests: Vec<Value>,
}

/// An app with both keys in it and a document open, and where files for it may be put.
pub(super) struct Scene {
    pub(super) app: TestApp,
    pub(super) handle: String,
    pub(super) document: Value,
    pub(super) inputs: tempfile::TempDir,
}

impl Scene {
    pub(super) fn new() -> Self {
        let app = TestApp::new();
        let handle = app.import("canary", &base64(&RAW_KEY), "base64", "keychain");
        app.import("text", text_key(), "utf8", "keychain");
        let document = app.ok("inspect", json!({ "source": documents() }))["document"].clone();
        Scene {
            app,
            handle,
            document,
            inputs: tempfile::tempdir().expect("a folder"),
        }
    }

    pub(super) fn input(&self, name: &str, content: &[u8]) -> String {
        let path = self.inputs.path().join(name);
        app::write_atomically(&path, content).expect("written");
        path.display().to_string()
    }
}

/// Payloads that decode, that don't, and that were never encoded.
pub(super) fn documents() -> String {
    let all = [
        sealed(),
        plain(),
        tampered(),
        named("text"),
        named("nobody-has-this"),
    ];
    let all: Vec<String> = all.iter().map(|payload| payload.to_json()).collect();
    format!("{{\"payloads\":[{}]}}", all.join(","))
}

/// Both keys, in a list.
pub(super) fn key_list() -> String {
    let (text, raw) = (text_key(), base64(&RAW_KEY));
    format!("[{{\"id\":\"new-a\",\"key\":\"{text}\"}},{{\"id\":\"new-b\",\"material\":\"{raw}\"}}]")
}

fn silent(requests: Vec<Value>) -> Option<Case> {
    Some(Case {
        may_say: MaySay::Nothing,
        requests,
    })
}

fn shows(requests: Vec<Value>) -> Option<Case> {
    Some(Case {
        may_say: MaySay::Plaintext,
        requests,
    })
}

/// What a command is asked.
pub(super) fn case(scene: &Scene, command: &str) -> Option<Case> {
    let subjects = [
        access::case,
        documents::case,
        formats::case,
        keys::case,
        server::case,
        settings::case,
    ];
    subjects.iter().find_map(|case| case(scene, command))
}
