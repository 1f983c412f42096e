//! What trusted servers of this kind test, as one table of requests and answers, each sent over http and over HTTPS: who is judged
//! by Host and Origin before anything is read, what pages may send without asking, bodies of every kind, and damaged ciphertexts.
//! A codec that decodes nothing counts how often a Payload was looked at.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use codec_server::Rules;
use payload_codec::{
    Allowance, CipherName, CodecChain, CodecError, CodecName, Compression, CompressionCodec, KeyId,
    KeyProvider, Limits, Opened, PayloadCodec, sdk_samples,
};
use support::server::{config, profile, rules, sample_keys, stored_zlib};
use support::wire::{
    Ask, EVIL, NULL, ORIGIN, PLAIN, REFERENCE, Reply, SEALED, SEALED_ZLIB, UNKNOWN_KEY, Wire, ZLIB,
    payloads,
};
use temporal_payload::Payload;

use crate::https::Secure;

/// Claims nothing, and counts how often it was asked.
struct LookedAt(Arc<AtomicUsize>);

impl PayloadCodec for LookedAt {
    fn name(&self) -> CodecName {
        CodecName::Sealed(CipherName::AesGcm)
    }

    fn claims(&self, _: &Payload) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed);
        false
    }

    fn encode(&self, _: &Payload) -> Result<Option<Payload>, CodecError> {
        Ok(None)
    }

    fn open(&self, _: &Payload, _: &mut Allowance<'_>) -> Result<Opened, CodecError> {
        unreachable!("it claims nothing")
    }
}

/// A Codec Server on both ports, which counts.
struct Both {
    secure: Secure,
    looked_at: Arc<AtomicUsize>,
}

#[derive(Clone, Copy, Debug)]
enum Over {
    Http,
    Https,
}

impl Both {
    async fn start() -> Self {
        let looked_at = Arc::new(AtomicUsize::new(0));
        let keys: Arc<dyn KeyProvider> = Arc::new(sample_keys(&["test-key-id", "test"]));
        let aes = sdk_samples(keys, Some(KeyId::new("test-key-id")));
        let decoders: Vec<Arc<dyn PayloadCodec>> = vec![
            Arc::new(LookedAt(Arc::clone(&looked_at))),
            Arc::clone(&aes),
            Arc::new(CompressionCodec(Compression::Zlib)),
            Arc::new(CompressionCodec(Compression::Zstd)),
        ];
        let chain = CodecChain::new(decoders, vec![aes], Limits::default());
        let rules = Rules {
            max_body_bytes: 1 << 20,
            ..rules(profile(chain))
        };
        Both {
            secure: Secure::start_with(config(), rules).await,
            looked_at,
        }
    }

    async fn connect(&self, over: Over) -> Wire {
        match over {
            Over::Http => self.secure.server.connect().await,
            Over::Https => self.secure.connect().await,
        }
    }

    /// The answer to these bytes, and how often a Payload was looked at for it.
    async fn answer(&self, over: Over, bytes: &[u8]) -> (Reply, usize) {
        let before = self.looked_at.load(Ordering::Relaxed);
        let mut wire = self.connect(over).await;
        wire.send(bytes).await;
        let reply = match bytes.starts_with(b"HEAD ") {
            true => wire.reply_to_head().await,
            false => wire.reply().await,
        };
        (reply, self.looked_at.load(Ordering::Relaxed) - before)
    }

    /// Refused with this line, before any Payload was looked at, over both.
    async fn refuses(&self, ask: &Ask<'_>, line: &str, allowed_origin: Option<&str>) {
        self.refuses_bytes(&ask.bytes(), line, allowed_origin).await;
    }

    async fn refuses_bytes(&self, bytes: &[u8], line: &str, allowed_origin: Option<&str>) {
        for over in [Over::Http, Over::Https] {
            let (reply, n_looked_at) = self.answer(over, bytes).await;
            let what = format!("{over:?} {}", String::from_utf8_lossy(bytes));
            assert_eq!(reply.status_line(), line, "{what}");
            assert_eq!(n_looked_at, 0, "{what}");
            let allowed = reply.header("access-control-allow-origin");
            assert_eq!(allowed, allowed_origin, "{what}");
            assert_eq!(reply.header("vary"), Some("Origin"), "{what}");
            assert!(!reply.body.contains("payloads\":"), "{what}");
        }
    }

