//! Data keys that a key service wraps, end to end: a file of keys names the command that unwraps them, and a fake one counts how
//! often it is run. It prints what it is given, so that a wrapped key is the key itself.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use payload_codec::{CodecSpec, KeyId, Keyring, SecretKey, build, preset};
use serde_json::{Value, json};
use support::app::exchange;
use support::cli::{Home, Serving};
use support::vectors::{payload, vectors};
use support::wire::{Ask, PLAIN};
use temporal_payload::{Payload, base64};
use zeroize::Zeroizing;

/// A Payload as Temporal Proxy seals it, with the data key `[n; 32]`.
fn by_proxy(n: u8, wrapped: &[u8]) -> Payload {
    sealed_by_proxy("awskms:///alias/payloads", n, wrapped)
}

/// As Temporal Proxy seals it, with the id of its wrapping key.
pub(super) fn sealed_by_proxy(id: &str, n: u8, wrapped: &[u8]) -> Payload {
    let id = KeyId::new(id);
    let mut keys = Keyring::default();
    let key = SecretKey::new(Zeroizing::new(vec![n; 32])).expect("a key");
    keys.insert(id.clone(), key);
    let spec: CodecSpec = preset("sdk-samples").expect("a preset").spec;
    let codec = build(&spec, "theirs", Arc::new(keys), Some(id)).expect("sound");
    let plain = Payload::from_json(PLAIN.as_bytes()).expect("a Payload");
    let mut sealed = codec.encode(&plain).expect("encoded").expect("sealed");
    let dek = base64::encode(wrapped).into_bytes();
    sealed.metadata.insert("encryption-dek".to_owned(), dek);
    sealed
}

/// A file of keys whose command writes a line to `runs`, then does what the script says.
fn keys(home: &Home, script: &str) -> String {
    let runs = home.path().join("runs");
    let command = format!("sh -c 'echo run >> {}; {script}'", runs.display());
    let file = json!({
        "keys": [],
        "wrapped_keys": [{"wrapped_by": ["awskms://*"], "command": command, "seconds": 1}],
    });
    home.file("keys.json", file.to_string())
}

fn runs(home: &Home) -> usize {
    fs::read_to_string(home.path().join("runs")).map_or(0, |runs| runs.lines().count())
}

pub(super) fn list(payloads: &[Payload]) -> String {
    let payloads: Vec<String> = payloads.iter().map(Payload::to_json).collect();
    format!("{{\"payloads\":[{}]}}", payloads.join(","))
}

pub(super) fn decode(server: &Serving, body: &str) -> (u16, Value) {
    let ask = Ask::post("/decode", body).header("Connection", "close");
    let answer = String::from_utf8(exchange(server.port(), &ask.bytes())).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    (
        status.expect("a status"),
        serde_json::from_str(body).expect("JSON"),
    )
}

#[test]
fn two_hundred_payloads_of_three_data_keys_are_three_questions() {
    let home = Home::new();
    let server = home.serve(&["--keys", &keys(&home, "sleep 0.1; cat"), "--port", "0"]);
    let payloads: Vec<Payload> = (0..200)
        .map(|n| n % 3 + 1)
        .map(|n| by_proxy(n, &[n; 32]))
        .collect();
    let body = list(&payloads);
    // Side by side, and once more when they are held.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| check_decoded(&server, &body));
        }
    });
    check_decoded(&server, &body);
    assert_eq!(runs(&home), 3);
    let ended = server.end("TERM");
    assert!(!ended.stderr.contains("No keys yet"), "{}", ended.stderr);
}

