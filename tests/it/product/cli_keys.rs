//! The file of keys in full: formats, Namespaces, profiles; the schema says what the program takes, and errors say where.

use serde_json::{Value, json};
use support::app::send;
use support::cli::{Home, SAMPLE_KEYS};
use support::vectors;
use support::wire::{Ask, PLAIN, SEALED, payloads};

/// The whole form, as the README shows it.
fn readme_file() -> String {
    let readme = std::fs::read_to_string(vectors::tests_folder().join("../README.md"));
    let readme = readme.expect("a README");
    let mut blocks = readme.split("```json\n").skip(1);
    let whole = blocks.find(|block| block.contains("\"profiles\""));
    let whole = whole.expect("the README shows a file with profiles");
    whole.split("```").next().expect("a block").to_owned()
}

fn validator() -> jsonschema::Validator {
    let load = |file: &str| -> Value {
        let path = vectors::tests_folder().join("../crates").join(file);
        serde_json::from_slice(&std::fs::read(path).expect("a schema")).expect("JSON")
    };
    let mut schema = load("cli/keys.schema.json");
    let mut spec = load("payload-codec/codec-spec.schema.json");
    assert_eq!(
        schema["$defs"]["spec"],
        json!({ "$ref": "../payload-codec/codec-spec.schema.json" })
    );
    // Editors follow the path; here the other file is put in its place.
    spec["$id"] = json!("urn:codec-spec");
    schema["$defs"]["spec"] = spec;
    jsonschema::draft202012::meta::validate(&schema).expect("a sound schema");
    jsonschema::validator_for(&schema).expect("a schema")
}

const WHOLE: &str = r#"{
  "keys": [
    {"id": "everywhere", "material": "test-key-test-key-test-key-test!", "format": "utf8",
     "also_opens": ["test-key-id"]},
    {"id": "prod", "material": "000102030405060708090a0b0c0d0e0f", "format": "hex",
     "namespaces": ["prod-*"], "label": "production"},
    {"id": "v1", "material": "root secret one", "format": "utf8", "preset": "tracecat"},
    {"id": "ours", "material": "101112131415161718191a1b1c1d1e1f", "format": "hex",
     "spec": {"encoding": "binary/ours", "key_id": "our-key", "cipher": "aes-gcm"}},
    {"id": "old", "material": "202122232425262728292a2b2c2d2e2f", "format": "hex", "retired": true}
  ],
  "default": {"compression": "zlib"},
  "profiles": [
    {"name": "Production", "namespaces": ["prod-*"], "encode_key": "production", "undecodable": "fail"},
    {"namespaces": ["open"], "no_codec": true},
    {"namespaces": ["ours"], "encode_key": "ours", "decode_keys": ["ours"]}
  ],
  "unlisted": "default"
}"#;

/// The metadata of the first Payload of a document, a value by its name.
fn metadata(document: &str, name: &str) -> String {
    use base64::Engine as _;
    let document: Value = serde_json::from_str(document).expect("JSON");
    let value = document["payloads"][0]["metadata"][name].as_str();
    let value = base64::engine::general_purpose::STANDARD.decode(value.unwrap_or_default());
    String::from_utf8(value.expect("base64")).expect("text")
}

