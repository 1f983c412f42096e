//! Messages as JSON for pages, where the profile says so: for `/decode` and a browser, and for nobody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use codec_server::ReadMessages;
use support::server::{TestServer, rules, sample_profile};
use support::wire::{NULL, PLAIN, SEALED, payloads};
use temporal_payload::{METADATA_ENCODING, Payload};

/// `binary/protobuf`, the byte 1.
const MESSAGE: &str = r#"{"metadata":{"encoding":"YmluYXJ5L3Byb3RvYnVm"},"data":"AQ=="}"#;
/// The same message as this test's reader has it: `json/protobuf`, `{}`.
const AS_JSON: &str = r#"{"metadata":{"encoding":"anNvbi9wcm90b2J1Zg=="},"data":"e30="}"#;
/// One that it does not read.
const UNREAD: &str = r#"{"metadata":{"encoding":"YmluYXJ5L3Byb3RvYnVm"},"data":"Ag=="}"#;

/// Reads messages of the byte 1, and counts what it was asked.
#[derive(Default)]
struct Reader(AtomicUsize);

impl ReadMessages for Reader {
    fn as_json(&self, payload: &Payload) -> Option<Payload> {
        self.0.fetch_add(1, Ordering::Relaxed);
        assert_eq!(
            payload.encoding(),
            Some("binary/protobuf"),
            "nothing else is asked for"
        );
        (payload.data == b"\x01"[..]).then(|| {
            let mut json = payload.clone();
            let encoding = b"json/protobuf".to_vec();
            json.metadata.insert(METADATA_ENCODING.to_owned(), encoding);
            json.data = "{}".into();
            json
        })
    }
}

#[tokio::test]
async fn a_page_gets_messages_as_json_and_a_program_never_does() {
    let reader = Arc::new(Reader::default());
    let mut profile = sample_profile();
    profile.messages = Some(reader.clone());
    let server = TestServer::start(rules(profile)).await;
    let sent = payloads(&[MESSAGE, SEALED, UNREAD, PLAIN, NULL]);

    let page = server.post_from_page("/decode", &sent).await;
    let expect = payloads(&[AS_JSON, PLAIN, UNREAD, PLAIN, NULL]);
    assert_eq!((page.status, page.body), (200, expect));
    let record = server.last_record();
    assert_eq!(record.n_as_json, 1);
    let counts = record.payloads;
    assert_eq!((counts.decoded, counts.passed_through), (1, 4));
    assert_eq!(reader.0.load(Ordering::Relaxed), 2);

    let program = server.post("/decode", &sent).await;
    let expect = payloads(&[MESSAGE, PLAIN, UNREAD, PLAIN, NULL]);
    assert_eq!((program.status, program.body), (200, expect));
    assert_eq!(server.last_record().n_as_json, 0);
    let encoded = server
        .post_from_page("/encode", &payloads(&[MESSAGE]))
        .await;
    assert_eq!(encoded.status, 200, "{encoded:?}");
    assert_eq!(server.last_record().n_as_json, 0);
    assert_eq!(
        reader.0.load(Ordering::Relaxed),
        2,
        "nobody else's were looked at"
    );
}

#[tokio::test]
async fn nothing_is_read_where_it_is_not_chosen_or_nothing_is_to_be_opened() {
    let body = payloads(&[MESSAGE, SEALED]);
    let server = TestServer::start(rules(sample_profile())).await;
    let page = server.post_from_page("/decode", &body).await;
    assert_eq!(page.body, payloads(&[MESSAGE, PLAIN]));

    let reader = Arc::new(Reader::default());
    let mut profile = sample_profile();
    profile.messages = Some(reader.clone());
    let paused = rules(profile);
    paused.pause.set(true);
    let server = TestServer::start(paused).await;
    server.post_from_page("/decode", &body).await;
    assert_eq!(reader.0.load(Ordering::Relaxed), 0);
}
