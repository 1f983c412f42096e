//! "Which key opens this?" where none does: 50 keys by every format of the gallery on a Payload of 2 MB, the largest that
//! Temporal takes. It runs on one thread and waits for nothing, so the time that passes is no less than the processor's. The
//! ratio is to one AES-256-GCM pass over the data.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aes_gcm::aead::{AeadInOut, KeyInit};
use payload_codec::{
    Body, Candidate, CodecSpec, Context, Encoding, KeyId, Keyring, NoncePlace, SearchLimits,
    SecretKey, build, diagnose, presets,
};
use temporal_payload::Payload;
use zeroize::Zeroizing;

use crate::median::median;

const KEYS: u8 = 50;
const BYTES: usize = 2_000_000;
/// What it may take.
const TARGET: Duration = Duration::from_secs(1);
const ROUNDS: usize = 5;

/// Prints a line for each format that sealed the Payload, the slowest last.
///
/// # Panics
/// Where something opens it, or trials ended before all were made.
pub(crate) fn report() {
    let pass = aes_gcm_pass();
    let formats: Vec<(String, CodecSpec)> = presets()
        .into_iter()
        .map(|preset| (preset.name.to_owned(), preset.spec))
        .collect();
    let keys: Vec<Candidate> = (0..KEYS)
        .map(|number| Candidate {
            ids: vec![KeyId::new(&format!("key-{number}"))],
            formats: vec!["sdk-samples".to_owned()],
            key: key(number),
        })
        .collect();
    println!(
        "\n{:28} {:>8} {:>12} {:>8}",
        "50 keys, 2 MB, none opens it", "trials", "time", "ratio"
    );
    let mut slowest = Duration::ZERO;
    for (name, payload) in nobodys(&formats) {
        let mut times = Vec::new();
        let mut trials = 0;
        for _ in 0..ROUNDS {
            let (time, found) = timed(|| {
                diagnose(
                    &payload,
                    &Context::default(),
                    &formats,
                    &keys,
                    &SearchLimits::default(),
                )
            });
            assert!(found.findings.is_empty(), "{name}: nobody has its key");
            assert!(!found.stopped, "{name}: it must end by itself");
            trials = found.n_trials;
            times.push(time);
        }
        let time = median(times);
        slowest = slowest.max(time);
        println!(
            "{name:28} {trials:>8} {:>9.1} ms {:>8.1}",
            time.as_secs_f64() * 1e3,
            time.as_secs_f64() / pass.as_secs_f64()
        );
    }
    let met = if slowest < TARGET { "met" } else { "MISSED" };
    println!(
        "slowest {:.1} ms; target < {} ms: {met}. One AES-256-GCM pass: {:.2} ms.",
        slowest.as_secs_f64() * 1e3,
        TARGET.as_millis(),
        pass.as_secs_f64() * 1e3
    );
}

fn key(number: u8) -> SecretKey {
    let bytes = (0..32).map(|index: u8| index.wrapping_mul(29) ^ number);
    SecretKey::new(Zeroizing::new(bytes.collect())).expect("32 bytes")
}

/// One Payload by each format that encodes, sealed with a key that nobody has, under an id that they do; and one of noise
/// under a label of its own.
fn nobodys(formats: &[(String, CodecSpec)]) -> Vec<(String, Payload)> {
    let id = KeyId::new("key-7");
    let mut keys = Keyring::default();
    keys.insert(id.clone(), key(200));
    let plain = Payload {
        metadata: [("encoding".to_owned(), b"binary/plain".to_vec())].into(),
        data: noise().into(),
        external_payloads: Vec::new(),
    };
    let theirs = formats
        .iter()
        .filter(|(_, spec)| spec.encodes() && !spec.takes_no_secret());
    let sealed = theirs.map(|(name, spec)| {
        let mut spec = spec.clone();
        for required in spec.require.clone() {
            if !writes(&spec, &required) {
                spec.write.entry(required).or_insert_with(|| "x".to_owned());
            }
        }
        let keys = Arc::new(keys.clone());
        let codec = build(&spec, name, keys, Some(id.clone())).expect("a sound spec");
        let payload = codec.encode(&plain).expect("it encodes");
        (name.clone(), payload.expect("there is something to seal"))
    });
    let mut sealed: Vec<_> = sealed.collect();
    let mut unknown = sealed[0].1.clone();
    unknown
        .metadata
        .insert("encoding".to_owned(), b"binary/nobody-knows".to_vec());
    sealed.push(("a label of its own".to_owned(), unknown));
    let mut text = CodecSpec {
        encoding: Encoding::One("binary/nobody-knows".to_owned()),
        ..sealed_as_text(formats)
    };
    text.require.clear();
    let codec = build(&text, "x", Arc::new(keys), Some(id)).expect("a sound spec");
    let payload = codec.encode(&plain).expect("it encodes");
    sealed.extend(payload.map(|payload| ("a token under its own".to_owned(), payload)));
    sealed
}

/// Whether a format writes this metadata by itself.
fn writes(spec: &CodecSpec, name: &str) -> bool {
    let original = match &spec.body {
        Body::Data {
            original_encoding, ..
        } => original_encoding.as_deref(),
        Body::Payload | Body::Json | Body::Values => None,
    };
    let nonce = match &spec.nonce {
        NoncePlace::Metadata(nonce) => Some(nonce.name.as_str()),
        NoncePlace::Prefix(_) | NoncePlace::Suffix(_) => None,
    };
    [spec.key_id.as_deref(), nonce, original].contains(&Some(name))
}

/// A format whose data is a token: each key must check a MAC over all of it.
fn sealed_as_text(formats: &[(String, CodecSpec)]) -> CodecSpec {
    let fernet = |(_, spec): &&(String, CodecSpec)| {
        spec.cipher == payload_codec::CipherName::Fernet && spec.encodes()
    };
    let (_, spec) = formats.iter().find(fernet).expect("the gallery has one");
    spec.clone()
}

/// SplitMix64: nothing compresses it, and it is the same each time.
fn noise() -> Vec<u8> {
    let mut state = 1_u64;
    let words = std::iter::repeat_with(|| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 27)).to_le_bytes()
    });
    words.take(BYTES / 8).flatten().collect()
}

fn aes_gcm_pass() -> Duration {
    let cipher = aes_gcm::Aes256Gcm::new_from_slice(&[7; 32]).expect("32 bytes");
    let mut buffer = noise();
    let times = (0..20).map(|_| {
        let (time, tag) = timed(|| {
            cipher.encrypt_inout_detached((&[1; 12]).into(), b"", buffer.as_mut_slice().into())
        });
        black_box(tag.expect("2 MB can be sealed"));
        time
    });
    median(times.collect())
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}
