//! Buffers that large answers are written into. They are used again for a while: fresh memory of that size is made page by page, and
//! what one thread gave back is not what another one is given.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime::Handle;

/// Smaller buffers are the allocator's.
const LARGE: usize = 1 << 20;

/// Bytes that are kept at most: one answer to the largest body.
const MAX_KEPT: usize = 72 << 20;

/// How long buffers are kept that nobody uses.
const UNUSED: Duration = Duration::from_secs(1);

/// The buffers of one server. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Buffers(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// They are empty, and nothing is left in them.
    kept: Vec<Vec<u8>>,
    /// Whether one was used since somebody looked.
    is_used: bool,
    /// Whether somebody looks after them.
    is_watched: bool,
}

impl Buffers {
    /// An empty buffer with room for so many bytes.
    pub(crate) fn take(&self, capacity: usize) -> Vec<u8> {
        let kept = (capacity >= LARGE).then(|| self.state().take(capacity));
        kept.flatten()
            .unwrap_or_else(|| Vec::with_capacity(capacity))
    }

    /// Bytes whose buffer is overwritten, and kept if it is large, when the last who shares a part of them is done.
    pub(crate) fn lend(&self, bytes: Vec<u8>) -> Bytes {
        Bytes::from_owner(Lent {
            bytes,
            buffers: self.clone(),
        })
    }

    fn give(&self, buffer: Vec<u8>) {
        let is_watched = {
            let mut state = self.state();
            state.give(buffer);
            std::mem::replace(&mut state.is_watched, true)
        };
        if is_watched {
            return;
        }
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(watch(self.clone()))),
            // The server is gone.
            Err(_) => *self.state() = State::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The smallest that fits, if it is not far too large.
    fn take(&mut self, capacity: usize) -> Option<Vec<u8>> {
        let fits = |buffer: &Vec<u8>| (capacity..=2 * capacity).contains(&buffer.capacity());
        let fitting = self.kept.iter().enumerate().filter(|(_, it)| fits(it));
        let (at, _) = fitting.min_by_key(|(_, buffer)| buffer.capacity())?;
        self.is_used = true;
        Some(self.kept.swap_remove(at))
    }

    fn give(&mut self, buffer: Vec<u8>) {
        self.is_used = true;
        let kept: usize = self.kept.iter().map(Vec::capacity).sum();
        if kept + buffer.capacity() <= MAX_KEPT {
            self.kept.push(buffer);
        }
    }
}

/// Gives buffers back that nobody uses.
async fn watch(buffers: Buffers) {
    loop {
        tokio::time::sleep(UNUSED).await;
        let mut state = buffers.state();
        if !std::mem::take(&mut state.is_used) {
            *state = State::default();
            return;
        }
    }
}

struct Lent {
    bytes: Vec<u8>,
    buffers: Buffers,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.bytes.fill(0);
        // Somebody may read the zeros, so they must be written.
        std::hint::black_box(&mut self.bytes);
        if self.bytes.capacity() >= LARGE {
            let mut buffer = std::mem::take(&mut self.bytes);
            buffer.clear();
            self.buffers.give(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Buffers {
        fn n_kept(&self) -> usize {
            self.state().kept.len()
        }
    }

    fn used(buffers: &Buffers, n_bytes: usize) {
        let mut buffer = buffers.take(n_bytes);
        assert!(buffer.is_empty() && buffer.capacity() >= n_bytes);
        buffer.resize(n_bytes, b'x');
        let lent = buffers.lend(buffer);
        assert_eq!(lent.len(), n_bytes);
        drop(lent);
    }

    #[tokio::test(start_paused = true)]
    async fn a_large_buffer_is_used_again_and_gone_when_nobody_does() {
        let buffers = Buffers::default();
        used(&buffers, LARGE - 1);
        assert_eq!(buffers.n_kept(), 0, "the allocator's");
        used(&buffers, 3 * LARGE);
        let again = buffers.take(2 * LARGE);
        assert_eq!((again.capacity(), buffers.n_kept()), (3 * LARGE, 0));
        drop(buffers.lend(again));
        assert_eq!(buffers.take(LARGE).capacity(), LARGE, "far too large");
        for _ in 0..5 {
            tokio::time::sleep(UNUSED / 2).await;
            used(&buffers, 3 * LARGE);
            assert_eq!(buffers.n_kept(), 1);
        }
        tokio::time::sleep(3 * UNUSED).await;
        assert_eq!(buffers.n_kept(), 0);
        used(&buffers, 3 * LARGE);
        tokio::time::sleep(3 * UNUSED).await;
        assert_eq!(buffers.n_kept(), 0, "the next time, too");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_kept_is_bounded_and_empty() {
        let buffers = Buffers::default();
        let lent: Vec<Bytes> = (0..20)
            .map(|_| buffers.lend(vec![b'x'; 8 * LARGE]))
            .collect();
        drop(lent);
        assert_eq!(buffers.n_kept(), 9);
        let mut state = buffers.state();
        for buffer in &mut state.kept {
            assert!(buffer.is_empty());
            buffer.resize(buffer.capacity(), 0);
            assert!(buffer.iter().all(|&byte| byte == 0));
        }
    }

    #[test]
    fn without_a_runtime_nothing_is_kept() {
        let buffers = Buffers::default();
        used(&buffers, 3 * LARGE);
        assert_eq!(buffers.n_kept(), 0);
    }
}
