//! Encoding and decoding with keys of a key store, as a server does: with codecs that live as long as the process.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use key_store::KeyStore;
use payload_codec::{
    CodecError, KeyError, KeyId, KeyProvider, PayloadCodec, Preset, SDK_SAMPLES, build, preset,
    presets,
};
use serde_json::{Value, json};
use temporal_payload::Payload;

const LIMIT: usize = 1 << 20;

/// What was built, and what it did.
#[derive(Default)]
pub(crate) struct Traffic {
    codecs: Mutex<Vec<Arc<dyn PayloadCodec>>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    decoded: AtomicU32,
    locked: AtomicU32,
    failed: AtomicU32,
}

impl Traffic {
    /// The names of the formats of the gallery that take the key.
    pub(crate) fn in_every_format(&self, store: &KeyStore, id: &str) -> Vec<&'static str> {
        let takes = |preset: &Preset| {
            let codec = codec(store, preset, id)?;
            let encoded = codec.encode(&payload()).ok()??;
            for _ in 0..20 {
                let decoded = codec.decode(&encoded, LIMIT).ok()?;
                assert_eq!(decoded.data, payload().data);
            }
            self.codecs.lock().expect("nothing panics").push(codec);
            Some(preset.name)
        };
        presets().iter().filter_map(takes).collect()
    }

    /// Decodes on two threads for as long as the process lives.
    pub(crate) fn serve(&self, store: &KeyStore, id: &str) {
        let preset = preset(SDK_SAMPLES).expect("a preset");
        let codec = codec(store, &preset, id).expect("a codec");
        let encoded = codec.encode(&payload());
        let encoded = encoded.expect("a key").expect("encryption");
        for _ in 0..2 {
            let (codec, encoded) = (Arc::clone(&codec), encoded.clone());
            let counts = Arc::clone(&self.counts);
            thread::spawn(move || {
                loop {
                    let count = match codec.decode(&encoded, LIMIT) {
                        Ok(_) => &counts.decoded,
                        Err(CodecError::KeyUnavailable {
                            source: KeyError::AppLocked,
                            ..
                        }) => &counts.locked,
                        Err(_) => &counts.failed,
                    };
                    count.fetch_add(1, Ordering::Relaxed);
                    thread::yield_now();
                }
            });
        }
    }

    /// Counts, and begins anew.
    pub(crate) fn served(&self) -> Value {
        let take = |count: &AtomicU32| count.swap(0, Ordering::Relaxed);
        json!({
            "decoded": take(&self.counts.decoded),
            "locked": take(&self.counts.locked),
            "failed": take(&self.counts.failed),
        })
    }
}

fn codec(store: &KeyStore, preset: &Preset, id: &str) -> Option<Arc<dyn PayloadCodec>> {
    let keys: Arc<dyn KeyProvider> = Arc::new(store.clone());
    build(&preset.spec, preset.name, keys, Some(KeyId::new(id))).ok()
}

fn payload() -> Payload {
    Payload {
        metadata: BTreeMap::from([("encoding".to_owned(), b"json/plain".to_vec())]),
        data: br#"{"amount":12}"#.to_vec().into(),
        ..Payload::default()
    }
}