    /// Answered with 200 and this body, over both.
    async fn answers(&self, ask: &Ask<'_>, body: &str) {
        for over in [Over::Http, Over::Https] {
            let (reply, _) = self.answer(over, &ask.bytes()).await;
            let what = format!("{over:?} {}", String::from_utf8_lossy(&ask.bytes()));
            assert_eq!((reply.status, reply.body.as_str()), (200, body), "{what}");
        }
    }
}

fn decode(body: &str) -> Ask<'static> {
    Ask::post("/decode", body)
}

#[tokio::test]
async fn peers_host_is_judged_before_cors_and_before_the_body() {
    let both = Both::start().await;
    let sealed = payloads(&[SEALED]);
    let with_host = |host: &str| decode(&sealed).without("Host").header("Host", host);
    for name in ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"] {
        both.answers(&with_host(name), &payloads(&[PLAIN])).await;
        // The port of the other end, where it is forwarded: it adds no safety (`checks/caller.rs`).
        for port in [both.secure.server.running.port(), 1] {
            let ask = with_host(&format!("{name}:{port}"));
            both.answers(&ask, &payloads(&[PLAIN])).await;
        }
    }
    let refused = "403 Host not allowed";
    for host in [
        "attacker.example:8081",
        "0.0.0.0:8081",
        "127.0.0.1.attacker.example",
        "localhost.attacker.example",
        "",
    ] {
        // Whatever its origin says.
        both.refuses(&with_host(host), refused, None).await;
        let ask = with_host(host).header("Origin", EVIL);
        both.refuses(&ask, refused, None).await;
    }
    let ask = with_host("localhost").header("Host", "attacker.example");
    both.refuses(&ask, refused, None).await;
    let ask = Ask::post("http://attacker.example/decode", &sealed);
    both.refuses(&ask, refused, None).await;
    let old = "POST /decode HTTP/1.0\r\nContent-Type: application/json\r\n\
        Content-Length: 2\r\n\r\n{}";
    both.refuses_bytes(old.as_bytes(), refused, None).await;
    // Of the body, nothing has arrived, and nothing will.
    let head = "POST /decode HTTP/1.1\r\nHost: attacker.example\r\nContent-Type: application/json\r\n\
        Content-Length: 900000\r\n\r\n";
    both.refuses_bytes(head.as_bytes(), refused, None).await;
}

#[tokio::test]
async fn peers_origin_is_matched_exactly_and_a_token_does_not_change_it() {
    let both = Both::start().await;
    let sealed = payloads(&[SEALED]);
    for ask in [
        decode(&sealed),
        decode(&sealed).header("Authorization", "Bearer x"),
    ] {
        both.answers(&ask, &payloads(&[PLAIN])).await;
        let ask = ask.header("Origin", ORIGIN);
        both.answers(&ask, &payloads(&[PLAIN])).await;
        for origin in [
            "HTTP://LOCALHOST:8233",
            "http://localhost:8233/",
            "http://localhost:8234",
            "http://localhost",
            "https://localhost:8233",
            "http://sub.localhost:8233",
            "http://localhost:8233.attacker.example",
            "https://temporal.io",
            "https://x.cloud.temporal.io",
            "null",
            "%%%",
            "",
        ] {
            let ask = ask.clone().without("Origin").header("Origin", origin);
            both.refuses(&ask, "403 Origin not allowed", None).await;
            let preflight = Ask::preflight("/decode", origin);
            both.refuses(&preflight, "403 Origin not allowed", None)
                .await;
        }
        let ask = ask.header("Origin", ORIGIN);
        both.refuses(&ask, "403 Origin not allowed", None).await;
    }
}