#[test]
fn formats_namespaces_and_profiles_count_for_all_three_commands() {
    let home = Home::new();
    let keys = home.file("keys.json", WHOLE);
    let serving = home.serve(&["--port", "0", "--keys", &keys]);
    let plain = payloads(&[PLAIN]);
    let encode = |namespace: &str| {
        let ask = Ask::post("/encode", &plain).header("X-Namespace", namespace);
        send(serving.port(), ask).body
    };
    assert_eq!(metadata(&encode("dev"), "encryption-key-id"), "everywhere");
    assert_eq!(metadata(&encode("prod-eu"), "encryption-key-id"), "prod");
    assert_eq!(metadata(&encode("ours"), "our-key"), "ours");
    assert_eq!(encode("open"), plain);

    let run = |arguments: &[&str], input: &str| {
        let mut all = arguments.to_vec();
        all.extend(["--keys", &keys]);
        let ran = home.run(&all, input.as_bytes());
        (ran.status, ran.stdout.trim_end().to_owned(), ran.stderr)
    };
    // Whatever one encodes for a Namespace, the other decodes for it.
    for namespace in ["dev", "prod-eu", "ours"] {
        let (status, encoded, said) = run(&["encode", "--namespace", namespace], &plain);
        assert_eq!(status, Some(0), "{said}");
        for sealed in [&encoded, &encode(namespace)] {
            let (status, decoded, said) = run(&["decode", "--namespace", namespace], sealed);
            assert_eq!((status, decoded), (Some(0), plain.clone()), "{said}");
        }
    }
    let prod = encode("prod-eu");
    let (status, left, _) = run(&["decode"], &prod);
    assert_eq!(
        (status, left),
        (Some(2), prod),
        "not the default profile's key"
    );
    assert_eq!(
        run(&["decode"], &payloads(&[SEALED])).1,
        plain,
        "another id of a key"
    );

    let tracecat = &vectors::vectors("tracecat-aes256gcm.json")[0];
    let (status, decoded, _) = run(&["decode"], &tracecat["encoded"].to_string());
    assert_eq!(status, Some(0));
    let decoded: Value = serde_json::from_str(&decoded).expect("JSON");
    assert_eq!(
        vectors::payload(&decoded),
        vectors::payload(&tracecat["decoded"])
    );
}

