//! `temporal-codec serve` as it is hosted: health, metrics, a log for programs, and files that others can get at.

use serde_json::Value;
use support::app::send;
use support::cli::Home;
use support::wire::{Ask, EVIL, PLAIN, SEALED, payloads};

#[test]
fn health_and_metrics_are_served_and_the_ready_line_says_where() {
    let home = Home::new();
    let keys = home.sample_keys();
    let serving = home.serve(&["--port", "0", "--keys", &keys, "--metrics", "0"]);
    let ready: Value = serde_json::from_str(&serving.line).expect("JSON");
    let url = ready["metrics"].as_str().expect("a URL");
    let port = url.strip_prefix("http://127.0.0.1:");
    let port = port.and_then(|rest| rest.strip_suffix("/metrics"));
    let port: u16 = port.and_then(|port| port.parse().ok()).expect("a port");
    assert_ne!(port, serving.port());

    let health = send(serving.port(), Ask::new("GET", "/health"));
    assert_eq!(health.body, r#"{"status":"ready"}"#);
    let decode = Ask::post("/decode", &payloads(&[SEALED]));
    assert_eq!(send(serving.port(), decode).body, payloads(&[PLAIN]));
    let metrics = send(port, Ask::new("GET", "/metrics"));
    let line = "temporal_codec_payloads_total{operation=\"decode\",result=\"decoded\"} 1";
    assert!(metrics.body.contains(line), "{}", metrics.body);

    for address in ["0.0.0.0:0", "x", "99999"] {
        let arguments = [
            "serve",
            "--port",
            "0",
            "--keys",
            &keys,
            "--metrics",
            address,
        ];
        let ran = home.run(&arguments, b"");
        assert_ne!(ran.status, Some(0), "{address}");
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn the_log_is_json_if_asked_and_foreign_text_stays_in_its_string() {
    let home = Home::new();
    let keys = home.file("keys.json", support::cli::SAMPLE_KEYS);
    let arguments = ["--port", "0", "--keys", &keys, "--log-format", "json"];
    let serving = home.serve(&arguments);
    let hostile = "http://evil.test\u{202e}\",\"level\":\"INFO";
    for origin in [EVIL, hostile] {
        for _ in 0..5 {
            let ask = Ask::post("/decode", &payloads(&[SEALED])).header("Origin", origin);
            assert_eq!(send(serving.port(), ask).status(), 403);
        }
    }
    home.file("keys.json", "canary");
    serving.signal("HUP");
    std::thread::sleep(std::time::Duration::from_millis(300));
    let ended = serving.end("TERM");
    let lines: Vec<Value> = ended
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    let refused = |line: &&Value| line["code"] == "ORIGIN_NOT_ALLOWED";
    let refused: Vec<_> = lines.iter().filter(refused).collect();
    assert!(refused.len() >= 4, "{}", ended.stderr);
    for line in &refused {
        assert_eq!(
            (&line["level"], &line["message"]),
            (&"WARN".into(), &"refused".into())
        );
        assert!(
            line["time"]
                .as_str()
                .is_some_and(|time| time.ends_with('Z'))
        );
    }
    let counted = refused.iter().filter(|line| line["count"] == 2).count();
    assert_eq!(counted, 2, "what repeats is counted: {}", ended.stderr);
    let kept = |line: &&Value| {
        let message = line["message"].as_str().unwrap_or_default();
        message.starts_with("did not reload the keys")
    };
    assert!(lines.iter().any(|line| kept(&line)), "{}", ended.stderr);
    assert!(!ended.stderr.contains('\u{202e}') && !ended.stderr.contains("canary"));
}

/// What goes wrong at the start is told in the same form, and as what it is.
#[test]
fn errors_are_errors_in_a_json_log_too() {
    let home = Home::new();
    let keys = home.sample_keys();
    for arguments in [
        &["serve", "--log-format", "json", "--keys", "/nowhere"][..],
        &["serve", "--log-format=json", "--port", "x"],
        &["serve", "--no-such", "--log-format", "json"],
        // An address that no machine has.
        &[
            "serve",
            "--port",
            "0",
            "--log-format",
            "json",
            "--keys",
            &keys,
            "--metrics",
            "192.0.2.1:1",
        ],
    ] {
        let ran = home.run(arguments, b"");
        assert_ne!(ran.status, Some(0));
        let lines = ran.stderr.lines().map(|line| {
            let line: Value = serde_json::from_str(line)
                .unwrap_or_else(|_| panic!("{arguments:?} says no JSON: {line}"));
            assert_eq!(line["level"], "ERROR", "{line}");
            assert_ne!(line["message"], "", "{line}");
        });
        assert!(lines.count() > 0, "{arguments:?}");
    }
}

/// Why the system does not let it listen is said, and what to do.
#[test]
fn what_the_system_says_of_an_address_is_told() {
    let home = Home::new();
    let keys = home.sample_keys();
    let access = home.file(
        "access.json",
        r#"{"programs": [{"name": "x", "token_sha256": "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"}]}"#,
    );
    let arguments = [
        "serve",
        "--port",
        "0",
        "--keys",
        &keys,
        "--access",
        &access,
        "--listen",
        "192.0.2.1",
    ];
    let behind_proxy = [&arguments[..], &["--behind-proxy"]].concat();
    let ran = home.run(&behind_proxy, b"");
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("os error"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("an address that this machine has"),
        "{}",
        ran.stderr
    );
}

#[cfg(unix)]
#[test]
fn who_else_can_get_at_a_file_is_said() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = Home::new();
    let keys = home.sample_keys();
    let access = home.file("access.json", r#"{"default": "decode"}"#);
    let authority = access::LocalAuthority::make(std::time::SystemTime::now()).expect("random");
    let issued = authority
        .issue(std::time::SystemTime::now())
        .expect("random");
    let cert = home.file("cert.pem", &issued.chain);
    let key = home.file("key.pem", issued.key.as_bytes());
    let arguments = [
        "--port",
        "0",
        "--https-port",
        "0",
        "--keys",
        &keys,
        "--access",
        &access,
        "--tls-cert",
        &cert,
        "--tls-key",
        &key,
    ];
    let said = |mode_of_access, mode_of_key| {
        for (path, mode) in [(&access, mode_of_access), (&key, mode_of_key)] {
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(path, mode).expect("its owner");
        }
        home.serve(&arguments).end("TERM").stderr
    };
    let quiet = said(0o644, 0o600);
    assert!(!quiet.contains("chmod"), "{quiet}");
    let loud = said(0o666, 0o640);
    for line in [
        "says who gets in: other users can change it",
        "holds a private key: other users can read it",
        "chmod go-w",
        "chmod 600",
    ] {
        assert!(loud.contains(line), "{line} in {loud}");
    }
}
