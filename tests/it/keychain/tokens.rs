//! Where tokens of clients, and the key of the authority for HTTPS, are in the memory of a process that serves.
//!
//! A token is nowhere once its connection is closed, but in memory that was freed: the HTTP and the TLS library read into buffers of
//! their own, which they do not overwrite. So the process whose memory is searched for tokens has an allocator that overwrites what is
//! freed (`junk:free` of jemalloc), and what is found is kept by somebody. The key of the authority is nowhere once a certificate is
//! issued, without that.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use access::NewProgramToken;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use support::app::send;
use support::cli::{SAMPLE_KEYS, Serving, program, run, serve};
use support::keyring::PrivateKeyring;
use support::tls;
use support::tokens::{Signer, key_set};
use support::wire::{Ask, ORIGIN, PLAIN, SEALED, Wire, payloads};
use uuid::Uuid;

use crate::memory::Traces;

const ISSUER: &str = "https://id.example.com";
const PATIENCE: Duration = Duration::from_secs(20);
/// Requests without a token that follow.
const AFTERWARDS: usize = 40;

/// A server on http and HTTPS with an authority in a keychain of its own, and whose tokens it takes.
struct Hosted {
    keyring: PrivateKeyring,
    serving: Serving,
    /// The certificate of its authority.
    trusted: String,
}

