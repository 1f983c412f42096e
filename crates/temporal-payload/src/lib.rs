//! Temporal Payloads: the data model, its wire forms, and the documents that hold them.
//!
//! **Architecture invariant:** this crate knows no codec, key or clock; every reader is total (no panic on any bytes).

#![forbid(unsafe_code)]

mod payload;

mod proto_usual;

mod encoding;

pub mod base64;

mod json;

mod json_write;

mod take_payloads;

mod json_received;

mod json_stream;

mod json_usual;

mod json_expected;

mod json_string;

pub mod json_tokens;

pub mod protobuf_time;

mod text_place;

mod gzip;

pub mod json_lines;
mod json_readable;
pub mod json_text;

mod lists;

mod slots;

mod path;

mod shown;

mod document;

mod documents;

pub mod history;

pub mod failure;

mod storage_reference;

mod content;

pub use content::Content;
pub use document::{
    CAN_BE_PASTED, Document, FromMessage, Kind, LooksLike, MAX_DOCUMENT_BYTES, MessageText,
    NotRecognized, ReadMessage, Source, Wrapping,
};
pub use documents::{Documents, MAX_CHOICE, NamedDocument};
pub use encoding::{
    METADATA_ENCODING, METADATA_ENCRYPTION_KEY_ID, METADATA_MESSAGE_TYPE, encodings,
};
pub use gzip::gunzip;
pub use json::MalformedPayloads;
pub use json_expected::Expected;
pub use json_received::ReceivedPayloads;
pub use json_stream::{Unread, read_payloads};
pub use json_string::unescape;
pub use json_write::{PayloadsWriter, write_payload_json, write_payloads_json};
pub use payload::{
    ExternalPayloadDetails, MAX_EXTERNAL_PAYLOADS, MAX_METADATA, MalformedPayload, Payload,
    Payloads,
};
pub use shown::{MAX_NAME, is_visible, push_shown, shown, shown_name};
pub use slots::{Role, Slot, UnreadablePayload};
pub use storage_reference::StorageReference;
pub use take_payloads::TakePayloads;
pub use text_place::{
    JsonFault, JsonPlace, JsonStep, TextPlace, json_fault, json_items, json_place,
};
