//! `temporal-codec serve`, as scripts use it: one line when it is ready, exit statuses, errors that name the way on.

use serde_json::{Value, json};
use support::app::{eventually, free_port, post, send};
use support::cli::{Home, SAMPLE_KEYS, run, serve};
use support::wire::{Ask, EVIL, ORIGIN, PLAIN, SEALED, UNKNOWN_KEY, payloads};

#[test]
fn one_line_says_where_it_listens_and_both_signals_end_it_cleanly() {
    let home = Home::new();
    let keys = home.sample_keys();
    for signal in ["INT", "TERM"] {
        let serving = home.serve(&["--port", "0", "--keys", &keys]);
        let port = serving.port();
        assert_ne!(port, 0);
        let expect = json!({
            "listening": [format!("http://127.0.0.1:{port}"), format!("http://[::1]:{port}")]
        });
        let line = serving.line.clone();
        assert_eq!(serde_json::from_str::<Value>(&line).ok(), Some(expect));
        assert_eq!(
            post(port, "/decode", &payloads(&[SEALED])).body,
            payloads(&[PLAIN])
        );

        let ended = serving.end(signal);
        assert_eq!(ended.status, Some(0), "SIG{signal}: {}", ended.stderr);
        assert_eq!(ended.stdout, line, "one line and no more");
        assert!(ended.stderr.contains("stopped"), "{}", ended.stderr);
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}

#[test]
fn both_addresses_answer() {
    let home = Home::new();
    let serving = home.serve(&["--port", "0", "--keys", &home.sample_keys()]);
    let port = serving.port();
    for address in ["127.0.0.1", "::1"] {
        assert!(
            std::net::TcpStream::connect((address, port)).is_ok(),
            "{address}"
        );
    }
}

#[test]
fn a_fixed_port_is_the_port() {
    let home = Home::new();
    let keys = home.sample_keys();
    let port = free_port();
    let serving = home.serve(&["--port", &port.to_string(), "--keys", &keys]);
    assert_eq!(serving.port(), port);
}

#[test]
fn a_taken_port_ends_it_with_one_that_is_free() {
    let home = Home::new();
    let keys = home.sample_keys();
    let first = home.serve(&["--port", "0", "--keys", &keys]);
    let port = first.port().to_string();
    let ran = home.run(&["serve", "--port", &port, "--keys", &keys], b"");
    assert_eq!(ran.status, Some(1));
    assert_eq!(ran.stdout, "", "never drifts to another port");
    let said = format!("Port {port} is in use by temporal-codec (process ");
    assert!(ran.stderr.contains(&said), "{}", ran.stderr);
    let (_, after) = ran.stderr.rsplit_once("use port ").expect("a free port");
    let free: String = after.chars().take_while(char::is_ascii_digit).collect();
    assert_ne!(free, port);
    assert!(free.parse::<u16>().is_ok_and(|free| free >= 1024), "{free}");
}

#[test]
fn keys_come_from_standard_input_too() {
    let home = Home::new();
    let command = home.command(&["serve", "--port", "0", "--keys", "-"]);
    let serving = serve(command, SAMPLE_KEYS.as_bytes());
    let answer = post(serving.port(), "/decode", &payloads(&[SEALED]));
    assert_eq!(answer.body, payloads(&[PLAIN]));
}

#[test]
fn the_first_key_encodes_and_an_empty_id_is_an_id() {
    let home = Home::new();
    let keys = home.file(
        "go.json",
        r#"[{"id": "", "material": "test-key-test-key-test-key-test!", "format": "utf8"},
            {"id": "other", "material": "000102030405060708090a0b0c0d0e0f", "format": "hex"}]"#,
    );
    let serving = home.serve(&["--port", "0", "--keys", &keys]);
    let encoded = post(serving.port(), "/encode", &payloads(&[PLAIN]));
    assert_eq!(encoded.status(), 200, "{}", encoded.body);
    let body: Value = serde_json::from_str(&encoded.body).expect("JSON");
    let metadata = &body["payloads"][0]["metadata"];
    assert_eq!(metadata["encoding"], "YmluYXJ5L2VuY3J5cHRlZA==");
    assert_eq!(metadata["encryption-key-id"], "");
    let decoded = post(serving.port(), "/decode", &encoded.body);
    assert_eq!(decoded.body, payloads(&[PLAIN]));
    // As Go writes it: sealed under the empty id.
    let go = SEALED.replace("\"dGVzdC1rZXktaWQ=\"", "\"\"");
    let decoded = post(serving.port(), "/decode", &payloads(&[&go]));
    assert_eq!(decoded.body, payloads(&[PLAIN]));
}

