//! Access on a real socket: who is decoded, who gets the originals, who is refused, and what is said of it.

use std::io::Write as _;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use access::{Access, AccessFile, NewProgramToken};
use codec_server::{Code, Rules};
use serde_json::{Value, json};
use support::server::{TestServer, rules, sample_profile};
use support::tokens::{ALGORITHMS, Signer, key_set};
use support::wire::{Ask, EVIL, ORIGIN, PLAIN, SEALED, payloads};

const ISSUER: &str = "https://id.example.com";

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("after 1970").as_secs()
}

fn claims(email: &str) -> Value {
    json!({"iss": ISSUER, "sub": "u1", "aud": "codec", "exp": now() + 300, "email": email})
}

/// A Codec Server that asks for tokens of a provider with these keys, or for the token of a program.
struct Guarded {
    server: TestServer,
    program: NewProgramToken,
    _folder: tempfile::TempDir,
}

impl Guarded {
    async fn start(signers: &[&Signer], rules_of_access: Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("jwks.json");
        let mut file = std::fs::File::create(&path).expect("created");
        write!(file, "{}", key_set(signers)).expect("written");
        let program = NewProgramToken::make("cli").expect("random");
        let access = json!({
            "providers": [{"kind": "jwks-file", "path": path, "issuer": ISSUER, "audience": "codec"}],
            "programs": [program.entry],
            "rules": rules_of_access,
        });
        let access = AccessFile::parse(access.to_string().as_bytes()).expect("a file");
        let rules = Rules {
            access: Some(Arc::new(Access::new(&access).expect("access"))),
            ..rules(sample_profile())
        };
        Guarded {
            server: TestServer::start(rules).await,
            program,
            _folder: folder,
        }
    }
}

fn staff() -> Value {
    json!([
        {"name": "staff", "when": {"email_domain": "example.com"}, "then": "decode"},
        {"name": "guests", "when": {"email_domain": "guest.test"}, "then": "original"},
        {"name": "the CLI", "when": {"program": "cli"}, "then": "decode"},
    ])
}

fn page(path: &str, body: &str) -> Ask<'static> {
    let (path, body) = (path.to_owned().leak(), body.to_owned().leak());
    Ask::post(path, body).header("Origin", ORIGIN)
}

#[tokio::test]
async fn one_is_decoded_one_gets_the_originals_and_one_is_refused() {
    let signer = Signer::new("RS256", "k1");
    let guarded = Guarded::start(&[&signer], staff()).await;
    let sealed = payloads(&[SEALED]);
    for (email, line, body) in [
        ("ann@example.com", "200 OK", Some(payloads(&[PLAIN]))),
        ("bo@guest.test", "200 OK", Some(sealed.clone())),
        ("eve@evil.test", "403 Refused by the access rules", None),
    ] {
        let bearer = format!("Bearer {}", signer.token(&claims(email)));
        let ask = page("/orders/decode", &sealed).header("Authorization", &bearer);
        let reply = guarded.server.send(&ask).await;
        assert_eq!(reply.status_line(), line, "{email}");
        assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
        if let Some(body) = body {
            assert_eq!(reply.body, body);
        }
        let record = guarded.server.last_record();
        assert_eq!(record.who.as_deref(), Some(email));
        assert_eq!(record.namespace.as_ref().expect("named").as_str(), "orders");
        assert!(!format!("{record:?}").contains(&bearer[30..60]));
    }
    let rules: Vec<_> = guarded
        .server
        .records()
        .into_iter()
        .map(|record| record.access_rule)
        .collect();
    let rules: Vec<_> = rules
        .iter()
        .map(|rule| rule.as_deref().expect("decided"))
        .collect();
    assert_eq!(rules, ["staff", "guests", "default"]);

    // What may only be looked at as it is, is not encoded: the client would store plaintext.
    let bearer = format!("Bearer {}", signer.token(&claims("bo@guest.test")));
    let ask = page("/encode", &payloads(&[PLAIN])).header("Authorization", &bearer);
    let reply = guarded.server.send(&ask).await;
    assert_eq!(
        reply.status_line(),
        "403 Encoding is refused by the access rules"
    );
}

#[tokio::test]
async fn the_web_ui_s_two_headers_and_a_preflight_without_either() {
    let signer = Signer::new("ES256", "k1");
    let guarded = Guarded::start(&[&signer], staff()).await;
    let id_token = signer.token(&claims("ann@example.com"));
    // Google's access tokens are opaque; its ID token is a JWT.
    let ask = page("/decode", &payloads(&[SEALED]))
        .header("Authorization", "Bearer ya29.opaque")
        .header("Authorization-Extras", &id_token);
    let reply = guarded.server.send(&ask).await;
    assert_eq!(reply.body, payloads(&[PLAIN]));

    let preflight = Ask::new("OPTIONS", "/decode")
        .header("Origin", ORIGIN)
        .header("Access-Control-Request-Method", "POST")
        .header(
            "Access-Control-Request-Headers",
            "authorization,authorization-extras",
        );
    let reply = guarded.server.send(&preflight).await;
    assert_eq!(reply.status, 204);
}

