//! Protobuf schemas: what a serialized message says, as JSON. Temporal's own API is built in; the user's types are read from
//! `.proto` files and descriptor sets.
//!
//! **Architecture invariant:** this crate knows no codec, key or clock; every reader is total (no panic on any bytes), takes time
//! in proportion to the bytes and memory that is bounded by them.

#![forbid(unsafe_code)]

mod api;

mod candidates;

mod clashes;

mod documents;

mod elsewhere;

mod field_tree;

mod fit;

mod json_out;

mod maps;

mod messages;

mod no_json;

mod positions;

mod scalars;

mod schemas;

mod shapes;

mod to_json;

mod user;

mod well_known;

mod wire;

#[cfg(test)]
mod tests;

pub use api::{TEMPORAL_API, temporal};
pub use candidates::{Candidate, Fits, Sample};
pub use clashes::Clash;
pub use documents::read_message;
pub use field_tree::{FieldTree, field_tree};
pub use messages::{MessageJson, message_json, with_payloads};
pub use no_json::NoJson;
pub use positions::{Holds, Position, Step, positions};
pub use schemas::{Found, Origin, Schemas};
pub use shapes::{MessageId, Types};
pub use user::{
    MAX_BYTES, MAX_FILE_BYTES, MAX_FILES, ProtoFile, SchemaProblem, UserTypes, read_descriptors,
    read_protos,
};
