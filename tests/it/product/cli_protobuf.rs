//! `temporal-codec decode --proto`: messages of the user's own types as JSON, from `.proto` files, folders and descriptor sets.

use serde_json::{Value, json};
use support::cli::{Home, Ran};
use support::wire::payloads;
use temporal_payload::base64;

use crate::protobuf_types::{DESCRIPTORS, MONEY, ORDER, ORDER_BYTES, ORDER_JSON, payload};

fn order() -> String {
    payload(Some("acme.orders.v1.Order"), ORDER_BYTES).to_string()
}

fn folder(home: &Home) -> String {
    let protos = home.path().join("protos/acme");
    std::fs::create_dir_all(&protos).expect("a folder");
    app::write_atomically(&protos.join("order.proto"), ORDER.as_bytes()).expect("written");
    app::write_atomically(&protos.join("money.proto"), MONEY.as_bytes()).expect("written");
    home.path().join("protos").display().to_string()
}

fn decode(home: &Home, arguments: &[&str], stdin: &str) -> Ran {
    let keys = home.sample_keys();
    let all = [&["decode", "--keys", &keys], arguments].concat();
    home.run(&all, stdin.as_bytes())
}

#[track_caller]
fn data(ran: &Ran) -> Value {
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let document: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    document["payloads"][0]["data"].clone()
}

/// The folder, a file in it, and the file from a relative path all lead to the same types.
#[test]
fn messages_are_shown_by_the_users_types() {
    let home = Home::new();
    let folder = folder(&home);
    let file = format!("{folder}/acme/order.proto");
    for proto in [&folder, &file] {
        let arguments = ["--as", "readable", "--proto", proto];
        let ran = decode(&home, &arguments, &payloads(&[&order()]));
        assert_eq!(
            data(&ran),
            json!(ORDER_JSON.parse::<Value>().expect("JSON"))
        );
        assert_eq!(ran.stderr, "", "{proto}");
        assert!(ran.stdout.contains("\"json/protobuf\""), "{}", ran.stdout);
    }
    let set = home.file("types.binpb", DESCRIPTORS);
    let arguments = ["--as", "readable", "--proto", &set];
    let small = payload(Some("A"), b"").to_string();
    assert_eq!(
        data(&decode(&home, &arguments, &payloads(&[&small]))),
        json!({})
    );
}

/// What stays bytes is named with its reason, and rules look into what does not.
#[test]
fn what_is_not_known_stays_as_it_is_and_is_said() {
    let home = Home::new();
    let folder = folder(&home);
    let unknown = payload(Some("acme.Gone"), b"\x08\x01").to_string();
    let arguments = ["--as", "readable", "--proto", &folder];
    let ran = decode(&home, &arguments, &payloads(&[&unknown]));
    assert_eq!(data(&ran), json!(base64::encode(b"\x08\x01")));
    let expect =
        "/payloads/0: Protobuf acme.Gone, a type that is not known here: it stays as bytes.";
    assert!(ran.stderr.contains(expect), "{}", ran.stderr);

    let rule = [
        "--as",
        "redacted",
        "--rule",
        "$..currency",
        "--proto",
        &folder,
    ];
    let ran = decode(&home, &rule, &payloads(&[&order()]));
    let data = data(&ran);
    assert_eq!(data["id"], "A-1");
    let currency = data["total"]["currency"].as_str().expect("a mark");
    assert!(currency.starts_with("[REDACTED:"), "{currency}");
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let home = Home::new();
    let broken = home.file(
        "broken.proto",
        "syntax = \"proto3\";\nmessage A {\n  B b = 1;\n}\n",
    );
    let missing = home.path().join("gone").display().to_string();
    let empty = home.path().join("empty");
    std::fs::create_dir(&empty).expect("a folder");
    let empty = empty.display().to_string();
    for (proto, why) in [
        (&broken, "broken.proto, line 3: name 'B' is not defined"),
        (&missing, "it is not there"),
        (&empty, "there is no .proto file in it"),
    ] {
        let ran = decode(&home, &["--as", "readable", "--proto", proto], &order());
        assert_eq!(ran.status, Some(1), "{}", ran.stderr);
        assert!(ran.stderr.contains(why), "{why}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    // Beside types that can be read, it costs only its own.
    let folder = folder(&home);
    let lacks =
        "syntax = \"proto3\";\nimport \"acme/gone.proto\";\nmessage L { acme.Gone g = 1; }\n";
    app::write_atomically(format!("{folder}/lacks.proto").as_ref(), lacks.as_bytes())
        .expect("written");
    let ran = decode(
        &home,
        &["--as", "readable", "--proto", &folder],
        &payloads(&[&order()]),
    );
    assert_eq!(data(&ran)["id"], "A-1");
    assert!(
        ran.stderr.contains("lacks.proto, line 3: "),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr
            .contains("its import \"acme/gone.proto\" is not there"),
        "{}",
        ran.stderr
    );

    let ran = decode(&home, &["--proto", &folder], &order());
    assert_eq!(ran.status, Some(1));
    assert!(ran.stderr.contains("Add --as readable"), "{}", ran.stderr);
}
