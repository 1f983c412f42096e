//! The user's own types: what is read, what stands in for what is not there, and what is said of the rest.

use prost::Message as _;
use prost_reflect::prost_types::{FileDescriptorProto, FileDescriptorSet};
use std::sync::Arc;

use super::field;
use crate::{Origin, ProtoFile, Schemas, UserTypes, message_json, read_descriptors, read_protos};

const MONEY: &str = "syntax = \"proto3\";\npackage acme;\nmessage Money { string currency = 1; int64 units = 2; }\n";

const ORDER: &str = r#"syntax = "proto3";
package acme.orders.v1;
import "acme/money.proto";
import "google/protobuf/timestamp.proto";
import "google/api/field_behavior.proto";
import "temporal/api/common/v1/message.proto";
message Order {
  option (acme.table) = { name: "orders" };
  string id = 1 [(google.api.field_behavior) = REQUIRED, deprecated = true];
  acme.Money total = 2;
  google.protobuf.Timestamp placed_at = 3;
  map<string, State> states = 4;
  oneof by { string user = 5; int32 robot = 6; }
  temporal.api.common.v1.WorkflowExecution execution = 7;
  enum State { option allow_alias = true; STATE_UNSPECIFIED = 0; PAID = 1; SETTLED = 1; }
}
service Orders { rpc Get(Order) returns (not.There); }
"#;

fn files(files: &[(&str, &str)]) -> Vec<ProtoFile> {
    let file = |(name, text): &(&str, &str)| ProtoFile {
        name: (*name).to_owned(),
        text: text.as_bytes().to_vec(),
    };
    files.iter().map(file).collect()
}

fn read(named: &[(&str, &str)]) -> UserTypes {
    read_protos(files(named), &mut |_| None)
}

fn problems(types: &UserTypes) -> Vec<String> {
    types.problems().iter().map(ToString::to_string).collect()
}

fn order() -> Vec<u8> {
    let state = field(4, &[field(1, b"x"), b"\x10\x01".to_vec()].concat());
    [
        field(1, b"A-1"),
        field(2, &[field(1, b"EUR"), b"\x10\x07".to_vec()].concat()),
        field(3, b"\x08\x01"),
        state,
        b"\x30\x03".to_vec(),
        field(7, &field(1, b"w")),
    ]
    .concat()
}

const ORDER_JSON: &str = r#"{"id":"A-1","total":{"currency":"EUR","units":"7"},"placedAt":"1970-01-01T00:00:01Z","states":{"x":"PAID"},"robot":3,"execution":{"workflowId":"w"}}"#;

#[track_caller]
fn reads_an_order(types: &UserTypes) {
    assert_eq!(problems(types), Vec::<String>::new());
    let id = types.find("acme.orders.v1.Order").expect("a type");
    let json = message_json(types.types(), id, &order()).expect("a message");
    assert_eq!((json.text.as_str(), json.n_unknown), (ORDER_JSON, 0));
    let names: Vec<&str> = types.names().collect();
    assert_eq!(names, ["acme.Money", "acme.orders.v1.Order"]);
}

/// Options that nobody here knows, and services, cost no message its place; what is imported is below the folder, wherever the
/// imports begin.
#[test]
fn files_of_a_folder_are_read_together() {
    let types = read(&[
        ("proto/acme/orders/v1/order.proto", ORDER),
        ("proto/acme/money.proto", MONEY),
        ("third_party/acme/money.proto", MONEY),
        ("third_party/google/protobuf/timestamp.proto", "no proto"),
    ]);
    reads_an_order(&types);
    let id = types.find("acme.orders.v1.Order").expect("a type");
    assert_eq!(types.file(id), "proto/acme/orders/v1/order.proto");
    assert_eq!(types.n_files(), 2);
}

#[test]
fn what_is_imported_is_asked_for() {
    let mut asked = Vec::new();
    let types = read_protos(files(&[("order.proto", ORDER)]), &mut |name| {
        asked.push(name.to_owned());
        (name == "acme/money.proto").then(|| MONEY.as_bytes().to_vec())
    });
    reads_an_order(&types);
    assert_eq!(
        asked,
        ["acme/money.proto", "google/api/field_behavior.proto"]
    );
}

fn parsed(name: &str, text: &str) -> FileDescriptorProto {
    let file = protox::file::File::from_source(name, text).expect("a file");
    file.into()
}

