//! The requests that are measured: the usual shapes, and the largest.

use std::sync::Arc;

use payload_codec::{
    CodecChain, Compression, CompressionCodec, KeyId, Keyring, Limits, PayloadCodec, sdk_samples,
};
use support::vectors::sample_key;
use temporal_payload::{Payload, write_payloads_json};

/// One kind of request: so many sealed JSON strings of so many bytes.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) payloads: usize,
    pub(crate) bytes: usize,
    /// Whether they were compressed before they were encrypted.
    pub(crate) compressed: bool,
    /// Requests in one measurement.
    pub(crate) rounds: usize,
}

const fn encrypted(name: &'static str, payloads: usize, bytes: usize, rounds: usize) -> Workload {
    Workload {
        name,
        payloads,
        bytes,
        compressed: false,
        rounds,
    }
}

/// One small value, a page of a history, the largest Payload that Temporal takes, a whole export, the largest body; and an export
/// that was compressed, too.
pub(crate) const WORKLOADS: [Workload; 6] = [
    encrypted("tiny 1 × 100 B", 1, 100, 4000),
    encrypted("typical 20 × 1 KB", 20, 1_000, 1000),
    encrypted("big 1 × 2 MB", 1, 2_000_000, 60),
    encrypted("history 5000 × 2 KB", 5_000, 2_000, 15),
    encrypted("worst 25 × 2 MB", 25, 2_000_000, 5),
    Workload {
        compressed: true,
        ..encrypted("chain 5000 × 2 KB", 5_000, 2_000, 15)
    },
];

pub(crate) const TINY: &Workload = &WORKLOADS[0];
pub(crate) const TYPICAL: &Workload = &WORKLOADS[1];
pub(crate) const HISTORY: &Workload = &WORKLOADS[3];
pub(crate) const WORST: &Workload = &WORKLOADS[4];
/// One Payload that nearly fills a body.
pub(crate) const LARGE: Workload = encrypted("large 1 × 40 MB", 1, 40_000_000, 1);

impl Workload {
    /// Bytes of the answer's Payloads.
    pub(crate) fn plain_bytes(&self) -> usize {
        self.payloads * self.bytes
    }

    /// `{"payloads":[…]}`, and the same decoded.
    pub(crate) fn bodies(&self) -> (Vec<u8>, Vec<u8>) {
        let sealing = sealing(self.compressed);
        let plain = (0..self.payloads).map(|index| self.plain(index));
        let (mut sealed, mut decoded) = (Vec::new(), Vec::new());
        for payload in plain {
            sealed.push(sealing.encode(payload.clone()).expect("it has a key"));
            decoded.push(payload);
        }
        (json(&sealed), json(&decoded))
    }

    /// A JSON string; half of its characters are such as compress.
    fn plain(&self, index: usize) -> Payload {
        let mut text = String::with_capacity(self.bytes);
        text.push('"');
        let mut state = index as u64 + 1;
        while text.len() < self.bytes - 1 {
            // A step of xorshift64 (Marsaglia 2003): the same bytes in every run.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let left = self.bytes - 1 - text.len();
            let word = format!("{state:016x}{:016}", index % 10);
            text.push_str(&word[..word.len().min(left)]);
        }
        text.push('"');
        Payload {
            metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
            data: text.into_bytes().into(),
            external_payloads: Vec::new(),
        }
    }
}

fn sealing(compressed: bool) -> CodecChain {
    let mut keyring = Keyring::default();
    let id = KeyId::new("test-key-id");
    keyring.insert(id.clone(), sample_key());
    let aes: Arc<dyn PayloadCodec> = sdk_samples(Arc::new(keyring), Some(id));
    let zlib: Arc<dyn PayloadCodec> = Arc::new(CompressionCodec(Compression::Zlib));
    let encoders = match compressed {
        true => vec![Arc::clone(&aes), zlib],
        false => vec![Arc::clone(&aes)],
    };
    CodecChain::new(vec![aes], encoders, Limits::default())
}

fn json(payloads: &[Payload]) -> Vec<u8> {
    let mut body = Vec::new();
    write_payloads_json(payloads, &mut body);
    body
}
