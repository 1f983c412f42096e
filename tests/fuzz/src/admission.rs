//! Access tokens, key sets and access files: each is taken or there is a reason, and nobody is let in by what nobody signed.

use std::io::Write as _;
use std::sync::LazyLock;

use access::{Access, AccessFile, Asked, Decision, KeySet, Operation, Refusal, Unverified};
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::runtime::Runtime;

#[path = "../../support/tokens.rs"]
#[allow(dead_code, reason = "shared with other tests, which use the rest")]
mod tokens;

use tokens::{Signer, key_set};

const ISSUER: &str = "https://id.example.com";

struct Guard {
    runtime: Runtime,
    signer: Signer,
    access: Access,
    _keys: NamedTempFile,
}

static GUARD: LazyLock<Guard> = LazyLock::new(|| {
    let signer = Signer::new("EdDSA", "k1");
    let mut keys = NamedTempFile::new().expect("a file");
    write!(keys, "{}", key_set(&[&signer])).expect("written");
    let file = json!({
        "providers": [{"kind": "jwks-file", "path": keys.path(), "issuer": ISSUER, "audience": "codec"}],
        "default": "decode",
    });
    let file = AccessFile::parse(file.to_string().as_bytes()).expect("an access file");
    Guard {
        runtime: tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime"),
        signer,
        access: Access::new(&file).expect("access"),
        _keys: keys,
    }
});

impl Guard {
    fn decide(&self, authorization: &[u8], extras: Option<&[u8]>) -> Decision {
        let extras: Vec<&[u8]> = extras.into_iter().collect();
        let asked = Asked {
            operation: Operation::Decode,
            namespace: Some("orders"),
            is_page: true,
            authorization: &[authorization],
            extras: &extras,
        };
        self.runtime.block_on(self.access.decide(&asked))
    }
}

/// An access token: as it is, as a header, and as the header and claims (divided by a zero byte) of a token that the provider
/// signed.
pub fn token(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data)
        && let Err(refusal) = Unverified::parse(text)
    {
        assert!(!refusal.phrase().is_empty());
    }
    let header = [b"Bearer ", data].concat();
    for (authorization, extras) in [(data, None), (&header, None), (&header, Some(data))] {
        let decision = GUARD.decide(authorization, extras);
        assert!(decision.verdict.is_err(), "nobody signed it");
        assert_eq!(decision.who, None);
    }

    let (header, claims) = match data.iter().position(|byte| *byte == 0) {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (&br#"{"alg":"EdDSA","kid":"k1"}"#[..], data),
    };
    let (Ok(header), Ok(claims)) = (std::str::from_utf8(header), std::str::from_utf8(claims))
    else {
        return;
    };
    let signed = format!("Bearer {}", GUARD.signer.token_of(header, claims));
    match GUARD.decide(signed.as_bytes(), None).verdict {
        Ok(_) => {
            let claims: Value = serde_json::from_str(claims).expect("what is believed is JSON");
            assert_eq!(claims["iss"], ISSUER);
            assert!(claims["exp"].is_number());
            let audience = &claims["aud"];
            let several = audience.as_array().into_iter().flatten();
            assert!(*audience == "codec" || several.into_iter().any(|one| one == "codec"));
        }
        Err(refusal) => assert!(refusal.is_about_token(), "{refusal}"),
    }
}

/// A set of keys. What is in it that can verify nothing is left out, and what is left lets nobody in who did not sign with it.
pub fn key_sets(data: &[u8]) {
    if let Ok(set) = KeySet::parse(data) {
        let entries: Value = serde_json::from_slice(data).expect("a set is JSON");
        let entries = entries["keys"].as_array().expect("a list");
        assert!(set.len() <= entries.len());
    }
}

/// An access file: what is read is written as it was, is in force or refused, and lets in nobody without a token unless it says so.
pub fn access_file(data: &[u8]) {
    let Ok(file) = AccessFile::parse(data) else {
        return;
    };
    let written = serde_json::to_vec(&file).expect("an access file is JSON");
    let again = AccessFile::parse(&written).expect("our own JSON");
    assert!(again == file, "JSON keeps all");
    let Ok(access) = Access::new(&file) else {
        return;
    };
    let asked = Asked {
        operation: Operation::Decode,
        namespace: Some("orders.a1b2c"),
        is_page: data.len().is_multiple_of(2),
        authorization: &[],
        extras: &[],
    };
    let decision = GUARD.runtime.block_on(access.decide(&asked));
    assert_eq!(decision.who, None);
    if decision.verdict == Ok(access::Verdict::Decode) {
        assert!(access.lets_in_without_token());
    }
    if decision.verdict == Err(Refusal::TokenMissing) {
        assert!(access.verifies_tokens());
    }
}
