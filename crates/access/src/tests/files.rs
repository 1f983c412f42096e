//! The access file, and its schema.

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::{Access, AccessFile, InvalidAccess, MAX_FILE_BYTES};

fn schema() -> Validator {
    let schema: Value = serde_json::from_str(AccessFile::json_schema()).unwrap();
    jsonschema::validator_for(&schema).expect("a schema")
}

fn everything() -> Value {
    json!({
        "$schema": "access.schema.json",
        "providers": [
            {"kind": "temporal-cloud"},
            {"kind": "temporal-cloud", "issuer": "https://x.test/", "audience": "a", "skew_seconds": 0},
            {"kind": "oidc", "issuer": "https://id.example.com", "audience": ["a", "b"]},
            {"kind": "oidc", "issuer": "http://localhost:9000", "audience": "a"},
            {"kind": "jwks-url", "url": "https://x.test/k", "issuer": "x", "audience": "a"},
            {"kind": "jwks-file", "path": "keys.json", "issuer": "x", "audience": "a", "skew_seconds": 600},
        ],
        "programs": [{"name": "cli", "token_sha256": "0".repeat(64)}],
        "programs_need_token": true,
        "rules": [
            {"name": "all", "when": {
                "client": "named-program", "program": "cli", "email": "a", "email_domain": ["b"],
                "permission": "admin", "claim": {"path": "x", "is": "y"},
                "namespace": ["n-*"], "operation": "download",
            }, "then": "original"},
            {"when": {"client": "page"}, "then": "decode"},
        ],
        "default": "refuse",
    })
}

/// What neither takes: the file and its schema say the same.
fn broken() -> Vec<Value> {
    let change = |pointer: &str, name: &str, value: Value| {
        let mut file = everything();
        file.pointer_mut(pointer).unwrap()[name] = value;
        file
    };
    vec![
        json!([]),
        json!("x"),
        json!({"rules": [["name", {}, "decode"]]}),
        json!({"programs": [["cli", "0".repeat(64)]]}),
        change("/rules/0", "when", json!([])),
        change("/rules/0/when", "claim", json!(["x", "y"])),
        change("", "unknown", json!(1)),
        change("", "default", json!("allow")),
        change("/providers/0", "kind", json!("auth0")),
        change("/providers/0", "client_id", json!("x")),
        change("/providers/2", "audience", json!(7)),
        change("/providers/2", "audience", json!([])),
        change("/providers/2", "audience", json!("")),
        change("/providers/3", "skew_seconds", json!(601)),
        change("/providers/3", "skew_seconds", json!(-1)),
        change("/programs/0", "token_sha256", json!("0")),
        change("/programs/0", "token", json!("x")),
        change("", "programs_need_token", json!("yes")),
        change("/rules/0", "then", json!("Decode")),
        change("/rules/0", "if", json!({})),
        change("/rules/0/when", "client", json!("browser")),
        change("/rules/0/when", "emails", json!("x")),
        change("/rules/0/when", "email", json!("")),
        change("/rules/0/when", "namespace", json!([])),
        change("/rules/0/when", "permission", json!("reader")),
        change("/rules/0/when/claim", "equals", json!("x")),
        json!({"rules": [{"when": {"client": "page"}}]}),
        json!({"rules": [{"when": {}, "then": "decode"}]}),
        json!({"rules": [{"when": {"email": null, "client": null}, "then": "decode"}]}),
        json!({"rules": [{"name": "all", "then": "refuse"}]}),
        json!({"providers": [{"kind": "oidc", "issuer": "https://x.test"}]}),
    ]
}

#[test]
fn the_file_and_its_schema_agree() {
    let schema = schema();
    let everything = everything();
    schema.validate(&everything).expect("as the schema says");
    let file = AccessFile::parse(everything.to_string().as_bytes()).expect("an access file");
    Access::new(&file).expect("access");
    assert_eq!(
        serde_json::to_value(&file).unwrap(),
        everything,
        "nothing is lost"
    );
    for bad in broken() {
        assert!(!schema.is_valid(&bad), "{bad}");
        let made =
            AccessFile::parse(bad.to_string().as_bytes()).and_then(|file| Access::new(&file));
        assert!(made.is_err(), "{bad}");
    }
    // Every name of the schema is one of the file's: a value that holds all of them was read above.
    let named = [
        "kind",
        "issuer",
        "audience",
        "skew_seconds",
        "url",
        "path",
        "name",
        "token_sha256",
    ];
    for name in named {
        assert!(
            everything.to_string().contains(&format!("\"{name}\"")),
            "{name}"
        );
    }
}

