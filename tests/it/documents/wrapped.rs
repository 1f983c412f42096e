//! Documents that are not JSON text: base64, serialized messages, UTF-16 files.

use std::slice::from_ref;

use temporal_payload::{Document, Kind, Payload, Payloads, Source, base64, write_payloads_json};

use crate::fixtures::{self, payloads};

fn samples() -> Vec<Payload> {
    let document =
        Document::parse(fixtures::history("real-order-rich.encoded")).expect("a history");
    payloads(&document)
}

fn proto(payloads: &[Payload]) -> Vec<u8> {
    // `Payloads { repeated Payload payloads = 1 }`, written by hand: an oracle that is not the code under test.
    let mut out = Vec::new();
    for payload in payloads {
        let bytes = payload.to_proto();
        out.push(0x0a);
        let mut len = bytes.len();
        while len > 0x7f {
            out.push(0x80 | (len & 0x7f) as u8);
            len >>= 7;
        }
        out.push(len as u8);
        out.extend(bytes);
    }
    out
}

#[test]
fn serialized_messages_and_their_base64() {
    let samples = samples();
    for payload in &samples {
        let bytes = payload.to_proto();
        let file = Document::from_bytes(&bytes).expect("a Payload");
        assert_eq!(
            (file.kind(), file.source()),
            (Kind::Payload, Source::Protobuf)
        );
        assert_eq!(payloads(&file), from_ref(payload));
        let text = base64::encode(&bytes);
        for pasted in [
            text.clone(),
            format!("\"{text}\"\n"),
            text.replace('+', "-").replace('/', "_").replace('=', ""),
            wrap(&text),
        ] {
            let document = Document::parse(pasted).expect("base64");
            assert_eq!(
                (document.kind(), document.source()),
                (Kind::Payload, Source::Base64)
            );
            assert_eq!(payloads(&document), from_ref(payload));
        }
    }
    let bytes = proto(&samples);
    assert_eq!(
        Payloads::from_proto(bytes.clone())
            .expect("Payloads")
            .payloads,
        samples
    );
    for (document, source) in [
        (Document::from_bytes(&bytes), Source::Protobuf),
        (Document::parse(base64::encode(&bytes)), Source::Base64),
        (
            Document::from_bytes(base64::encode(&bytes).as_bytes()),
            Source::Base64,
        ),
    ] {
        let document = document.expect("Payloads");
        assert_eq!(
            (document.kind(), document.source()),
            (Kind::Payloads, source)
        );
        assert_eq!(payloads(&document), samples);
    }
}

fn wrap(text: &str) -> String {
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).expect("ASCII"))
        .collect();
    lines.join("\r\n")
}

#[test]
fn base64_of_json() {
    let mut json = Vec::new();
    write_payloads_json(&samples(), &mut json);
    let document = Document::parse(base64::encode(&json)).expect("Payloads");
    assert_eq!(
        (document.kind(), document.source()),
        (Kind::Payloads, Source::Base64)
    );
    assert_eq!(document.text().as_bytes(), json);
    assert_eq!(payloads(&document), samples());
}

#[test]
fn files_in_utf_16_as_powershell_writes_them() {
    let text = fixtures::history("real-order-rich.decoded");
    let expect = Document::parse(text.clone()).expect("a history");
    let little: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let big: Vec<u8> = [0xfe, 0xff]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
        .collect();
    for bytes in [little, big] {
        let document = Document::from_bytes(&bytes).expect("a history");
        assert_eq!(document.text(), expect.text());
        assert_eq!(document.slots(), expect.slots());
    }
    assert!(Document::from_bytes(&[0xff, 0xfe, 0x7b]).is_err());
}