#[tokio::test]
async fn peers_what_a_page_may_send_without_asking_is_refused() {
    let both = Both::start().await;
    let sealed = payloads(&[SEALED]);
    let page = || decode(&sealed).header("Origin", ORIGIN);
    for content_type in [
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        None,
    ] {
        let mut ask = page().without("Content-Type");
        if let Some(content_type) = content_type {
            ask = ask.header("Content-Type", content_type);
        }
        let line = "415 Expected application/json";
        both.refuses(&ask, line, Some(ORIGIN)).await;
    }
    for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH"] {
        let ask = Ask::new(method, "/decode")
            .header("Origin", ORIGIN)
            .header("Content-Type", "application/json")
            .body(&sealed);
        let line = "405 Method Not Allowed";
        both.refuses(&ask, line, Some(ORIGIN)).await;
    }
    for over in [Over::Http, Over::Https] {
        let options = Ask::new("OPTIONS", "/decode").header("Origin", ORIGIN);
        for ask in [options.body(&sealed), Ask::preflight("/decode", ORIGIN)] {
            let (reply, n_looked_at) = both.answer(over, &ask.bytes()).await;
            assert_eq!((reply.status, n_looked_at), (204, 0));
        }
        let (reply, _) = both
            .answer(over, &Ask::preflight("/decode", ORIGIN).bytes())
            .await;
        for (name, value) in [
            ("access-control-allow-origin", ORIGIN),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "POST, OPTIONS"),
            (
                "access-control-allow-headers",
                "content-type, x-namespace, authorization, authorization-extras",
            ),
            ("access-control-max-age", "600"),
            ("vary", "Origin"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{over:?} {name}");
        }
    }
    // Errors can be read by the page that asked.
    let not_found = Ask::post("/nothing", "{}").header("Origin", ORIGIN);
    both.refuses(&not_found, "404 Not Found", Some(ORIGIN))
        .await;
    let malformed = decode("[").header("Origin", ORIGIN);
    both.refuses(&malformed, "400 Body is not Payloads JSON", Some(ORIGIN))
        .await;
}

