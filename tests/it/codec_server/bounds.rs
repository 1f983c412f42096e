//! Nothing stops it: a few bytes that ask for gigabytes of work, many that ask for memory, and the plain requests beside them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use codec_server::{Code, ServerConfig, Timeouts};
use payload_codec::{CodecChain, Compression, CompressionCodec, Limits, PayloadCodec};
use support::hostile::{LAYERS, OVER_LIMIT};
use support::server::{TestServer, config, profile, rules};
use support::wire::{Ask, PLAIN, payloads};
use temporal_payload::{MAX_METADATA, Payload};

/// Nothing here takes this long, in a debug build on a busy machine either.
const PATIENCE: Duration = Duration::from_secs(60);

fn limits(work_bytes: u64) -> Limits {
    Limits {
        payload_bytes: 1 << 20,
        work_bytes,
        ..Limits::default()
    }
}

fn every_codec() -> Vec<Arc<dyn PayloadCodec>> {
    let codecs = Compression::READ.map(|format| Arc::new(CompressionCodec(format)) as Arc<_>);
    codecs.into()
}

fn chain(limits: Limits) -> CodecChain {
    CodecChain::new(every_codec(), vec![], limits)
}

/// A Payload around `inner`, in a format that the product writes, or LZ4.
fn packed(format: Compression, inner: &Payload) -> Payload {
    if format == Compression::Lz4 {
        let mut frame = lz4_flex::frame::FrameEncoder::new(Vec::new());
        std::io::Write::write_all(&mut frame, &inner.to_proto()).expect("into memory");
        return Payload {
            metadata: [("encoding".to_owned(), format.encoding().into())].into(),
            data: frame.finish().expect("into memory").into(),
            external_payloads: Vec::new(),
        };
    }
    let encoded = CompressionCodec(format).encode(inner).expect("it packs");
    encoded.expect("it gets smaller")
}

fn zeros(len: usize) -> Payload {
    Payload {
        metadata: [("encoding".to_owned(), b"binary/plain".to_vec())].into(),
        data: vec![0; len].into(),
        external_payloads: Vec::new(),
    }
}

/// `layers` layers, each of which inflates to `len` bytes: a Payload carries zeros beside what is inside. Two formats take
/// turns, since none packs what it packed.
fn nested(format: Compression, layers: usize, len: usize) -> Payload {
    let other = if format == Compression::Zstd {
        Compression::Zlib
    } else {
        Compression::Zstd
    };
    (0..layers).fold(packed(other, &zeros(len)), |mut inner, layer| {
        let spare = len.saturating_sub(inner.data.len());
        inner.metadata.insert("zeros".to_owned(), vec![0; spare]);
        packed(if layer % 2 == 0 { format } else { other }, &inner)
    })
}

const WRITTEN: [Compression; 5] = [
    Compression::Zlib,
    Compression::Gzip,
    Compression::Snappy,
    Compression::Zstd,
    Compression::Lz4,
];

#[test]
fn the_layers_of_one_payload_count_together_in_every_codec() {
    let chain = chain(limits(1 << 30));
    for format in WRITTEN {
        let one = chain.decode(packed(format, &zeros(900 << 10)));
        assert_eq!(one.error, None, "{format:?}: one layer is within the limit");
        for layers in [1, 3, 7] {
            let decoded = chain.decode(nested(format, layers, 900 << 10));
            let expect = payload_codec::CodecError::Inflate { limit: 1 << 20 };
            assert_eq!(decoded.error, Some(expect), "{format:?}, {layers}");
            assert!(decoded.steps.len() <= 1, "{format:?}: {:?}", decoded.steps);
        }
    }
}

/// What was spent past the limit is one piece of an inflater, or one Payload of a cipher, not more.
#[test]
fn work_ends_at_its_limit_whatever_fails() {
    const WORK: u64 = 4 << 20;
    for format in WRITTEN {
        let chain = chain(limits(WORK));
        let bomb = packed(format, &zeros(8 << 20));
        let budget = chain.budget(0);
        let mut said = Vec::new();
        for _ in 0..40 {
            let decoded = chain.decode_within(bomb.clone(), &budget);
            said.push(decoded.error.expect("past the limit"));
            assert_eq!(decoded.payload, bomb, "it stays as it was");
        }
        let past = payload_codec::CodecError::WorkLimit { limit: WORK };
        assert_eq!(said.last(), Some(&past), "{format:?}");
        let first = said.iter().position(|said| *said == past);
        assert!(
            first.is_some_and(|first| first > 0),
            "{format:?}: {first:?}"
        );
        // Each of those that were refused unread asked for its own bytes.
        let asked = 40 * (bomb.data.len() as u64 + (16 << 10));
        assert!(
            budget.spent() < WORK + asked + (1 << 20),
            "{format:?}: {}",
            budget.spent()
        );
    }
}

#[tokio::test]
async fn the_rest_of_a_request_is_answered_as_past_the_limit() {
    let server = TestServer::start(rules(profile(chain(limits(4 << 20))))).await;
    let bomb = packed(Compression::Zlib, &zeros(8 << 20)).to_json();
    let good = packed(Compression::Zstd, &zeros(100)).to_json();
    let mut sent = vec![good.as_str()];
    sent.extend(std::iter::repeat_n(bomb.as_str(), 40));
    sent.extend([good.as_str(), PLAIN]);
    let mut expect = sent.clone();
    let opened = zeros(100).to_json();
    expect[0] = &opened;
    let reply = server.post("/decode", &payloads(&sent)).await;
    assert_eq!((reply.status, reply.body), (200, payloads(&expect)));
    let record = server.last_record();
    assert_eq!((record.payloads.decoded, record.payloads.failed), (1, 41));
    assert_eq!(record.payloads.passed_through, 1);
    assert_eq!(record.failures[0].code, Code::InflatesTooFar);
    assert_eq!(
        record.failures.last().map(|last| last.code),
        Some(Code::WorkLimit)
    );
    let message = &record.failures.last().expect("some").message;
    assert!(message.contains("MiB of work"), "{message}");
}

