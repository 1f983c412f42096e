//! Key bytes that ciphers leave on the stack, and their end.
//!
//! Ciphers and hashes are moved about while they are made, and put their round keys aside while they are used, the first of
//! which are the key; no `Drop` reaches those copies. So whatever makes or uses one wipes the stack below itself afterwards.
//! Nobody has to remember that: it is done inside the codecs. [`zeroize_stack_once`] makes it cheap where many Payloads are opened.

use std::cell::Cell;

/// Words that making a cipher or a hash leaves something in: they go some 20 KiB deep in a debug build.
const MADE: usize = 4 << 10;

/// Words that using a cipher does. That is less deep where the compiler optimizes (4 KiB were measured not to reach it).
const USED: usize = if cfg!(debug_assertions) {
    4 << 10
} else {
    2 << 10
};

/// Words below a whole batch: a use, and everything that may stand between it and the batch, such as a decompressor.
const BATCH: usize = 16 << 10;

/// Uses in a batch that are wiped one by one: for a few, that costs less than the depth of a batch.
const ONE_BY_ONE: u32 = 8;

thread_local! {
    /// Uses in the batch of this thread so far; `None` outside of one.
    static USES: Cell<Option<u32>> = const { Cell::new(None) };
}

/// Overwrites the stack that a function which has returned made a cipher or a hash on.
#[inline(never)]
pub(crate) fn zeroize_stack() {
    overwrite::<MADE>();
}

/// Overwrites the stack that a function which has returned used a cipher on; after the first few of a [`zeroize_stack_once`], that does.
#[inline(never)]
pub(crate) fn zeroize_stack_of_use() {
    // A thread that is ending has no batch.
    let owed = USES.try_with(|uses| {
        let before = uses.get()?;
        uses.set(Some(before.saturating_add(1)));
        Some(before >= ONE_BY_ONE)
    });
    if owed.ok().flatten() != Some(true) {
        overwrite::<USED>();
    }
}

/// Runs `batch`, in which many Payloads are decoded or encoded, and wipes the stack once when it is done, also when it
/// panics, instead of once for each use of a cipher; a few are still wiped one by one. What other threads do meanwhile is
/// wiped as ever.
pub fn zeroize_stack_once<R>(batch: impl FnOnce() -> R) -> R {
    let _wipe = Batch::enter();
    below(batch)
}

/// Runs `work`, in which a library puts a secret on the stack, and wipes the stack below, as deep as a whole batch goes.
pub fn zeroize_stack_after<R>(work: impl FnOnce() -> R) -> R {
    let done = below(work);
    overwrite::<BATCH>();
    done
}

/// A frame of its own, so that all of the batch is below the one that wipes.
#[inline(never)]
fn below<R>(batch: impl FnOnce() -> R) -> R {
    batch()
}

/// The outermost batch of a thread wipes; one inside of it leaves that to it.
struct Batch {
    outermost: bool,
}

impl Batch {
    fn enter() -> Self {
        let outermost = USES.try_with(|uses| {
            let outermost = uses.get().is_none();
            if outermost {
                uses.set(Some(0));
            }
            outermost
        });
        Batch {
            outermost: outermost.unwrap_or(false),
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        if self.outermost && USES.try_with(Cell::take).ok().flatten() > Some(ONE_BY_ONE) {
            overwrite::<BATCH>();
        }
    }
}

#[inline(never)]
fn overwrite<const WORDS: usize>() {
    // Zeros that somebody may read must be written. Once, and not word by word as `zeroize` does it.
    let mut used = [0_u64; WORDS];
    std::hint::black_box(&mut used);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses() -> Option<u32> {
        USES.with(Cell::get)
    }

    #[test]
    fn uses_in_any_batch_are_counted_for_the_outermost() {
        assert_eq!(uses(), None);
        zeroize_stack_once(|| {
            assert_eq!(uses(), Some(0));
            zeroize_stack_once(zeroize_stack_of_use);
            assert_eq!(uses(), Some(1), "the inner one does not end the outer one");
        });
        assert_eq!(uses(), None);
    }

    #[test]
    fn a_panic_ends_a_batch_too() {
        let panicked = std::panic::catch_unwind(|| {
            zeroize_stack_once(|| {
                zeroize_stack_of_use();
                panic!("in the middle");
            });
        });
        assert!(panicked.is_err());
        assert_eq!(uses(), None);
    }
}