/// AWS KMS unwraps only with the encryption context that the message has in its head.
#[test]
fn a_message_of_the_aws_encryption_sdk_tells_the_command_its_context() {
    let home = Home::new();
    let script = home.file(
        "unwrap.sh",
        // Each byte was wrapped by taking one from it.
        r#"printf %s "$2" > "$3"; printf %s "$1" | base64 -d | LC_ALL=C tr '\000-\377' '\001-\377\000'"#,
    );
    let told = home.path().join("told");
    let file = json!({
        "keys": [],
        "wrapped_keys": [{
            "wrapped_by": ["arn:aws:kms:*"],
            "command": format!("sh {script} {{base64}} {{context}} {}", told.display()),
        }],
    });
    let keys = home.file("keys.json", file.to_string());
    let server = home.serve(&["--keys", &keys, "--port", "0"]);
    for vector in vectors("oracle-aws-message-opens.json") {
        let name = &vector["name"];
        let (status, answer) = decode(&server, &list(&[payload(&vector["encoded"])]));
        assert_eq!(status, 200, "{name}");
        assert_eq!(answer["payloads"][0], vector["decoded"], "{name}");
    }
    // The data key of the last one is held; that of the first with a context of its own was asked for with it.
    let told: Value = serde_json::from_slice(&fs::read(told).expect("told")).expect("JSON");
    assert_eq!(told["signature"], "a workflow id");
    server.end("TERM");
}

/// What a recipient's key on P-256 needs of openssl: the shared secret, and AES-GCM by its counter, whose tag is that of the data key.
const OF_P256: &str = r#"cat > "$2/wrapped"
{ printf '\060\131\060\023\006\007\052\206\110\316\075\002\001\006\010\052\206\110\316\075\003\001\007\003\102\000'; head -c 65 "$2/wrapped"; } |
  openssl pkey -pubin -inform DER -out "$2/once.pem"
hex() { od -An -v -tx1 | tr -d ' \n'; }
key=$(openssl pkeyutl -derive -inkey "$1" -peerkey "$2/once.pem" | hex)
iv=$(tail -c +66 "$2/wrapped" | head -c 12 | hex)
tail -c +78 "$2/wrapped" | head -c 32 | openssl enc -d -aes-256-ctr -K "$key" -iv "${iv}00000002"
"#;

/// Node's WebCrypto sealed them, and openssl unwraps their data keys.
#[test]
fn a_key_sealed_envelope_opens_with_a_command_that_has_its_recipients_key() {
    let home = Home::new();
    let script = home.file("p256.sh", OF_P256);
    let vectors = vectors("oracle-key-sealed.json");
    assert_eq!(vectors.len(), 6);
    for vector in vectors {
        let name = vector["name"].as_str().expect("a name");
        let pem = home.file(
            "private.pem",
            vector["recipient_pem"].as_str().expect("PEM"),
        );
        let command = match name.starts_with("RSA") {
            true => format!(
                "openssl pkeyutl -decrypt -inkey {pem} -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256"
            ),
            false => format!("sh {script} {pem} {}", home.path().display()),
        };
        let file = json!({
            "keys": [],
            "wrapped_keys": [{"wrapped_by": [vector["recipient"]], "command": command}],
        });
        let keys = home.file("keys.json", file.to_string());
        let input = vector["encoded"].to_string();
        let ran = home.run(&["decode", "--keys", &keys], input.as_bytes());
        assert_eq!(ran.status, Some(0), "{name}: {}", ran.stderr);
        let decoded: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        assert_eq!(decoded, vector["decoded"], "{name}");
        // Without it, it is named with what it needs.
        let none = home.file("none.json", r#"{"keys": []}"#);
        let ran = home.run(&["decode", "--keys", &none], input.as_bytes());
        let needs = "A key-sealed envelope, which needs a command that unwraps its data key with the private key of client-encrypter or worker-encrypter.";
        assert!(ran.stderr.contains(needs), "{}", ran.stderr);
    }
}

pub(super) fn check_decoded(server: &Serving, body: &str) {
    let (status, answer) = decode(server, body);
    assert_eq!(status, 200);
    let plain: Value = serde_json::from_str(PLAIN).expect("JSON");
    let payloads = answer["payloads"].as_array().expect("a list");
    assert_eq!(payloads.len(), 200);
    assert!(payloads.iter().all(|payload| *payload == plain));
}

#[test]
fn each_reason_is_said_and_the_other_payloads_are_decoded() {
    for (script, reason) in [
        (
            "cat >/dev/null; echo AccessDeniedException >&2; exit 254",
            "sh was denied access",
        ),
        (
            "echo ExpiredTokenException >&2; exit 255",
            "sh says that nobody is signed in",
        ),
        ("exit 7", "sh failed with exit status 7"),
        ("sleep 9", "sh did not answer within 1 seconds"),
        ("echo no key today", "what sh gave is no key"),
        (
            "echo AQIDBA==",
            "sh gave 4 bytes, and a data key has 16, 24 or 32",
        ),
    ] {
        let home = Home::new();
        let file = keys(&home, script);
        let input = format!(
            "{{\"payloads\":[{},{PLAIN}]}}",
            by_proxy(1, &[1; 32]).to_json()
        );
        let start = Instant::now();
        let ran = home.run(&["decode", "--keys", &file], input.as_bytes());
        assert_eq!(ran.status, Some(2), "{script}: {}", ran.stderr);
        let said = format!(
            "/payloads/0: The data key that \"awskms:///alias/payloads\" wraps was not unwrapped: {reason}."
        );
        assert!(ran.stderr.contains(&said), "{script}: {}", ran.stderr);
        assert!(ran.stderr.contains("this is run: sh -c"), "{}", ran.stderr);
        assert_eq!(runs(&home), 1, "{script}");
        assert!(start.elapsed() < Duration::from_secs(8), "{script}");
    }
}

/// What a key service hands out need not be the right key: the tag says so.
#[test]
fn another_data_key_opens_nothing() {
    let home = Home::new();
    let input = by_proxy(1, &[2; 32]).to_json();
    let ran = home.run(&["decode", "--keys", &keys(&home, "cat")], input.as_bytes());
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("does not open it"), "{}", ran.stderr);
    assert_eq!(ran.stdout.trim_end(), input);
}

