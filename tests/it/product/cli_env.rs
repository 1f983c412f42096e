//! `temporal-codec env`, as a shell takes it. The real Temporal CLI takes it in `tests/temporal/checks_cli.py`.

use std::process::{Command, Stdio};

use support::cli::{Home, program};

/// What a shell knows after it ran this.
fn known(home: &Home, script: &str) -> String {
    let folder = program().parent().expect("target/debug").to_owned();
    let script =
        format!("{script}\nprintf '%s|%s' \"$TEMPORAL_CODEC_ENDPOINT\" \"$TEMPORAL_CODEC_AUTH\"");
    let output = Command::new("sh")
        .args(["-euc", &script])
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
        .env("TEMPORAL_CODEC_ENDPOINT", "before")
        .env("TEMPORAL_CODEC_AUTH", "before")
        .stdin(Stdio::null())
        .output()
        .expect("sh");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_shell_takes_the_endpoint_and_the_token_and_gives_them_back() {
    let home = Home::new();
    home.file("token", "tcodec_abc-_9\n");
    for (script, expect) in [
        (
            "eval \"$(temporal-codec env)\"; set +u",
            "http://127.0.0.1:8081|",
        ),
        (
            "eval \"$(temporal-codec env --port 9000 --token ~/token)\"",
            "http://127.0.0.1:9000|Bearer tcodec_abc-_9",
        ),
        ("eval \"$(temporal-codec env --undo)\"; set +u", "|"),
    ] {
        assert_eq!(known(&home, script), expect, "{script}");
    }
    let ran = home.run(&["env", "--port", "0"], b"");
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""));
    home.file("evil", "a'; echo evil; '");
    let evil = home.path().join("evil");
    let evil = evil.to_str().expect("UTF-8");
    let ran = home.run(&["env", "--token", evil], b"");
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
    assert!(!ran.stderr.contains("evil; "), "{}", ran.stderr);
}
