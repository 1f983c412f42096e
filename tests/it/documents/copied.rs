//! What developers copy: every form is recognized, gives the same Payload, and says what it was taken out of.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use temporal_payload::{Document, Payload, Wrapping, base64};

use crate::fixtures::payloads;

/// Bytes of every kind: quotes, escapes, control characters, and such as are no UTF-8.
const DATA: &[u8] = b"3\x11.\xe1N\xe4\x00\"'\\\n\t`$^<>{}\x7f\xff\x80abc";

pub(crate) fn sealed() -> Payload {
    Payload {
        metadata: [
            ("encoding".to_owned(), b"binary/encrypted".to_vec()),
            ("encryption-key-id".to_owned(), b"prod-2026".to_vec()),
        ]
        .into(),
        data: DATA.to_vec().into(),
        external_payloads: Vec::new(),
    }
}

fn json() -> String {
    sealed().to_json()
}

pub(crate) fn body() -> String {
    format!("{{\"payloads\": [{}]}}", json())
}

/// The text as a string of JSON.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text")
}

fn escaped(bytes: &[u8], escape: impl Fn(u8) -> String) -> String {
    let one = |&byte: &u8| match byte {
        b' '..=b'~' if !b"\"'\\".contains(&byte) => char::from(byte).to_string(),
        byte => escape(byte),
    };
    bytes.iter().map(one).collect()
}

fn octal(bytes: &[u8]) -> String {
    escaped(bytes, |byte| format!("\\{byte:03o}"))
}

fn hex_escapes(bytes: &[u8]) -> String {
    escaped(bytes, |byte| format!("\\x{byte:02x}"))
}

fn numbers(bytes: &[u8]) -> String {
    let numbers: Vec<String> = bytes.iter().map(ToString::to_string).collect();
    numbers.join(", ")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("a String takes all");
        out
    })
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[track_caller]
fn check(text: &str, wrapping: Wrapping) {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => panic!("{error}\n{text}"),
    };
    let found = payloads(&document);
    assert!(!found.is_empty(), "{text}");
    for payload in found {
        assert_eq!(payload, sealed(), "{text}");
    }
    let wrappings = document.wrappings();
    assert!(wrappings.contains(&wrapping), "{wrappings:?}\n{text}");
}

#[test]
fn commands_and_messages() {
    let (json, body) = (json(), body());
    let in_single = body.replace('\'', "'\\''");
    let url = "http://localhost:8081/decode?preserveStorageRefs=true";
    for command in [
        format!("curl '{url}' -H 'content-type: application/json' --data-raw '{in_single}'"),
        format!(
            "curl '{url}' \\\n  -X POST \\\n  -d {}",
            quoted(&body).replace('$', "\\$").replace('`', "\\`")
        ),
        format!(
            "$ curl {url} --data-binary $'{}'",
            body.replace('\\', "\\\\").replace('\'', "\\'")
        ),
        format!("curl -s {url} --json @- <<'EOF'\n{body}\nEOF\n"),
        format!("curl -d @- {url} <<< '{in_single}'"),
        format!("echo '{in_single}' | curl -d @- {url}"),
        format!("$ curl {url}\n{body}\n"),
        format!("curl --data='{in_single}' {url}"),
    ] {
        check(&command, Wrapping::Command);
    }
    // Chrome's spelling for Windows.
    let of_cmd = body
        .replace('\\', "^\\^\\")
        .replace('"', "^\\^\"")
        .replace('{', "^{")
        .replace('}', "^}");
    check(
        &format!(
            "curl ^\"{url}^\" ^\n  -H ^\"content-type: application/json^\" ^\n  --data-raw ^\"{of_cmd}^\""
        ),
        Wrapping::Command,
    );
    let string = quoted(&body);
    check(
        &format!(
            "fetch(\"{url}\", {{\n  \"headers\": {{\"a\": \"b\"}},\n  \"body\": {string},\n  \"method\": \"POST\"\n}}); "
        ),
        Wrapping::Fetch,
    );
    check(
        &format!(
            "const res = await fetch('{url}', {{ method: 'POST', body: JSON.stringify({body}) }}).then(r => r.json())"
        ),
        Wrapping::Fetch,
    );
    let ticks = body
        .replace('`', "``")
        .replace('"', "`\"")
        .replace('$', "`$");
    check(
        &format!(
            "Invoke-WebRequest -UseBasicParsing -Uri \"{url}\" `\n-Method \"POST\" `\n-Body \"{ticks}\""
        ),
        Wrapping::PowerShell,
    );
    check(
        &format!("$body = @'\n{body}\n'@\nInvoke-RestMethod -Uri {url} -Body $body"),
        Wrapping::PowerShell,
    );
    for message in [
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{body}"),
        format!("HTTP/1.1 100 Continue\n\nHTTP/2 200 \nserver: x\n\n{body}\n"),
        format!("POST /decode HTTP/1.1\nHost: localhost\n\n{json}"),
    ] {
        check(&message, Wrapping::HttpMessage);
    }
}

