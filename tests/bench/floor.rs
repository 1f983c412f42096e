//! The floor of the work: what nobody can leave out. Copy the body, base64 in, AES-256-GCM, base64 out, each by the fastest
//! library at hand, on warm buffers.

use std::hint::black_box;

use base64::Engine as _;
use base64::engine::{Simd, general_purpose};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use temporal_payload::Payloads;

/// The Payloads of `body` through the primitives, and nothing else.
///
/// # Panics
/// Where they are not the samples' AES-GCM.
pub(crate) fn floor(body: &[u8]) -> impl FnMut() + use<> {
    let engine = Simd::standard(general_purpose::PAD);
    let key = UnboundKey::new(&AES_256_GCM, b"test-key-test-key-test-key-test!").expect("32 bytes");
    let key = LessSafeKey::new(key);
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
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let opened = key
                .open_in_place(nonce, Aad::empty(), rest)
                .expect("own tag");
            let written = engine.encode_slice(opened, &mut out).expect("room");
            black_box(&out[..written]);
        }
    }
}
