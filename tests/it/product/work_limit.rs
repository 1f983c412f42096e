//! One budget of work for a document or a request, in the window, on the command line and over HTTP, with a setting to raise it.

use payload_codec::{Compression, CompressionCodec, PayloadCodec as _};
use serde_json::json;
use support::app::{TestApp, post};
use support::cli::Home;
use support::wire::{PLAIN, SEALED, payloads};
use temporal_payload::Payload;

/// A few hundred bytes that inflate to 40 MiB and decode to [`PLAIN`]: a third of the default limit.
fn costly() -> String {
    let plain = Payload::from_json(PLAIN.as_bytes()).expect("a Payload");
    let zeros = |mut payload: Payload| {
        payload
            .metadata
            .insert("zeros".to_owned(), vec![0; 40 << 20]);
        payload
    };
    let pack = |format, payload: &Payload| {
        let packed = CompressionCodec(format).encode(payload).expect("it packs");
        packed.expect("it gets smaller")
    };
    // zstd around it without the zeros: they are in the outer layer alone.
    let long = Payload {
        data: format!("\"{}\"", "a".repeat(200)).into_bytes().into(),
        ..plain
    };
    let inner = pack(Compression::Zstd, &long);
    pack(Compression::Zlib, &zeros(inner)).to_json()
}

fn document(n_costly: usize) -> String {
    let costly = costly();
    let mut list = vec![costly.as_str(); n_costly];
    list.push(SEALED);
    payloads(&list)
}

#[test]
fn the_command_line_ends_at_the_limit_and_can_raise_it() {
    let home = Home::new();
    let keys = home.sample_keys();
    let document = home.file("document.json", document(5));
    let decode = |more: &[&str]| {
        let arguments = [&["decode", &document, "--keys", &keys], more].concat();
        home.run(&arguments, b"")
    };
    let ran = decode(&[]);
    assert_eq!(ran.status, Some(2));
    let n_failed = |stderr: &str| {
        stderr
            .matches("of work for one request or document")
            .count()
    };
    assert_eq!(n_failed(&ran.stderr), 3, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("/payloads/5: "),
        "the rest, too: {}",
        ran.stderr
    );
    assert!(ran.stderr.contains("--work-mib"), "{}", ran.stderr);

    let ran = decode(&["--work-mib", "256"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));

    let ran = decode(&["--work-mib", "3"]);
    assert_eq!(ran.status, Some(2), "clap's own: {}", ran.stderr);
    assert!(ran.stderr.contains("16..=65536"), "{}", ran.stderr);
}

#[test]
fn a_server_ends_at_the_limit_and_can_raise_it() {
    let home = Home::new();
    let keys = home.sample_keys();
    for (more, n_decoded) in [(&[][..], 3), (&["--work-mib", "256"][..], 5)] {
        let arguments = [&["--port", "0", "--keys", &keys][..], more].concat();
        let serving = home.serve(&arguments);
        let reply = post(serving.port(), "/decode", &document(5));
        assert_eq!(reply.status(), 200);
        let n_left = reply.body.matches("YmluYXJ5L3psaWI=").count();
        assert_eq!(5 - n_left, n_decoded, "with {more:?}");
    }
}

#[test]
fn the_inspector_ends_at_the_limit_and_the_setting_raises_it() {
    let app = TestApp::new();
    let inspect = || {
        let view = app.ok("inspect", json!({ "source": document(5) }));
        let rows = view["rows"].as_array().expect("rows").clone();
        let outcomes = rows
            .iter()
            .map(|row| row["outcome"].as_str().unwrap_or_default().to_owned());
        let outcomes: Vec<String> = outcomes.collect();
        (outcomes, rows.last().expect("a row")["preview"].to_string())
    };
    let (outcomes, preview) = inspect();
    let n_decoded = outcomes
        .iter()
        .filter(|outcome| *outcome == "decoded")
        .count();
    assert_eq!(n_decoded, 3, "{outcomes:?}");
    assert!(preview.contains("MiB of work for one"), "{preview}");

    app.ok("update_settings", json!({ "max_work_mib": 256 }));
    let (outcomes, _) = inspect();
    let n_decoded = outcomes
        .iter()
        .filter(|outcome| *outcome == "decoded")
        .count();
    assert_eq!(n_decoded, 5, "{outcomes:?}");
}
