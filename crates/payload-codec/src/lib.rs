//! Payload Codecs: encryption and compression of Temporal Payloads, chained and traced.
//!
//! **Architecture invariant:** one Payload in, one Payload out; what a codec does not claim it returns untouched. No I/O, no
//! clock but for Fernet tokens, which tell when they were made; only the key port may block, and it has a deadline of its own.

#![forbid(unsafe_code)]

mod codec;

mod cipher_name;

mod codec_name;

mod compression;

mod compression_name;

mod context;

mod chain;

mod chain_unwrapping;

mod in_place;

mod open_in_place;

mod budget;

mod trace;

mod key;

mod key_error;

mod key_id;

mod spec;

mod spec_codec;

mod primitives;

mod catalogue;

mod search;

mod opening;

mod trial;

mod aws_message;

mod data_key;

mod data_keys;

mod unwrapping;

mod key_sealed;

mod envelope_codec;

mod error;

pub use budget::{Allowance, Budget};
pub use catalogue::envelope::{UnsupportedEnvelope, recognize_envelope};
pub use catalogue::mark::{Mark, visible_mark};
pub use catalogue::preset::{DemoKey, Preset, Spelling};
pub use catalogue::presets::{SDK_SAMPLES, preset, presets, sdk_samples};
pub use catalogue::{Row, Status, catalogue, catalogue_page};
pub use chain::{CodecChain, Limits, MAX_LAYERS};
pub use chain_unwrapping::MAX_ROUNDS_OF_ASKING;
pub use cipher_name::CipherName;
pub use codec::{Opened, PayloadCodec};
pub use codec_name::CodecName;
pub use compression::by_encoding::CompressionCodec;
pub use compression::by_metadata::NamedCompression;
pub use compression_name::Compression;
pub use context::{Context, ContextPart, ContextParts};
pub use data_key::{DataKeyForm, DataKeyProblem, MAX_WRAPPED_BYTES, ServerRefusal, WrappedKey};
pub use data_keys::{Answered, DataKeys};
pub use envelope_codec::{envelope_codecs, wrapped_keys};
pub use error::CodecError;
pub use in_place::{InPlace, OpenedInPlace, Outcome};
pub use key::{KeyProvider, Keyring, MAX_KEY_BYTES, SecretKey, WrongKeyLength};
pub use key_error::{KeyError, Withheld};
pub use key_id::KeyId;
pub use open_in_place::{OpenInPlace, OpenedData};
pub use primitives::zeroize::{zeroize_on_drop, zeroize_payload};
pub use primitives::zeroize_stack::{zeroize_stack_after, zeroize_stack_once};
pub use search::{
    Adoption, Candidate, Diagnosis, Finding, FoundFormat, MAX_TRIALS, Nearest, SearchLimits,
    Verdict, diagnose,
};
pub use spec::check::BadSpec;
pub use spec::layout::{BytePart, Layout, NoLayout, PartName, layout};
pub use spec::{
    Aad, Body, BytesAs, CODEC_SPEC_SCHEMA, CodecSpec, Derivation, Encoding, Field, Framing,
    HashName, HeaderPart, LengthAs, Marker, NoncePlace, Part, Rounds, Short, TagPlace,
};
pub use spec_codec::build;
pub use trace::{Decoded, Step};
pub use trial::{Stage, StageName, StageOutcome, Trial, trial};

#[cfg(test)]
mod oracle_tests;
