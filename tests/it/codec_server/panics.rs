//! A bug of ours costs one request: it becomes a 500 that a page can read, and the server goes on.

use std::sync::Arc;

use codec_server::Rules;
use payload_codec::{
    Allowance, CipherName, CodecChain, CodecError, CodecName, Limits, Opened, PayloadCodec,
};
use support::server::{TestServer, profile, rules};
use support::wire::{Ask, ORIGIN, PLAIN, payloads};
use temporal_payload::Payload;

/// Panics with what it was given, as a careless codec might.
struct Panics;

impl PayloadCodec for Panics {
    fn name(&self) -> CodecName {
        CodecName::Sealed(CipherName::AesGcm)
    }

    fn claims(&self, payload: &Payload) -> bool {
        payload.encoding() == Some("test/panics")
    }

    fn encode(&self, payload: &Payload) -> Result<Option<Payload>, CodecError> {
        panic!("encoding {:?}", payload.data)
    }

    fn open(&self, payload: &Payload, _: &mut Allowance<'_>) -> Result<Opened, CodecError> {
        panic!("decoding {:?}", payload.data)
    }
}

/// `test/panics`, with data that says `canary`.
const PANICS: &str = r#"{"metadata":{"encoding":"dGVzdC9wYW5pY3M="},"data":"Y2FuYXJ5"}"#;

fn panicking() -> Rules {
    let codec: Arc<dyn PayloadCodec> = Arc::new(Panics);
    rules(profile(CodecChain::new(
        vec![Arc::clone(&codec)],
        vec![codec],
        Limits::default(),
    )))
}

#[tokio::test]
async fn a_panic_is_one_500_and_the_same_connection_goes_on() {
    let server = TestServer::start(panicking()).await;
    // Above 128 KiB the work is done on another thread, where a panic takes another way.
    let padding = " ".repeat(200 << 10);
    let mut wire = server.connect().await;
    for (path, body) in [
        ("/decode", payloads(&[PANICS])),
        ("/decode", payloads(&[PANICS]) + &padding),
        // What is claimed already would not be encoded again.
        ("/encode", payloads(&[PLAIN])),
        ("/encode", payloads(&[PLAIN]) + &padding),
    ] {
        let bad = Ask::post(path, &body).header("Origin", ORIGIN);
        wire.send(&bad.bytes()).await;
        let reply = wire.reply().await;
        assert_eq!(reply.status_line(), "500 Codec Server error");
        assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
        assert_eq!(
            reply.body,
            "the Codec Server failed; to keep content out of the log, no details are recorded\n"
        );

        wire.send(&bad.header("Accept", "application/json").bytes())
            .await;
        assert_eq!(
            wire.reply().await.body,
            r#"{"code":"INTERNAL","message":"the Codec Server failed; to keep content out of the log, no details are recorded"}"#
        );

        let good = Ask::post("/decode", &payloads(&[PLAIN]));
        wire.send(&good.bytes()).await;
        assert_eq!(wire.reply().await.body, payloads(&[PLAIN]));
    }
    let records = server.records();
    assert_eq!(records.len(), 12);
    assert_eq!(records[0].code.map(|code| code.as_str()), Some("INTERNAL"));
    assert!(!format!("{records:?}").contains("canary"));
}
