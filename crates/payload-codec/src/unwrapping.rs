//! Whoever unwraps data keys for a chain, and what the chain missed of them.

use std::sync::{Arc, Mutex, PoisonError};

use crate::data_key::WrappedKey;
use crate::data_keys::DataKeys;
use crate::envelope_codec::missing;
use crate::error::CodecError;

/// Data keys that are noted as missing at one time; the rest is asked for in the next round.
const MAX_MISSED: usize = 256;

/// Whoever unwraps data keys for a chain.
#[derive(Clone)]
pub(crate) struct Unwrapping {
    pub(crate) keys: Arc<dyn DataKeys>,
    pub(crate) missed: Option<Arc<Mutex<Vec<WrappedKey>>>>,
}

impl Unwrapping {
    /// Notes the data key that was missed, where that is why something was not decoded.
    pub(crate) fn note_missing(&self, error: &CodecError) {
        let (Some(missed), Some(wrapped)) = (&self.missed, missing(error)) else {
            return;
        };
        let mut missed = missed.lock().unwrap_or_else(PoisonError::into_inner);
        if missed.len() < MAX_MISSED && !missed.contains(wrapped) {
            missed.push(wrapped.clone());
        }
    }
}
