//! What decoding may cost. A [`Budget`] is one account of work for everything that is decoded together, such as the Payloads
//! of one request; an [`Allowance`] is what one Payload of them may inflate to. A few bytes can ask for gigabytes of work, and
//! much of it leads to nothing, so what was charged is not given back.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::context::{Context, UNKNOWN};
use crate::error::CodecError;

/// Work of a trial beside its bytes: looking for keys, making a cipher, reading what came out.
pub(crate) const TRIAL: usize = 512;

/// Work between two questions whether to go on, unless [`Budget::asking_every`] says otherwise.
const SLICE: u64 = 1 << 20;

/// Whether to go on, when so much work was done.
type GoOn<'a> = Box<dyn Fn(u64) -> bool + Send + Sync + 'a>;

/// An account of work, in bytes: of ciphertext that is deciphered and of plaintext that is inflated, each layer and each trial
/// of a key by itself. Slow algorithms count twice, and starting one counts as some bytes, so that equal work takes about equal
/// time: 128 MiB take a third of a second of a processor, at most.
pub struct Budget<'a> {
    limit: u64,
    spent: AtomicU64,
    slice: u64,
    go_on: Option<GoOn<'a>>,
}

impl<'a> Budget<'a> {
    /// An account of `limit` bytes of work.
    pub fn new(limit: u64) -> Self {
        Budget {
            limit,
            spent: AtomicU64::new(0),
            slice: SLICE,
            go_on: None,
        }
    }

    /// The same account, which asks whenever `slice` bytes of work were spent whether to go on, with what was spent in all.
    /// Once the answer is no, everything fails with [`CodecError::Stopped`].
    #[must_use]
    pub fn asking_every(
        mut self,
        slice: u64,
        go_on: impl Fn(u64) -> bool + Send + Sync + 'a,
    ) -> Self {
        self.slice = slice.max(1);
        self.go_on = Some(Box::new(go_on));
        self
    }

    /// The account's limit, in bytes of work.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Work that was asked for until now, in bytes; more than the limit once it has been passed.
    pub fn spent(&self) -> u64 {
        self.spent.load(Ordering::Relaxed)
    }

    /// Counts work that is linear in what was sent, and so needs no limit of its own.
    ///
    /// # Errors
    /// [`CodecError::Stopped`] where it is not to go on.
    pub fn note(&self, work: usize) -> Result<(), CodecError> {
        self.count(work).map(|_| ())
    }

    /// Takes `work` off. What is asked for past the limit counts too: a request that was refused something stays refused.
    ///
    /// # Errors
    /// [`CodecError::WorkLimit`] past the limit, [`CodecError::Stopped`] where it is not to go on.
    pub(crate) fn spend(&self, work: usize) -> Result<(), CodecError> {
        if self.count(work)? > self.limit {
            return Err(CodecError::WorkLimit { limit: self.limit });
        }
        Ok(())
    }

    /// What was spent in all.
    fn count(&self, work: usize) -> Result<u64, CodecError> {
        let work = u64::try_from(work).unwrap_or(u64::MAX);
        let before = self
            .spent
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |spent| {
                Some(spent.saturating_add(work))
            })
            .unwrap_or_else(|spent| spent);
        let spent = before.saturating_add(work);
        if before / self.slice != spent / self.slice
            && let Some(go_on) = &self.go_on
            && !go_on(spent)
        {
            return Err(CodecError::Stopped);
        }
        Ok(spent)
    }

    /// What one Payload may have of it: at most `limit` bytes made by its layers together.
    pub fn allow(&self, limit: usize) -> Allowance<'_> {
        Allowance {
            budget: self,
            context: &UNKNOWN,
            limit,
            left: limit,
        }
    }
}

/// What one Payload may still cost, and whose it is.
pub struct Allowance<'b> {
    budget: &'b Budget<'b>,
    context: &'b Context,
    limit: usize,
    left: usize,
}

impl<'b> Allowance<'b> {
    /// The same, for a Payload of which this is known.
    #[must_use]
    pub fn within<'c>(self, context: &'c Context) -> Allowance<'c>
    where
        'b: 'c,
    {
        Allowance {
            budget: self.budget,
            context,
            limit: self.limit,
            left: self.left,
        }
    }

    /// What is known of whose Payload it is.
    pub fn context(&self) -> &'b Context {
        self.context
    }

    /// Whether so much work and so many bytes are left.
    pub(crate) fn has(&self, work: usize, bytes: usize) -> bool {
        let work = u64::try_from(work).unwrap_or(u64::MAX);
        let spent = self.budget.spent().saturating_add(work);
        spent <= self.budget.limit() && bytes <= self.left
    }

    /// Takes off work that makes nothing yet.
    ///
    /// # Errors
    /// As [`Budget::spend`].
    pub(crate) fn spend(&self, work: usize) -> Result<(), CodecError> {
        self.budget.spend(work)
    }

    /// Takes off bytes that a layer makes.
    ///
    /// # Errors
    /// [`CodecError::Inflate`] past the Payload's own limit.
    pub(crate) fn make(&mut self, bytes: usize) -> Result<(), CodecError> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(self.past())
            }
        }
    }

    /// Bytes that layers may still make.
    pub(crate) fn left(&self) -> usize {
        self.left
    }

    /// Says that the Payload's own limit is passed.
    pub(crate) fn past(&self) -> CodecError {
        CodecError::Inflate { limit: self.limit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_past_the_limit_is_refused_and_stays_refused() {
        let budget = Budget::new(10);
        assert_eq!(budget.spend(10), Ok(()));
        let past = Err(CodecError::WorkLimit { limit: 10 });
        assert_eq!(budget.spend(1), past);
        assert_eq!(budget.spend(0), past);
        assert_eq!(budget.spend(usize::MAX), past);
        assert_eq!(budget.spend(usize::MAX), past, "nothing wraps around");
    }

    #[test]
    fn it_is_asked_once_a_slice_whether_to_go_on() {
        let asked = AtomicU64::new(0);
        let budget = Budget::new(u64::MAX).asking_every(100, |spent| {
            asked.fetch_add(1, Ordering::Relaxed);
            spent < 250
        });
        for _ in 0..24 {
            assert_eq!(budget.spend(10), Ok(()));
        }
        assert_eq!(asked.load(Ordering::Relaxed), 2);
        assert_eq!(budget.spend(100), Err(CodecError::Stopped));
    }

    #[test]
    fn layers_of_one_payload_count_together() {
        let budget = Budget::new(1000);
        let mut allowance = budget.allow(100);
        assert_eq!(allowance.make(60), Ok(()));
        assert_eq!(allowance.make(41), Err(CodecError::Inflate { limit: 100 }));
        assert_eq!(allowance.left(), 0);
    }
}
