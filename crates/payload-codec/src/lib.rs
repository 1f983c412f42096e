//! Payload Codecs: encryption and compression of Temporal Payloads, chained and traced.
//!
//! **Architecture invariant:** one Payload in, one Payload out; what a codec does not claim it returns untouched. No I/O, no
//! clock but for Fernet tokens, which tell when they were made; only the key port may block, and it has a deadline of its own.

#![forbid(unsafe_code)]

mod codec;

mod chain;

mod budget;

mod trace;

mod key;

mod spec;

mod check;

mod sealed;

mod seal;

mod restore;

mod frame;

mod layout;

mod derive;

mod cache;

mod cipher;

mod stack;

mod fernet;

mod secretbox;

mod summary;

mod presets;

mod gallery;

mod catalogue;

mod compression;

mod inflate;

mod wiping;

mod envelope;

mod aws_message;

mod json_marks;

mod search;

mod trial;

mod error;

pub use budget::{Allowance, Budget};
pub use catalogue::{Row, Status, catalogue, catalogue_page};
pub use chain::{CodecChain, Limits, MAX_LAYERS};
pub use check::BadSpec;
pub use codec::{CodecName, Opened, PayloadCodec};
pub use compression::{Compression, CompressionCodec};
pub use envelope::{UnsupportedEnvelope, recognize_envelope};
pub use error::CodecError;
pub use key::{
    KeyError, KeyId, KeyProvider, Keyring, MAX_KEY_BYTES, SecretKey, Withheld, WrongKeyLength,
};
pub use layout::{BytePart, Layout, NoLayout, PartName, layout};
pub use presets::{DemoKey, Preset, SDK_SAMPLES, Spelling, preset, presets, sdk_samples};
pub use sealed::build;
pub use search::{
    Adoption, Candidate, Diagnosis, Finding, FoundFormat, MAX_TRIALS, SearchLimits, Verdict,
    diagnose,
};
pub use spec::{Aad, Body, CipherName, CodecSpec, Derivation, Encoding, Framing, NoncePlace, Part};
pub use stack::wiping_once;
pub use trace::{Decoded, Step};
pub use trial::{Stage, StageName, StageOutcome, Trial, trial};
pub use wiping::{wipe_payload, wiping};

#[cfg(test)]
mod oracle_tests;
