//! The JSON Schema of a codec spec says what the code reads: every preset fits both, and what one refuses the other refuses.

use payload_codec::{CodecSpec, presets};
use serde_json::{Value, json};
use support::vectors::tests_folder;

fn validator() -> jsonschema::Validator {
    let path = tests_folder().join("../crates/payload-codec/codec-spec.schema.json");
    let text = std::fs::read(&path).expect("the schema is there");
    let schema: Value = serde_json::from_slice(&text).expect("JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("a sound schema");
    jsonschema::validator_for(&schema).expect("a schema")
}

fn read(spec: &Value) -> Result<CodecSpec, serde_json::Error> {
    serde_json::from_value(spec.clone())
}

/// A spec that uses every field.
fn full() -> Value {
    json!({
        "encoding": ["binary/ours", "binary/theirs"],
        "require": ["tenant"],
        "forbid": ["encryption-dek"],
        "key_id": "kid",
        "any_key": true,
        "write": { "tenant": "t1" },
        "key": {
            "from": "hkdf_sha256",
            "salt": [{ "text": "salt" }, "key_id"],
            "info": [{ "metadata": "tenant" }]
        },
        "cipher": "xchacha20-poly1305",
        "nonce": { "metadata": "nonce" },
        "aad": { "length_prefixed": ["key_id", { "metadata": "encoding" }] },
        "body": { "data": { "original_encoding": "was", "remove": ["more"], "leave_empty": true } },
        "framing": { "text_then_base64": "v1:" }
    })
}

#[test]
fn every_preset_fits_the_schema_and_reads_as_it_was_written() {
    let validator = validator();
    for preset in presets() {
        let written = serde_json::to_value(&preset.spec).expect("JSON");
        if let Err(error) = validator.validate(&written) {
            panic!("{}: {error}", preset.name);
        }
        assert_eq!(
            read(&written).expect("its own JSON"),
            preset.spec,
            "{}",
            preset.name
        );
    }
    assert!(validator.is_valid(&full()));
    let spec = read(&full()).expect("every field");
    assert_eq!(spec.check(), Ok(()));
    assert_eq!(serde_json::to_value(spec).expect("JSON"), full());
    let least = json!({ "encoding": "binary/ours", "cipher": "aes-gcm" });
    assert!(validator.is_valid(&least));
    assert_eq!(read(&least).expect("the least").check(), Ok(()));
}

/// Every place where a name is misspelled, a value is of another kind, or something is left out.
#[test]
fn what_the_schema_refuses_the_code_refuses() {
    let validator = validator();
    let mut changed = Vec::new();
    for pointer in [
        "",
        "/key",
        "/nonce",
        "/aad",
        "/body",
        "/body/data",
        "/framing",
        "/key/salt/0",
    ] {
        let mut spec = full();
        let place = spec.pointer_mut(pointer).expect("a place");
        place
            .as_object_mut()
            .expect("an object")
            .insert("unknown".to_owned(), json!("x"));
        changed.push((format!("{pointer}/unknown"), spec));
    }
    for (pointer, value) in [
        ("/encoding", json!(7)),
        ("/encoding", json!({})),
        ("/require", json!("tenant")),
        ("/require", json!([1])),
        ("/key_id", json!(["kid"])),
        ("/any_key", json!("yes")),
        ("/write", json!([])),
        ("/write", json!({ "tenant": 1 })),
        ("/key", json!({ "from": "elsewhere" })),
        ("/key", json!({})),
        ("/key", json!("secret")),
        ("/key", json!({ "from": "hkdf_sha256", "salt": [] })),
        ("/key/salt", json!(["unknown"])),
        ("/key/salt", json!([{ "text": 1 }])),
        ("/cipher", json!("aes-ecb")),
        ("/cipher", json!("AES-GCM")),
        ("/cipher", json!(null)),
        ("/nonce", json!({ "prefix": -1 })),
        ("/nonce", json!({ "prefix": "12" })),
        ("/nonce", json!("prefix")),
        ("/nonce", json!({ "prefix": 12, "metadata": "n" })),
        ("/aad", json!([])),
        ("/aad", json!("key_id")),
        ("/body", json!("data")),
        ("/body/data/remove", json!("x")),
        ("/body/data/leave_empty", json!(1)),
        ("/framing", json!("text_then_base64")),
        ("/framing", json!({ "text_then_base64": 1 })),
    ] {
        let mut spec = full();
        *spec.pointer_mut(pointer).expect("a place") = value;
        changed.push((
            format!("{pointer}: {}", spec.pointer(pointer).expect("a place")),
            spec,
        ));
    }
    for name in ["encoding", "cipher"] {
        let mut spec = full();
        spec.as_object_mut().expect("an object").remove(name);
        changed.push((format!("without {name}"), spec));
    }
    for (what, spec) in changed {
        assert!(!validator.is_valid(&spec), "the schema takes {what}");
        assert!(read(&spec).is_err(), "the code takes {what}");
    }
}
