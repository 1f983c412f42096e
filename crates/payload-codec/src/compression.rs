//! Codecs that compress: the whole serialized Payload by its `encoding`, or data by an algorithm that metadata names.

pub(crate) mod by_encoding;

pub(crate) mod by_metadata;

mod bounded_read;