#[test]
fn a_command_that_is_none_is_refused_with_its_place() {
    let home = Home::new();
    for (source, reason) in [
        (
            json!({"wrapped_by": ["*"], "command": "a | b"}),
            "\"wrapped_keys\" 1: ",
        ),
        (
            json!({"wrapped_by": [], "command": "a"}),
            "\"wrapped_keys\" 1: It names 1 to 50",
        ),
        (
            json!({"wrapped_by": ["*"], "command": "a", "seconds": 301}),
            "1 to 300 seconds",
        ),
    ] {
        let file = json!({"keys": [], "wrapped_keys": [source]}).to_string();
        let ran = home.run(&["decode", "--keys", &home.file("keys.json", file)], b"{}");
        assert_eq!(ran.status, Some(1));
        let has_reason = ran.stderr.to_lowercase().contains(&reason.to_lowercase());
        assert!(has_reason, "{}", ran.stderr);
    }
}

/// What came with a file of settings was agreed to by nobody: it is not run, and says so.
#[test]
fn a_command_of_imported_settings_is_not_run() {
    let here = support::app::TestApp::new();
    let ran = here.folder().path().join("ran");
    let file = here.folder().path().join("settings.json");
    let exported = json!({"temporal_codec_settings": 1, "settings": {
        "wrapped_keys": [{"wrapped_by": ["awskms://*"], "command": format!("touch {}", ran.display())}],
    }});
    app::write_atomically(&file, exported.to_string().as_bytes()).expect("written");
    let ticket = here.ticket("import_settings", &file);
    let preview = here.ok("preview_settings", json!({"file": ticket}));
    let rows = preview["differences"].as_array().expect("a list");
    let row = rows
        .iter()
        .find(|row| row["name"] == "Wrapped keys awskms://*");
    assert_eq!(row.expect("told")["opens"], true);
    here.ok("import_settings", json!({"seen": preview["seen"]}));
    let source = by_proxy(1, &[1; 32]).to_json();
    let inspected = here.ok("inspect", json!({"source": source}));
    let document = inspected["document"].clone();
    let view = here.ok("inspect_payload", json!({"document": document, "index": 0}));
    let text = view.to_string();
    assert!(text.contains("has not been confirmed"), "{text}");
    assert!(!ran.exists());
}
