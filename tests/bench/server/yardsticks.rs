//! Servers that the Codec Server is measured against, each in a process of its own.

use aes_gcm::aead::{Aead as _, KeyInit as _};
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};

/// Arguments that start them.
pub(crate) const NULL: &str = "null-server";
pub(crate) const PLAIN: &str = "plain-server";

/// The header that tells the null server how much to answer; the others ignore it.
pub(crate) const ANSWER_BYTES: &str = "x-answer-bytes";

/// The largest answer that the null server has.
const LARGEST: usize = 128 << 20;

/// Reads the body piece by piece, drops it, and answers as many bytes as it is told to: what the system and hyper cost.
pub(crate) fn null() {
    // Zeroed pages that nobody wrote to cost nothing until they are sent, and are one page then.
    let answer = Bytes::from(vec![0; LARGEST]);
    serve(post(move |headers: HeaderMap, mut body: Body| async move {
        while let Some(Ok(_)) = body.frame().await {}
        let size = headers
            .get(ANSWER_BYTES)
            .and_then(|size| size.to_str().ok());
        let size = size
            .and_then(|size| size.parse::<usize>().ok())
            .expect("a size");
        answer.slice(..size)
    }));
}

/// What a careful person writes in an hour: serde_json, base64's `STANDARD`, aes-gcm, no checks and no records.
pub(crate) fn plain() {
    let key = b"test-key-test-key-test-key-test!";
    let cipher = aes_gcm::Aes256Gcm::new_from_slice(key).expect("32 bytes");
    serve(post(move |Json(request): Json<Value>| async move {
        let payloads = request["payloads"].as_array().expect("a list");
        let opened: Vec<Value> = payloads
            .iter()
            .map(|payload| open(&cipher, payload))
            .collect();
        Json(json!({ "payloads": opened }))
    }));
}

/// A Payload of the samples' AES-GCM: `nonce(12) ‖ ciphertext ‖ tag(16)` over the Payload as protobuf.
fn open(cipher: &aes_gcm::Aes256Gcm, payload: &Value) -> Value {
    let sealed = STANDARD
        .decode(payload["data"].as_str().expect("text"))
        .expect("base64");
    let (nonce, rest) = sealed.split_first_chunk::<12>().expect("a nonce");
    let bytes = cipher.decrypt(nonce.into(), rest).expect("its tag");
    let inner = temporal_payload::Payload::from_proto(bytes).expect("a Payload");
    let metadata = inner.metadata.iter();
    let metadata: Map<String, Value> = metadata
        .map(|(name, value)| (name.clone(), STANDARD.encode(value).into()))
        .collect();
    json!({ "metadata": metadata, "data": STANDARD.encode(&inner.data) })
}

/// Says where it listens as `temporal-codec serve` does, and serves until it is ended.
fn serve(decode: axum::routing::MethodRouter) {
    let runtime = tokio::runtime::Runtime::new().expect("a reactor");
    runtime.block_on(async {
        let router = Router::new()
            .route("/decode", decode)
            .layer(DefaultBodyLimit::disable());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("bound");
        println!("{}", json!({ "listening": [format!("http://{address}")] }));
        axum::serve(listener, router).await.expect("it serves");
    });
}
