//! The table of errors, as it goes over the wire: status, reason phrase, body, JSON body. A changed row is a changed promise.

use std::sync::Arc;

use codec_server::{CodecDirectory, Profile, Rules, Undecodable};
use payload_codec::{
    Allowance, CipherName, CodecChain, CodecError, CodecName, DataKeyForm, DataKeyProblem,
    KeyError, KeyId, KeyProvider, Limits, Opened, PayloadCodec, SecretKey, WrappedKey,
};
use support::server::{
    TestServer, chain, for_program, profile, rules, sample_keys, sample_profile,
};
use support::wire::{Ask, EVIL, ORIGIN, PLAIN, Reply, payloads};
use temporal_payload::{MalformedPayload, Payload};

/// Claims `test/fails`, and fails in the one way it was made for.
struct Fails(CodecError);

impl PayloadCodec for Fails {
    fn name(&self) -> CodecName {
        CodecName::Sealed(CipherName::AesGcm)
    }

    fn claims(&self, payload: &Payload) -> bool {
        payload.encoding() == Some("test/fails")
    }

    fn encode(&self, _: &Payload) -> Result<Option<Payload>, CodecError> {
        Err(self.0.clone())
    }

    fn open(&self, _: &Payload, _: &mut Allowance<'_>) -> Result<Opened, CodecError> {
        Err(self.0.clone())
    }
}

/// A keychain that never gives a key.
struct Refuses(KeyError);

impl KeyProvider for Refuses {
    fn key(&self, _: &KeyId) -> Result<Option<SecretKey>, KeyError> {
        Err(self.0)
    }

    fn keys(&self) -> Result<Vec<(KeyId, SecretKey)>, KeyError> {
        Err(self.0)
    }
}

/// `test/fails`, with data that says `canary`.
const FAILS: &str = r#"{"metadata":{"encoding":"dGVzdC9mYWlscw=="},"data":"Y2FuYXJ5"}"#;

fn codec(codec: impl PayloadCodec + 'static) -> Profile {
    let codec: Arc<dyn PayloadCodec> = Arc::new(codec);
    let mut profile = profile(CodecChain::new(
        vec![Arc::clone(&codec)],
        vec![codec],
        Limits::default(),
    ));
    profile.undecodable = Undecodable::Fail;
    profile
}

fn keychain(error: KeyError) -> Profile {
    let mut profile = profile(chain(Refuses(error), Some("any")));
    profile.undecodable = Undecodable::Fail;
    profile
}

async fn reply(rules: Rules, ask: &Ask<'_>) -> Reply {
    let rules = Rules {
        max_body_bytes: 1 << 20,
        ..rules
    };
    let server = TestServer::start(rules).await;
    let reply = server.send(ask).await;
    assert_eq!(server.last_record().status, reply.status);
    reply
}

/// Sends the same twice: as someone who does not care, and as someone who asks for JSON.
async fn check(rules: impl Fn() -> Rules, ask: Ask<'_>, line: &str, text: &str, json: &str) {
    let plain = reply(rules(), &ask.clone().header("Accept", "*/*")).await;
    assert_eq!(plain.status_line(), line);
    assert_eq!(plain.body, format!("{text}\n"), "{line}");
    assert_eq!(
        plain.header("content-type"),
        Some("text/plain; charset=utf-8")
    );

    let asked = ask.header("Accept", "text/html, application/json;q=0.9");
    let asked = reply(rules(), &asked).await;
    assert_eq!(asked.status_line(), line);
    assert_eq!(
        asked.body,
        json.replace("MESSAGE", &text.replace('"', "\\\"")),
        "{line}"
    );
    assert_eq!(asked.header("content-type"), Some("application/json"));

    for answer in [&plain, &asked] {
        assert!(answer.phrase.len() <= 80, "{}", answer.phrase);
        assert!(
            !answer.body.to_lowercase().contains("canary"),
            "{}",
            answer.body
        );
    }
}

fn sample() -> Rules {
    rules(sample_profile())
}

