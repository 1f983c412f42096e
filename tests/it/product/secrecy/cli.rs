//! The command line with secrets in its keys and documents, logging all it can: standard error and files stay silent.

use serde_json::json;
use support::app::{exchange, post};
use support::canary::assert_folder_silent;
use support::cli::{Home, run, serve};
use support::wire::{Ask, EVIL};

use super::{
    PLAINTEXT, RAW_KEY, assert_no_key, assert_no_secret, keys, named, plain, plaintext, sealed,
    tampered, text_key, token,
};

fn key_list() -> String {
    let hex: String = RAW_KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    json!([
        { "id": "canary", "material": hex, "format": "hex" },
        { "id": "text", "material": text_key(), "format": "utf8" },
    ])
    .to_string()
}

/// The inputs lie in another home, so that what the program leaves behind can be told from them.
struct Shell {
    home: Home,
    inputs: Home,
}

impl Shell {
    fn new() -> Self {
        Shell {
            home: Home::new(),
            inputs: Home::new(),
        }
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.home.command(arguments);
        command
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "full");
        command
    }

    fn assert_left_nothing(&self) {
        let [text_key, raw_key] = keys();
        let canaries = [&plaintext(), &text_key, &raw_key, &token()];
        assert_folder_silent(&canaries, &self.home.path());
    }
}

fn documents() -> String {
    let all = [
        sealed(),
        plain(),
        tampered(),
        named("text"),
        named("nobody"),
    ];
    let all: Vec<String> = all.iter().map(|payload| payload.to_json()).collect();
    format!("{{\"payloads\":[{}]}}", all.join(","))
}

#[test]
fn serving_says_nothing_of_what_it_serves() {
    let shell = Shell::new();
    let list = shell.inputs.file("keys.json", key_list());
    let command = shell.command(&["serve", "--port", "0", "--keys", &list]);
    let serving = serve(command, b"");
    let port = serving.port();
    let body = documents();
    let decoded = post(port, "/decode", &body);
    assert!(
        plaintext().found_in(decoded.body.as_bytes()).is_some(),
        "it decodes"
    );
    assert_no_key("the answer", decoded.body.as_bytes());
    for ask in [
        Ask::post("/encode", &body),
        Ask::post("/decode", PLAINTEXT),
        Ask::post("/decode", &body).header("Origin", EVIL),
        Ask::post("/decode?token=canary-token-5f1e0c7a", &body)
            .header("Authorization", &format!("Bearer {}", super::TOKEN)),
        Ask::post("/nowhere", &body),
    ] {
        exchange(port, &ask.header("Connection", "close").bytes());
    }
    exchange(port, format!("{PLAINTEXT}\r\n\r\n").as_bytes());
    let ended = serving.end("TERM");
    assert_eq!(ended.status, Some(0));
    assert!(
        ended.stderr.contains("DEBUG codec_server::router"),
        "it logs all it can"
    );
    assert_no_secret("standard error", ended.stderr.as_bytes());
    assert_no_secret("standard output", ended.stdout.as_bytes());
    shell.assert_left_nothing();
}

#[test]
fn decoding_and_encoding_say_nothing_of_what_they_read() {
    let shell = Shell::new();
    let list = shell.inputs.file("keys.json", key_list());
    for command in ["decode", "encode"] {
        for document in [
            documents(),
            sealed().to_json(),
            plain().to_json(),
            PLAINTEXT.to_owned(),
            documents()[..300].to_owned(),
            format!("{{\"payloads\":\"{PLAINTEXT}\"}}"),
            key_list(),
        ] {
            let ran = run(
                shell.command(&[command, "--keys", &list]),
                document.as_bytes(),
            );
            assert_no_secret(command, ran.stderr.as_bytes());
            if document != key_list() {
                assert_no_key(command, ran.stdout.as_bytes());
            }
        }
    }
    let ran = run(
        shell.command(&["decode", "--keys", &list]),
        documents().as_bytes(),
    );
    assert!(ran.stdout.contains("canary") || plaintext().found_in(ran.stdout.as_bytes()).is_some());
    assert_eq!(ran.status, Some(2));
    shell.assert_left_nothing();
}

#[test]
fn a_wrong_list_of_keys_is_not_quoted() {
    let shell = Shell::new();
    let good = key_list();
    for list in [
        good.replace("hex", "base64"),
        good.replace("\"utf8\"", "\"hex\""),
        good.replace("format", text_key()),
        good.replace("\"utf8\"", &format!("\"{}\"", text_key())),
        good.replace("\"material\"", "\"keys\""),
        good[..good.len() - 10].to_owned(),
        good.replace("\"canary\"", "\"text\""),
        format!("{}\n{}", text_key(), text_key()),
        format!("\"{}x\"", text_key()),
        format!("{{\"{}\":1}}", text_key()),
        format!("[{{\"id\":\"x\",\"material\":[\"{}\"]}}]", text_key()),
    ] {
        for arguments in [
            &["serve", "--port", "0", "--keys", "-"][..],
            &["decode", "no-file", "--keys", "-"],
        ] {
            let ran = run(shell.command(arguments), list.as_bytes());
            assert_eq!(ran.status, Some(1), "{}", ran.stderr);
            assert_no_secret("standard error", ran.stderr.as_bytes());
            assert_no_secret("standard output", ran.stdout.as_bytes());
        }
    }
    shell.assert_left_nothing();
}

#[test]
fn a_broken_pipe_quotes_nothing() {
    let shell = Shell::new();
    let list = shell.inputs.file("keys.json", key_list());
    let many = vec![sealed().to_json(); 3000].join(",");
    let document = shell
        .inputs
        .file("document.json", format!("{{\"payloads\":[{many}]}}"));
    let mut command = shell.command(&["decode", &document, "--keys", &list]);
    let mut child = command.spawn().expect("starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ends");
    assert_no_secret("standard error", &output.stderr);
    shell.assert_left_nothing();
}
