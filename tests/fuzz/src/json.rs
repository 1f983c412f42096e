//! Our readers of JSON against serde_json, which other programs read the same text with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::IgnoredAny;
use serde_json::Value;
use temporal_payload::{
    Document, Payload, Payloads, ReceivedPayloads, TakePayloads, Unread, json_text, read_payloads,
};

/// Any bytes: JSON here is JSON there, laid out it says the same, and a Payload holds what stands in the text.
pub fn same_json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    // Ours alone skips a byte order mark.
    let text = text.trim_start_matches('\u{feff}');
    let theirs = serde_json::from_str::<IgnoredAny>(text).is_ok();
    let ours = json_text::is_json(text);
    assert!(theirs || !ours, "what is JSON here is JSON elsewhere");
    assert!(
        ours || !theirs || is_deep(text),
        "what is JSON elsewhere is JSON here"
    );
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return;
    };
    if let Ok(pretty) = json_text::pretty(text) {
        let again: Value = serde_json::from_str(&pretty).expect("laid out, it is JSON");
        assert!(again == value, "laid out, it says the same");
    }
    // A name that is there twice may hide something that is refused.
    if let Some(expected) = canonical(&value)
        && !has_twins(text, &value)
    {
        let read = Payload::from_json(text.as_bytes()).expect("proto3 JSON of a Payload");
        assert!(read == expected, "a Payload holds what stands there");
        let list = format!("{{\"payloads\":[{text},{text}]}}");
        let read = Payloads::from_json(list.as_bytes()).expect("a list of them");
        assert!(read.payloads == [expected.clone(), expected]);
    }
    if let Ok(document) = Document::parse(text)
        && document.text() == text
    {
        same_places(&document, &value);
    }
}

/// Any bytes: a request is read one Payload at a time as it is read as a whole, which is always done by serde_json, and what is wrong
/// with it is said in the same words; also where it comes in pieces, and where Payloads are taken from where they lie.
pub fn same_fast_and_plain(data: &[u8]) {
    let plain = Payloads::from_json(data).map_err(|error| error.to_string());
    let plain = plain.map(|plain| plain.payloads);
    let size = 1 + data.first().map_or(0, |&byte| usize::from(byte) % 60);
    for in_place in [false, true] {
        let mut taken = Taken::new(in_place);
        let fast = read_payloads(data, &mut taken);
        assert!(taken.said(fast) == plain, "the same Payloads, or reason");

        let (mut taken, mut received) = (Taken::new(in_place), ReceivedPayloads::new());
        for piece in data.chunks(size) {
            received.receive(piece);
            received.go_on(&mut taken).expect("it takes everything");
        }
        let fast = received.finish(&mut taken);
        assert!(taken.said(fast) == plain, "the same of pieces");
    }
}

struct Taken {
    payloads: Vec<Payload>,
    in_place: bool,
}

impl Taken {
    fn new(in_place: bool) -> Self {
        Taken {
            payloads: Vec::new(),
            in_place,
        }
    }

    fn said(self, read: Result<(), Unread<()>>) -> Result<Vec<Payload>, String> {
        match read {
            Ok(()) => Ok(self.payloads),
            Err(Unread::Malformed(error)) => Err(error.to_string()),
            Err(Unread::Stopped(())) => panic!("it takes everything"),
        }
    }
}

impl TakePayloads for Taken {
    type Stopped = ();

    fn take(&mut self, payload: &Payload) -> Result<(), ()> {
        self.payloads.push(payload.clone());
        Ok(())
    }

    fn takes_in_place(&self) -> bool {
        self.in_place
    }

    /// Takes every other one, and spoils the data of all.
    fn take_in_place(
        &mut self,
        beside: &Payload,
        is_same: bool,
        data: &mut [u8],
    ) -> Result<bool, ()> {
        let before = self.payloads.last();
        assert!(
            !is_same || before.is_some_and(|before| before.metadata == beside.metadata),
            "the metadata of the Payload before"
        );
        let taken = data.len().is_multiple_of(2);
        if taken {
            let data = data.to_vec().into();
            self.payloads.push(Payload {
                data,
                ..beside.clone()
            });
        }
        data.fill(7);
        Ok(taken)
    }

    fn start_again(&mut self) {
        self.payloads.clear();
    }
}

/// Pointers lead to where the Payloads stand. A name that occurs twice hides the first of them from a pointer.
pub(super) fn same_places(document: &Document, value: &Value) {
    let text = document.text();
    for slot in document.slots() {
        let here: Value = serde_json::from_str(&text[slot.span.clone()]).expect("a value");
        let there = value.pointer(&slot.pointer);
        assert!(
            there == Some(&here) || has_twins(text, value),
            "{} leads there",
            slot.pointer
        );
        assert!(!slot.jq().is_empty() && slot.json_path().starts_with('$'));
    }
}

/// Whether an object says a name twice: written again it would be shorter.
fn has_twins(text: &str, value: &Value) -> bool {
    let colons = |text: &str| serde_json::from_str::<Names>(text).map_or(0, |names| names.0);
    colons(text) != colons(&value.to_string())
}

/// How many names there are, at any depth.
struct Names(usize);

impl<'de> serde::Deserialize<'de> for Names {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Count;
        impl<'de> serde::de::Visitor<'de> for Count {
            type Value = Names;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("JSON")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Names, A::Error> {
                let mut n = 0;
                while let Some((_, inside)) = map.next_entry::<IgnoredAny, Names>()? {
                    n += 1 + inside.0;
                }
                Ok(Names(n))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> Result<Names, A::Error> {
                let mut n = 0;
                while let Some(inside) = list.next_element::<Names>()? {
                    n += inside.0;
                }
                Ok(Names(n))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Names, E> {
                Ok(Names(0))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Names, E> {
                Ok(Names(0))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Names, E> {
                Ok(Names(0))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Names, E> {
                Ok(Names(0))
            }

            fn visit_str<E>(self, _: &str) -> Result<Names, E> {
                Ok(Names(0))
            }

            fn visit_unit<E>(self) -> Result<Names, E> {
                Ok(Names(0))
            }
        }
        from.deserialize_any(Count)
    }
}

/// The Payload that a value is in canonical proto3 JSON, read without our reader.
fn canonical(value: &Value) -> Option<Payload> {
    let fields = value.as_object()?;
    let bytes = |value: &Value| {
        let text = value.as_str()?;
        let bytes = STANDARD.decode(text).ok()?;
        Some(bytes)
    };
    let mut payload = Payload {
        metadata: Default::default(),
        data: Vec::new().into(),
        external_payloads: Vec::new(),
    };
    for (name, value) in fields {
        match name.as_str() {
            "metadata" => {
                for (name, value) in value.as_object()? {
                    payload.metadata.insert(name.clone(), bytes(value)?);
                }
            }
            "data" => payload.data = bytes(value)?.into(),
            _ => return None,
        }
    }
    Some(payload)
}

/// Whether it may be nested deeper than is read here.
fn is_deep(text: &str) -> bool {
    text.bytes()
        .filter(|byte| matches!(byte, b'{' | b'['))
        .count()
        > json_text::MAX_DEPTH
}