#[tokio::test]
async fn bad_tokens_read_nothing_and_say_why() {
    let signers: Vec<Signer> = ALGORITHMS.iter().map(|alg| Signer::new(alg, alg)).collect();
    let guarded = Guarded::start(&signers.iter().collect::<Vec<_>>(), staff()).await;
    let stranger = Signer::new("ES256", "unheard-of");
    let good = claims("ann@example.com");
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        signers[0].token(&claims)
    };
    for signer in &signers {
        let bearer = format!("bearer {}", signer.token(&good));
        let ask = page("/decode", &payloads(&[SEALED])).header("Authorization", &bearer);
        assert_eq!(
            guarded.server.send(&ask).await.status,
            200,
            "{}",
            signer.alg
        );
    }
    let unsigned = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29tIn0.";
    for (bearer, line) in [
        (None, "401 Access token missing"),
        (
            Some("opaque".to_owned()),
            "401 Access token is opaque, not a JWT: cannot be verified",
        ),
        (
            Some(unsigned.to_owned()),
            "401 Access token is not signed (alg: none)",
        ),
        (
            Some(with("exp", json!(now() - 70))),
            "401 Access token has expired",
        ),
        (
            Some(with("nbf", json!(now() + 90))),
            "401 Access token is not valid yet",
        ),
        (
            Some(with("aud", json!("other"))),
            "401 Access token is for another audience",
        ),
        (
            Some(with("iss", json!("https://evil.test"))),
            "401 Access token is from an issuer that is not accepted",
        ),
        (
            Some(stranger.token(&good)),
            "401 Access token is signed with a key that the provider does not list",
        ),
    ] {
        let mut ask = page("/decode", &payloads(&[SEALED]));
        let bearer = bearer.map(|token| format!("Bearer {token}"));
        if let Some(bearer) = &bearer {
            ask = ask.header("Authorization", bearer);
        }
        let reply = guarded.server.send(&ask).await;
        assert_eq!(reply.status_line(), line);
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
        let record = guarded.server.last_record();
        assert!(matches!(record.code, Some(Code::Access(_))), "{line}");
        assert_eq!(
            (record.bytes_in, record.payloads.total, record.who),
            (0, 0, None)
        );
    }
}

#[tokio::test]
async fn a_program_s_token_is_for_programs() {
    let signer = Signer::new("EdDSA", "k1");
    let guarded = Guarded::start(&[&signer], staff()).await;
    let bearer = format!("Bearer {}", *guarded.program.token);
    let ask = Ask::post("/decode", &payloads(&[SEALED])).header("Authorization", &bearer);
    let reply = guarded.server.send(&ask).await;
    assert_eq!(reply.body, payloads(&[PLAIN]));
    assert_eq!(guarded.server.last_record().who.as_deref(), Some("cli"));

    let reply = guarded
        .server
        .send(&ask.clone().header("Origin", ORIGIN))
        .await;
    assert_eq!(
        reply.status, 401,
        "a page that got hold of it is no program"
    );
    let ask = Ask::post("/decode", "{}").header("Authorization", "Bearer tcodec_guess");
    let reply = guarded.server.send(&ask).await;
    assert_eq!(reply.status_line(), "401 Program token not known");
}

#[tokio::test]
async fn a_good_token_opens_no_other_door() {
    let signer = Signer::new("EdDSA", "k1");
    let guarded = Guarded::start(
        &[&signer],
        json!([{"when": {"operation": "decode"}, "then": "decode"}]),
    )
    .await;
    let bearer = format!("Bearer {}", signer.token(&claims("ann@example.com")));
    let ask = Ask::post("/decode", &payloads(&[SEALED])).header("Authorization", &bearer);
    let stranger = guarded
        .server
        .send(&ask.clone().header("Origin", EVIL))
        .await;
    assert_eq!(stranger.status_line(), "403 Origin not allowed");
    let rebound = ask.clone().without("Host").header("Host", "evil.test");
    let rebound = guarded.server.send(&rebound).await;
    assert_eq!(rebound.status_line(), "403 Host not allowed");
    let typed = ask
        .without("Content-Type")
        .header("Content-Type", "text/plain");
    assert_eq!(guarded.server.send(&typed).await.status, 415);
}