#[test]
fn descriptor_sets_are_read_with_or_without_what_is_built_in() {
    let google = |name: &str| {
        let file = crate::api::pool().get_file_by_name(name).expect("built in");
        file.file_descriptor_proto().clone()
    };
    let mut set = FileDescriptorSet {
        file: vec![
            parsed("acme/orders/v1/order.proto", ORDER),
            parsed("acme/money.proto", MONEY),
        ],
    };
    reads_an_order(&read_descriptors(&set.encode_to_vec()));
    set.file.push(google("google/protobuf/timestamp.proto"));
    set.file
        .push(google("temporal/api/common/v1/message.proto"));
    reads_an_order(&read_descriptors(&set.encode_to_vec()));
    set.file.remove(1);
    let types = read_descriptors(&set.encode_to_vec());
    let said = problems(&types).join("\n");
    assert!(said.contains("acme/orders/v1/order.proto: "), "{said}");
    assert!(
        said.contains("its import \"acme/money.proto\" is not there"),
        "{said}"
    );
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_the_rest_is_read() {
    let broken = "syntax = \"proto3\";\n\nmessage Broken { int32 a = ; }\n";
    let lacks = "syntax = \"proto3\";\nimport \"gone.proto\";\nimport \"broken.proto\";\nmessage Lacks {\n  gone.Gone gone = 1;\n}\n";
    let twice = "syntax = \"proto3\";\npackage acme;\nmessage Money {}\n";
    let types = read(&[
        ("acme/money.proto", MONEY),
        ("broken.proto", broken),
        ("lacks.proto", lacks),
        ("z/twice.proto", twice),
        ("latin.proto", "// caf\u{e9}"),
    ]);
    let said = problems(&types);
    let about = |file: &str| said.iter().find(|said| said.starts_with(file));
    let broken = about("broken.proto, line 3: ").expect("said");
    assert!(broken.contains("expected"), "{broken}");
    let lacks = about("lacks.proto, line 5: ").expect("said");
    for part in ["gone.Gone", "its import \"gone.proto\" is not there"] {
        assert!(lacks.contains(part), "{lacks}");
    }
    assert!(about("z/twice.proto, line 3: ").is_some(), "{said:?}");
    assert_eq!(said.len(), 3, "{said:?}");
    assert_eq!(types.names().collect::<Vec<_>>(), ["acme.Money"]);

    let edition = "// New.\nedition = \"2023\";\nmessage M {}\n";
    let said = problems(&read(&[("new.proto", edition)]));
    let expect =
        "new.proto, line 2: it is written in an edition, which is not read: proto2 and proto3 are";
    assert_eq!(said, [expect]);

    let not_utf8 = ProtoFile {
        name: "latin.proto".to_owned(),
        text: b"\n// caf\xe9".to_vec(),
    };
    let types = read_protos(vec![not_utf8], &mut |_| None);
    assert_eq!(problems(&types), ["latin.proto, line 2: it is not UTF-8"]);
}

#[test]
fn what_is_temporals_stays_temporals_and_the_first_place_counts() {
    let fake = "syntax = \"proto3\";\npackage temporal.api.common.v1;\nmessage Memo { int32 mine = 1; }\nmessage Mine {}\n";
    let other = "syntax = \"proto3\";\npackage acme;\nmessage Money { int32 cents = 1; }\n";
    let schemas = Schemas::new([
        (
            "first".to_owned(),
            Arc::new(read(&[("fake.proto", fake), ("m.proto", MONEY)])),
        ),
        (
            "second".to_owned(),
            Arc::new(read(&[("other.proto", other)])),
        ),
    ]);
    let origin = |name: &str| schemas.find(name).map(|found| found.origin);
    assert_eq!(origin("temporal.api.common.v1.Memo"), Some(Origin::BuiltIn));
    let user = |place, file| Some(Origin::User { place, file });
    assert_eq!(
        origin("temporal.api.common.v1.Mine"),
        user("first", "fake.proto")
    );
    assert_eq!(origin("acme.Money"), user("first", "m.proto"));
    assert_eq!(
        origin("type.googleapis.com/acme.Money"),
        user("first", "m.proto")
    );
    assert_eq!(origin("acme.Nothing"), None);
    assert_eq!(origin("google.protobuf.Duration"), Some(Origin::BuiltIn));
}

#[test]
fn files_may_import_each_other_and_hand_imports_on() {
    let a = "syntax = \"proto3\";\nimport public \"b.proto\";\nmessage A { B b = 1; C c = 2; }\n";
    let b = "syntax = \"proto3\";\nimport public \"c.proto\";\nmessage B { C c = 1; }\n";
    let c = "syntax = \"proto3\";\nimport public \"a.proto\";\nmessage C { A a = 1; B b = 2; }\n";
    let d = "syntax = \"proto3\";\nimport \"a.proto\";\nmessage D { C c = 1; }\n";
    let types = read(&[
        ("a.proto", a),
        ("b.proto", b),
        ("c.proto", c),
        ("d.proto", d),
    ]);
    assert_eq!(problems(&types), Vec::<String>::new());
    assert_eq!(types.len(), 4);
}

#[test]
fn what_is_no_descriptor_set_is_said_to_be_none() {
    for bytes in [
        &b""[..],
        b"\x0a",
        b"hello world",
        b"\x08\x01",
        b"\x0a\x02\x12\x00",
    ] {
        let types = read_descriptors(bytes);
        let said = ["it is no descriptor set and no buf image"];
        assert_eq!(problems(&types), said, "{bytes:?}");
    }
    // Few bytes that would be many messages.
    let many = field(
        1,
        &[field(1, b"a.proto"), [0x22, 0].repeat(1_600_000)].concat(),
    );
    let said = problems(&read_descriptors(&many)).join("\n");
    assert!(said.contains("more than can be read"), "{said}");
}

#[test]
fn depth_is_bounded() {
    let mut text = "syntax = \"proto3\";\n".to_owned();
    text.push_str(&"message M { ".repeat(10_000));
    let types = read(&[("deep.proto", &text)]);
    assert_eq!(types.problems().len(), 1, "{types:?}");
    let mut option = "syntax = \"proto3\";\noption (x) = ".to_owned();
    option.push_str(&"{ a: ".repeat(100_000));
    assert_eq!(read(&[("deep.proto", &option)]).problems().len(), 1);
    let mut set = field(1, b"M");
    for _ in 0..5_000 {
        set = [field(1, b"M"), field(3, &set)].concat();
    }
    let set = field(1, &[field(1, b"deep.proto"), field(4, &set)].concat());
    assert_eq!(read_descriptors(&set).problems().len(), 1);
}
