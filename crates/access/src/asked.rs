//! One request, as far as access is concerned, and the operations that a Codec Server has.

use serde::{Deserialize, Serialize};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// `/encode`.
    Encode,
    /// `/decode`.
    Decode,
    /// `/download`: fetch what lies in external storage.
    Download,
}

/// One request, as far as access is concerned.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// What is asked for.
    pub operation: Operation,
    /// The Namespace, where one is named.
    pub namespace: Option<&'a str>,
    /// Whether a page asks: the request has an `Origin`.
    pub is_page: bool,
    /// The values of `Authorization`.
    pub authorization: &'a [&'a [u8]],
    /// The values of `Authorization-Extras`.
    pub extras: &'a [&'a [u8]],
}