#[tokio::test]
async fn peers_bodies_of_every_kind() {
    let both = Both::start().await;
    let not_payloads = "400 Body is not Payloads JSON";
    let deep = format!(
        "{{\"payloads\":[{}{}]}}",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    for body in ["", "[]", "{\"payloads\":{}}", &deep] {
        both.refuses(&decode(body), not_payloads, None).await;
    }
    for data in ["*", "a", "Y Q", "é"] {
        let body = payloads(&[&format!("{{\"data\":\"{data}\"}}")]);
        both.refuses(&decode(&body), not_payloads, None).await;
    }
    let too_large = "POST /decode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
        Content-Length: 1048577\r\n\r\n";
    let line = "413 Request larger than 1 MiB";
    both.refuses_bytes(too_large.as_bytes(), line, None).await;

    for (body, expect) in [
        ("{}", payloads(&[])),
        (r#"{"payloads":[{}],"later":{"x":[1]}}"#, payloads(&["{}"])),
        // base64: URL-safe, and without padding.
        (
            r#"{"payloads":[{"data":"-_-_"},{"data":"YQ"}]}"#,
            payloads(&[r#"{"data":"+/+/"}"#, r#"{"data":"YQ=="}"#]),
        ),
        (
            r#"{"payloads":[{"external_payloads":[{"size_bytes":12}]}]}"#,
            payloads(&[r#"{"externalPayloads":[{"sizeBytes":"12"}]}"#]),
        ),
    ] {
        both.answers(&decode(body), &expect).await;
    }
    // Good and bad, in their order and number; a program gets back what could not be decoded as it was.
    let mixed = [
        SEALED,
        UNKNOWN_KEY,
        PLAIN,
        NULL,
        ZLIB,
        REFERENCE,
        SEALED_ZLIB,
    ];
    let expect = [PLAIN, UNKNOWN_KEY, PLAIN, NULL, PLAIN, REFERENCE, PLAIN];
    both.answers(&decode(&payloads(&mixed)), &payloads(&expect))
        .await;
    let many = payloads(&vec![r#"{"data":"YQ=="}"#; 10_000]);
    both.answers(&decode(&many), &many).await;
}

/// A Payload that decompresses to far more than it may, in either format, costs its own place in the answer.
#[tokio::test]
async fn peers_a_bomb_costs_its_own_payload() {
    let both = Both::start().await;
    // 600 stored blocks would be no bomb: one that repeats itself is.
    let inner = Payload {
        data: vec![0; 60_000].into(),
        ..Payload::default()
    };
    let stored = Payload {
        metadata: [("encoding".to_owned(), b"binary/zlib".to_vec())].into(),
        data: stored_zlib(&inner.to_proto()).into(),
        ..Payload::default()
    };
    let zstd: Arc<dyn PayloadCodec> = Arc::new(CompressionCodec(Compression::Zstd));
    let bomb = Payload {
        data: vec![0; 200 << 20].into(),
        ..Payload::default()
    };
    let bomb = zstd.encode(&bomb).expect("encoded").expect("smaller");
    let (stored, bomb) = (stored.to_json(), bomb.to_json());
    let sent = [SEALED, bomb.as_str(), SEALED, stored.as_str()];
    let inner = inner.to_json();
    let expect = [PLAIN, bomb.as_str(), PLAIN, inner.as_str()];
    both.answers(&decode(&payloads(&sent)), &payloads(&expect))
        .await;
}

#[tokio::test]
async fn peers_a_ciphertext_is_whole_or_refused_and_no_nonce_comes_twice() {
    let both = Both::start().await;
    let sealed: serde_json::Value = serde_json::from_str(SEALED).expect("JSON");
    let data = STANDARD.decode(sealed["data"].as_str().expect("text"));
    let data = data.expect("base64");
    let with_data = |data: &[u8]| {
        let mut payload = sealed.clone();
        payload["data"] = STANDARD.encode(data).into();
        payload["metadata"] = sealed["metadata"].clone();
        serde_json::from_value::<serde_json::Value>(payload).expect("JSON")
    };
    let mut damaged: Vec<_> = (0..data.len())
        .map(|at| {
            let mut data = data.clone();
            data[at] ^= 1;
            with_data(&data)
        })
        .collect();
    damaged.extend((0..data.len()).map(|len| with_data(&data[..len])));
    let list = serde_json::json!({ "payloads": damaged });
    for over in [Over::Http, Over::Https] {
        let (reply, _) = both.answer(over, &decode(&list.to_string()).bytes()).await;
        let answer: serde_json::Value = serde_json::from_str(&reply.body).expect("JSON");
        let (answer, sent) = (&answer["payloads"], &list["payloads"]);
        let pairs = answer
            .as_array()
            .into_iter()
            .flatten()
            .zip(sent.as_array().into_iter().flatten());
        let mut n = 0;
        for (answer, sent) in pairs {
            // Nothing of the content, whichever byte was another one. No data at all is left out of JSON.
            assert_eq!(answer["metadata"], sent["metadata"]);
            let data = |payload: &serde_json::Value| {
                payload["data"].as_str().unwrap_or_default().to_owned()
            };
            assert_eq!(data(answer), data(sent));
            n += 1;
        }
        assert_eq!(n, damaged.len());
        // A page is told that much and no more: the same for each.
        let page = decode(&payloads(&[&damaged[20].to_string()])).header("Origin", ORIGIN);
        let (first, _) = both.answer(over, &page.bytes()).await;
        let page =
            decode(&payloads(&[&damaged[data.len() - 1].to_string()])).header("Origin", ORIGIN);
        let (last, _) = both.answer(over, &page.bytes()).await;
        assert_eq!((first.status, &first.body), (422, &last.body));

        let plain = payloads(&[PLAIN; 500]);
        let (reply, _) = both
            .answer(over, &Ask::post("/encode", &plain).bytes())
            .await;
        let answer: serde_json::Value = serde_json::from_str(&reply.body).expect("JSON");
        let nonces: std::collections::BTreeSet<_> = answer["payloads"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|payload| payload["data"].as_str().expect("data")[..16].to_owned())
            .collect();
        assert_eq!(nonces.len(), 500);
    }
}
