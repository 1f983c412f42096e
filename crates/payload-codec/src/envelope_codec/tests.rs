//! Payloads of each layout, with data keys at hand and without.

use std::sync::Mutex;

use proptest::prelude::*;
use zeroize::Zeroizing;

use super::*;
use crate::chain::{CodecChain, Limits};
use crate::data_keys::Answered;
use crate::key::SecretKey;
use crate::primitives::cipher::Cipher;

/// Unwraps by adding one to each byte, once it was asked.
#[derive(Default)]
pub(super) struct Fake {
    pub(super) asked: Mutex<Vec<WrappedKey>>,
}

impl DataKeys for Fake {
    fn serves(&self, wrapped_by: &str) -> bool {
        wrapped_by != "awskms:///other"
    }

    fn data_key(&self, wrapped: &WrappedKey) -> Result<SecretKey, DataKeyProblem> {
        if !self.asked.lock().unwrap().contains(wrapped) {
            return Err(DataKeyProblem::NotAsked);
        }
        let key = wrapped.bytes().iter().map(|byte| byte.wrapping_add(1));
        SecretKey::new(Zeroizing::new(key.collect())).map_err(|_| DataKeyProblem::NoKey {
            by: "a test".to_owned(),
        })
    }

    fn ask(&self, _: Vec<WrappedKey>) -> Answered {
        unreachable!("the tests wait")
    }

    fn ask_and_wait(&self, wanted: Vec<WrappedKey>, _: &dyn Fn() -> bool) {
        self.asked.lock().unwrap().extend(wanted);
    }
}

pub(super) fn chain(keys: &Arc<Fake>) -> CodecChain {
    let keys: Arc<dyn DataKeys> = keys.clone();
    CodecChain::new(envelope_codecs(&keys), Vec::new(), Limits::default()).with_data_keys(keys)
}

fn plain() -> Payload {
    with(&[("encoding", b"json/plain")], b"\"order\"".to_vec())
}

fn sealed_by(key: u8, text: &Payload) -> Vec<u8> {
    let mut buffer = vec![7; 12];
    buffer.extend(text.to_proto());
    let cipher = Cipher::new(CipherName::AesGcm, 12, &[key; 32]).expect("a cipher");
    cipher
        .seal(&[7; 12], &[], 0, &mut buffer, 12)
        .expect("seals");
    buffer
}

fn with(metadata: &[(&str, &[u8])], data: Vec<u8>) -> Payload {
    Payload {
        metadata: metadata
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.to_vec()))
            .collect(),
        data: data.into(),
        ..Payload::default()
    }
}

/// One of each layout, sealed by this key.
fn each(key: u8) -> [Payload; 4] {
    let wrapped = [key - 1; 32];
    let text = base64::encode(&wrapped);
    let label: (&str, &[u8]) = ("encoding", b"binary/encrypted");
    let data = sealed_by(key, &plain());
    let mut tink = 32_u32.to_be_bytes().to_vec();
    tink.extend(wrapped);
    tink.extend(&data);
    [
        with(
            &[
                label,
                ("encryption-key-id", b"awskms:///k"),
                ("encryption-dek", text.as_bytes()),
            ],
            data.clone(),
        ),
        with(
            &[label, ("data_key_encrypted", text.as_bytes())],
            data.clone(),
        ),
        with(
            &[
                label,
                ("encryption-key-id", b"alias/k"),
                ("encrypted-data-key", &wrapped),
            ],
            data,
        ),
        with(&[("encoding", b"binary/encrypted/tink")], tink),
    ]
}

#[test]
fn each_layout_opens_once_its_data_key_was_asked_for() {
    let keys = Arc::new(Fake::default());
    let chain = chain(&keys);
    for payload in each(9).into_iter().chain(each(9)) {
        let decoded = chain.unwrapping(&|| true, |chain| chain.decode(payload.clone()));
        assert_eq!(decoded.error, None);
        assert_eq!(decoded.payload, plain());
    }
    // The layouts name their wrapping keys differently.
    assert_eq!(keys.asked.lock().unwrap().len(), 4);
}

#[test]
fn without_its_data_key_it_says_so_and_what_is_inside_may_need_another() {
    let keys = Arc::new(Fake::default());
    let chain = chain(&keys);
    let [inner, ..] = each(9);
    let outer = Payload {
        data: sealed_by(5, &inner).into(),
        ..each(5)[0].clone()
    };
    let error = chain.decode(outer.clone()).error.expect("not asked");
    assert_eq!(
        error.to_string(),
        "the data key that \"awskms:///k\" wraps has not been unwrapped yet"
    );
    let decoded = chain.unwrapping(&|| true, |chain| chain.decode(outer.clone()));
    assert_eq!((decoded.payload, decoded.error), (plain(), None));
    assert_eq!(keys.asked.lock().unwrap().len(), 2);
    let unwanted = chain.unwrapping(&|| false, |chain| chain.decode(each(3)[0].clone()));
    assert!(unwanted.error.is_some());
}

#[test]
fn what_nobody_is_set_up_for_and_what_is_local_is_not_claimed() {
    let chain = chain(&Arc::default());
    let [proxy, ..] = each(9);
    for id in ["awskms:///other", "base64key://AAAA", "testing://AAAA", ""] {
        let mut payload = proxy.clone();
        payload
            .metadata
            .insert("encryption-key-id".to_owned(), id.into());
        assert!(!chain.claims(&payload), "{id}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_to_their_end(
        value in prop::collection::vec(any::<u8>(), 0..80),
        data in prop::collection::vec(any::<u8>(), 0..80),
        place in 0_usize..4,
    ) {
        let chain = chain(&Arc::default());
        let mut payload = each(9)[place].clone();
        for name in ["encryption-dek", "data_key_encrypted", "encrypted-data-key"] {
            if let Some(held) = payload.metadata.get_mut(name) {
                held.clone_from(&value);
            }
        }
        payload.data = data.into();
        let decoded = chain.unwrapping(&|| true, |chain| chain.decode(payload.clone()));
        prop_assert!(decoded.error.is_some() || decoded.payload == payload);
    }

    #[test]
    fn a_flipped_bit_does_not_pass(at in 0_usize..40, bit in 0_u8..8) {
        let mut payload = each(9)[0].clone();
        let mut data = payload.data.to_vec();
        let at = at % data.len();
        data[at] ^= 1 << bit;
        payload.data = data.into();
        let decoded = chain(&Arc::default()).unwrapping(&|| true, |chain| chain.decode(payload.clone()));
        prop_assert!(decoded.error.is_some());
    }
}