#[test]
fn text_around_it() {
    let (json, body) = (json(), body());
    for block in [
        format!("```json\n{body}\n```\n"),
        format!("Look at this:\n\n  ~~~\n{json}\n~~~~\nThanks!"),
        format!("```{json}```"),
        format!("> ```\n> {json}\n> ```"),
        format!("unclosed:\n```\n{json}"),
    ] {
        check(&block, Wrapping::CodeBlock);
    }
    let message = serde_json::json!({"level": "error", "msg": "unable to decode", "payload": json})
        .to_string();
    for lines in [
        format!(
            "2026-10-01T08:00:00Z worker ERROR unable to decode argument 0 payload={json} retrying\n"
        ),
        format!(
            "2026-10-01T08:00:00.123Z stdout F [main] {{thread=1}} got {json}\nsecond line, it's fine\n"
        ),
        format!("[2026-10-01 08:00:00,000] ERROR worker: {json}"),
        format!(
            "time=2026-10-01T08:00:00Z level=ERROR msg=\"it failed\" payload={}",
            quoted(&json)
        ),
        format!(
            " encode \n--------\n \\x{}\n(1 row)\n",
            hex(&sealed().to_proto())
        ),
        format!(
            "the token {} was sent",
            base64::encode(&sealed().to_proto())
        ),
        format!(
            "INFO:worker:payload Payload(metadata={{'encoding': b'binary/encrypted', 'encryption-key-id': b'prod-2026'}}, data=b'{}') failed",
            hex_escapes(DATA)
        ),
    ] {
        let document =
            Document::parse(lines.as_str()).unwrap_or_else(|error| panic!("{error}\n{lines}"));
        assert_eq!(payloads(&document), [sealed()], "{lines}");
        assert!(!document.wrappings().is_empty(), "{lines}");
    }
    check(
        &format!("id,payload\n1,\"{}\"\n", body.replace('"', "\"\"")),
        Wrapping::Text,
    );
    check(
        &format!("<pre>{}</pre>", body.replace('"', "&quot;")),
        Wrapping::Html,
    );
    let percent: String = body.bytes().map(|byte| format!("%{byte:02X}")).collect();
    check(
        &format!("https://codec.test/?payloads={percent}"),
        Wrapping::PercentEncoding,
    );
    check(&message, Wrapping::JsonString);
    check(&format!("{message}\n{message}\n"), Wrapping::JsonString);
    check(
        &format!("{message}\nnot a record\n{message}\n"),
        Wrapping::JsonString,
    );
    let once = quoted(&json);
    let thrice = quoted(&quoted(&once));
    check(&once, Wrapping::JsonString);
    check(&thrice, Wrapping::JsonString);
    check(once.trim_matches('"'), Wrapping::JsonString);
}

