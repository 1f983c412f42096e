//! How fast decoding is, as ratios within one run: to the floor of the work itself, and of a server that does none.
//!
//! The floor of the work is what nobody can leave out: copy the body, base64 in, AES-256-GCM, base64 out, each by the
//! library that the product uses, on warm buffers. Times of a shared machine say little; ratios of interleaved runs do.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod search;

use std::hint::black_box;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aes_gcm::aead::{AeadInOut, KeyInit};
use base64::Engine as _;
use base64::engine::{Simd, general_purpose};
use codec_server::CodecServer;
use payload_codec::{CodecChain, KeyId, zeroize_stack_once};
use support::server::{config, profile, rules};
use support::vectors::{chain, sample_key};
use support::wire::{Ask, Wire};
use temporal_payload::{Payload, Payloads, write_payloads_json};

struct Workload {
    name: &'static str,
    payloads: usize,
    bytes: usize,
    rounds: usize,
}

/// The usual shapes: one small value, a page of a history, the largest Payload that Temporal takes, a whole export.
const WORKLOADS: [Workload; 4] = [
    Workload {
        name: "tiny      1 × 100 B ",
        payloads: 1,
        bytes: 100,
        rounds: 4000,
    },
    Workload {
        name: "typical  20 × 1 KB  ",
        payloads: 20,
        bytes: 1_000,
        rounds: 1000,
    },
    Workload {
        name: "big       1 × 2 MB  ",
        payloads: 1,
        bytes: 2_000_000,
        rounds: 60,
    },
    Workload {
        name: "history 5000 × 2 KB ",
        payloads: 5_000,
        bytes: 2_000,
        rounds: 15,
    },
];

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a reactor");
    let chain = chain([(KeyId::new("test-key-id"), sample_key())]);
    let ours = runtime.block_on(serve(&chain));
    let idle = runtime.block_on(serve_nothing());

    println!(
        "{:22} {:>12} {:>12} {:>8} {:>14} {:>14} {:>8}",
        "decode", "work", "floor", "ratio", "over HTTP", "empty server", "ratio"
    );
    for workload in &WORKLOADS {
        let body = body(&chain, workload);
        let (work, floor) = interleaved(workload.rounds, || decode(&chain, &body), floor(&body));
        let (over_http, empty) = runtime.block_on(over_http(workload, ours, idle, &body));
        println!(
            "{:22} {:>12} {:>12} {:>8.2} {:>14} {:>14} {:>8.2}",
            workload.name,
            shown(work),
            shown(floor),
            work.as_secs_f64() / floor.as_secs_f64(),
            shown(over_http),
            shown(empty),
            over_http.as_secs_f64() / (empty + floor).as_secs_f64(),
        );
    }
    println!(
        "\nwork: JSON in, decoded, JSON out, on one thread. Second ratio: to an empty server and the floor together."
    );
    search::report();
}

/// `{"payloads":[…]}` with sealed JSON strings.
fn body(chain: &CodecChain, workload: &Workload) -> Vec<u8> {
    let sealed: Vec<Payload> = (0..workload.payloads)
        .map(|index| {
            let text = format!(
                "\"{}\"",
                (index % 10).to_string().repeat(workload.bytes - 2)
            );
            let plain = Payload {
                metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
                data: text.into_bytes().into(),
                external_payloads: Vec::new(),
            };
            chain.encode(plain).expect("it has a key")
        })
        .collect();
    let mut body = Vec::new();
    write_payloads_json(&sealed, &mut body);
    body
}

fn decode(chain: &CodecChain, body: &[u8]) {
    let request = Payloads::from_json(body).expect("own body");
    // One request is one batch, as in the server.
    let decoded: Vec<Payload> = zeroize_stack_once(|| {
        let decoded = request.payloads.into_iter().map(|payload| {
            let decoded = chain.decode(payload);
            assert!(decoded.error.is_none(), "it has the key");
            decoded.payload
        });
        decoded.collect()
    });
    let mut out = Vec::new();
    write_payloads_json(&decoded, &mut out);
    black_box(out);
}

/// The same bytes through the same primitives, and nothing else.
fn floor(body: &[u8]) -> impl FnMut() {
    let engine = Simd::standard(general_purpose::PAD);
    let cipher =
        aes_gcm::Aes256Gcm::new_from_slice(b"test-key-test-key-test-key-test!").expect("32 bytes");
    let texts: Vec<String> = Payloads::from_json(body)
        .expect("own body")
        .payloads
        .iter()
        .map(|payload| engine.encode(&payload.data))
        .collect();
    let body = body.to_vec();
    let mut copy = vec![0; body.len()];
    let largest = texts.iter().map(String::len).max().unwrap_or_default();
    let (mut sealed, mut out) = (vec![0; largest], vec![0; largest * 2]);
    move || {
        copy.copy_from_slice(&body);
        black_box(&copy);
        for text in &texts {
            let len = engine.decode_slice(text, &mut sealed).expect("own base64");
            let (nonce, rest) = sealed[..len]
                .split_first_chunk_mut::<12>()
                .expect("a nonce");
            let (ciphertext, tag) = rest.split_last_chunk_mut::<16>().expect("a tag");
            cipher
                .decrypt_inout_detached((&*nonce).into(), b"", ciphertext.into(), (&*tag).into())
                .expect("own tag");
            let written = engine
                .encode_slice(&sealed[12..len - 16], &mut out)
                .expect("room");
            black_box(&out[..written]);
        }
    }
}

/// Medians of two things, run in turns.
fn interleaved(
    rounds: usize,
    mut first: impl FnMut(),
    mut second: impl FnMut(),
) -> (Duration, Duration) {
    let mut times = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    for _ in 0..rounds {
        times.0.push(timed(&mut first));
        times.1.push(timed(&mut second));
    }
    (median(times.0), median(times.1))
}

async fn over_http(
    workload: &Workload,
    ours: SocketAddr,
    idle: SocketAddr,
    body: &[u8],
) -> (Duration, Duration) {
    let text = std::str::from_utf8(body).expect("JSON");
    let request = Ask::post("/decode", text).bytes();
    let (mut ours, mut idle) = (Wire::connect(ours).await, Wire::connect(idle).await);
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..workload.rounds.min(500) {
        let start = Instant::now();
        ours.send(&request).await;
        assert_eq!(ours.reply().await.status, 200);
        times.0.push(start.elapsed());
        let start = Instant::now();
        idle.send(&request).await;
        assert_eq!(idle.reply().await.status, 200);
        times.1.push(start.elapsed());
    }
    (median(times.0), median(times.1))
}

async fn serve(chain: &CodecChain) -> SocketAddr {
    let rules = tokio::sync::watch::Sender::new(Arc::new(rules(profile(chain.clone()))));
    let running = CodecServer::bind(config(), rules.subscribe(), Arc::new(drop))
        .await
        .expect("a free port");
    let address = running.addresses()[0];
    // It serves until the process ends.
    std::mem::forget((running, rules));
    address
}

/// Reads the body and answers one of the same size: what HTTP itself costs.
async fn serve_nothing() -> SocketAddr {
    let echo = axum::Router::new()
        .route(
            "/decode",
            axum::routing::post(|body: bytes::Bytes| async move { body }),
        )
        .layer(axum::extract::DefaultBodyLimit::disable());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, echo).await });
    address
}

fn timed(work: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn shown(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}
