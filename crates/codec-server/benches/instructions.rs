//! Requests that are answered without a socket, for `callgrind` to count: `instructions WORKLOAD REQUESTS`.
//! `cargo xtask test --only count` counts what is done below [`answer`], and below the server's own `Job::run`, and compares
//! both with what was counted before.
//!
//! Each run does the same: keys, nonces and contents are fixed, and [`answer`] gets requests that were made before.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Debug;
use std::process::ExitCode;
use std::sync::Arc;

use axum::body::HttpBody;
use axum::http::{Request, Response};
use bytes::Bytes;
use codec_server::{
    AllowedOrigins, CodecDirectory, EncodeRule, KeysVersion, Pause, Profile, ProgramHosts, Rules,
    ServerConfig, ServerState, Undecodable, service,
};
use http_body_util::{BodyExt as _, Full};
use payload_codec::{
    CodecChain, Compression, CompressionCodec, KeyId, Keyring, Limits, PayloadCodec, SecretKey,
    sdk_samples,
};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use temporal_payload::{Payload, write_payloads_json};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tower::Service;
use zeroize::Zeroizing;

const KEY: &[u8; 32] = b"test-key-test-key-test-key-test!";

/// So many sealed JSON strings of so many bytes, and whether each request has the same ones.
const WORKLOADS: [(&str, usize, usize, bool); 4] = [
    ("tiny", 1, 100, false),
    ("typical", 20, 1_000, false),
    ("again", 20, 1_000, true),
    ("big", 1, 2_000_000, false),
];

/// Keys that never change.
struct SameKeys;

impl KeysVersion for SameKeys {
    fn version(&self) -> u64 {
        0
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, n_requests) = match &arguments[..] {
        [name, n_requests, ..] => (name, n_requests.parse().unwrap_or(0)),
        // `cargo bench` starts everything there is.
        _ => return ExitCode::SUCCESS,
    };
    let workload = WORKLOADS.iter().find(|(known, ..)| known == name);
    let Some(&(_, n_payloads, n_bytes, is_same)) = workload else {
        return ExitCode::FAILURE;
    };
    // Work that is done apart is done by a thread of the runtime's; what is kept for who asks again is looked after by its clock.
    let runtime = Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime");
    let mut server = service(server());
    for nth in 0..n_requests {
        // No program asks twice, but where that is what is counted.
        let first = if is_same { 0 } else { nth * n_payloads };
        let (sealed, plain): (Vec<_>, Vec<_>) = (first..first + n_payloads)
            .map(|index| payload(index, n_bytes))
            .unzip();
        let (body, expected) = (json(&sealed), json(&plain));
        let request = request(body);
        if answer(&runtime, &mut server, request) != expected {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// What is counted: a request with its body, to the answer's body.
#[inline(never)]
fn answer<S, B>(runtime: &Runtime, server: &mut S, request: Request<Full<Bytes>>) -> Bytes
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>, Error = Infallible>,
    B: HttpBody<Data = Bytes, Error: Debug>,
{
    runtime.block_on(async {
        let Ok(answer) = server.call(request).await;
        let body = answer.into_body().collect().await;
        body.expect("it is in memory").to_bytes()
    })
}

/// As the Temporal CLI asks.
fn request(body: Bytes) -> Request<Full<Bytes>> {
    Request::post("/decode")
        .header("host", "127.0.0.1:8081")
        .header("user-agent", "Go-http-client/1.1")
        .header("content-length", body.len())
        .header("content-type", "application/json")
        .header("x-namespace", "default")
        .header("accept-encoding", "gzip")
        .body(Full::new(body))
        .expect("a request")
}

/// A server with one key and the codecs of the SDKs' samples.
fn server() -> ServerState {
    let key = SecretKey::new(Zeroizing::new(KEY.to_vec())).expect("32 bytes");
    let mut keys = Keyring::default();
    keys.insert(KeyId::new("test-key-id"), key);
    let mut decoders = vec![sdk_samples(Arc::new(keys), None)];
    for compression in Compression::READ {
        decoders.push(Arc::new(CompressionCodec(compression)) as Arc<dyn PayloadCodec>);
    }
    let profile = Profile {
        chain: CodecChain::new(decoders, Vec::new(), Limits::default()),
        undecodable: Undecodable::default(),
        encode: EncodeRule::default(),
        messages: None,
    };
    let rules = Rules {
        origins: AllowedOrigins::parse([""; 0]).expect("none"),
        program_hosts: ProgramHosts::default(),
        directory: CodecDirectory::new(profile, BTreeMap::new()),
        access: None,
        programs: None,
        consent: None,
        shut: None,
        awaits_passphrase: false,
        max_body_bytes: 64 << 20,
        pause: Pause::default(),
        keys_for_cache: Some(Arc::new(SameKeys)),
    };
    // The rules stay as they are, so that nobody needs the other end.
    let (_, rules) = watch::channel(Arc::new(rules));
    ServerState::new(ServerConfig::default(), rules, Arc::new(drop))
}

/// A Payload as the SDKs' samples seal it, `nonce ‖ ciphertext ‖ tag` over its protobuf, and as it was before.
fn payload(index: usize, bytes: usize) -> (Payload, Payload) {
    let text = "0123456789abcdef".chars().cycle().skip(index % 16);
    let text: String = text.take(bytes - 2).collect();
    let plain = Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: format!("\"{text}\"").into(),
        external_payloads: Vec::new(),
    };
    let key = UnboundKey::new(&AES_256_GCM, KEY).expect("32 bytes");
    let mut nonce = [7; 12];
    nonce[..8].copy_from_slice(&index.to_be_bytes());
    let mut sealed = plain.to_proto();
    let nonce_of_ring = Nonce::assume_unique_for_key(nonce);
    LessSafeKey::new(key)
        .seal_in_place_append_tag(nonce_of_ring, Aad::empty(), &mut sealed)
        .expect("it fits");
    let sent = Payload {
        metadata: [
            ("encoding", &b"binary/encrypted"[..]),
            ("encryption-key-id", b"test-key-id"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_vec()))
        .into(),
        data: [&nonce[..], &sealed].concat().into(),
        external_payloads: Vec::new(),
    };
    (sent, plain)
}

fn json(payloads: &[Payload]) -> Bytes {
    let mut body = Vec::new();
    write_payloads_json(payloads, &mut body);
    body.into()
}