fn json(code: &str) -> String {
    format!(r#"{{"code":"{code}","message":"MESSAGE"}}"#)
}

fn json_at(code: &str, payload: usize) -> String {
    format!(r#"{{"code":"{code}","message":"MESSAGE","payload":{payload}}}"#)
}

#[tokio::test]
async fn refused_requests() {
    let post = || Ask::post("/decode", "{}");
    check(
        sample,
        Ask::post("/nothing", "{}"),
        "404 Not Found",
        "nothing is served here: the path must end in /encode, /decode or /download",
        &json("NOT_FOUND"),
    )
    .await;
    check(
        sample,
        Ask::post("/download", "{}"),
        "404 Not Found",
        "no external storage is configured to download from",
        &json("DOWNLOAD_UNSUPPORTED"),
    )
    .await;
    check(
        sample,
        Ask::new("GET", "/decode"),
        "405 Method Not Allowed",
        "only POST is allowed",
        &json("METHOD_NOT_ALLOWED"),
    )
    .await;
    check(
        sample,
        post().without("Host").header("Host", "evil.test"),
        "403 Host not allowed",
        "this Host is not allowed: use localhost, 127.0.0.1 or [::1]",
        &json("HOST_NOT_ALLOWED"),
    )
    .await;
    check(
        sample,
        post().header("Origin", EVIL),
        "403 Origin not allowed",
        "this origin is not in the list of allowed origins",
        &json("ORIGIN_NOT_ALLOWED"),
    )
    .await;
    check(
        || for_program(sample(), "tcodec_canary"),
        post(),
        "401 Access token missing",
        "an access token is asked for, and none was sent",
        &json("TOKEN_MISSING"),
    )
    .await;
    check(
        sample,
        post().without("Content-Type"),
        "415 Expected application/json",
        "the content type must be application/json",
        &json("UNSUPPORTED_CONTENT_TYPE"),
    )
    .await;
    check(
        sample,
        post().header("Content-Encoding", "gzip"),
        "415 Content-Encoding is not supported",
        "Content-Encoding is not supported: send the body as it is",
        &json("UNSUPPORTED_CONTENT_ENCODING"),
    )
    .await;
    check(
        || {
            let mut rules = sample();
            rules.directory = CodecDirectory::strict([].into());
            rules
        },
        post(),
        "404 No codec for this Namespace",
        "no profile includes this Namespace",
        &json("NAMESPACE_UNKNOWN"),
    )
    .await;
    check(
        || {
            let rules = sample();
            rules.pause.set(true);
            rules
        },
        Ask::post("/encode", "{}"),
        "503 Codec Server is paused in Temporal Codec Desktop",
        "the Codec Server is paused in Temporal Codec Desktop",
        &json("PAUSED"),
    )
    .await;
    check(
        || {
            let rules = sample();
            rules.pause.set_panic_lock(true);
            rules
        },
        post(),
        "403 Panic lock is set in Temporal Codec Desktop",
        "the panic lock is set in Temporal Codec Desktop, so everything is refused",
        &json("PANIC_LOCKED"),
    )
    .await;
}

#[tokio::test]
async fn refused_bodies() {
    check(
        sample,
        Ask::post("/decode", &"x".repeat((1 << 20) + 1)),
        "413 Request larger than 1 MiB",
        "the request is larger than 1 MiB",
        &json("BODY_TOO_LARGE"),
    )
    .await;
    for (body, reason) in [
        ("", "JSON ends too early at line 1, column 0"),
        ("canary", "malformed JSON at line 1, column 1"),
        (
            r#"{"payloads":"canary"}"#,
            "not Payloads JSON at line 1, column 20",
        ),
    ] {
        check(
            sample,
            Ask::post("/encode", body),
            "400 Body is not Payloads JSON",
            &format!("the body is not Payloads JSON: {reason}"),
            &json("MALFORMED_PAYLOADS"),
        )
        .await;
    }
}

#[tokio::test]
async fn payloads_that_cannot_be_decoded() {
    let id = || KeyId::new("prod-2024");
    let malformed = Payload::from_proto(&b"\xff"[..]).expect_err("not a Payload");
    let rows: Vec<(CodecError, &str, &str, &str)> = vec![
        (
            CodecError::KeyNotFound(id()),
            "422 Key not found: prod-2024",
            "KEY_NOT_FOUND",
            "key \"prod-2024\" was not found",
        ),
        (
            CodecError::KeyIdMissing,
            "422 No key opens this payload",
            "KEY_NOT_FOUND",
            "the Payload names no key, and none of your keys opens it",
        ),
        (
            CodecError::DataKey {
                wrapped: WrappedKey::new("awskms:///k", b"wrapped", DataKeyForm::Raw)
                    .expect("a key"),
                problem: DataKeyProblem::Denied {
                    by: "aws kms decrypt".to_owned(),
                },
            },
            "423 Data key denied by the key service",
            "DATA_KEY_UNAVAILABLE",
            "the data key that \"awskms:///k\" wraps was not unwrapped: aws kms decrypt was denied access",
        ),
        (
            CodecError::Unpadded(id()),
            "422 Payload is damaged",
            "PAYLOAD_DAMAGED",
            "key \"prod-2024\" does not decrypt it in this format, which has no tag: another key, another format, or damaged data",
        ),
        (
            CodecError::Truncated { len: 3 },
            "422 Payload is damaged",
            "PAYLOAD_DAMAGED",
            "encrypted data of 3 bytes is too short for a nonce and a tag",
        ),
        (
            CodecError::Malformed(MalformedPayload::clone(&malformed)),
            "422 Decoded data is not a Payload",
            "PAYLOAD_DAMAGED",
            "it opens, and what is inside is no whole Payload",
        ),
        (
            CodecError::Corrupt {
                codec: CodecName::Zlib,
            },
            "422 Payload is damaged",
            "PAYLOAD_DAMAGED",
            "the zlib data is damaged",
        ),
        (
            CodecError::TooManyLayers { limit: 16 },
            "422 Payload is damaged",
            "PAYLOAD_DAMAGED",
            "it has more than 16 layers",
        ),
        (
            CodecError::Unauthentic(id()),
            "422 Wrong key or damaged payload",
            "UNAUTHENTIC",
            "key \"prod-2024\" does not open it in this format: another key, another format, or damaged data",
        ),
        (
            CodecError::WorkLimit { limit: 3 << 20 },
            "422 Request needs more work than the limit",
            "WORK_LIMIT",
            "decoding it would go past the limit of 3 MiB of work for one request or document",
        ),
        (
            CodecError::Inflate { limit: 10 },
            "422 Payload decompresses past the limit",
            "INFLATES_TOO_FAR",
            "it decompresses past the limit of 10 bytes",
        ),
    ];
    for (error, line, code, text) in rows {
        check(
            || rules(codec(Fails(error.clone()))),
            Ask::post("/decode", &payloads(&[PLAIN, FAILS])).header("Origin", ORIGIN),
            line,
            &format!("{text} (payload 2 of 2)"),
            &json_at(code, 1),
        )
        .await;
    }
}

#[tokio::test]
async fn keychains_that_give_no_key() {
    let sealed = r#"{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA==","encryption-key-id":"cHJvZC0yMDI0"},"data":"AAECAwQFBgcICQoL+SuJ2idoYdJlc5Wio/f30eikViKThZLQZ/X6Qn/oSIE="}"#;
    for (error, phrase, reason) in [
        (
            KeyError::Locked,
            "Keychain locked",
            "the keychain is locked",
        ),
        (
            KeyError::TimedOut,
            "Keychain did not answer",
            "the keychain did not answer in time",
        ),
        (
            KeyError::Denied,
            "Keychain denied access",
            "the keychain denied access",
        ),
        (
            KeyError::Missing,
            "No keychain is running",
            "no keychain is running",
        ),
        (
            KeyError::VaultLocked,
            "Encrypted key file is locked",
            "the encrypted key file is locked",
        ),
        (
            KeyError::AppLocked,
            "Codec Server is locked",
            "the app is locked",
        ),
        (
            KeyError::EntryGone,
            "Key is no longer in the keychain",
            "the key is no longer in the keychain",
        ),
    ] {
        let code = if error == KeyError::AppLocked {
            "LOCKED"
        } else {
            "KEYCHAIN_UNAVAILABLE"
        };
        check(
            || rules(keychain(error)),
            Ask::post("/decode", &payloads(&[sealed])),
            &format!("423 {phrase}"),
            &format!("key \"prod-2024\" is not available: {reason} (payload 1 of 1)"),
            &json_at(code, 0),
        )
        .await;
    }
}

#[tokio::test]
async fn payloads_that_cannot_be_encoded() {
    check(
        || rules(profile(chain(sample_keys(&[]), None))),
        Ask::post("/encode", &payloads(&[PLAIN])),
        "422 No key chosen for this Namespace",
        "no key is chosen to encode with for this Namespace",
        &json("NO_ENCODE_KEY"),
    )
    .await;
    check(
        || rules(codec(Fails(CodecError::NoEncodeKey))),
        Ask::post("/encode", &payloads(&[PLAIN])),
        "422 No key chosen for this Namespace",
        "no key is chosen to encode with (payload 1 of 1)",
        &json_at("NO_ENCODE_KEY", 0),
    )
    .await;
    check(
        || rules(profile(chain(sample_keys(&[]), Some("gone")))),
        Ask::post("/encode", &payloads(&[PLAIN])),
        "422 Key not found: gone",
        "key \"gone\" was not found (payload 1 of 1)",
        &json_at("KEY_NOT_FOUND", 0),
    )
    .await;
    check(
        || {
            rules(codec(Fails(CodecError::KeyUnfit {
                id: KeyId::new("short"),
                bits: 40,
            })))
        },
        Ask::post("/encode", &payloads(&[PLAIN])),
        "422 Key does not fit the format",
        "key \"short\", of 40 bits, does not fit the cipher of this format (payload 1 of 1)",
        &json_at("KEY_UNFIT", 0),
    )
    .await;
    check(
        || {
            rules(codec(Fails(CodecError::MetadataMissing {
                name: "tracecat_workspace_id".to_owned(),
            })))
        },
        Ask::post("/encode", &payloads(&[PLAIN])),
        "422 Format needs metadata: tracecat_workspace_id",
        "the format needs metadata \"tracecat_workspace_id\", which the Payload does not have (payload 1 of 1)",
        &json_at("METADATA_MISSING", 0),
    )
    .await;
    check(
        || rules(codec(Fails(CodecError::NoRandomness))),
        Ask::post("/encode", &payloads(&[PLAIN])),
        "500 Codec Server error",
        "the operating system provides no random numbers (payload 1 of 1)",
        &json_at("INTERNAL", 0),
    )
    .await;
}

#[tokio::test]
async fn key_ids_cannot_break_out_of_the_phrase_or_the_line() {
    for (id, phrase) in [
        ("", "Key not found: (empty id)".to_owned()),
        (
            "a\r\nSet-Cookie: x=1",
            "Key not found: a??Set-Cookie: x=1".to_owned(),
        ),
        (
            "schlüssel\u{1f511}\0",
            "Key not found: schl?ssel??".to_owned(),
        ),
        (
            &"k".repeat(500),
            format!("Key not found: {}...", "k".repeat(62)),
        ),
    ] {
        let reply = reply(
            rules(codec(Fails(CodecError::KeyNotFound(KeyId::new(id))))),
            &Ask::post("/decode", &payloads(&[FAILS])),
        )
        .await;
        assert_eq!(reply.phrase, phrase);
        assert_eq!(reply.header("set-cookie"), None);
        assert_eq!(
            reply.body.matches(['\n', '\r', '\0']).count(),
            1,
            "{:?}",
            reply.body
        );
        assert!(reply.body.chars().count() <= 301);
    }
}