#[test]
fn every_format_spells_the_same_key() {
    for (material, format) in [
        ("dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE=", "base64"),
        ("dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE", "base64"),
        (
            "746573742d6b65792d746573742d6b65792d746573742d6b65792d7465737421",
            "hex",
        ),
        ("test-key-test-key-test-key-test!", "utf8"),
    ] {
        let home = Home::new();
        let list = json!([{ "id": "test-key-id", "material": material, "format": format }]);
        let keys = home.file("keys.json", list.to_string());
        let ran = home.run(&["decode", "--keys", &keys], SEALED.as_bytes());
        assert_eq!(ran.status, Some(0), "{format}: {}", ran.stderr);
        assert_eq!(ran.stdout.trim_end(), PLAIN, "{format}");
    }
}

#[test]
fn a_bad_list_of_keys_names_the_entry_and_never_quotes_it() {
    let good = r#"{"id":"a","material":"000102030405060708090a0b0c0d0e0f","format":"hex"}"#;
    let secret = "c2VjcmV0LW1hdGVyaWFs";
    for (list, said) in [
        (
            format!("[{good},{{\"id\":\"b\",\"material\":\"{secret}\"}}]"),
            "Key 2 of the list",
        ),
        (
            format!("[{{\"id\":\"b\",\"material\":\"{secret}\",\"format\":\"hex\"}}]"),
            "Key 1 of the list",
        ),
        (
            format!("[{{\"id\":\"b\",\"material\":\"{secret}\",\"format\":\"{secret}\"}}]"),
            "at line 1, column",
        ),
        (
            format!("[{{\"id\":\"b\",\"{secret}\":\"x\"}}]"),
            "No key was found",
        ),
        (
            format!("[{{\"id\":\"b\"}},\n\"{secret}\"]"),
            "No key was found",
        ),
        (format!("\"{secret}\""), "No key was found"),
        (format!("[{good},{good}]"), "already has the id"),
        (String::new(), "No key was found"),
        (secret.to_owned(), "No key was found"),
    ] {
        let home = Home::new();
        let keys = home.file("keys.json", &list);
        for arguments in [
            vec!["serve", "--port", "0", "--keys", &keys],
            vec!["decode", "--keys", &keys],
            vec!["encode", "--keys", &keys],
        ] {
            let ran = home.run(&arguments, PLAIN.as_bytes());
            assert_eq!(ran.status, Some(1), "{list}");
            assert_eq!(ran.stdout, "", "{list}");
            assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
            assert!(!ran.stderr.contains(secret), "{}", ran.stderr);
        }
    }
    let home = Home::new();
    let ran = home.run(&["serve", "--port", "0", "--keys", "no/such/file"], b"");
    assert_eq!(ran.status, Some(1));
    assert!(ran.stderr.contains("no/such/file"), "{}", ran.stderr);
}

#[test]
fn an_origin_is_added_to_the_default_ones() {
    let home = Home::new();
    let keys = home.sample_keys();
    let serving = home.serve(&[
        "--port",
        "0",
        "--keys",
        &keys,
        "--origin",
        EVIL,
        "--origin",
        "https://b.example",
    ]);
    let body = payloads(&[SEALED]);
    for (origin, status) in [
        (EVIL, 200),
        ("https://b.example", 200),
        ("https://cloud.temporal.io", 200),
        (ORIGIN, 200),
        ("http://other.test", 403),
        ("null", 403),
    ] {
        let ask = Ask::post("/decode", &body).header("Origin", origin);
        assert_eq!(send(serving.port(), ask).status(), status, "{origin}");
    }
}

#[test]
fn what_is_no_origin_is_refused_before_it_serves() {
    let home = Home::new();
    let keys = home.sample_keys();
    for origin in ["*", "null", "ftp://a/b", "localhost:8233", ""] {
        let ran = home.run(
            &["serve", "--port", "0", "--keys", &keys, "--origin", origin],
            b"",
        );
        assert_eq!(ran.status, Some(1), "{origin:?}");
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.contains("is not an origin"), "{}", ran.stderr);
    }
}

#[test]
fn an_address_is_trimmed_to_its_origin_as_it_is_copied_from_the_address_bar() {
    let home = Home::new();
    let keys = home.sample_keys();
    let body = payloads(&[SEALED]);
    for pasted in [
        "HTTPS://Temporal.Example.com/",
        "https://temporal.example.com/namespaces/default/workflows?query=a",
    ] {
        let serving = home.serve(&["--port", "0", "--keys", &keys, "--origin", pasted]);
        let ask = Ask::post("/decode", &body).header("Origin", "https://temporal.example.com");
        assert_eq!(send(serving.port(), ask).status(), 200, "{pasted}");
    }
}

#[test]
fn the_three_policies_are_the_three_policies() {
    let home = Home::new();
    let keys = home.sample_keys();
    let mixed = payloads(&[SEALED, UNKNOWN_KEY]);
    let unknown = payloads(&[UNKNOWN_KEY]);
    for (policy, program, page) in [
        (&["--undecodable", "explain"][..], 200, 422),
        (&["--undecodable", "fail"], 422, 422),
        (&["--undecodable", "pass"], 200, 200),
        (&[], 200, 422),
    ] {
        let arguments = [&["--port", "0", "--keys", &keys], policy].concat();
        let serving = home.serve(&arguments);
        let answer = post(serving.port(), "/decode", &mixed);
        assert_eq!(answer.status(), program, "{policy:?}");
        if program == 200 {
            assert_eq!(answer.body, payloads(&[PLAIN, UNKNOWN_KEY]));
        } else {
            assert_eq!(answer.status_line(), "422 Key not found: prod-2024");
            assert!(answer.body.contains("payload 2 of 2"), "{}", answer.body);
        }
        let ask = Ask::post("/decode", &unknown).header("Origin", ORIGIN);
        assert_eq!(send(serving.port(), ask).status(), page, "{policy:?}");
    }
}