#[test]
fn notations_of_programs() {
    let id = "prod-2026";
    let encoding = "binary/encrypted";
    let (encoding64, id64) = (
        base64::encode(encoding.as_bytes()),
        base64::encode(id.as_bytes()),
    );
    let data64 = base64::encode(DATA);
    let buffer = |bytes: &[u8]| format!("{{\"type\":\"Buffer\",\"data\":[{}]}}", numbers(bytes));
    let array = |bytes: &[u8]| format!("Uint8Array({}) [\n  {}\n]", bytes.len(), numbers(bytes));
    let indexed = |bytes: &[u8]| {
        let members: Vec<String> = bytes
            .iter()
            .enumerate()
            .map(|(n, byte)| format!("\"{n}\":{byte}"))
            .collect();
        format!("{{{}}}", members.join(","))
    };
    let (e, i) = (encoding.as_bytes(), id.as_bytes());
    for (text, wrapping) in [
        (
            format!(
                "{{\"metadata\":{{\"encoding\":{},\"encryption-key-id\":{}}},\"data\":{}}}",
                buffer(e),
                buffer(i),
                buffer(DATA)
            ),
            Wrapping::NodeNotation,
        ),
        (
            format!(
                "{{\"metadata\":{{\"encoding\":{},\"encryption-key-id\":{}}},\"data\":{}}}",
                indexed(e),
                indexed(i),
                indexed(DATA)
            ),
            Wrapping::NodeNotation,
        ),
        (
            format!(
                "{{\n  metadata: [Object: null prototype] {{\n    encoding: {},\n    'encryption-key-id': {}\n  }},\n  data: {}\n}}",
                array(e),
                array(i),
                array(DATA)
            ),
            Wrapping::NodeNotation,
        ),
        (
            format!(
                "Payload {{ metadata: {{ encoding: <Buffer {}>, 'encryption-key-id': <Buffer {}> }}, data: <Buffer {}> }}",
                spaced(e),
                spaced(i),
                spaced(DATA)
            ),
            Wrapping::NodeNotation,
        ),
        (
            format!(
                "{{ payloads: [ {{ metadata: {{ encoding: '{encoding64}', 'encryption-key-id': '{id64}', }}, data: '{data64}', }} ] }} // two"
            ),
            Wrapping::JavaScriptNotation,
        ),
        (
            format!(
                "payloads:{{metadata:{{key:\"encoding\"  value:\"{encoding}\"}}  metadata:{{key:\"encryption-key-id\"  value:\"{id}\"}}  data:\"{}\"}}",
                hex_escapes(DATA)
            ),
            Wrapping::ProtobufText,
        ),
        (
            format!(
                "metadata {{\n  key: \"encryption-key-id\"\n  value: \"{id}\"\n}}\nmetadata {{\n  key: \"encoding\"\n  value: \"{encoding}\"\n}}\ndata: \"{}\"\n",
                octal(DATA)
            ),
            Wrapping::ProtobufText,
        ),
        (
            format!(
                "Payload(metadata={{'encoding': b'{encoding}', 'encryption-key-id': b'{id}'}}, data=b'{}')",
                hex_escapes(DATA)
            ),
            Wrapping::PythonNotation,
        ),
        (
            format!(
                "{{'data': b'{}'\n         b'{}',\n 'metadata': {{'encoding': b'{encoding}', 'encryption-key-id': b'{id}'}}}}",
                hex_escapes(&DATA[..9]),
                hex_escapes(&DATA[9..])
            ),
            Wrapping::PythonNotation,
        ),
        (
            format!(
                "payloads: <\n  metadata: {{ key: 'encoding' value: '{encoding}' }}\n  metadata: < key: \"encryption-key-id\", value: \"{id}\" >;\n  data: \"{}\"\n    '{}'\n>\n",
                octal(&DATA[..9]),
                hex_escapes(&DATA[9..])
            ),
            Wrapping::ProtobufText,
        ),
        (
            format!(
                "&Payload{{Metadata:map[string][]byte{{encoding: [{}],encryption-key-id: [{}],}},Data:[{}],}}",
                numbers(e).replace(',', ""),
                numbers(i).replace(',', ""),
                numbers(DATA).replace(',', "")
            ),
            Wrapping::GoNotation,
        ),
        (
            format!(
                "{{Metadata:map[encoding:[{}] encryption-key-id:[{}]] Data:[{}]}}",
                numbers(e).replace(',', ""),
                numbers(i).replace(',', ""),
                numbers(DATA).replace(',', "")
            ),
            Wrapping::GoNotation,
        ),
        (
            format!(
                "Payload {{ metadata: {{\"encoding\": [{}], \"encryption-key-id\": [{}]}}, data: [{}], external_payloads: [] }}",
                numbers(e),
                numbers(i),
                numbers(DATA)
            ),
            Wrapping::JavaScriptNotation,
        ),
        (
            format!(
                "<Temporalio::Api::Common::V1::Payload: metadata: {{\"encoding\"=>\"{encoding}\", \"encryption-key-id\"=>\"{id}\"}}, data: \"{}\">",
                hex_escapes(DATA)
            ),
            Wrapping::JavaScriptNotation,
        ),
        (format!("\"input\": {},", body()), Wrapping::Fragment),
        (format!("{},\n{},\n", json(), json()), Wrapping::Fragment),
        (
            format!(
                "\"metadata\": {{\"encoding\": \"{encoding64}\", \"encryption-key-id\": \"{id64}\"}},\n\"data\": \"{data64}\""
            ),
            Wrapping::Fragment,
        ),
        (
            format!("{{\"payloads\": [{},]}}", json()),
            Wrapping::LooseJson,
        ),
        (
            format!(
                "payloads:\n- metadata:\n    encoding: {encoding64}\n    encryption-key-id: {id64}\n  data: {data64}\n"
            ),
            Wrapping::Yaml,
        ),
        (
            format!(
                "- metadata: &a\n    encoding: {encoding64}\n    encryption-key-id: {id64}\n  data: |\n    {data64}\n- metadata: *a\n  data: \"{data64}\"\n"
            ),
            Wrapping::Yaml,
        ),
    ] {
        let document =
            Document::parse(text.as_str()).unwrap_or_else(|error| panic!("{error}\n{text}"));
        for payload in payloads(&document) {
            assert_eq!(payload, sealed(), "{text}\n{}", document.text());
        }
        assert!(
            document.wrappings().contains(&wrapping) || wrapping == Wrapping::JavaScriptNotation,
            "{:?}\n{text}",
            document.wrappings()
        );
    }
}

