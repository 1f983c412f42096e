//! The app that is asked, the keys and documents in it, and what a case is made of.

use serde_json::{Value, json};
use support::app::TestApp;

use crate::secrecy::{RAW_KEY, named, plain, sealed, tampered, text_key};

pub(in crate::secrecy) fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

pub(in crate::secrecy) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a command may say.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::secrecy) enum MaySay {
    Nothing,
    /// It shows decoded Payloads: that is what it is for.
    Plaintext,
}

/// Requests of a command. The first one must succeed; the others may fail.
pub(in crate::secrecy) struct Case {
    pub(in crate::secrecy) may_say: MaySay,
    pub(in crate::secrecy) requests: Vec<Value>,
}

/// An app with both keys in it and a document open, and where files for it may be put.
pub(in crate::secrecy) struct Scene {
    pub(in crate::secrecy) app: TestApp,
    pub(in crate::secrecy) handle: String,
    pub(in crate::secrecy) document: Value,
    pub(in crate::secrecy) inputs: tempfile::TempDir,
}

impl Scene {
    pub(in crate::secrecy) fn new() -> Self {
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

    pub(in crate::secrecy) fn input(&self, name: &str, content: &[u8]) -> String {
        let path = self.inputs.path().join(name);
        app::write_atomically(&path, content).expect("written");
        path.display().to_string()
    }
}

/// Payloads that decode, that don't, and that were never encoded.
pub(in crate::secrecy) fn documents() -> String {
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
pub(in crate::secrecy) fn key_list() -> String {
    let (text, raw) = (text_key(), base64(&RAW_KEY));
    format!("[{{\"id\":\"new-a\",\"key\":\"{text}\"}},{{\"id\":\"new-b\",\"material\":\"{raw}\"}}]")
}

pub(super) fn silent(requests: Vec<Value>) -> Option<Case> {
    Some(Case {
        may_say: MaySay::Nothing,
        requests,
    })
}

pub(super) fn shows(requests: Vec<Value>) -> Option<Case> {
    Some(Case {
        may_say: MaySay::Plaintext,
        requests,
    })
}