/// A key that the file has and does not give to this decoding is told apart from one that it lacks.
#[test]
fn a_withheld_key_leads_to_its_entry_in_the_file() {
    let home = Home::new();
    let entry = |more: Value| {
        let mut entry = json!({
            "id": "test-key-id", "material": "test-key-test-key-test-key-test!", "format": "utf8"
        });
        let more = more.as_object().cloned();
        let fields = entry.as_object_mut().expect("an object");
        fields.extend(more.expect("an object"));
        json!([entry]).to_string()
    };
    for (name, list, why, way_out) in [
        (
            "retired.json",
            entry(json!({ "retired": true })),
            "is retired",
            "Change the key’s entry in",
        ),
        (
            "elsewhere.json",
            entry(json!({ "namespaces": ["prod"] })),
            "is not used in Namespace dev",
            "Change the key’s entry in",
        ),
        (
            "another.json",
            entry(json!({ "id": "another" })),
            "not found",
            "Add the key with this id to",
        ),
    ] {
        let keys = home.file(name, &list);
        let ran = home.run(
            &["decode", "--namespace", "dev", "--keys", &keys],
            SEALED.as_bytes(),
        );
        assert_eq!(ran.status, Some(2), "{name}: {}", ran.stderr);
        assert_eq!(ran.stdout.trim_end(), SEALED, "{name}");
        assert!(ran.stderr.contains("test-key-id"), "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains(why), "{name}: {}", ran.stderr);
        let way_out = format!("{way_out} \"{keys}\"");
        assert!(ran.stderr.contains(&way_out), "{name}: {}", ran.stderr);
    }
}

#[test]
fn the_schema_takes_what_the_program_takes() {
    let validator = validator();
    let short = r#"[{"id": "", "material": "AAECAwQFBgcICQoLDA0ODw=="}]"#;
    for file in [WHOLE, SAMPLE_KEYS, short, "[]", &readme_file()] {
        let value: Value = serde_json::from_str(file).expect("JSON");
        let wrong: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        let home = Home::new();
        let keys = home.file("keys.json", file);
        let ran = home.run(&["decode", "--keys", &keys], PLAIN.as_bytes());
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    }
}

/// A list of keys says of a spec what the editor says, with its place in the file.
#[test]
fn a_spec_in_a_list_of_keys_is_judged_in_the_words_of_the_editor() {
    let home = Home::new();
    let file = "{\n \"keys\": [\n  {\"id\": \"a\", \"material\": \"AAECAwQFBgcICQoLDA0ODw==\"},\n  \
        {\"id\": \"b\", \"material\": \"AAECAwQFBgcICQoLDA0ODw==\", \"spec\": {\"encoding\": \"x\", \"cipher\": \"aes-gcm\",\n   \
        \"nonce\": \"prefix\"}}]}";
    let keys = home.file("keys.json", file);
    let ran = home.run(&["decode", "--keys", &keys], PLAIN.as_bytes());
    assert_ne!(ran.status, Some(0));
    let said = "Key 2 of the list: its spec is wrong at line 5, column 13: \"nonce\" must be {\"prefix\": …}, {\"suffix\": …} or {\"metadata\": …}, not \"prefix\"";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
}

#[test]
fn what_is_wrong_is_named_by_its_place_and_never_quoted() {
    const SECRET: &str = "c2VjcmV0LW1hdGVyaWFs";
    let good =
        json!({ "id": "a", "material": "000102030405060708090a0b0c0d0e0f", "format": "hex" });
    let limited = json!({
        "id": "b", "material": "000102030405060708090a0b0c0d0e0f", "format": "hex",
        "namespaces": ["prod"]
    });
    let with = |field: &str, value: Value| {
        let mut entry = good.clone();
        entry["id"] = json!("other");
        entry[field] = value;
        json!({ "keys": [good, entry] })
    };
    let profile = |profile: Value| json!({ "keys": [good, limited], "profiles": [profile] });
    let spec = json!({ "encoding": "x", "cipher": "aes-gcm", "nonce": { "prefix": 3 } });
    // Only the code sees that nobody can find the key.
    let contradiction = json!({
        "encoding": "x", "cipher": "nacl-secretbox", "nonce": { "prefix": 24 },
        "aad": { "joined": ["key_id"] }, "key_id": SECRET
    });
    let both = json!({
        "id": "c", "material": "AAECAwQFBgcICQoLDA0ODw==", "preset": "kuflow",
        "spec": { "encoding": "x", "cipher": "aes-gcm" }
    });
    // With the place that the error names; the last word says whether the schema sees it as well.
    let cases = [
        (json!({ "profiles": [] }), "No key was found", true),
        (json!({ "keys": [good], SECRET: 1 }), "line 1, column", true),
        (with(SECRET, json!(1)), "line 1, column", true),
        (with("preset", json!(SECRET)), "Key 2 of the list", false),
        (
            with("spec", json!({ "encoding": "x", "cipher": SECRET })),
            "line 1, column",
            true,
        ),
        (with("spec", spec), "Key 2 of the list", true),
        (with("spec", contradiction), "Key 2 of the list", false),
        (with("material", json!(SECRET)), "Key 2 of the list", false),
        (
            with("namespaces", json!(["undefined"])),
            "Key 2 of the list",
            false,
        ),
        (
            with("preset", json!("xchacha20-poly1305")),
            "Key 2 of the list",
            false,
        ),
        (json!({ "keys": [both] }), "Key 1 of the list", true),
        (
            profile(json!({ "namespaces": ["x"], "encode_key": SECRET })),
            "Profile 1 of the list",
            false,
        ),
        (
            profile(json!({ "namespaces": [], "encode_key": "a" })),
            "needs 1 to 200 Namespaces",
            true,
        ),
        (
            profile(json!({ "namespaces": ["x"], "encode_key": "b" })),
            "is limited to prod",
            false,
        ),
        (
            profile(json!({ "namespaces": ["x"], "encode_key": "a", "decode_keys": ["b"] })),
            "not one of the profile’s keys to decode with",
            false,
        ),
        (
            profile(json!({ "namespaces": ["x"], "undecodable": SECRET })),
            "line 1, column",
            true,
        ),
        (
            json!({ "keys": [good], "default": { "namespaces": ["x"] } }),
            "cannot have a name",
            true,
        ),
        (
            json!({ "keys": [good], "unlisted": SECRET }),
            "line 1, column",
            true,
        ),
    ];
    let validator = validator();
    for (file, said, by_schema) in cases {
        assert_eq!(!validator.is_valid(&file), by_schema, "{file}");
        let home = Home::new();
        let keys = home.file("keys.json", file.to_string());
        let ran = home.run(&["decode", "--keys", &keys], PLAIN.as_bytes());
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""), "{file}");
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
        assert!(!ran.stderr.contains(SECRET), "{}", ran.stderr);
    }
}
