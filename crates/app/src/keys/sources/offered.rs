//! A key that a source offers, with what comes along with it.

use std::sync::Arc;

use key_store::{KeyNames, KeyUse};
use payload_codec::{CodecSpec, SecretKey};

use crate::error::AppError;

/// A key that could be added.
pub(crate) struct Offered {
    pub(super) names: KeyNames,
    pub(super) usage: KeyUse,
    /// Formats that come with it.
    pub(super) formats: Vec<OfferedFormat>,
    /// The key, or why it is none.
    pub(super) key: Result<SecretKey, AppError>,
}

/// A format that comes with a key.
#[derive(Clone)]
pub(crate) struct OfferedFormat {
    /// What the key's usage calls it. A list gives it no name, until [`super::formats::name`] does.
    pub(super) name: Option<String>,
    pub(super) spec: Arc<CodecSpec>,
}

impl Offered {
    /// Formats that come with it and are not known yet, under their names here.
    pub(super) fn new_formats(&self) -> impl Iterator<Item = (&String, &CodecSpec)> {
        let formats = self.formats.iter();
        formats.filter_map(|format| Some((format.name.as_ref()?, &*format.spec)))
    }
}
