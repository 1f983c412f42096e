//! Key-sealed envelopes that Node's WebCrypto sealed: each opens with its data key, and nothing of what is sealed may be changed.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;
use zeroize::Zeroizing;

use super::*;
use crate::chain::{CodecChain, Limits};
use crate::data_keys::Answered;

struct Vector {
    name: String,
    sealed: Payload,
    inside: Payload,
    data_key: Vec<u8>,
}

fn vectors() -> Vec<Vector> {
    let folder = env!("CARGO_MANIFEST_DIR");
    let path = format!("{folder}/../../tests/vectors/oracle-key-sealed.json");
    let text = std::fs::read(path).expect("the vectors are there");
    let file: Value = serde_json::from_slice(&text).expect("JSON");
    let payload =
        |value: &Value| Payload::from_json(value.to_string().as_bytes()).expect("Payload JSON");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let vectors = file["vectors"].as_array().expect("vectors").iter();
    let vectors = vectors.map(|vector| Vector {
        name: text(&vector["name"]),
        sealed: payload(&vector["encoded"]),
        inside: payload(&vector["decoded"]),
        data_key: base64::decode(&text(&vector["data_key"])).expect("base64"),
    });
    vectors.collect()
}

/// Serves one recipient, and has its data keys at hand.
struct Recipient(BTreeMap<[u8; 32], Vec<u8>>);

impl Recipient {
    fn of(vectors: &[Vector]) -> Self {
        let keys = vectors.iter().filter_map(|vector| {
            let wrapped = wrapped_keys(&vector.sealed);
            let mut wrapped = wrapped.iter();
            let its = wrapped.find(|wrapped| wrapped.wrapped_by() == "worker-encrypter")?;
            Some((*its.hash(), vector.data_key.clone()))
        });
        Recipient(keys.collect())
    }
}

impl DataKeys for Recipient {
    fn serves(&self, wrapped_by: &str) -> bool {
        wrapped_by == "worker-encrypter"
    }

    fn data_key(&self, wrapped: &WrappedKey) -> Result<SecretKey, DataKeyProblem> {
        let key = self.0.get(wrapped.hash()).ok_or(DataKeyProblem::NotAsked)?;
        SecretKey::new(Zeroizing::new(key.clone())).map_err(|_| DataKeyProblem::NotAsked)
    }

    fn ask(&self, _: Vec<WrappedKey>) -> Answered {
        unreachable!("all are at hand")
    }

    fn ask_and_wait(&self, _: Vec<WrappedKey>, _: &dyn Fn() -> bool) {}
}

fn chain(vectors: &[Vector]) -> CodecChain {
    let keys: Arc<dyn DataKeys> = Arc::new(Recipient::of(vectors));
    CodecChain::new(envelope_codecs(&keys), Vec::new(), Limits::default()).with_data_keys(keys)
}

#[test]
fn each_envelope_opens_with_the_data_key_of_one_recipient() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 6);
    let chain = chain(&vectors);
    for vector in &vectors {
        let decoded = chain.decode(vector.sealed.clone());
        assert_eq!(decoded.error, None, "{}", vector.name);
        assert_eq!(decoded.payload, vector.inside, "{}", vector.name);
        let wrapped = wrapped_keys(&vector.sealed);
        let by: Vec<&str> = wrapped.iter().map(WrappedKey::wrapped_by).collect();
        assert_eq!(by, ["client-encrypter", "worker-encrypter"]);
    }
}

/// The envelope, with a part of it changed.
fn changed(vector: &Vector, change: impl FnOnce(&mut Value)) -> Payload {
    let mut envelope: Value = serde_json::from_slice(&vector.sealed.data).expect("JSON");
    change(&mut envelope);
    Payload {
        data: envelope.to_string().into_bytes().into(),
        ..vector.sealed.clone()
    }
}

#[test]
fn what_is_sealed_may_not_be_changed() {
    let vectors = vectors();
    let chain = chain(&vectors);
    let [first, second, ..] = &vectors[..] else {
        panic!("vectors")
    };
    let other: Value = serde_json::from_slice(&second.sealed.data).expect("JSON");
    for name in ["payload", "ctx"] {
        let payload = changed(first, |envelope| envelope[name] = other[name].clone());
        assert!(chain.decode(payload).error.is_some(), "{name} of another");
        let payload = changed(first, |envelope| envelope[name] = Value::Null);
        let left = chain.decode(payload.clone());
        assert_eq!(left.payload, payload, "{name} is missing");
    }
    // Both of another envelope: the data key does not open it.
    let payload = changed(first, |envelope| {
        envelope["payload"] = other["payload"].clone();
        envelope["ctx"] = other["ctx"].clone();
    });
    let error = chain.decode(payload).error.expect("another payload");
    assert!(matches!(error, CodecError::Unauthentic(_)), "{error}");
    // No key says whose the signature is.
    let payload = changed(first, |envelope| envelope["signature"] = "AA==".into());
    assert_eq!(chain.decode(payload).payload, first.inside);
}

proptest! {
    #[test]
    fn any_envelope_is_read_to_its_end(data in prop::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,60}") {
        let vectors = vectors();
        let chain = chain(&vectors);
        for data in [data, format!("{{\"cek\":{{\"worker-encrypter\":\"{text}\"}},\"payload\":\"{text}\",\"ctx\":\"\"}}").into_bytes()] {
            let payload = Payload { data: data.into(), ..vectors[0].sealed.clone() };
            let decoded = chain.decode(payload.clone());
            prop_assert!(decoded.error.is_some() || decoded.payload == payload);
        }
    }
}
