//! Payload Codecs: encryption and compression of Temporal Payloads, chained and traced.
//!
//! **Architecture invariant:** one Payload in, one Payload out; what a codec does not claim it returns untouched. No I/O,
//! no clock; only the key port may block, and it has a deadline of its own.

#![forbid(unsafe_code)]

mod codec;

mod chain;

mod trace;

mod key;

mod spec;

mod sealed;

mod seal;

mod presets;

mod aes_gcm;

mod compression;

mod inflate;

mod envelope;

mod error;

pub use aes_gcm::AesGcmCodec;
pub use chain::{CodecChain, Limits, MAX_LAYERS};
pub use codec::{CodecName, PayloadCodec};
pub use compression::{Compression, CompressionCodec};
pub use envelope::{UnsupportedEnvelope, recognize_envelope};
pub use error::CodecError;
pub use key::{KeyError, KeyId, KeyProvider, Keyring, MAX_KEY_BYTES, SecretKey, WrongKeyLength};
pub use presets::{Preset, preset, presets};
pub use sealed::{BadSpec, RootSecret, build};
pub use spec::{Aad, Body, CipherName, CodecSpec, Derivation, Framing, NoncePlace, Part};
pub use trace::{Decoded, Step};