/// The bombs that froze it, and others of their kind.
fn bombs() -> Vec<String> {
    vec![
        payloads(&[LAYERS]),
        payloads(&vec![OVER_LIMIT; 40]),
        payloads(&vec![
            nested(Compression::Zstd, 3, 60 << 20)
                .to_json()
                .as_str();
            40
        ]),
        payloads(
            &[packed(Compression::Lz4, &zeros(60 << 20))
                .to_json()
                .as_str()]
            .repeat(4),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plain_requests_are_answered_while_sixteen_bombs_are_in_flight() {
    let server = TestServer::start(rules(profile(chain(Limits::default())))).await;
    let bombs = bombs();
    let mut wires = Vec::new();
    for bomb in bombs.iter().cycle().take(16) {
        let mut wire = server.connect().await;
        wire.send(&Ask::post("/decode", bomb).bytes()).await;
        wires.push(wire);
    }
    let plain = payloads(&[PLAIN]);
    for _ in 0..20 {
        let reply = server.post("/decode", &plain).await;
        assert_eq!((reply.status, &reply.body), (200, &plain));
    }
    // On the reactor the bombs would all have been answered first.
    let n_bombs = server.records().len() - 20;
    assert!(
        n_bombs < 12,
        "{n_bombs} bombs were done before 20 plain requests"
    );
    for mut wire in wires {
        let reply = tokio::time::timeout(PATIENCE, wire.reply()).await;
        let status = reply.expect("each is answered").status;
        assert!(matches!(status, 200 | 503), "{status}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_does_not_wait_for_work_in_flight() {
    let config = ServerConfig {
        timeouts: Timeouts {
            drain: Duration::from_millis(300),
            ..Timeouts::default()
        },
        ..config()
    };
    let chain = chain(Limits {
        work_bytes: u64::MAX / 4,
        ..Limits::default()
    });
    let server = TestServer::try_start(config, rules(profile(chain))).await;
    let server = server.expect("listens");
    let endless = payloads(&vec![OVER_LIMIT; 2000]);
    let mut wires = Vec::new();
    for _ in 0..4 {
        let mut wire = server.connect().await;
        wire.send(&Ask::post("/decode", &endless).bytes()).await;
        wires.push(wire);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let start = Instant::now();
    let n_cut = server.running.stop().await;
    assert!(n_cut > 0, "they would have taken minutes");
    assert!(start.elapsed() < PATIENCE / 2, "{:?}", start.elapsed());
}

/// A lane that a client left is free for the next one: the work of clients that are gone would take minutes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_ends_when_its_client_is_gone() {
    let chain = chain(Limits {
        work_bytes: u64::MAX / 4,
        ..Limits::default()
    });
    let server = TestServer::start(rules(profile(chain))).await;
    let endless = payloads(&vec![OVER_LIMIT; 2000]);
    for _ in 0..8 {
        let mut wire = server.connect().await;
        wire.send(&Ask::post("/decode", &endless).bytes()).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(wire);
    }
    // Large enough for the lane in which they were.
    let large = payloads(&vec![PLAIN; 60_000]);
    let reply = tokio::time::timeout(PATIENCE, server.post("/decode", &large)).await;
    assert_eq!(reply.expect("the lane is free").status, 200);
}

#[tokio::test]
async fn who_finds_no_memory_waits_and_is_told_to_come_again() {
    let config = ServerConfig {
        max_memory_bytes: 16 << 20,
        timeouts: Timeouts {
            busy: Duration::from_millis(200),
            ..Timeouts::default()
        },
        ..config()
    };
    let server = TestServer::try_start(config, rules(profile(chain(Limits::default())))).await;
    let server = server.expect("listens");
    let large = payloads(&vec![PLAIN; 40_000]);
    let ask = Ask::post("/decode", &large).bytes();
    // All but its last byte: it holds what it may take.
    let mut first = server.connect().await;
    first.send(&ask[..ask.len() - 1]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;

    let reply = server.post("/decode", &large).await;
    assert_eq!(reply.status_line(), "503 Codec Server is busy");
    assert_eq!(reply.header("retry-after"), Some("1"));
    assert_eq!(server.last_record().code, Some(Code::Busy));
    // Small ones have memory of their own.
    let small = payloads(&vec![PLAIN; 1000]);
    assert_eq!(server.post("/decode", &small).await.status, 200);

    first.send(&ask[ask.len() - 1..]).await;
    assert_eq!(first.reply().await.status, 200);
    drop(first);
    assert_eq!(server.post("/decode", &large).await.status, 200);
}

#[tokio::test]
async fn metadata_is_counted_while_it_is_read() {
    let server = TestServer::start(rules(profile(chain(Limits::default())))).await;
    let with = |n: usize| {
        let entries: Vec<String> = (0..n).map(|n| format!("\"{n}\":\"YQ==\"")).collect();
        payloads(&[&format!("{{\"metadata\":{{{}}}}}", entries.join(","))])
    };
    assert_eq!(
        server.post("/decode", &with(MAX_METADATA)).await.status,
        200
    );
    let reply = server.post("/decode", &with(MAX_METADATA + 1)).await;
    assert_eq!(reply.status_line(), "400 Body is not Payloads JSON");
    assert!(
        reply.body.contains("more than 1024 metadata entries"),
        "{}",
        reply.body
    );
}