#[test]
fn what_the_schema_cannot_say_is_refused_too() {
    let entry = json!({"name": "x", "token_sha256": "0".repeat(64)});
    for bad in [
        json!({"programs": [entry, entry]}),
        json!({"providers": [{"kind": "oidc", "issuer": "http://id.example.com", "audience": "a"}]}),
        json!({"providers": [{"kind": "oidc", "issuer": "", "audience": "a"}]}),
        json!({"providers": [{"kind": "jwks-url", "url": "ftp://x/", "issuer": "x", "audience": "a"}]}),
        json!({"providers": [{"kind": "jwks-url", "url": "http://localhost.evil.test/", "issuer": "x", "audience": "a"}]}),
        json!({"rules": [{"when": {"client": "page", "program": "x"}, "then": "decode"}]}),
        json!({"rules": vec![json!({"when": {"client": "page"}, "then": "decode"}); 1001]}),
    ] {
        let made =
            AccessFile::parse(bad.to_string().as_bytes()).and_then(|file| Access::new(&file));
        assert!(made.is_err(), "{bad:.120}");
    }
    let twice = br#"{"default": "decode", "default": "refuse"}"#;
    assert_eq!(AccessFile::parse(twice), Err(InvalidAccess::NameTwice));
    assert_eq!(AccessFile::parse(b"{"), Err(InvalidAccess::NotJson));
    let large = vec![b' '; MAX_FILE_BYTES + 1];
    assert_eq!(AccessFile::parse(&large), Err(InvalidAccess::TooLarge));
}

/// It would let everybody in, or end the list: the error says which rule it is, and that the default is what was meant.
#[test]
fn a_rule_without_a_condition_is_refused_and_told_what_to_do() {
    let conditional = json!({"when": {"email": "a@x"}, "then": "refuse"});
    for bare in [
        json!({"then": "decode"}),
        json!({"name": "all", "when": {}, "then": "original"}),
        json!({"when": {"namespace": null}, "then": "refuse"}),
    ] {
        let file = json!({"rules": [conditional, bare], "default": "refuse"});
        let refused = AccessFile::parse(file.to_string().as_bytes()).expect_err("no condition");
        assert_eq!(
            refused.to_string(),
            "rule 2: it is for everybody and everything; say in \"when\" for whom or for what it is, or remove it: \
             \"default\" decides about the rest",
            "{bare}"
        );
    }
}

/// Whoever pastes a token into the wrong place finds it in no log.
#[test]
fn what_is_wrong_is_told_without_what_stands_there() {
    const SECRET: &str = "tcodec_a, expected hunter2";
    let places = [
        ("", "programs"),
        ("", "rules"),
        ("", "providers"),
        ("", "default"),
        ("", "programs_need_token"),
        ("", SECRET),
        ("/programs/0", "name"),
        ("/programs/0", SECRET),
        ("/providers/1", "kind"),
        ("/providers/1", "skew_seconds"),
        ("/rules/0", "when"),
        ("/rules/0", "then"),
        ("/rules/0/when", "client"),
        ("/rules/0/when", "permission"),
        ("/rules/0/when", "claim"),
        ("/rules/0/when", "operation"),
    ];
    for (pointer, name) in places {
        for value in [json!(SECRET), json!([SECRET]), json!({ SECRET: SECRET })] {
            let mut file = everything();
            file["programs"][0]["token_sha256"] = json!("short");
            file.pointer_mut(pointer).unwrap()[name] = value;
            let file = AccessFile::parse(file.to_string().as_bytes());
            let refused = file.and_then(|file| Access::new(&file)).map(drop);
            let told = refused.expect_err(name).to_string();
            assert!(
                !told.contains("tcodec_a") && !told.contains("hunter2"),
                "{name}: {told}"
            );
        }
    }
    let mut file = everything();
    file["providers"][4]["url"] = json!("http://user:hunter2@id.test/keys?key=hunter2");
    let file = AccessFile::parse(file.to_string().as_bytes()).expect("its shape is good");
    let told = Access::new(&file)
        .map(drop)
        .expect_err("no https")
        .to_string();
    assert_eq!(
        told,
        "\"http://id.test/keys\" is not an https URL; http is accepted for this machine only"
    );
}
