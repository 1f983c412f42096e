//! What must hold for any bytes: each function reads them in one way, panics where a promise is broken, and is run by a fuzzer
//! and by the product's own tests alike.

mod admission;
mod compared;
mod documents;
mod http;
mod json;
mod layers;
mod messages;
mod payloads;
mod redaction;
mod sources;
mod specs;
mod wrapped;

use std::sync::Arc;

use payload_codec::{
    Budget, CodecError, CodecSpec, Compression, CompressionCodec, Derivation, KeyId, Keyring,
    MAX_LAYERS, PayloadCodec, Rounds, SecretKey, build, layout, presets,
};
use temporal_payload::{Document, Payload, Payloads, history, json_text};
use zeroize::Zeroizing;

use payloads::{LIMIT, chain, look_at, payload};

pub use admission::{access_file, key_sets, token};
pub use compared::compared;
pub use documents::{copied, made_document};
pub use http::request;
pub use json::{same_fast_and_plain, same_json};
pub use layers::layers;
pub use messages::{binary_document, descriptor_set, message, proto_files};
pub use redaction::redaction;
pub use sources::{key_file, link, settings, temporal_toml};
pub use specs::made_spec;
pub use wrapped::wrapped;

/// Payload and Payloads from JSON text: an answer or an error; what was read reads the same once written.
pub fn payload_json(data: &[u8]) {
    if let Ok(payload) = Payload::from_json(data) {
        same_in_every_form(&payload);
    }
    if let Ok(payloads) = Payloads::from_json(data) {
        for payload in payloads.payloads.iter().take(16) {
            same_in_every_form(payload);
        }
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(pretty) = json_text::pretty(text)
    {
        assert!(json_text::is_json(&pretty), "laid out, it is JSON still");
        let again = json_text::pretty(&pretty).expect("what was laid out can be laid out");
        assert!(again == pretty, "laying out twice changes nothing");
    }
}

/// A Payload from protobuf bytes.
pub fn payload_proto(data: &[u8]) {
    if let Ok(payload) = Payload::from_proto(data.to_vec()) {
        same_in_every_form(&payload);
        look_at(&payload);
    }
}

/// A document from any bytes, and everything that can be asked of it.
pub fn document(data: &[u8]) {
    let Ok(document) = Document::from_bytes(data) else {
        return;
    };
    let n_slots = document.slots().len();
    let mut end = 0;
    for slot in document.slots() {
        assert!(slot.span.start >= end, "slots don't overlap");
        end = slot.span.end;
        if let Ok(payload) = document.payload(slot) {
            look_at(&payload);
        }
    }
    assert!(end <= document.text().len());
    for row in history::rows(&document) {
        assert!(row.slots.end <= n_slots);
    }
    let execution = history::execution(&document);
    let grouped: usize = execution.groups.iter().map(|of| of.events.len()).sum();
    assert_eq!(grouped, execution.events.len(), "no event is lost");
    for event in &execution.events {
        let attributes = document.text().get(event.attributes.clone());
        let attributes = attributes.expect("attributes are part of the text");
        history::failures(attributes);
        history::links(&event.event_type, attributes);
    }
    let places = history::Places::of(&document);
    for slot in document.slots() {
        let place = places.place(slot);
        assert!(
            place.is_none() || slot.event.is_some(),
            "only events say it"
        );
    }
    let untouched = document.with_payloads(|_, _| None);
    assert!(
        untouched == document.text(),
        "nothing changed, nothing differs"
    );
    let rewritten = document.with_payloads(|_, payload| payload.ok());
    let again = Document::parse(rewritten).expect("what was written is a document");
    let (before, after) = (document.text(), again.text());
    assert_eq!(again.slots().len(), n_slots, "{before}\n{after}");
}

/// Any Payload through a chain that decodes everything with the samples' key.
pub fn decode(data: &[u8]) {
    let chain = chain();
    for payload in payloads_of(data) {
        let size = payload.data.len();
        let claimed = chain.claims(&payload);
        let decoded = chain.decode(payload.clone());
        assert!(decoded.steps.len() <= MAX_LAYERS);
        assert!(decoded.payload.data.len() <= size.max(LIMIT));
        if !claimed {
            assert!(
                decoded.payload == payload,
                "what is not ours is not touched"
            );
            assert!(decoded.steps.is_empty() && decoded.error.is_none());
        }
        if decoded.steps.is_empty() {
            assert!(decoded.payload == payload, "what was not taken off stays");
        }
        look_at(&decoded.payload);

        // The same, inside one more layer of ours, unless that goes past the limit of all layers together.
        if size >= LIMIT / 2 {
            continue;
        }
        let sealed = chain.encode(payload.clone()).expect("a key to encode with");
        if sealed != payload {
            let again = chain.decode(sealed);
            let past = again.error == Some(CodecError::Inflate { limit: LIMIT });
            if decoded.steps.len() < MAX_LAYERS && !past {
                assert!(
                    again.payload == decoded.payload,
                    "one layer more, the same inside"
                );
                assert_eq!(again.steps.len(), decoded.steps.len() + 1);
            }
        }
    }
}

/// Any bytes as what each format writes: parts without gaps, or a reason.
pub fn laid_out(data: &[u8]) {
    for preset in presets() {
        let payload = payload("binary/encrypted", data);
        if let Ok(layout) = layout(&preset.spec, &payload) {
            let mut at = 0;
            for part in &layout.parts {
                assert_eq!(part.start, at, "parts have no gaps");
                at += part.len;
            }
            assert_eq!(at, layout.bytes.len(), "parts reach to the last byte");
        }
    }
}

/// Any bytes as compressed data: an error, or at most as much as is allowed.
pub fn inflate(data: &[u8]) {
    for format in Compression::ALL {
        let codec = CompressionCodec(format);
        if let Ok(inner) = codec.decode(&payload(format.encoding(), data), LIMIT) {
            assert!(inner.data.len() <= LIMIT, "inflating stops at the limit");
        }
        let plain = payload("binary/plain", data);
        if let Ok(Some(packed)) = codec.encode(&plain) {
            assert!(
                packed.data.len() < plain.to_proto().len(),
                "smaller, or not at all"
            );
            let unpacked = codec.decode(&packed, data.len() + 64).expect("our own");
            assert!(unpacked == plain, "what was packed comes out");
        }
    }
}

/// Any format and any Payload: a spec reads as it was written, whatever a codec of it claims opens or does not, and what it
/// seals is its own and comes back. Up to a zero byte the bytes are a spec as JSON; without one the first picks a preset.
pub fn sealed(data: &[u8]) {
    let zero = data.iter().position(|&byte| byte == 0);
    let spec = zero.and_then(|zero| serde_json::from_slice::<CodecSpec>(&data[..zero]).ok());
    let (spec, rest) = match (zero, spec) {
        (Some(zero), Some(spec)) => (spec, &data[zero + 1..]),
        _ => {
            let presets = presets();
            let at = usize::from(data.first().copied().unwrap_or_default());
            (presets[at % presets.len()].spec.clone(), data)
        }
    };
    spec_holds(&spec, rest);
}

/// What must hold for a spec and any bytes.
fn spec_holds(spec: &CodecSpec, rest: &[u8]) {
    if spec.versions().any(|spec| is_costly(&spec.key)) {
        return;
    }
    let written = serde_json::to_vec(spec).expect("specs are JSON");
    let again: CodecSpec = serde_json::from_slice(&written).expect("our own JSON");
    assert!(again == *spec, "JSON keeps all");
    assert!(!spec.summary().is_empty());

    let id = KeyId::new("a-key-of-16-byte");
    let mut keys = Keyring::default();
    let key = SecretKey::new(Zeroizing::new(vec![7; 32])).expect("32 bytes");
    keys.insert(id.clone(), key);
    let Ok(codec) = build(spec, "fuzz", Arc::new(keys), Some(id)) else {
        assert!(spec.check().is_err(), "what is sound builds");
        return;
    };
    let mut labeled = payload(spec.encoding.written().unwrap_or_default(), rest);
    if spec.encoding.written().is_none() {
        labeled.metadata.clear();
    }
    for name in spec.require.iter().chain(&spec.key_id) {
        labeled.metadata.insert(name.clone(), b"value".to_vec());
    }
    let payloads = Payload::from_proto(rest.to_vec()).into_iter();
    for payload in payloads.chain([labeled, payload("json/plain", rest)]) {
        if codec.claims(&payload)
            && let Ok(opened) = codec.open(&payload, &mut Budget::new(u64::MAX).allow(LIMIT))
        {
            assert!(opened.payload.data.len() <= LIMIT);
        }
        if let Ok(Some(sealed)) = codec.encode(&payload) {
            assert!(codec.claims(&sealed), "what it sealed is its own");
            let again = codec
                .decode(&sealed, usize::MAX / 4)
                .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&written)));
            assert!(again == payload, "what was sealed comes back");
            refuses_a_flipped_bit(&*codec, &payload, sealed, rest.len());
        }
    }
}

