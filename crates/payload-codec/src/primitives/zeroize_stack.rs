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

thread_local! {
    /// In a batch of this thread, the lowest place of the stack that a cipher was used from so far, `usize::MAX` before the first
    /// use; `None` outside of one.
    static LOWEST: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Overwrites the stack that a function which has returned made a cipher or a hash on.
#[inline(never)]
pub(crate) fn zeroize_stack() {
    overwrite::<MADE>();
}

/// Overwrites the stack that a function which has returned used a cipher on; in a [`zeroize_stack_once`], that does it at its end.
#[inline(never)]
pub(crate) fn zeroize_stack_of_use() {
    // A thread that is ending has no batch.
    let in_batch = LOWEST.try_with(|lowest| {
        let before = lowest.get()?;
        lowest.set(Some(before.min(place())));
        Some(())
    });
    if in_batch.ok().flatten().is_none() {
        overwrite::<USED>();
    }
}

/// Runs `batch`, in which many Payloads are decoded or encoded, and wipes the stack once when it is done, also when it
/// panics, instead of once for each use of a cipher: as deep as the lowest of them went. What other threads do meanwhile is
/// wiped as ever.
pub fn zeroize_stack_once<R>(batch: impl FnOnce() -> R) -> R {
    let _wipe = Batch::enter();
    below(batch)
}

/// Runs `work`, in which a library puts a secret on the stack, and wipes the stack below: 128 KiB, as no such library goes deeper.
pub fn zeroize_stack_after<R>(work: impl FnOnce() -> R) -> R {
    const BY_A_LIBRARY: usize = 16 << 10;
    let done = below(work);
    overwrite::<BY_A_LIBRARY>();
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
        let outermost = LOWEST.try_with(|lowest| {
            let outermost = lowest.get().is_none();
            if outermost {
                lowest.set(Some(usize::MAX));
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
        if !self.outermost {
            return;
        }
        let lowest = LOWEST.try_with(Cell::take).ok().flatten();
        // Stacks grow downwards on every system that this runs on.
        if let Some(between) = lowest.and_then(|lowest| place().checked_sub(lowest)) {
            overwrite_used_below(between);
        }
    }
}

/// Where the stack is now.
#[inline(never)]
fn place() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(std::hint::black_box(&here)).addr()
}

/// Overwrites what using a cipher left so many bytes below.
fn overwrite_used_below(between: usize) {
    const KIB: usize = (1 << 10) / size_of::<u64>();
    match between / (1 << 10) {
        0..4 => overwrite::<{ USED + 4 * KIB }>(),
        4..16 => overwrite::<{ USED + 16 * KIB }>(),
        16..64 => overwrite::<{ USED + 64 * KIB }>(),
        // Nothing calls a cipher from deeper, and what is not used so far down need not be touched.
        _ => overwrite::<{ USED + 256 * KIB }>(),
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

    fn lowest() -> Option<usize> {
        LOWEST.with(Cell::get)
    }

    #[test]
    fn the_lowest_use_of_any_batch_is_kept_for_the_outermost() {
        #[inline(never)]
        fn deeper() -> usize {
            let frame = std::hint::black_box([0_u8; 2048]);
            zeroize_stack_of_use();
            std::hint::black_box(&frame).len()
        }
        assert_eq!(lowest(), None);
        zeroize_stack_once(|| {
            assert_eq!(lowest(), Some(usize::MAX));
            zeroize_stack_once(zeroize_stack_of_use);
            let first = lowest().expect("the inner one does not end the outer one");
            assert_eq!(deeper(), 2048);
            let second = lowest().expect("the same batch");
            assert!(second + 2048 <= first, "{first:x} {second:x}");
            zeroize_stack_of_use();
            assert_eq!(lowest(), Some(second), "the lowest counts");
        });
        assert_eq!(lowest(), None);
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
        assert_eq!(lowest(), None);
    }
}
