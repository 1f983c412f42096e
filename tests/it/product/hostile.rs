//! Names out of documents, requests and arguments that try to act on a terminal, to hide or to fill it: nothing that is written
//! for people has a character that does, or is longer than it may be.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use support::app::send;
use support::cli::{Home, run, serve};
use support::wire::{Ask, ORIGIN};
use temporal_payload::{is_visible, shown};

/// Bytes of a line for people: 4,096 characters and its time.
const MAX_LINE: usize = 4 * 4200;

fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "\u{1b}]0;title\u{7}\u{1b}[2J\u{1b}[31mred\u{1b}[0m",
        "\u{1b}]52;c;cm0gLXJmIH4=\u{7}",
        "k\r\nX-Injected: 1\r\nrc=0 all fine",
        "a\0b\u{8}\u{7f}",
        "\u{9b}2J\u{9d}0;title\u{9c}\u{85}",
        "\u{202e}gnp.exe\u{2066}\u{200f}\u{61c}",
        "pro\u{200b}d\u{200d}\u{2060}\u{feff}\u{ad}\u{e0041}",
        "a\u{2028}b\u{2029}c",
        "\u{fdd0}\u{ffff}",
        "<b>bold</b> <a href=\"http://evil.test\">&amp;",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push("A".repeat(5000));
    names.push("🔑\u{1b}".repeat(5000));
    names
}

fn payload(encoding: &str, id: &str) -> serde_json::Value {
    json!({
        "metadata": {
            "encoding": STANDARD.encode(encoding),
            "encryption-key-id": STANDARD.encode(id),
        },
        "data": STANDARD.encode([7; 60]),
    })
}

#[track_caller]
fn check(what: &str, text: &str) {
    for line in text.lines() {
        let bad = line.chars().find(|&character| !is_visible(character));
        assert_eq!(bad, None, "{what}: {line:?}");
        assert!(line.len() <= MAX_LINE, "{what}: {} bytes", line.len());
    }
    assert!(!text.contains('\r'), "{what}");
}

#[test]
fn standard_error_of_the_commands_is_plain_text() {
    let home = Home::new();
    let keys = home.sample_keys();
    for name in names() {
        let sealed = "binary/encrypted";
        let documents = [
            json!({ "payloads": [payload(sealed, &name)] }),
            json!({ "payloads": [payload(&name, "nope")] }),
            json!({ "memo": { "fields": { name.as_str(): payload(sealed, "nope") } } }),
        ];
        for document in documents {
            for command in ["decode", "encode"] {
                let mut command = home.command(&[
                    command,
                    "--keys",
                    &keys,
                    "--namespace",
                    &name.replace('\0', ""),
                ]);
                command.env("RUST_LOG", "trace");
                let ran = run(command, document.to_string().as_bytes());
                check("a document", &ran.stderr);
            }
        }
        let name = name.replace('\0', "");
        for arguments in [
            &["decode", &name][..],
            &["decode", "--keys", &name],
            &["serve", "--port", "0", "--keys", &keys, "--origin", &name],
            &["decode", &format!("--{name}")],
        ] {
            let ran = run(home.command(arguments), b"{}");
            assert!(ran.status.is_some_and(|status| status > 0), "{arguments:?}");
            check("an argument", &ran.stderr);
        }
    }
}

#[test]
fn answers_and_log_of_the_server_are_plain_text() {
    let home = Home::new();
    let keys = home.sample_keys();
    let mut command = home.command(&["serve", "--port", "0", "--keys", &keys]);
    command.env("RUST_LOG", "trace");
    let serving = serve(command, b"");
    let port = serving.port();
    for name in names() {
        for payload in [payload("binary/encrypted", &name), payload(&name, &name)] {
            let body = json!({ "payloads": [payload] }).to_string();
            let answer = send(port, Ask::post("/decode", &body).header("Origin", ORIGIN));
            check("a status line", answer.status_line());
            if answer.status() != 200 {
                check("a body", &answer.body);
            }
            let mut lines = answer.head.lines();
            assert!(
                !lines.any(|line| line.starts_with("X-Injected")),
                "{}",
                answer.head
            );
        }
        // Bytes that may stand in a header.
        let origin: String = name
            .chars()
            .filter(|&c| c >= ' ' && c != '\u{7f}')
            .take(900)
            .collect();
        let answer = send(port, Ask::post("/decode", "{}").header("Origin", &origin));
        check("a refusal", &answer.body);
    }
    let ended = serving.end("TERM");
    assert!(ended.stderr.contains("refused"), "{}", ended.stderr);
    check("the log", &ended.stderr);
}

#[test]
fn the_reason_stays_readable_behind_a_long_id() {
    let home = Home::new();
    let keys = home.sample_keys();
    let document = json!({ "payloads": [payload("binary/encrypted", &"A".repeat(5000))] });
    let ran = home.run(
        &["decode", "--keys", &keys],
        document.to_string().as_bytes(),
    );
    let said = ran.stderr.lines().next().expect("a reason");
    assert!(said.ends_with("A…\" was not found."), "{said}");
}

#[test]
fn a_file_is_called_as_it_is_spelled() {
    let home = Home::new();
    for name in ["nosuchdoc", "nosuch", "élan", "a-b"] {
        let ran = home.run(&["decode", name], b"");
        assert!(
            ran.stderr
                .starts_with(&format!("\"{name}\" could not be read")),
            "{}",
            ran.stderr
        );
        let ran = home.run(&["decode", "--keys", name], b"");
        assert!(ran.stderr.contains(name), "{}", ran.stderr);
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_shown_visibly_bounded_and_the_same_when_shown_again(text in "\\PC*|(?s).*", limit in 0_usize..60) {
        let once = shown(&text, limit);
        proptest::prop_assert!(once.chars().all(is_visible), "{once:?}");
        proptest::prop_assert!(once.chars().count() <= limit);
        proptest::prop_assert_eq!(&shown(&once, limit), &once);
        if text.chars().count() <= limit && text.chars().all(is_visible) {
            proptest::prop_assert_eq!(once, text);
        }
    }
}
