//! Something decoded that is made when it is first asked for, and kept until the app is locked.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// It, or nothing yet.
pub(super) struct Kept<T>(Mutex<Option<Arc<T>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept(Mutex::new(None))
    }
}

impl<T> Kept<T> {
    /// Whoever asks meanwhile waits for the one that makes it.
    pub(super) fn get_or_make(&self, make: impl FnOnce() -> T) -> Arc<T> {
        let made: Result<Arc<T>, Infallible> = self.get_or_try_make(|| Ok(make()));
        match made {
            Ok(made) => made,
        }
    }

    /// As [`Kept::get_or_make`]. What is not made is not kept.
    ///
    /// # Errors
    /// Those of `make`.
    pub(super) fn get_or_try_make<E>(
        &self,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let mut kept = self.lock();
        if let Some(kept) = &*kept {
            return Ok(kept.clone());
        }
        let made = Arc::new(make()?);
        *kept = Some(made.clone());
        Ok(made)
    }

    pub(super) fn forget(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<T>>> {
        // It is put in whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
