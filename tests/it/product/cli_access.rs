//! `temporal-codec serve --access` and `temporal-codec token`, as somebody uses them who hosts a Codec Server for a team.

use serde_json::{Value, json};
use support::app::send;
use support::cli::Home;
use support::wire::{Ask, PLAIN, SEALED, payloads};

#[test]
fn a_program_with_its_token_is_decoded_and_nobody_else() {
    let home = Home::new();
    let made = home.run(&["token", "ci"], b"");
    assert_eq!(made.status, Some(0), "{}", made.stderr);
    let made: Value = serde_json::from_str(&made.stdout).expect("JSON");
    let token = made["token"].as_str().expect("a token");
    let access = json!({
        "programs": [made["program"]],
        "rules": [{"name": "ci", "when": {"program": "ci"}, "then": "decode"}],
    });
    let access = home.file("access.json", access.to_string());
    let keys = home.sample_keys();
    let serving = home.serve(&["--port", "0", "--keys", &keys, "--access", &access]);
    let port = serving.port();

    let bearer = format!("Bearer {token}");
    let sealed = payloads(&[SEALED]);
    let ask = Ask::post("/decode", &sealed);
    let answer = send(port, ask.clone().header("Authorization", &bearer));
    assert_eq!(answer.body, payloads(&[PLAIN]));
    let answer = send(port, ask.clone());
    assert_eq!(answer.status_line(), "401 Access token missing");
    let answer = send(port, ask.header("Authorization", "Bearer tcodec_guess"));
    assert_eq!(answer.status_line(), "401 Program token not known");

    let ended = serving.end("TERM");
    assert_eq!(ended.status, Some(0));
    assert!(
        ended.stderr.contains("PROGRAM_TOKEN_UNKNOWN"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("tcodec_"), "no token is in the log");
}

#[test]
fn half_an_access_file_serves_nobody() {
    let home = Home::new();
    let keys = home.sample_keys();
    for (content, why) in [
        ("{", "not JSON"),
        (r#"{"default": "allow"}"#, "as its schema says"),
        (
            r#"{"default": "refuse", "default": "decode"}"#,
            "a name twice",
        ),
        (
            r#"{"providers": [{"kind": "oidc", "issuer": "http://x.test", "audience": "a"}]}"#,
            "no https URL",
        ),
    ] {
        let access = home.file("access.json", content);
        let ran = home.run(
            &["serve", "--port", "0", "--keys", &keys, "--access", &access],
            b"",
        );
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
    let ran = home.run(
        &[
            "serve",
            "--port",
            "0",
            "--keys",
            &keys,
            "--access",
            "/nonexistent",
        ],
        b"",
    );
    assert_eq!(ran.status, Some(1));
    let ran = home.run(&["token", "a\u{7}b"], b"");
    assert_eq!(ran.status, Some(1));
}