/// Whether a key takes long to make. Its owner may want that; here it only takes time.
fn is_costly(derivation: &Derivation) -> bool {
    if let Derivation::Pbkdf2 { rounds, .. } = derivation {
        matches!(rounds, Rounds::Fixed(rounds) if *rounds > 2048)
    } else if let Derivation::Scrypt { n, r, p, .. } = derivation {
        u64::from(*n) * u64::from(*r) * u64::from(*p) > 1 << 12
    } else if let Derivation::X25519 { then, .. } = derivation {
        is_costly(then)
    } else {
        false
    }
}

/// Where there is a tag, a changed byte is refused; or it stands for the same, as in base64, and so does the Payload.
fn refuses_a_flipped_bit(
    codec: &dyn PayloadCodec,
    payload: &Payload,
    mut sealed: Payload,
    which: usize,
) {
    if !codec.authenticates() || sealed.data.is_empty() {
        return;
    }
    let mut data = sealed.data.to_vec();
    let at = which * 31 % data.len();
    data[at] ^= 1 << (which % 8);
    sealed.data = data.into();
    if let Ok(opened) = codec.decode(&sealed, usize::MAX / 4) {
        assert!(opened == *payload, "a flipped bit is refused");
    }
}

/// Written and read again, in JSON and in protobuf, it is the same Payload.
fn same_in_every_form(payload: &Payload) {
    let json = payload.to_json();
    let again = Payload::from_json(json.as_bytes()).expect("our own JSON");
    assert!(again == *payload, "JSON keeps all");
    assert!(again.to_json() == json, "JSON is canonical");
    let proto = payload.to_proto();
    let again = Payload::from_proto(proto.clone()).expect("our own protobuf");
    assert!(again == *payload, "protobuf keeps all");
    assert!(again.to_proto() == proto, "protobuf is deterministic");
}

/// Payloads that some bytes may stand for: as they are, and as the data of each encoding.
fn payloads_of(data: &[u8]) -> Vec<Payload> {
    let mut payloads: Vec<Payload> = Payload::from_proto(data.to_vec()).into_iter().collect();
    payloads.extend(Payload::from_json(data));
    let mut encrypted = payload("binary/encrypted", data);
    let id = b"test-key-id".to_vec();
    encrypted
        .metadata
        .insert("encryption-key-id".to_owned(), id);
    payloads.push(encrypted);
    for format in Compression::ALL {
        payloads.push(payload(format.encoding(), data));
    }
    payloads
}