impl Hosted {
    fn start(allocator: &str, signer: &Signer, programs: &[&NewProgramToken]) -> Self {
        let keyring = PrivateKeyring::unlocked();
        file(&keyring, "jwks.json", &key_set(&[signer]));
        file(&keyring, "access.json", &access(&keyring, programs));
        let mut authority = keyring.command(program());
        authority.arg("authority");
        authority.stdout(Stdio::piped()).stderr(Stdio::piped());
        let trusted = run(authority, b"").stdout;
        let mut command = keyring.command(program());
        command.env("_RJEM_MALLOC_CONF", allocator);
        command.args(["serve", "--port", "0", "--https", "--https-port", "0"]);
        command.args(["--keys", "-", "--access"]);
        command.arg(keyring.path().join("access.json"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let serving = serve(command, SAMPLE_KEYS.as_bytes());
        Hosted {
            keyring,
            serving,
            trusted,
        }
    }

    /// A connection to each of its listeners.
    async fn connections(&self) -> [Wire; 2] {
        let address = |port| -> SocketAddr { (Ipv4Addr::LOCALHOST, port).into() };
        let https = address(self.serving.https_port());
        let secure = tls::connect(https, "localhost", &[&self.trusted], &[]).await;
        [
            Wire::connect(address(self.serving.port())).await,
            Wire::over(secure.expect("trusted")),
        ]
    }

    #[track_caller]
    fn check_gone(&self, traces: &Traces, what: &str) {
        // A connection, and what it holds, may go a moment after its client went.
        let start = Instant::now();
        loop {
            let found = traces.find(self.serving.id());
            if found.is_empty() {
                return;
            }
            assert!(
                start.elapsed() < Duration::from_secs(5),
                "{what}: {found:#?}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn file(keyring: &PrivateKeyring, name: &str, content: &Value) {
    let content = content.to_string();
    app::write_atomically(&keyring.path().join(name), content.as_bytes()).expect("written");
}

fn access(keyring: &PrivateKeyring, programs: &[&NewProgramToken]) -> Value {
    let provider = json!({
        "kind": "jwks-file", "path": keyring.path().join("jwks.json"), "issuer": ISSUER, "audience": "codec",
    });
    let programs: Vec<_> = programs.iter().map(|made| &made.entry).collect();
    let rules = json!([
        {"when": {"client": "named-program"}, "then": "decode"},
        {"when": {"email_domain": "example.com"}, "then": "decode"},
    ]);
    json!({"providers": [provider], "programs": programs, "rules": rules, "default": "refuse"})
}

/// A token that nobody else has, for somebody who may decode.
fn jwt(signer: &Signer) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let until = now.expect("a time").as_secs() + 300;
    signer.token(&json!({
        "jti": [Uuid::new_v4(), Uuid::new_v4()], "sub": Uuid::new_v4(), "iss": ISSUER, "aud": "codec", "exp": until,
        "email": "ann@example.com",
    }))
}

/// What is looked for of a JWT: its signature, and the part of its claims that is its own alone.
fn of_jwt(token: &str) -> Traces {
    let (signed, signature) = token.rsplit_once('.').expect("signed");
    let (_, claims) = signed.split_once('.').expect("claims");
    let own = [&claims[16..80], signature].concat();
    Traces::of(own.as_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_of_clients() {
    let signer = Signer::new("ES256", "k1");
    let made = NewProgramToken::make("ci").expect("random");
    let other = NewProgramToken::make("other").expect("random");
    let hosted = Hosted::start("junk:free", &signer, &[&made, &other]);
    let (access_token, id_token) = (jwt(&signer), jwt(&signer));
    let all = [
        ("the token of a program", Traces::of(made.token.as_bytes())),
        ("an access token", of_jwt(&access_token)),
        ("an ID token", of_jwt(&id_token)),
    ];
    let sealed = payloads(&[SEALED]);
    let of_program = Ask::post("/decode", &sealed)
        .header("Authorization", &format!("Bearer {}", *made.token))
        .bytes();
    let of_page = Ask::post("/decode", &sealed)
        .header("Origin", ORIGIN)
        .header("Authorization", &format!("Bearer {access_token}"))
        .header("Authorization-Extras", &id_token)
        .bytes();
    let mut open = hosted.connections().await;
    for wire in &mut open {
        for ask in [&of_program, &of_page] {
            wire.send(ask).await;
            let reply = wire.reply().await;
            assert_eq!(reply.body, payloads(&[PLAIN]));
        }
    }

    // Revoked, and replaced.
    file(
        &hosted.keyring,
        "access.json",
        &access(&hosted.keyring, &[&other]),
    );
    hosted.serving.signal("HUP");
    let start = Instant::now();
    loop {
        open[0].send(&of_program).await;
        if open[0].reply().await.status == 401 {
            break;
        }
        assert!(start.elapsed() < PATIENCE, "it is revoked");
    }
    let there = |(_, traces): &(&str, Traces)| !traces.find(hosted.serving.id()).is_empty();
    assert!(all.iter().any(there), "the look finds what is there");
    drop(open);
    for _ in 0..AFTERWARDS / 2 {
        for wire in &mut hosted.connections().await {
            wire.send(&Ask::post("/decode", &sealed).bytes()).await;
            assert_eq!(wire.reply().await.status, 401);
        }
    }
    for (what, traces) in &all {
        hosted.check_gone(traces, what);
    }
    let bearer = format!("Bearer {}", *other.token);
    let ask = Ask::post("/decode", &sealed).header("Authorization", &bearer);
    assert_eq!(send(hosted.serving.port(), ask).body, payloads(&[PLAIN]));
}

/// Where the private number of a P-256 key is in PKCS #8 as `ring` writes it (RFC 5958, RFC 5915).
const SCALAR: std::ops::Range<usize> = 36..68;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_of_the_authority_for_https() {
    let hosted = Hosted::start("", &Signer::new("ES256", "k1"), &[]);
    for wire in &mut hosted.connections().await {
        wire.send(&Ask::new("GET", "/health").bytes()).await;
        assert_eq!(wire.reply().await.status, 200);
    }
    let kept = hosted.keyring.lookup(app::IDENTIFIER, "https-authority");
    let kept: Value = serde_json::from_slice(&kept).expect("JSON");
    let text = kept["key"].as_str().expect("a key");
    let der = URL_SAFE_NO_PAD.decode(text).expect("base64");
    assert_eq!(
        der[SCALAR.start - 2..SCALAR.start],
        [0x04, 32],
        "an octet string"
    );
    let raw = Traces::of(&der[SCALAR]);
    // Three bytes are four letters of base64: as DER is spelled in PEM and in the keychain, the number begins with a letter of its own.
    let letters = SCALAR.start / 3 * 4..SCALAR.end / 3 * 4;
    let spelled = Traces::of(text[letters.clone()].as_bytes());
    let pem = text[letters].replace('-', "+").replace('_', "/");
    for (what, traces) in [
        ("its number", raw),
        ("as the keychain has it", spelled),
        ("as PEM has it", Traces::of(pem.as_bytes())),
    ] {
        hosted.check_gone(&traces, what);
    }
}
