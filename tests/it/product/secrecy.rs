//! Secrets travel inwards only. Known secrets are pushed through every command, every route and every error, with the most
//! talkative log there is; then they are looked for in everything that comes out or is left behind.

mod cases;

mod commands;

mod http;

mod cli;

use payload_codec::{KeyId, Keyring, SecretKey};
use support::canary::{Canary, assert_silent, keep_log, log};
use support::server::chain;
use temporal_payload::Payload;
use zeroize::Zeroizing;

/// What a worker keeps from everybody: never in a log, a record, an event, an error, a file.
const PLAINTEXT: &str = "canary-plaintext: Mrs Linnet of 7 Aviary Row owes 4711";
/// A key as text, as the samples have theirs.
const TEXT_KEY: &str = "canary-key-canary-key-of-32-chars";
/// A key that is no text.
const RAW_KEY: [u8; 32] = [
    0xc4, 0x9a, 0x01, 0xfe, 0x7d, 0x33, 0x80, 0x5b, 0xe2, 0x16, 0xaf, 0xd9, 0x42, 0x0c, 0x91, 0x68,
    0xb7, 0x2e, 0xf3, 0x55, 0x1a, 0xcd, 0x84, 0x70, 0x09, 0xea, 0x3f, 0x96, 0x5c, 0xd1, 0x27, 0xbb,
];
/// A bearer token.
const TOKEN: &str = "tcodec_canary-token-5f1e0c7a";

fn text_key() -> &'static str {
    // 32 characters: AES-256.
    &TEXT_KEY[..32]
}

fn plaintext() -> Canary {
    Canary::new("the plaintext", PLAINTEXT.as_bytes())
}

fn keys() -> [Canary; 2] {
    [
        Canary::new("the key that is text", text_key().as_bytes()),
        Canary::new("the key that is bytes", &RAW_KEY),
    ]
}

fn token() -> Canary {
    Canary::new("the token", TOKEN.as_bytes())
}

/// Fails where any secret stands in `text`.
#[track_caller]
fn assert_no_secret(place: &str, text: &[u8]) {
    let [text_key, raw_key] = keys();
    assert_silent(&[&plaintext(), &text_key, &raw_key, &token()], place, text);
}

/// Fails where a key or the token stands in `text`, which may hold the plaintext.
#[track_caller]
fn assert_no_key(place: &str, text: &[u8]) {
    let [text_key, raw_key] = keys();
    assert_silent(&[&text_key, &raw_key, &token()], place, text);
}

/// Fails where any secret was logged until now.
#[track_caller]
fn assert_log_silent() {
    assert_no_secret("the log", &log());
}

/// The plaintext in a Payload, also in a metadata value, with JSON around it.
fn plain() -> Payload {
    let data = format!("{{\"owes\":\"{PLAINTEXT}\"}}").into_bytes();
    Payload {
        metadata: [
            ("encoding".to_owned(), b"json/plain".to_vec()),
            ("customer".to_owned(), PLAINTEXT.as_bytes().to_vec()),
        ]
        .into(),
        data: data.into(),
        external_payloads: Vec::new(),
    }
}

/// [`plain`], sealed with the key that is bytes under the id `canary`.
fn sealed() -> Payload {
    let mut keyring = Keyring::default();
    let key = SecretKey::new(Zeroizing::new(RAW_KEY.to_vec())).expect("32 bytes");
    keyring.insert(KeyId::new("canary"), key);
    let sealed = chain(keyring, Some("canary")).encode(plain());
    sealed.expect("sealed")
}

/// [`sealed`], with one bit of it changed.
fn tampered() -> Payload {
    let mut payload = sealed();
    let mut data = payload.data.to_vec();
    if let Some(last) = data.last_mut() {
        *last ^= 1;
    }
    payload.data = data.into();
    payload
}

/// [`sealed`], naming another key.
fn named(id: &str) -> Payload {
    let mut payload = sealed();
    let id = id.as_bytes().to_vec();
    payload.metadata.insert("encryption-key-id".to_owned(), id);
    payload
}

#[test]
fn the_search_finds_a_canary_in_each_of_its_spellings() {
    let [text_key, raw_key] = keys();
    for canary in [&plaintext(), &text_key, &raw_key, &token()] {
        for (name, spelling) in canary.spellings() {
            let bytes: Vec<u8> = spelling
                .chars()
                .map(|char| u8::try_from(char).expect("a byte"))
                .collect();
            let log = [b"INFO something={".as_slice(), &bytes, b"} more"].concat();
            assert!(canary.found_in(&log).is_some(), "{} {name}", canary.name);
        }
        assert_eq!(canary.found_in(b"INFO nothing of interest"), None);
    }
}

#[test]
fn the_search_finds_base64_at_every_alignment_with_any_neighbors() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    for canary in keys() {
        for secret in [text_key().as_bytes(), RAW_KEY.as_slice()] {
            let is_its_own = canary.found_in(secret).is_some();
            for before in 0..7 {
                for after in 0..4 {
                    let text = [&vec![0xa7; before][..], secret, &vec![0x5c; after]].concat();
                    for spelled in [STANDARD.encode(&text), URL_SAFE.encode(&text)] {
                        let found = canary.found_in(spelled.as_bytes()).is_some();
                        assert_eq!(found, is_its_own, "{} {before} {after}", canary.name);
                    }
                }
            }
        }
    }
}

#[test]
fn the_search_finds_what_rust_prints() {
    let [text_key, raw_key] = keys();
    for canary in [&text_key, &raw_key] {
        let secret = if canary.found_in(&RAW_KEY).is_some() {
            RAW_KEY.to_vec()
        } else {
            text_key_bytes()
        };
        let bytes = prost_like(&secret);
        for printed in [
            format!("{secret:?}"),
            format!("{secret:x?}"),
            format!("{bytes:?}"),
        ] {
            let found = canary.found_in(printed.as_bytes()).is_some();
            assert!(found, "{}: {} characters", canary.name, printed.len());
        }
    }
}

fn text_key_bytes() -> Vec<u8> {
    text_key().as_bytes().to_vec()
}

/// `Bytes` print as a byte string.
fn prost_like(secret: &[u8]) -> bytes::Bytes {
    secret.to_vec().into()
}

#[test]
fn the_log_is_kept_at_every_level_with_dependencies() {
    keep_log();
    tracing::trace!("planted-at-trace");
    // Dependencies speak through either.
    log::trace!("planted-through-log");
    let logged = log();
    for planted in ["planted-at-trace", "planted-through-log"] {
        let canary = Canary::new("what was planted", planted.as_bytes());
        assert!(canary.found_in(&logged).is_some(), "{planted}");
    }
    let app = support::app::TestApp::new();
    let port = app.serve();
    support::app::post(port, "/decode", "{}");
    let logged = String::from_utf8_lossy(&log()).into_owned();
    assert!(logged.contains("DEBUG codec_server::router"));
}