fn spaced(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(" ")
}

/// All ways to bytes end in the one reader for bytes.
#[test]
fn bytes_in_every_spelling() {
    let proto = sealed().to_proto();
    let digits = hex(&proto);
    for text in [
        digits.clone(),
        digits.to_uppercase(),
        format!("\\x{digits}\n"),
        format!("'\\x{digits}'::bytea"),
        format!("X'{digits}'"),
        format!("0x{digits}"),
        spaced(&proto),
        spaced(&proto).replace(' ', ":"),
        proto
            .iter()
            .map(|byte| format!("\\x{byte:02x}"))
            .collect::<String>(),
        proto
            .chunks(16)
            .enumerate()
            .fold(String::new(), |mut dump, (n, line)| {
                writeln!(dump, "{:08x}: {}  ........", n * 16, spaced(line))
                    .expect("a String takes all");
                dump
            }),
    ] {
        check(&text, Wrapping::Hex);
    }
    for text in [
        format!("[{}]", numbers(&proto)),
        format!("b'{}'", hex_escapes(&proto)),
        format!("Buffer.from(\"{digits}\", \"hex\")"),
        format!("new Uint8Array([{}])", numbers(&proto)),
        format!("const payload = new Uint8Array([{}]);", numbers(&proto)),
        format!("payload = <<{}>>", numbers(&proto)),
        format!(
            "[]byte{{{}}}",
            proto
                .iter()
                .map(|byte| format!("{byte:#x}, "))
                .collect::<String>()
        ),
    ] {
        let document =
            Document::parse(text.as_str()).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(payloads(&document), [sealed()], "{text}");
    }
    let signed: Vec<String> = proto
        .iter()
        .map(|&byte| byte.cast_signed().to_string())
        .collect();
    let document = Document::parse(format!("[{}]", signed.join(", "))).expect("Java's bytes");
    assert_eq!(payloads(&document), [sealed()]);
    for bytes in [
        gzip(body().as_bytes()),
        gzip(&proto),
        gzip(&gzip(json().as_bytes())),
    ] {
        let document = Document::from_bytes(&bytes).expect("gzip");
        assert_eq!(payloads(&document), [sealed()]);
        assert_eq!(document.wrappings(), [Wrapping::Gzip]);
        check(&base64::encode(&bytes), Wrapping::Gzip);
    }
    assert!(Document::from_bytes(&gzip(body().as_bytes())[..40]).is_err());
}
