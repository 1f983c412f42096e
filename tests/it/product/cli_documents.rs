//! `temporal-codec decode` and `encode`: a document in, the same document out, and reasons for what stayed as it was.

use std::io::{Read as _, Write as _};
use std::process::Stdio;

use serde_json::Value;
use support::cli::{Home, Ran};
use support::vectors;
use support::wire::{NULL, PLAIN, SEALED, SEALED_ZLIB, UNKNOWN_KEY, ZLIB, payloads};

const HISTORIES: [&str; 4] = [
    "real-loops-last-run",
    "real-order-rich",
    "real-samples-go-encryption",
    "synthetic-all-payload-fields",
];

fn history(name: &str) -> String {
    let path = vectors::tests_folder().join("histories").join(name);
    std::fs::read_to_string(path).expect("a recorded history")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// Runs with the sample keys.
fn with_keys(command: &str, stdin: &str) -> Ran {
    let home = Home::new();
    let keys = home.sample_keys();
    home.run(&[command, "--keys", &keys], stdin.as_bytes())
}

#[test]
fn a_payload_and_payloads_are_decoded() {
    for (sent, expect) in [
        (SEALED.to_owned(), PLAIN.to_owned()),
        (SEALED_ZLIB.to_owned(), PLAIN.to_owned()),
        (ZLIB.to_owned(), PLAIN.to_owned()),
        (PLAIN.to_owned(), PLAIN.to_owned()),
        (NULL.to_owned(), NULL.to_owned()),
        (
            payloads(&[SEALED, NULL, ZLIB]),
            payloads(&[PLAIN, NULL, PLAIN]),
        ),
    ] {
        let ran = with_keys("decode", &sent);
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        assert_eq!(ran.stdout, format!("{expect}\n"));
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn every_recorded_history_becomes_its_decoded_form() {
    for name in HISTORIES {
        let ran = with_keys("decode", &history(&format!("{name}.encoded.json")));
        assert_eq!(ran.status, Some(0), "{name}: {}", ran.stderr);
        let decoded = history(&format!("{name}.decoded.json"));
        assert!(json(&ran.stdout) == json(&decoded), "{name} differs");
        assert_eq!(ran.stderr, "", "{name}");
        // What is decoded stays as it is, to the byte.
        let again = with_keys("decode", &ran.stdout);
        assert!(again.stdout == ran.stdout, "{name} changed");
    }
}

#[test]
fn encoded_then_decoded_is_the_same_document_and_encoding_twice_changes_nothing() {
    for name in HISTORIES {
        let decoded = history(&format!("{name}.decoded.json"));
        let encoded = with_keys("encode", &decoded);
        assert_eq!(encoded.status, Some(0), "{name}: {}", encoded.stderr);
        assert!(
            json(&encoded.stdout) != json(&decoded),
            "{name}: nothing changed"
        );
        assert!(
            encoded.stdout.contains("YmluYXJ5L2VuY3J5cHRlZA=="),
            "{name}"
        );
        let twice = with_keys("encode", &encoded.stdout);
        assert!(twice.stdout == encoded.stdout, "{name}: encoded twice");
        let back = with_keys("decode", &encoded.stdout);
        assert_eq!(back.status, Some(0), "{name}: {}", back.stderr);
        assert!(json(&back.stdout) == json(&decoded), "{name} differs");
    }
}

#[test]
fn search_attributes_are_never_encoded() {
    let document = r#"{"events":[{"eventId":"1","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","workflowExecutionStartedEventAttributes":{"input":{"payloads":[PLAIN]},"searchAttributes":{"indexedFields":{"City":PLAIN}}}}]}"#
        .replace("PLAIN", PLAIN);
    let ran = with_keys("encode", &document);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let encoded = json(&ran.stdout);
    let attributes = &encoded["events"][0]["workflowExecutionStartedEventAttributes"];
    assert_eq!(
        attributes["searchAttributes"]["indexedFields"]["City"],
        json(PLAIN)
    );
    assert_ne!(attributes["input"]["payloads"][0], json(PLAIN));
}

#[test]
fn files_and_pipes_are_the_same() {
    let home = Home::new();
    let keys = home.sample_keys();
    let document = home.file("document.json", payloads(&[SEALED]));
    let expect = format!("{}\n", payloads(&[PLAIN]));
    let from_file = home.run(&["decode", &document, "--keys", &keys], b"");
    assert_eq!(
        (from_file.status, from_file.stdout),
        (Some(0), expect.clone())
    );
    let dash = home.run(
        &["decode", "-", "--keys", &keys],
        payloads(&[SEALED]).as_bytes(),
    );
    assert_eq!((dash.status, dash.stdout), (Some(0), expect.clone()));
    // Keys from the pipe, the document from a file.
    let keys_piped = home.run(
        &["decode", &document, "--keys", "-"],
        support::cli::SAMPLE_KEYS.as_bytes(),
    );
    assert_eq!((keys_piped.status, keys_piped.stdout), (Some(0), expect));
    let missing = home.run(&["decode", "no/such/file", "--keys", &keys], b"");
    assert_eq!(missing.status, Some(1));
    assert!(
        missing.stderr.contains("no/such/file"),
        "{}",
        missing.stderr
    );
}

#[test]
fn what_cannot_be_decoded_stays_to_the_byte_with_its_reason_and_status_2() {
    // White space, number spellings, escapes and unknown fields outside of what is decoded stay as they are.
    let document = format!(
        "{{ \"n\" : 1e400 ,\n  \"payloads\":[ {UNKNOWN_KEY} ,\t{SEALED}, {} ] , \"é\\u00e9\": -0.0 }}",
        r#"{"metadata":{"encoding":"YmluYXJ5L3psaWI="},"data":"AAEC"}"#
    );
    let ran = with_keys("decode", &document);
    assert_eq!(ran.status, Some(2), "{}", ran.stderr);
    assert_eq!(ran.stdout, format!("{}\n", document.replace(SEALED, PLAIN)));
    // Each with its reason, and then what to do, once.
    let said: Vec<&str> = ran.stderr.lines().collect();
    let [unknown, damaged, add, copy_again] = said[..] else {
        panic!("{said:?}")
    };
    assert!(
        unknown.starts_with("/payloads/0: Key \"prod-2024\" was not found."),
        "{unknown}"
    );
    assert_eq!(damaged, "/payloads/2: The zlib data is damaged.");
    assert!(add.starts_with("Add the key with this id to "), "{add}");
    assert!(
        copy_again.starts_with("Copy the Payload again"),
        "{copy_again}"
    );

    let ran = with_keys("decode", UNKNOWN_KEY);
    assert_eq!(ran.status, Some(2));
    assert_eq!(ran.stdout, format!("{UNKNOWN_KEY}\n"));
    assert!(
        ran.stderr
            .starts_with("(document): Key \"prod-2024\" was not found."),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
}

#[test]
fn encoding_without_a_key_leaves_the_document_and_says_so() {
    let home = Home::new();
    let ran = home.run(&["encode"], payloads(&[PLAIN]).as_bytes());
    assert_eq!(ran.status, Some(2), "{}", ran.stderr);
    assert_eq!(ran.stdout, format!("{}\n", payloads(&[PLAIN])));
    assert_eq!(
        ran.stderr,
        "/payloads/0: No key is chosen to encode with.\nChoose a key to encode with in Keys, or in the profile in Namespaces.\n"
    );
}

#[test]
fn what_is_no_document_is_refused_with_what_can_be_given() {
    for text in [
        "",
        "hello",
        "{}",
        "[]",
        "{\"payloads\":",
        "17",
        "\u{0}\u{1}",
    ] {
        for command in ["decode", "encode"] {
            let ran = with_keys(command, text);
            assert_eq!(ran.status, Some(1), "{text:?}: {}", ran.stdout);
            assert_eq!(ran.stdout, "", "{text:?}");
            assert!(!ran.stderr.is_empty(), "{text:?}");
            assert!(
                ran.stderr.contains("Paste a Payload") && ran.stderr.contains("Event History"),
                "{text:?}: {}",
                ran.stderr
            );
        }
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let home = Home::new();
    let keys = home.sample_keys();
    let document = home.file("large.json", payloads(&vec![SEALED; 5000]));
    let mut child = home
        .command(&["decode", &document, "--keys", &keys])
        .stdin(Stdio::null())
        .spawn()
        .expect("starts");
    let mut stdout = child.stdout.take().expect("piped");
    let mut start = [0; 10];
    stdout.read_exact(&mut start).expect("some of it");
    drop(stdout);
    let mut stderr = String::new();
    let mut pipe = child.stderr.take().expect("piped");
    pipe.read_to_string(&mut stderr).expect("UTF-8");
    let status = child.wait().expect("ends");
    assert_eq!(stderr, "", "quiet");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_document_may_come_in_pieces() {
    let home = Home::new();
    let keys = home.sample_keys();
    let mut child = home
        .command(&["decode", "--keys", &keys])
        .stdin(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut stdin = child.stdin.take().expect("piped");
    let text = payloads(&[SEALED]);
    let (start, rest) = text.split_at(20);
    stdin.write_all(start.as_bytes()).expect("open");
    std::thread::sleep(std::time::Duration::from_millis(50));
    stdin.write_all(rest.as_bytes()).expect("open");
    drop(stdin);
    let output = child.wait_with_output().expect("ends");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        format!("{}\n", payloads(&[PLAIN]))
    );
}
