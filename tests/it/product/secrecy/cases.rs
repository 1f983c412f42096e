//! What each command is asked with secrets in it, for the tests of all commands.

use serde_json::{Value, json};
use support::app::{TestApp, import};
use support::wire::Ask;

use super::{PLAINTEXT, RAW_KEY, TOKEN, named, plain, sealed, tampered, text_key};
use crate::commands::{SPEC, profile};

pub(super) fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Both keys, in a list.
pub(super) fn key_list() -> String {
    let (text, raw) = (text_key(), base64(&RAW_KEY));
    format!("[{{\"id\":\"new-a\",\"key\":\"{text}\"}},{{\"id\":\"new-b\",\"material\":\"{raw}\"}}]")
}

/// A spec with something in it that is none.
pub(super) fn bad_spec(secret: &str) -> String {
    format!("{{\"encoding\":\"binary/ours\",\"cipher\":\"{secret}\"}}")
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

/// The Temporal CLI's file may hold a credential, and be broken at that very line.
pub(super) fn cli_requests(scene: &Scene, command: &str) -> Vec<Value> {
    let file = scene.app.folder().path().join("temporal.toml");
    let credential = format!("[profile.default]\napi_key = '{}'\n", text_key());
    app::write_atomically(&file, credential.as_bytes()).expect("written");
    let named = json!({ "profile": "default" });
    let seen = |plan: &str| {
        let plan = scene.app.ok(plan, named.clone());
        json!({ "profile": "default", "seen": plan["seen"] })
    };
    let refused = json!({ "profile": text_key(), "seen": text_key() });
    match command {
        "connect_cli" => vec![seen("plan_cli"), refused],
        "plan_cli_undo" | "undo_cli" => {
            scene.app.ok("connect_cli", seen("plan_cli"));
            vec![seen("plan_cli_undo"), refused]
        }
        "plan_cli" => vec![named],
        _ => vec![Value::Null],
    }
}

/// A request with secrets in its headers, in its query and in its body.
pub(super) fn ask_with_secrets(port: u16) {
    let body = documents();
    let bearer = format!("Bearer {TOKEN}");
    let session = format!("session={TOKEN}");
    let ask = Ask::post("/decode?token=canary-token-5f1e0c7a", &body)
        .header("Authorization", &bearer)
        .header("Authorization-Extras", TOKEN)
        .header("Cookie", &session)
        .header("X-Api-Key", text_key());
    support::app::send(port, ask);
}

/// Exported settings, and files that are none and hold anything.
fn settings_files(scene: &Scene, command: &str) -> Vec<Value> {
    let path = scene.inputs.path().join("exported.json");
    let export = json!({ "path": path, "replace": true });
    scene.app.ok("export_settings", export.clone());
    let preview = |path: &str| json!({ "path": path });
    match command {
        "export_settings" => vec![export, json!({ "path": text_key(), "replace": true })],
        "preview_settings" => vec![
            preview(&path.display().to_string()),
            preview(&scene.input("list", key_list().as_bytes())),
            preview(&scene.input("text", PLAINTEXT.as_bytes())),
            preview(&scene.input(
                "typed",
                format!(
                    "{{\"temporal_codec_settings\":1,\"settings\":{{\"ui\":{{\"theme\":\"{}\"}}}}}}",
                    text_key()
                )
                .as_bytes(),
            )),
        ],
        _ => {
            let seen = scene.app.ok("preview_settings", json!({ "path": path }));
            vec![
                json!({ "seen": seen["seen"] }),
                json!({ "seen": text_key() }),
            ]
        }
    }
}

pub(super) fn case(scene: &Scene, command: &str) -> Option<Case> {
    let silent = |requests| {
        Some(Case {
            may_say: MaySay::Nothing,
            requests,
        })
    };
    let shows = |requests| {
        Some(Case {
            may_say: MaySay::Plaintext,
            requests,
        })
    };
    let handle = &scene.handle;
    let document = &scene.document;
    match command {
        "server_status"
        | "connect_cards"
        | "list_keys"
        | "retry_keychain"
        | "unlock"
        | "sample_payload"
        | "clear_requests"
        | "restore_requests"
        | "get_settings"
        | "reset_origins"
        | "stop_server"
        | "list_formats"
        | "list_profiles"
        | "cancel_keys_command" => silent(vec![Value::Null]),
        "start_server" | "pause_server" | "resume_server" => {
            scene.app.serve();
            silent(vec![Value::Null])
        }
        "set_port" => silent(vec![json!({ "port": support::app::free_port() })]),
        "cli_profiles" | "plan_cli" | "connect_cli" | "plan_cli_undo" | "undo_cli" => {
            silent(cli_requests(scene, command))
        }
        "generate_key" => silent(vec![
            json!({ "id": "new", "label": "", "bits": 256, "lifetime": "keychain" }),
            json!({ "id": "canary", "label": "", "bits": 256, "lifetime": "keychain" }),
        ]),
        "import_key" => silent(vec![
            import("a", text_key(), "utf8", "keychain"),
            import("b", &base64(&RAW_KEY), "base64", "session"),
            import("c", &hex(&RAW_KEY), "hex", "keychain"),
            // A key in the wrong spelling, cut, or twice.
            import("d", text_key(), "hex", "keychain"),
            import("e", text_key(), "base64", "keychain"),
            import("f", &base64(&RAW_KEY)[..40], "base64", "keychain"),
            import("g", &hex(&RAW_KEY)[..63], "hex", "keychain"),
            import("h", &format!("{}\n", text_key()), "utf8", "keychain"),
            import("canary", &hex(&RAW_KEY), "hex", "keychain"),
        ]),
        "import_key_file" => {
            let file = |name: &str, content: &[u8]| {
                let path = scene.input(name, content);
                json!({ "id": name, "label": "", "path": path, "lifetime": "keychain" })
            };
            silent(vec![
                file("raw", &RAW_KEY),
                file("line", format!("{}\n", text_key()).as_bytes()),
                file("hex", hex(&RAW_KEY).as_bytes()),
                file("long", &RAW_KEY.repeat(500)),
            ])
        }
        "guess_key_format" => silent(
            [text_key(), &base64(&RAW_KEY), &hex(&RAW_KEY), PLAINTEXT]
                .iter()
                .map(|material| json!({ "material": material }))
                .collect(),
        ),
        "lock" => silent(vec![
            json!({ "forget_session_keys": false }),
            json!({ "forget_session_keys": true }),
        ]),
        "add_sample_key" => silent(vec![json!({ "lifetime": "keychain" })]),
        "rename_key" => silent(vec![
            json!({ "handle": handle, "id": "renamed", "label": "Label" }),
            json!({ "handle": text_key(), "id": "x", "label": "" }),
        ]),
        "remove_key" => silent(vec![
            json!({ "handle": handle, "even_if_used": true }),
            json!({ "handle": handle, "even_if_used": false }),
            json!({ "handle": text_key(), "even_if_used": true }),
        ]),
        "set_encode_key" | "restore_key" => silent(vec![
            json!({ "handle": handle }),
            json!({ "handle": text_key() }),
        ]),
        "retire_key" => {
            let encoding = json!({ "handle": handle });
            scene.app.ok("set_encode_key", json!({ "handle": null }));
            silent(vec![encoding, json!({ "handle": text_key() })])
        }
        "set_key_usage" => silent(vec![
            json!({ "handle": handle, "formats": ["tracecat"], "namespaces": [] }),
            json!({ "handle": text_key(), "formats": [], "namespaces": [] }),
        ]),
        "add_demo_key" => silent(vec![
            json!({ "format": "no-key-id", "lifetime": "session" }),
        ]),
        "save_format" => silent(vec![
            json!({ "name": "ours", "previous": null, "spec": SPEC }),
            json!({ "name": "other", "previous": null, "spec": text_key() }),
            json!({ "name": "other", "previous": null, "spec": bad_spec(text_key()) }),
            json!({ "name": "other", "previous": null, "spec": bad_spec(&base64(&RAW_KEY)) }),
        ]),
        "check_format" => silent(vec![
            json!({ "spec": SPEC }),
            json!({ "spec": text_key() }),
            json!({ "spec": bad_spec(text_key()) }),
            json!({ "spec": bad_spec(&hex(&RAW_KEY)) }),
            json!({ "spec": PLAINTEXT }),
        ]),
        "remove_format" => {
            let request = json!({ "name": "ours", "previous": null, "spec": SPEC });
            scene.app.ok("save_format", request);
            silent(vec![json!({ "name": "ours" })])
        }
        "try_format" => {
            let sample = app::dispatch(&scene.app.app, "list_formats", Value::Null);
            let sample = sample.expect("formats")["formats"][0]["spec"].clone();
            let tried = |payload: &str, key: &Value| json!({ "spec": sample, "key": key, "payload": payload });
            shows(vec![
                tried(&sealed().to_json(), &json!(handle)),
                tried(&tampered().to_json(), &json!(handle)),
                tried(&plain().to_json(), &json!(handle)),
                tried(&named("text").to_json(), &Value::Null),
                tried(PLAINTEXT, &json!(handle)),
                json!({ "spec": text_key(), "key": handle, "payload": PLAINTEXT }),
            ])
        }
        "save_profile" => silent(vec![
            json!({ "previous": null, "profile": profile("Orders") }),
            json!({ "previous": text_key(), "profile": profile("Other") }),
        ]),
        "remove_profile" => {
            let request = json!({ "previous": null, "profile": profile("Orders") });
            scene.app.ok("save_profile", request);
            silent(vec![json!({ "name": "Orders" })])
        }
        "set_unlisted" => silent(vec![json!({ "unlisted": "refuse" })]),
        "match_profile" => silent(vec![json!({ "namespace": "orders" })]),
        "diagnose_payload" => shows(
            (0..6)
                .map(|index| json!({ "document": document, "index": index }))
                .collect(),
        ),
        "adopt_finding" => {
            let request = json!({ "document": document, "index": 4 });
            let found = scene.app.ok("diagnose_payload", request);
            assert_eq!(found["kind"], "opens", "{found}");
            silent(vec![
                json!({ "document": document, "index": 4, "finding": 0 }),
                json!({ "document": document, "index": 4, "finding": 9 }),
            ])
        }
        "preview_keys" => {
            let text = |text: &str| json!({ "source": { "type": "text", "text": text } });
            let file = scene.input("list.json", key_list().as_bytes());
            let print = format!("printf '{}'", hex(&RAW_KEY));
            silent(vec![
                text(&key_list()),
                text(text_key()),
                text(&base64(&RAW_KEY)),
                text(&format!("KEY={}\nOTHER={}", hex(&RAW_KEY), text_key())),
                text(&format!("- id: a\n  key: \"{}", text_key())),
                text(&key_list()[..60]),
                text(PLAINTEXT),
                json!({ "source": { "type": "file", "path": file } }),
                json!({ "source": { "type": "command", "command": print, "consent": true } }),
                json!({ "source": { "type": "command", "command": "sh -c 'env; exit 1'", "consent": true } }),
            ])
        }
        "import_keys" => {
            let source = json!({ "type": "text", "text": key_list() });
            let seen = scene.app.ok("preview_keys", json!({ "source": source }));
            let import = |token: &Value, choose: Value| json!({ "token": token, "choose": choose, "lifetime": "keychain" });
            silent(vec![
                import(&seen["token"], json!([0, 1])),
                import(&json!(text_key()), json!([0])),
            ])
        }
        "discard_keys_preview" => silent(vec![
            json!({ "token": "any" }),
            json!({ "token": text_key() }),
        ]),
        // It shows the words that it was given: those of a command, which is no place for a secret.
        "command_words" => silent(vec![
            json!({ "command": "op read op://a/b" }),
            json!({ "command": format!("echo {} | cat", text_key()) }),
            json!({ "command": format!("'{}", PLAINTEXT) }),
        ]),
        "export_bundle" => {
            let path = scene.inputs.path().join("team.age");
            let export = |handle: &str, passphrase: Value, recipients: Value| {
                json!({
                    "handles": [handle], "path": path,
                    "passphrase": passphrase, "recipients": recipients
                })
            };
            silent(vec![
                export(handle, json!(TOKEN), json!([])),
                export(handle, Value::Null, json!([text_key()])),
                export(text_key(), json!(TOKEN), json!([])),
            ])
        }
        "create_vault" => silent(vec![json!({ "passphrase": TOKEN })]),
        "open_vault" => {
            scene.app.ok("create_vault", json!({ "passphrase": TOKEN }));
            silent(vec![
                json!({ "passphrase": TOKEN }),
                json!({ "passphrase": text_key() }),
            ])
        }
        "encode_json" => {
            let value = format!("{{\"owes\":\"{PLAINTEXT}\"}}");
            let encode = |text: &str, encoding: &str| json!({ "text": text, "encoding": encoding, "namespace": null });
            silent(vec![
                encode(&value, "json/plain"),
                encode(PLAINTEXT, "json/plain"),
                encode(PLAINTEXT, ""),
                encode(text_key(), "json/plain"),
                encode(PLAINTEXT, "binary/zlib"),
            ])
        }
        "inspect" => shows(vec![
            json!({ "source": documents() }),
            json!({ "source": sealed().to_json() }),
            json!({ "source": base64(&sealed().to_proto()) }),
        ]),
        "inspect_file" => {
            let file = |name: &str, content: &[u8]| json!({ "path": scene.input(name, content) });
            shows(vec![
                file("document", documents().as_bytes()),
                file("proto", &sealed().to_proto()),
            ])
        }
        "inspection_rows" => shows(vec![
            json!({ "document": document, "offset": 0, "limit": 100 }),
        ]),
        "inspect_payload" => shows(
            (0..7)
                .map(|index| json!({ "document": document, "index": index }))
                .collect(),
        ),
        "refresh_document" => shows(vec![json!({ "document": document })]),
        "payload_bytes" => shows(
            (0..7)
                .map(|index| json!({ "document": document, "index": index, "format": null }))
                .chain([json!({ "document": document, "index": 0, "format": text_key() })])
                .collect(),
        ),
        "save_value" | "save_document" => {
            // The file holds what was decoded: that is what it is for. What is said about it does not.
            let path = scene.inputs.path().join("saved").display().to_string();
            let save = |path: &str| json!({ "document": document, "index": 0, "path": path, "replace": false });
            silent(vec![save(&path), save(&path), save(text_key())])
        }
        "cancel_inspection" => silent(vec![json!({ "ticket": 7 })]),
        "recent_files" => silent(vec![Value::Null]),
        "forget_recent_files" => silent(vec![
            json!({ "path": "no/such/file", "all": false }),
            json!({ "path": text_key(), "all": true }),
        ]),
        "close_document" => silent(vec![json!({ "document": document })]),
        "set_capture" => silent(vec![json!({ "on": true }), json!({ "on": false })]),
        // Not captured: a request in full holds no content.
        "request_detail" => {
            let port = scene.app.serve();
            ask_with_secrets(port);
            silent(vec![json!({ "id": 1 }), json!({ "id": 99 })])
        }
        // Captured, because the user asked for it: what the client sent is shown, and its credentials are not.
        "captured_body" | "replay_request" => {
            scene.app.ok("set_capture", json!({ "on": true }));
            let port = scene.app.serve();
            ask_with_secrets(port);
            shows(vec![json!({ "id": 1 }), json!({ "id": 99 })])
        }
        "list_requests" => {
            let port = scene.app.serve();
            support::app::post(port, "/decode", &documents());
            silent(vec![json!({ "limit": 100 })])
        }
        "update_settings" => silent(vec![
            json!({ "undecodable": "pass", "compression": "zlib", "theme": "dark" }),
            json!({ "max_body_mib": 0 }),
        ]),
        // It fails where no file manager can be told; what it says then names the file.
        "show_settings_file" => silent(vec![Value::Null]),
        // It shows what the link carried, which was encrypted when it was made, or is the sender's to show.
        "take_link" => {
            scene
                .app
                .app
                .open_link("temporal-codec://inspect?payload=%7B%7D");
            scene
                .app
                .app
                .open_link(&format!("temporal-codec://add-key?payload={}", text_key()));
            silent(vec![Value::Null])
        }
        "reset_settings" => silent(vec![json!({ "names": ["theme", "origins"] })]),
        "undo_settings" => {
            scene
                .app
                .ok("reset_settings", json!({ "names": ["theme"] }));
            silent(vec![Value::Null])
        }
        "whats_new" | "seen_whats_new" => silent(vec![Value::Null]),
        "export_settings" | "preview_settings" | "import_settings" => {
            silent(settings_files(scene, command))
        }
        "add_origin" | "remove_origin" => {
            silent(vec![json!({ "origin": "https://temporal.example.com" })])
        }
        _ => None,
    }
}
