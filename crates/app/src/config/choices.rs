//! Settings that are one of a few words.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What happens with Payloads that cannot be decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Undecodable {
    /// They come back as they were; a browser is told why where nothing could be decoded.
    #[default]
    Explain,
    /// The whole request fails.
    Fail,
    /// They come back as they were.
    Pass,
}

/// Compression inside the encryption, when encoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum EncodeCompression {
    /// None.
    #[default]
    None,
    /// `binary/zlib`, as Go's samples do.
    Zlib,
    /// `binary/gzip`
    Gzip,
    /// `binary/snappy`
    Snappy,
    /// `binary/zstd`
    Zstd,
}

/// The window's colors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What Namespaces get that no profile names, requests that name none, and `X-Namespace: undefined`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Unlisted {
    /// The default profile.
    #[default]
    Default,
    /// Nothing: they are refused.
    Refuse,
}
