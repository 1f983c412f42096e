//! Where unwrapped data keys are in the memory of the process that asks for them: there while they are held, and nowhere once the app is
//! locked, or whoever unwraps them was taken away or changed. A command prints them, or a gRPC server gives them.

use std::fs;

use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use support::app::{post, send};
use support::extension::ExtensionServer;
use support::wire::{Ask, payloads};
use temporal_payload::Payload;
use uuid::Uuid;

use crate::captured::Serving;
use crate::memory::Traces;

/// A data key that nobody else has.
fn random_key() -> [u8; 32] {
    let halves = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()];
    halves.concat().try_into().expect("32 bytes")
}

/// A request for a Payload as Temporal Proxy seals it, with this data key; wrapped, it is this.
fn request(key: &[u8; 32], wrapped: &[u8]) -> String {
    let plain = Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: "\"order\"".into(),
        external_payloads: Vec::new(),
    };
    let cipher = Aes256Gcm::new_from_slice(key).expect("32 bytes");
    let sealed = cipher.encrypt(&Nonce::from([7; 12]), &plain.to_proto()[..]);
    let metadata = [
        ("encoding", b"binary/encrypted".to_vec()),
        ("encryption-key-id", b"extension://kms/payloads".to_vec()),
        ("encryption-dek", STANDARD.encode(wrapped).into_bytes()),
    ];
    let payload = Payload {
        metadata: metadata
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
        data: [vec![7; 12], sealed.expect("seals")].concat().into(),
        external_payloads: Vec::new(),
    };
    payloads(&[&payload.to_json()])
}

fn decodes(serving: &Serving, body: &str) -> bool {
    let answer = send(serving.ports.1, Ask::post("/decode", body));
    answer.body.contains(&STANDARD.encode("\"order\""))
}

fn save(serving: &Serving, place: Option<u32>, command: &str) {
    let saved = json!({"place": place, "wrapped_by": ["extension://*"], "command": command});
    serving.ask("save_wrapped_keys", &saved);
    serving.ask("confirm_wrapped_keys", &json!({ "place": 0 }));
}

/// Whoever unwraps: `command` does so for `key`, and `other` as well, in other words.
fn check_wiped(command: &str, other: &str, key: [u8; 32], wrapped: &[u8]) {
    let serving = Serving::start("");
    assert_eq!(post(serving.ports.0, "/desktop/agree", "yes").status(), 200);
    let traces = Traces::of(&key);
    let body = request(&key, wrapped);
    serving.check_gone(&traces, "not asked for yet");
    let held = |when: &str| {
        assert!(decodes(&serving, &body), "{when}");
        let view = serving.ask("list_wrapped_keys", &Value::Null);
        assert_eq!(view["n_held"], 1, "{when}");
        serving.check_kept(&traces);
    };

    save(&serving, None, command);
    held("at first");
    serving.ask("lock", &json!({ "forget_session_keys": false }));
    serving.check_gone(&traces, "locked");
    assert!(!decodes(&serving, &body), "locked");
    serving.check_gone(&traces, "locked, and asked to decode");

    serving.ask("unlock", &Value::Null);
    held("unlocked");
    serving.ask("set_panic_lock", &Value::Null);
    serving.check_gone(&traces, "panic-locked");
    serving.ask("lift_panic_lock", &Value::Null);
    serving.ask("unlock", &Value::Null);

    held("lifted");
    serving.ask("forget_command", &json!({ "command": command }));
    serving.check_gone(&traces, "no longer confirmed");
    serving.ask("confirm_wrapped_keys", &json!({ "place": 0 }));

    held("confirmed again");
    save(&serving, Some(0), other);
    serving.check_gone(&traces, "changed");

    held("asked otherwise");
    serving.ask("remove_wrapped_keys", &json!({ "place": 0 }));
    serving.check_gone(&traces, "removed");
    assert!(!decodes(&serving, &body), "removed");
}

#[test]
fn data_keys_that_a_command_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = random_key();
    for (name, printed) in [
        ("raw", key.to_vec()),
        ("base64", STANDARD.encode(key).into_bytes()),
    ] {
        let path = folder.path().join(name);
        let mut file = fs::File::create(&path).expect("a file");
        std::io::Write::write_all(&mut file, &printed).expect("written");
        let command = format!("cat {}", path.display());
        // A command that differs in its words alone is another one.
        let other = format!("cat -u {}", path.display());
        check_wiped(&command, &other, key, b"wrapped by nobody");
    }
}

#[test]
fn data_keys_that_a_server_gave() {
    let folder = tempfile::tempdir().expect("a folder");
    let extension = ExtensionServer::start(folder.path());
    let key = random_key();
    let other = extension.address().replace("127.0.0.1", "localhost");
    check_wiped(
        extension.address(),
        &other,
        key,
        &ExtensionServer::wrap(&key),
    );
}
