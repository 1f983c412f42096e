//! Decoding what is sealed by data keys that are not in memory: it is decoded as far as it goes, the data keys that were missed are
//! asked for all together, and it is decoded again.

use std::sync::{Arc, PoisonError};

use crate::chain::CodecChain;
use crate::data_key::WrappedKey;
use crate::data_keys::DataKeys;
use crate::unwrapping::Unwrapping;

/// How often it is asked for what is missing: what a data key opens may be sealed by another one.
pub const MAX_ROUNDS_OF_ASKING: usize = 4;

impl CodecChain {
    /// The same chain, whose missing data keys these can be asked for.
    #[must_use]
    pub fn with_data_keys(mut self, keys: Arc<dyn DataKeys>) -> Self {
        self.unwrapping = Some(Unwrapping { keys, missed: None });
        self
    }

    /// The same chain, which notes what data keys it misses, for [`CodecChain::take_missed`]. `None` where it has nobody to ask.
    pub fn noting_missed(&self) -> Option<Self> {
        let keys = self.unwrapping.as_ref()?.keys.clone();
        let mut chain = self.clone();
        chain.unwrapping = Some(Unwrapping {
            keys,
            missed: Some(Arc::default()),
        });
        Some(chain)
    }

    /// Data keys that were missed since this was asked last, each once.
    pub fn take_missed(&self) -> Vec<WrappedKey> {
        let missed = self
            .unwrapping
            .as_ref()
            .and_then(|with| with.missed.as_ref());
        missed.map_or_else(Vec::new, |missed| {
            std::mem::take(&mut *missed.lock().unwrap_or_else(PoisonError::into_inner))
        })
    }

    /// Whoever can be asked for data keys.
    pub fn data_keys(&self) -> Option<&Arc<dyn DataKeys>> {
        self.unwrapping.as_ref().map(|with| &with.keys)
    }

    /// Does `work` with this chain; where that misses data keys, has them unwrapped and does it again, as long as `is_wanted` says
    /// so. Blocks: call it off the reactor.
    pub fn unwrapping<T>(
        &self,
        is_wanted: &dyn Fn() -> bool,
        mut work: impl FnMut(&CodecChain) -> T,
    ) -> T {
        let Some(noting) = self.noting_missed() else {
            return work(self);
        };
        let mut done = work(&noting);
        for _ in 0..MAX_ROUNDS_OF_ASKING {
            let missed = noting.take_missed();
            let Some(keys) = self.data_keys().filter(|_| !missed.is_empty()) else {
                break;
            };
            keys.ask_and_wait(missed, is_wanted);
            if !is_wanted() {
                break;
            }
            done = work(&noting);
        }
        done
    }
}
