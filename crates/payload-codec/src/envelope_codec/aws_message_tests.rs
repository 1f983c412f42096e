//! Messages of the AWS Encryption SDK for Python: every algorithm and every shape opens, and nothing of one may be changed.

use serde_json::Value;
use temporal_payload::Payload;

use super::tests::{Fake, chain};
use super::*;
use crate::error::CodecError;

/// The name, the Payload, what is inside, and the encryption context.
type Vector = (String, Payload, Payload, Value);

fn vectors() -> Vec<Vector> {
    let folder = env!("CARGO_MANIFEST_DIR");
    let path = format!("{folder}/../../tests/vectors/oracle-aws-message-opens.json");
    let text = std::fs::read(path).expect("the vectors are there");
    let file: Value = serde_json::from_slice(&text).expect("JSON");
    let payload =
        |value: &Value| Payload::from_json(value.to_string().as_bytes()).expect("Payload JSON");
    let vector = |vector: &Value| {
        let name = vector["name"].as_str().expect("a name").to_owned();
        let (sealed, inside) = (payload(&vector["encoded"]), payload(&vector["decoded"]));
        (name, sealed, inside, vector["context"].clone())
    };
    let vectors = file["vectors"].as_array().expect("vectors").iter();
    vectors.map(vector).collect()
}

fn decode(payload: &Payload) -> (Payload, Option<CodecError>) {
    let keys = Arc::new(Fake::default());
    let decoded = chain(&keys).unwrapping(&|| true, |chain| chain.decode(payload.clone()));
    (decoded.payload, decoded.error)
}

#[test]
fn every_algorithm_and_shape_opens() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 33);
    for (name, sealed, inside, context) in vectors {
        assert_eq!(decode(&sealed), (inside, None), "{name}");
        let [wrapped] = &wrapped_keys(&sealed)[..] else {
            panic!("{name} has one data key");
        };
        assert!(wrapped.wrapped_by().starts_with("arn:aws:kms:"), "{name}");
        assert!(wrapped.context().is_ascii(), "{name}");
        let told: Value = serde_json::from_str(wrapped.context()).expect("JSON");
        assert_eq!(told, context, "{name}");
    }
}

/// Where the signature of a message begins, which is not verified.
fn signature(name: &str, data: &[u8]) -> usize {
    if !name.contains("ECDSA") {
        return data.len();
    }
    // Two bytes of length stand in front of it: whichever place says how much there is behind it.
    let says = |at: &usize| usize::from(u16::from_be_bytes([data[*at], data[at + 1]]));
    let mut places =
        (data.len() - 120..data.len() - 2).filter(|at| says(at) == data.len() - at - 2);
    places.next().expect("a signature")
}

#[test]
fn nothing_may_be_changed_moved_or_left_out() {
    for (name, sealed, _, _) in vectors() {
        let end = signature(&name, &sealed.data);
        let changed = |data: Vec<u8>| Payload {
            data: data.into(),
            ..sealed.clone()
        };
        for at in (0..end).step_by(7).chain(end.saturating_sub(40)..end) {
            let mut data = sealed.data.to_vec();
            data[at] ^= 1;
            let (left, error) = decode(&changed(data));
            let is_left = left.data.len() == sealed.data.len();
            assert!(error.is_some() || is_left, "{name}: byte {at}");
        }
        for len in [0, 20, 60, sealed.data.len() / 2, sealed.data.len() - 1] {
            let (left, error) = decode(&changed(sealed.data[..len].to_vec()));
            assert!(error.is_some() || left.data.len() == len, "{name}: {len}");
        }
        let longer = changed([&sealed.data[..], b"x"].concat());
        assert!(decode(&longer).1.is_some(), "{name}: one byte more");
    }
}

#[test]
fn frames_in_another_order_do_not_open() {
    let vectors = vectors();
    let (_, sealed, _, _) = vectors
        .iter()
        .find(|(name, ..)| name == "AES_256_GCM_IV12_TAG16_HKDF_SHA256/frames")
        .expect("a vector");
    // number(4) ‖ nonce(12) ‖ ciphertext(128) ‖ tag(16)
    let frame = 4 + 12 + 128 + 16;
    let data = sealed.data.to_vec();
    let is_first = |at: &usize| {
        data[*at..].starts_with(&[0, 0, 0, 1]) && data[at + frame..].starts_with(&[0, 0, 0, 2])
    };
    let first = (0..data.len() - 2 * frame).find(is_first).expect("frames");
    let mut swapped = data.clone();
    swapped[first..first + frame].copy_from_slice(&data[first + frame..first + 2 * frame]);
    swapped[first + frame..first + 2 * frame].copy_from_slice(&data[first..first + frame]);
    let as_they_were = [0, 0, 0, 1];
    let mut renumbered = swapped.clone();
    renumbered[first..first + 4].copy_from_slice(&as_they_were);
    renumbered[first + frame + 3] = 2;
    for data in [swapped, renumbered] {
        let payload = Payload {
            data: data.into(),
            ..sealed.clone()
        };
        assert!(decode(&payload).1.is_some());
    }
}

#[test]
fn of_several_wrapping_keys_one_that_somebody_serves_is_asked() {
    let (_, sealed, inside, _) = vectors().swap_remove(0);
    // The head names one key; a second, which nobody serves, is put in front of it.
    let arn = b"arn:aws:kms";
    let at = sealed
        .data
        .windows(arn.len())
        .position(|window| window == arn);
    let provider = at.expect("an ARN") - 2 - b"aws-kms".len() - 2;
    let mut data = sealed.data[..provider - 2].to_vec();
    data.extend([0, 2]);
    for field in [&b"aws-kms"[..], b"awskms:///other", b"wrapped"] {
        data.extend(u16::try_from(field.len()).expect("short").to_be_bytes());
        data.extend(field);
    }
    data.extend(&sealed.data[provider..]);
    let two = Payload {
        data: data.into(),
        ..sealed.clone()
    };
    assert_eq!(wrapped_keys(&two).len(), 2);
    let keys = Arc::new(Fake::default());
    let decoded = chain(&keys).unwrapping(&|| true, |chain| chain.decode(two.clone()));
    // The head was changed, so that it does not open; yet the right key was asked for.
    assert!(matches!(decoded.error, Some(CodecError::Unauthentic(_))));
    let asked = keys.asked.lock().expect("no panic");
    assert_eq!(asked.len(), 1);
    assert!(asked[0].wrapped_by().starts_with("arn:aws:kms:"));
    drop(asked);
    assert_eq!(decode(&sealed), (inside, None));
}
