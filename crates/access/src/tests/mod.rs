//! Tables: tokens that hold and that do not, keys that are to be had or not, rules.

mod files;

mod key_sets;

mod rules;

mod tokens;

use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::signers::{Signer, key_set};
use crate::{Access, AccessFile, Asked, Decision, Operation, Refusal, Verdict};

/// The time of these tests, in seconds since 1970.
const NOW: u64 = 1_800_000_000;
const ISSUER: &str = "https://id.example.com";

fn file(value: &Value) -> AccessFile {
    AccessFile::parse(value.to_string().as_bytes()).expect("an access file")
}

/// Access by a provider with these keys, in a file that is kept for as long as the test runs.
fn access_of(folder: &Path, signers: &[&Signer], rules: &Value) -> Access {
    let path = folder.join("jwks.json");
    let mut written = std::fs::File::create(&path).expect("created");
    write!(written, "{}", key_set(signers)).expect("written");
    let provider = json!({
        "kind": "jwks-file", "path": path, "issuer": ISSUER, "audience": ["codec", "ui"],
    });
    let access = json!({"providers": [provider], "rules": rules, "default": "decode"});
    Access::new(&file(&access)).expect("access")
}

fn claims() -> Value {
    json!({"iss": ISSUER, "sub": "u1", "aud": "codec", "exp": NOW + 300, "email": "Ann@Example.com"})
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().expect("claims").remove(name);
    claims
}

/// What a page with these tokens gets that asks to decode for `orders`.
async fn page(access: &Access, bearer: Option<&str>, extras: Option<&str>) -> Decision {
    let bearer = bearer.map(|token| format!("Bearer {token}"));
    let bearer: Vec<&[u8]> = bearer.iter().map(|value| value.as_bytes()).collect();
    let extras: Vec<&[u8]> = extras.iter().map(|value| value.as_bytes()).collect();
    let asked = Asked {
        operation: Operation::Decode,
        namespace: Some("orders"),
        is_page: true,
        authorization: &bearer,
        extras: &extras,
    };
    access.decide_at(&asked, NOW).await
}

async fn refusal(access: &Access, token: &str) -> Result<Verdict, Refusal> {
    page(access, Some(token), None).await.verdict
}
