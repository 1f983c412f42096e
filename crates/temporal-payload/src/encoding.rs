//! Metadata names and the values of `encoding` that SDKs and their samples write (source: sdk-go converter/metadata.go
//! and the six samples' encryption codecs).

/// Names the format of a Payload's data.
pub const METADATA_ENCODING: &str = "encoding";
/// Full name of the protobuf message in `json/protobuf` and `binary/protobuf` data.
pub const METADATA_MESSAGE_TYPE: &str = "messageType";
/// Which key sealed a `binary/encrypted` Payload, as every SDK sample writes it.
pub const METADATA_ENCRYPTION_KEY_ID: &str = "encryption-key-id";

/// Values of `encoding`.
pub mod encodings {
    /// JSON text.
    pub const JSON_PLAIN: &str = "json/plain";
    /// A protobuf message as proto3 JSON text.
    pub const JSON_PROTOBUF: &str = "json/protobuf";
    /// A serialized protobuf message.
    pub const BINARY_PROTOBUF: &str = "binary/protobuf";
    /// Bytes.
    pub const BINARY_PLAIN: &str = "binary/plain";
    /// No value; data is empty.
    pub const BINARY_NULL: &str = "binary/null";
    /// A sealed Payload, as the SDK samples write it.
    pub const BINARY_ENCRYPTED: &str = "binary/encrypted";
    /// A zlib-compressed Payload (sdk-go `NewZlibCodec`, sdk-java `ZlibPayloadCodec`).
    pub const BINARY_ZLIB: &str = "binary/zlib";
    /// A gzip-compressed Payload (samples-python external_storage).
    pub const BINARY_GZIP: &str = "binary/gzip";
    /// A snappy-compressed Payload: a raw block (samples-go) or a framed stream (documented Python snippet).
    pub const BINARY_SNAPPY: &str = "binary/snappy";
    /// A zstd-compressed Payload.
    pub const BINARY_ZSTD: &str = "binary/zstd";
}