#[test]
fn what_cannot_be_asked_is_a_usage_error() {
    let home = Home::new();
    for arguments in [
        &["serve", "--port", "65536"][..],
        &["serve", "--port", "many"],
        &["serve", "--undecodable", "guess"],
        &["serve", "stray"],
        &["unknown"],
        &["decode", "a", "b"],
        &[],
    ] {
        let ran = home.run(arguments, b"");
        assert_eq!(ran.status, Some(2), "{arguments:?}");
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.contains("--help"), "{}", ran.stderr);
    }
    let ran = home.run(&["--help"], b"");
    assert_eq!(ran.status, Some(0));
    for command in ["serve", "decode", "encode"] {
        assert!(ran.stdout.contains(command), "{}", ran.stdout);
    }
    let ran = home.run(&["--version"], b"");
    assert!(ran.stdout.starts_with("temporal-codec "), "{}", ran.stdout);
}

#[test]
fn without_a_list_it_serves_the_users_own_keys_and_says_what_the_keychain_lacks() {
    let home = Home::new();
    // No bus, so no keychain; no keys yet, so it is not even asked.
    let serving = home.serve(&["--port", "0"]);
    let port = serving.port();
    assert_eq!(post(port, "/decode", &payloads(&[PLAIN])).status(), 200);
    assert_eq!(post(port, "/encode", &payloads(&[PLAIN])).status(), 422);
    let ended = serving.end("TERM");
    assert_eq!(ended.status, Some(0));
    assert!(ended.stderr.contains("No keys yet"), "{}", ended.stderr);

    let ran = run(home.command(&["decode"]), SEALED.as_bytes());
    assert_eq!(ran.status, Some(2), "{}", ran.stderr);
    assert_eq!(ran.stdout.trim_end(), SEALED);
}

#[test]
fn the_settings_of_the_app_are_its_settings() {
    let home = Home::new();
    let port = free_port();
    let config = home.path().join(".config").join(app::IDENTIFIER);
    let settings = json!({ "server": { "port": port }, "origins": ["https://mine.example"] });
    app::write_atomically(
        &config.join("settings.json"),
        settings.to_string().as_bytes(),
    )
    .expect("written");
    let host = ["--program-host", "host.docker.internal:8081"];
    let serving = home.serve(&[&["--origin", "https://more.example"], &host[..]].concat());
    assert_eq!(serving.port(), port);
    let body = payloads(&[PLAIN]);
    for (origin, status) in [
        ("https://mine.example", 200),
        ("https://more.example", 200),
        (ORIGIN, 403),
    ] {
        let ask = Ask::post("/decode", &body).header("Origin", origin);
        assert_eq!(send(port, ask).status(), status, "{origin}");
    }
    for (host, status) in [("host.docker.internal", 200), ("evil.test", 403)] {
        let ask = Ask::post("/decode", &body).without("Host");
        assert_eq!(
            send(port, ask.header("Host", host)).status(),
            status,
            "{host}"
        );
    }
    drop(serving);
    // What the command line adds is not saved.
    let saved = std::fs::read_to_string(config.join("settings.json")).expect("there");
    assert_eq!(saved, settings.to_string());
}

#[test]
fn a_request_under_way_is_answered_before_it_ends() {
    use std::io::{Read as _, Write as _};

    let home = Home::new();
    let serving = home.serve(&["--port", "0", "--keys", &home.sample_keys()]);
    let port = serving.port();
    let body = payloads(&[SEALED]);
    let ask = Ask::post("/decode", &body).bytes();
    let (start, rest) = ask.split_at(ask.len() - 10);
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).expect("listens");
    stream.write_all(start).expect("open");
    let client = std::thread::spawn({
        let rest = rest.to_vec();
        move || {
            // Until nobody new is let in: then it is stopping.
            eventually("it stops listening", || {
                std::net::TcpStream::connect(("127.0.0.1", port)).is_err()
            });
            stream.write_all(&rest).expect("still open");
            let mut answer = String::new();
            stream
                .read_to_string(&mut answer)
                .expect("answered and closed");
            answer
        }
    });
    // Its head must have been read, or nothing is under way.
    std::thread::sleep(std::time::Duration::from_millis(200));
    let ended = serving.end("TERM");
    let answer = client.join().expect("no panic");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with(&payloads(&[PLAIN])), "{answer}");
    assert_eq!(ended.status, Some(0));
}
