//! Transcripts of the Go SDK's own codec handlers: the same requests get the same answers, except where the contract says
//! otherwise. Each exception is listed with its reason, and with what is answered instead.

use std::collections::BTreeMap;
use std::sync::Arc;

use codec_server::Undecodable;
use payload_codec::{
    CodecChain, Compression, CompressionCodec, KeyId, KeyProvider, Limits, PayloadCodec,
    sdk_samples,
};
use serde_json::Value;
use support::server::{TestServer, profile, rules, sample_keys};
use support::vectors::load;
use support::wire::Ask;
use temporal_payload::Payloads;

/// Requests that are answered differently, by `handler: name`: the status, and why.
fn exceptions() -> BTreeMap<&'static str, u16> {
    BTreeMap::from([
        // A known path with a wrong method is told apart from an unknown path.
        ("NewPayloadCodecHTTPHandler: GET", 405),
        // Browsers ask first, and need an answer.
        ("NewPayloadHTTPHandler: OPTIONS", 204),
        // What is not JSON reaches a server from any page, without a preflight.
        (
            "NewPayloadCodecHTTPHandler: wrong content type accepted",
            415,
        ),
        ("NewPayloadHTTPHandler: no content type", 415),
        // Unknown fields are ignored, so that newer clients are served.
        ("NewPayloadCodecHTTPHandler: unknown field", 200),
        ("NewPayloadHTTPHandler: unknown field in payload", 200),
        // `null` is absent, in metadata values as everywhere else.
        ("NewPayloadCodecHTTPHandler: metadata value null", 200),
        // The last of two fields with one name counts, as for every browser; our own clients never send two.
        ("NewPayloadCodecHTTPHandler: duplicate field", 200),
        // No storage is configured here, which Web UIs understand by 404 alone.
        ("NewPayloadHTTPHandler: download with a non-reference", 404),
        // A Payload that cannot be decoded is not a malformed request.
        ("NewPayloadCodecHTTPHandler: missing key id", 422),
        ("NewPayloadCodecHTTPHandler: bad tag", 422),
        ("NewPayloadCodecHTTPHandler: bad zlib header", 422),
        ("NewPayloadHTTPHandler: too short ciphertext", 422),
        (
            "NewPayloadHTTPHandler: one bad payload fails whole batch",
            422,
        ),
    ])
}

/// As the handlers were set up: AES-GCM outside, zlib inside, key `test`; one bad Payload fails the batch.
async fn server() -> TestServer {
    let keys: Arc<dyn KeyProvider> = Arc::new(sample_keys(&["test"]));
    let aes = sdk_samples(keys, Some(KeyId::new("test")));
    let zlib: Arc<dyn PayloadCodec> = Arc::new(CompressionCodec(Compression::Zlib));
    let codecs = vec![aes, zlib];
    let mut profile = profile(CodecChain::new(codecs.clone(), codecs, Limits::default()));
    profile.undecodable = Undecodable::Fail;
    TestServer::start(rules(profile)).await
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().expect("a text")
}

#[tokio::test]
async fn answers_what_the_go_handlers_answer() {
    let server = server().await;
    let file = load("http-sdk-go-handlers.json");
    let transcripts = file["transcripts"].as_array().expect("a list");
    let mut exceptions = exceptions();
    let mut n_same = 0;
    for transcript in transcripts {
        let name = format!(
            "{}: {}",
            text(transcript, "handler"),
            text(transcript, "name")
        );
        let (request, response) = (&transcript["request"], &transcript["response"]);
        let mut ask = Ask::new(text(request, "method"), text(request, "path"));
        match text(request, "contentType") {
            "" => {}
            content_type => ask = ask.header("Content-Type", content_type),
        }
        let reply = server.send(&ask.body(text(request, "body"))).await;

        if let Some(status) = exceptions.remove(name.as_str()) {
            assert_ne!(response["status"], status, "{name}: no exception is needed");
            assert_eq!(reply.status, status, "{name}: {}", reply.body);
            continue;
        }
        n_same += 1;
        assert_eq!(response["status"], reply.status, "{name}: {}", reply.body);
        if reply.status != 200 {
            continue;
        }
        let expect = Payloads::from_json(text(response, "body").as_bytes()).expect(&name);
        let got = Payloads::from_json(reply.body.as_bytes()).expect(&name);
        if text(request, "path").ends_with("encode") {
            // Nonces differ, so both are compared by what they decode to.
            let decoded = server.post("/decode", &reply.body).await.body;
            let theirs = server.post("/decode", text(response, "body")).await.body;
            assert_eq!(decoded, theirs, "{name}");
            assert_eq!(got.payloads.len(), expect.payloads.len(), "{name}");
        } else {
            assert_eq!(got, expect, "{name}: {}", reply.body);
        }
    }
    assert!(
        exceptions.is_empty(),
        "not in the transcripts: {exceptions:?}"
    );
    assert!(n_same > 30, "{n_same} of {}", transcripts.len());
}
