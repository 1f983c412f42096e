//! Requests with secrets in them for keys, sources of keys, bundles and the encrypted file.

use serde_json::{Value, json};
use support::app::import;

use super::{Case, Scene, base64, hex, key_list, silent};
use crate::secrecy::{PLAINTEXT, RAW_KEY, TOKEN, text_key};

pub(super) fn case(scene: &Scene, command: &str) -> Option<Case> {
    let handle = &scene.handle;
    match command {
        "list_keys"
        | "retry_keychain"
        | "unlock"
        | "cancel_keys_command"
        | "list_wrapped_keys"
        | "cancel_unwrapping" => silent(vec![Value::Null]),
        // It shows the command that it was given, which is no place for a secret.
        "save_wrapped_keys" => silent(vec![
            json!({ "wrapped_by": ["awskms://*"], "command": "cat" }),
            json!({ "wrapped_by": ["awskms://*"], "command": format!("echo {} | cat", text_key()) }),
        ]),
        "remove_wrapped_keys" | "confirm_wrapped_keys" => {
            let saved = json!({ "wrapped_by": ["awskms://*"], "command": "cat" });
            scene.app.ok("save_wrapped_keys", saved);
            scene.app.desktop.agree(true);
            silent(vec![json!({ "place": 0 }), json!({ "place": 9 })])
        }
        "test_wrapped_keys" => {
            let saved = json!({ "wrapped_by": ["awskms://*"], "command": "cat" });
            scene.app.ok("save_wrapped_keys", saved);
            scene.app.desktop.agree(true);
            // The fake service gives what it is given: the key itself, and what is none.
            let sealed = |dek: &[u8]| {
                let text = |bytes: &[u8]| base64(bytes);
                let payload = json!({ "metadata": {
                    "encoding": text(b"binary/encrypted"),
                    "encryption-key-id": text(b"awskms:///k"),
                    "encryption-dek": text(base64(dek).as_bytes()),
                }, "data": text(&[0; 40]) });
                json!({ "place": 0, "source": payload.to_string() })
            };
            silent(vec![
                sealed(&RAW_KEY),
                sealed(text_key().as_bytes()),
                sealed(&RAW_KEY[..9]),
            ])
        }
        "generate_key" => silent(vec![
            json!({ "id": "new", "label": "", "bits": 256, "lifetime": "keychain" }),
            json!({ "id": "canary", "label": "", "bits": 256, "lifetime": "keychain" }),
        ]),
        "copy_generated_key" => {
            let request = json!({ "id": "made", "label": "", "bits": 256, "lifetime": "session" });
            let made = scene.app.ok("generate_key", request);
            scene.app.desktop.agree(true);
            silent(vec![
                json!({ "handle": made["handle"], "format": "base64" }),
                json!({ "handle": handle, "format": "base64" }),
            ])
        }
        "forget_generated_key" => silent(vec![Value::Null]),
        "worker_snippets" => silent(vec![
            json!({ "id": "new", "format": "base64" }),
            json!({ "id": "new", "format": "hex" }),
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
                let file = scene.app.ticket("key_file", path);
                json!({ "id": name, "label": "", "file": file, "lifetime": "keychain" })
            };
            silent(vec![
                file("raw", &RAW_KEY),
                file("line", format!("{}\n", text_key()).as_bytes()),
                file("hex", hex(&RAW_KEY).as_bytes()),
                file("long", &RAW_KEY.repeat(500)),
            ])
        }
        "replace_key" => silent(vec![
            json!({ "handle": handle, "material": text_key(), "format": "utf8" }),
            json!({ "handle": handle, "material": hex(&RAW_KEY), "format": "hex" }),
            json!({ "handle": handle, "material": text_key(), "format": "base64" }),
            json!({ "handle": handle, "material": &hex(&RAW_KEY)[..40], "format": "hex" }),
        ]),
        "guess_key_format" => silent(
            [
                text_key(),
                &base64(&RAW_KEY),
                &hex(&RAW_KEY),
                PLAINTEXT,
                &format!("A_KEY={}\nHOST={PLAINTEXT}", base64(&RAW_KEY)),
                &format!("[{{\"id\":\"a\",\"key\":\"{}\"}}]", text_key()),
                &format!("-----BEGIN PRIVATE KEY-----\n{}\n", base64(&RAW_KEY)),
            ]
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
        "preview_keys" => {
            let text = |text: &str| json!({ "source": { "type": "text", "text": text } });
            let file = scene.input("list.json", key_list().as_bytes());
            let file = scene.app.ticket("key_source", file);
            let print = format!("printf '{}'", hex(&RAW_KEY));
            scene.app.desktop.agree(true);
            silent(vec![
                text(&key_list()),
                text(text_key()),
                text(&base64(&RAW_KEY)),
                text(&format!("KEY={}\nOTHER={}", hex(&RAW_KEY), text_key())),
                text(&format!("- id: a\n  key: \"{}", text_key())),
                text(&key_list()[..60]),
                text(PLAINTEXT),
                json!({ "source": { "type": "file", "file": file } }),
                json!({ "source": { "type": "command", "command": print } }),
                json!({ "source": { "type": "command", "command": "sh -c 'env; exit 1'" } }),
            ])
        }
        "import_keys" => {
            let source = json!({ "type": "text", "text": key_list() });
            let seen = scene.app.ok("preview_keys", json!({ "source": source }));
            let import = |token: &Value, choose: Value| {
                json!({ "token": token, "choose": choose, "lifetime": "keychain",
                "ids": [{ "entry": 0, "id": "another" }] })
            };
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
        "command_words" | "forget_command" => silent(vec![
            json!({ "command": "op read op://a/b" }),
            json!({ "command": format!("echo {} | cat", text_key()) }),
            json!({ "command": format!("'{}", PLAINTEXT) }),
        ]),
        "export_bundle" => {
            let path = scene.inputs.path().join("team.age");
            let file = scene.app.ticket("export_bundle", path);
            let export = |handle: &str, passphrase: Value, recipients: Value| {
                json!({
                    "handles": [handle], "file": file,
                    "passphrase": passphrase, "recipients": recipients
                })
            };
            silent(vec![
                export(handle, json!(TOKEN), json!([])),
                export(handle, Value::Null, json!([text_key()])),
                export(text_key(), json!(TOKEN), json!([])),
            ])
        }
        "judge_passphrase" => silent(vec![
            json!({ "passphrase": TOKEN }),
            json!({ "passphrase": text_key() }),
        ]),
        "move_keys" => silent(vec![
            json!({ "handles": [], "to": "vault" }),
            json!({ "handles": [handle], "to": "vault" }),
            json!({ "handles": [handle], "to": "keychain" }),
            json!({ "handles": [text_key()], "to": "vault" }),
        ]),
        "create_vault" => silent(vec![json!({ "passphrase": TOKEN })]),
        "open_vault" => {
            scene.app.ok("create_vault", json!({ "passphrase": TOKEN }));
            silent(vec![
                json!({ "passphrase": TOKEN }),
                json!({ "passphrase": text_key() }),
            ])
        }
        _ => None,
    }
}
