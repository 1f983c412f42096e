//! Payloads whose data key a key service wraps.

use std::sync::Arc;

use payload_codec::{
    Answered, CodecChain, DataKeyProblem, DataKeys, Limits, SecretKey, WrappedKey, envelope_codecs,
    wrapped_keys,
};
use temporal_payload::{Payload, json_text};
use zeroize::Zeroizing;

use super::payloads::{LIMIT, payload};

/// Unwraps as the vectors wrap: by adding one to each byte.
struct Known;

impl DataKeys for Known {
    fn serves(&self, _: &str) -> bool {
        true
    }

    fn data_key(&self, wrapped: &WrappedKey) -> Result<SecretKey, DataKeyProblem> {
        let key = wrapped.bytes().iter().map(|byte| byte.wrapping_add(1));
        SecretKey::new(Zeroizing::new(key.collect())).map_err(|_| DataKeyProblem::NoKey {
            by: "a test".to_owned(),
        })
    }

    fn ask(&self, _: Vec<WrappedKey>) -> Answered {
        Box::pin(async {})
    }

    fn ask_and_wait(&self, _: Vec<WrappedKey>, _: &dyn Fn() -> bool) {}
}

/// Any bytes as a message of the AWS Encryption SDK, as Tink's and as a key-sealed envelope and as a Payload: it opens, or says why not.
pub fn wrapped(data: &[u8]) {
    let keys: Arc<dyn DataKeys> = Arc::new(Known);
    let limits = Limits {
        payload_bytes: LIMIT,
        work_bytes: 4 << 20,
        ..Limits::default()
    };
    let chain = CodecChain::new(envelope_codecs(&keys), Vec::new(), limits).with_data_keys(keys);
    let labels = [
        "awsencryptionsdk/binary/encrypted",
        "binary/encrypted/tink",
        "binary/key-sealed-envelope",
    ];
    let mut payloads: Vec<Payload> = labels.map(|label| payload(label, data)).into();
    payloads.extend(Payload::from_proto(data.to_vec()));
    for payload in payloads {
        for wrapped in wrapped_keys(&payload) {
            assert!(wrapped.context().is_ascii() && json_text::is_json(wrapped.context()));
        }
        let decoded = chain.decode(payload.clone());
        assert!(decoded.error.is_none() || decoded.steps.is_empty() || decoded.payload != payload);
    }
}
