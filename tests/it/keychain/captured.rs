//! Where the content of captured requests is in the memory of a process that serves: there while it is kept, and nowhere once
//! *Capture bodies* is off, the list is cleared or the app is locked.
//!
//! Looked for is what a `/decode` was answered: the whole way from the ciphertext to the socket is this project's. Not so the
//! way of a request's body to it: the HTTP library reads into buffers of its own, which nobody overwrites. A `/decode` brings
//! ciphertext on it, a `/encode` content.

use std::process::{Child, Command};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use support::app::{eventually, post, send};
use support::bridge;
use support::server::{chain, sample_keys};
use support::wire::{Ask, payloads};
use temporal_payload::Payload;
use uuid::Uuid;

use crate::memory::Traces;

/// The app without a window, on folders of its own.
pub(crate) struct Serving {
    child: Child,
    /// Where commands go, and where Payloads go.
    pub(crate) ports: (u16, u16),
}

impl Serving {
    /// With what is said to the allocator.
    pub(crate) fn start(allocator: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bridge"));
        let (child, asked) = bridge::start(command.env("_RJEM_MALLOC_CONF", allocator));
        let mut serving = Serving {
            child,
            ports: (asked, 0),
        };
        serving.ask("add_sample_key", &json!({ "lifetime": "keychain" }));
        serving.ask("set_port", &json!({ "port": support::app::free_port() }));
        let server = serving.ask("start_server", &Value::Null);
        serving.ports.1 = port(&server["endpoint"]);
        serving
    }

    pub(crate) fn ask(&self, command: &str, request: &Value) -> Value {
        let answer = post(
            self.ports.0,
            &format!("/ipc/{command}"),
            &request.to_string(),
        );
        assert_eq!(answer.status(), 200, "{command}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }

    /// Has content decoded that nobody else has, and returns how to find it.
    fn decode(&self, before: usize) -> Traces {
        let canary = Canary::new();
        canary.decode(self, None);
        // It is recorded after it was answered.
        eventually("its record", || {
            let list = self.ask("list_requests", &json!({ "limit": 100 }));
            list["requests"].as_array().map(Vec::len) == Some(before + 1)
        });
        canary.traces
    }

    #[track_caller]
    pub(crate) fn check_gone(&self, traces: &Traces, when: &str) {
        // The connection, and what it holds, may go a moment after its client went.
        let mut found = Vec::new();
        for _ in 0..20 {
            found = traces.find(self.child.id());
            if found.is_empty() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("{when}: {found:#?}");
    }

    #[track_caller]
    pub(crate) fn check_kept(&self, traces: &Traces) {
        assert!(!traces.find(self.child.id()).is_empty(), "it is kept");
    }
}

/// Content that nobody else has, how to find it, and a request that has it decoded.
pub(crate) struct Canary {
    pub(crate) traces: Traces,
    texts: [String; 2],
    body: String,
}

impl Canary {
    pub(crate) fn new() -> Self {
        let content = format!("\"{}{}\"", Uuid::new_v4(), Uuid::new_v4());
        // Inside of what is encrypted, metadata is content, too.
        let note = format!("{}{}", Uuid::new_v4(), Uuid::new_v4());
        let payload = Payload {
            metadata: [
                ("encoding".to_owned(), b"json/plain".to_vec()),
                ("note".to_owned(), note.clone().into()),
            ]
            .into(),
            data: content.clone().into(),
            external_payloads: Vec::new(),
        };
        let ours = chain(sample_keys(&["test-key-id"]), Some("test-key-id"));
        let sealed = ours.encode(payload).expect("sealed").to_json();
        Canary {
            traces: Traces::of(format!("{content}{note}").as_bytes()),
            body: payloads(&[&sealed]),
            texts: [content, note],
        }
    }

    /// Asks for it as a page of this origin does, or as a program.
    pub(crate) fn decode(&self, serving: &Serving, origin: Option<&str>) {
        let mut ask = Ask::post("/decode", &self.body);
        if let Some(origin) = origin {
            ask = ask.header("Origin", origin);
        }
        let answer = send(serving.ports.1, ask);
        for text in &self.texts {
            assert!(answer.body.contains(&STANDARD.encode(text)));
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn port(address: &Value) -> u16 {
    let port = address.as_str().and_then(|text| text.rsplit(':').next());
    port.and_then(|port| port.parse().ok()).expect("a port")
}

#[test]
fn what_was_decoded_is_kept_only_where_it_is_captured() {
    let serving = Serving::start("");
    let traces = serving.decode(0);
    serving.check_gone(&traces, "not captured");

    let on = json!({ "on": true });
    serving.ask("set_capture", &on);
    let traces = serving.decode(1);
    serving.check_kept(&traces);
    serving.ask("set_capture", &json!({ "on": false }));
    serving.check_gone(&traces, "switched off");

    serving.ask("set_capture", &on);
    let traces = serving.decode(2);
    serving.check_kept(&traces);
    serving.ask("clear_requests", &Value::Null);
    serving.check_gone(&traces, "cleared");

    let traces = serving.decode(0);
    serving.check_kept(&traces);
    serving.ask("lock", &json!({ "forget_session_keys": false }));
    serving.check_gone(&traces, "locked");
}
