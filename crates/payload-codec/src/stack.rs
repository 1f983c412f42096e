//! Key bytes that ciphers leave on the stack, and their end.
//!
//! Ciphers and hashes are moved about while they are made, and put their round keys aside while they are used, the first of
//! which are the key; no `Drop` reaches those copies. So whatever makes or uses one wipes the stack below itself afterwards.
//! Nobody has to remember that: it is done inside the codecs. [`wiping_once`] makes it cheap where many Payloads are opened.

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

thread_local! {
    /// What a batch on this thread owes; `None` outside of one.
    static OWED: Cell<Option<bool>> = const { Cell::new(None) };
}

/// Overwrites the stack that a function which has returned made a cipher or a hash on.
#[inline(never)]
pub(crate) fn wipe_stack() {
    wipe_words::<MADE>();
}

/// Overwrites the stack that a function which has returned used a cipher on; inside of [`wiping_once`], that does.
#[inline(never)]
pub(crate) fn wipe_stack_of_use() {
    // A thread that is ending has no batch.
    let batched = OWED.try_with(|owed| {
        let in_batch = owed.get().is_some();
        if in_batch {
            owed.set(Some(true));
        }
        in_batch
    });
    if !batched.unwrap_or(false) {
        wipe_words::<USED>();
    }
}

/// Runs `batch`, in which many Payloads are decoded or encoded, and wipes the stack once when it is done, also when it
/// panics, instead of once for each use of a cipher. What other threads do meanwhile is wiped as ever.
pub fn wiping_once<R>(batch: impl FnOnce() -> R) -> R {
    let _wipe = Batch::enter();
    below(batch)
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
        let outermost = OWED.try_with(|owed| {
            let outermost = owed.get().is_none();
            if outermost {
                owed.set(Some(false));
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
        if self.outermost && OWED.try_with(Cell::take).ok().flatten() == Some(true) {
            wipe_words::<BATCH>();
        }
    }
}

#[inline(never)]
fn wipe_words<const WORDS: usize>() {
    // Zeros that somebody may read must be written. Once, and not word by word as `zeroize` does it.
    let mut used = [0_u64; WORDS];
    std::hint::black_box(&mut used);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owed() -> Option<bool> {
        OWED.with(Cell::get)
    }

    #[test]
    fn the_outermost_batch_owes_what_was_used_in_any() {
        assert_eq!(owed(), None);
        wiping_once(|| {
            assert_eq!(owed(), Some(false));
            wiping_once(wipe_stack_of_use);
            assert_eq!(
                owed(),
                Some(true),
                "the inner one leaves it to the outer one"
            );
        });
        assert_eq!(owed(), None);
    }

    #[test]
    fn a_panic_ends_a_batch_too() {
        let panicked = std::panic::catch_unwind(|| {
            wiping_once(|| {
                wipe_stack_of_use();
                panic!("in the middle");
            });
        });
        assert!(panicked.is_err());
        assert_eq!(owed(), None);
    }
}
