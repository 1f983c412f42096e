//! Lines on their way to one place, written by a thread of its own: a reader that stopped, a full disk or a closed terminal
//! stays with that thread.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of lines that wait at most; a line that finds no room is dropped or waits.
const MAX_WAITING_BYTES: usize = 1 << 20;
/// Between two tries of a descriptor that does not block.
const PAUSE: Duration = Duration::from_millis(10);

/// What becomes of a line for which there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// It is dropped, and counted: for a server, which must not wait for whoever reads its log.
    Drop,
    /// It waits, as in any pipe: for a command whose messages are its result.
    Wait,
}

/// The way to one place. Clones lead to the same.
#[derive(Clone)]
pub(crate) struct Queue(Arc<Shared>);

struct Shared {
    when_full: WhenFull,
    state: Mutex<State>,
    /// Lines came, or went.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    lines: VecDeque<String>,
    bytes: usize,
    n_lost: u64,
    /// A line is with the writer.
    writing: bool,
    /// There is no thread that writes.
    dead: bool,
}

impl Queue {
    /// A queue in front of `writer`. Where no thread can be started, its lines are dropped.
    pub(crate) fn new(
        name: &str,
        when_full: WhenFull,
        writer: impl Write + Send + 'static,
    ) -> Self {
        let queue = Queue(Arc::new(Shared {
            when_full,
            state: Mutex::default(),
            changed: Condvar::new(),
        }));
        let written = queue.clone();
        let started = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || written.write_all(writer));
        if started.is_err() {
            queue.state().dead = true;
        }
        queue
    }

    /// Takes a line, which ends in a line end.
    pub(crate) fn push(&self, line: String) {
        let mut state = self.state();
        while self.0.when_full == WhenFull::Wait && !state.dead && !has_room(&state, &line) {
            state = self.wait(state);
        }
        if state.dead || !has_room(&state, &line) {
            state.n_lost = state.n_lost.saturating_add(1);
            return;
        }
        state.bytes += line.len();
        state.lines.push_back(line);
        self.0.changed.notify_all();
    }

    /// Waits until everything is written, or tried to; a server gives up after `patience`.
    pub(crate) fn drain(&self, patience: Duration) {
        let start = Instant::now();
        let mut state = self.state();
        while !state.dead && (state.writing || !state.lines.is_empty()) {
            state = match self.0.when_full {
                WhenFull::Wait => self.wait(state),
                WhenFull::Drop => {
                    let Some(left) = patience.checked_sub(start.elapsed()) else {
                        return;
                    };
                    let waited = self.0.changed.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// The thread's work: as long as the process lives.
    fn write_all(&self, mut writer: impl Write) {
        /// However this ends, nobody waits for it.
        struct Dead<'a>(&'a Queue);
        impl Drop for Dead<'_> {
            fn drop(&mut self) {
                self.0.state().dead = true;
                self.0.0.changed.notify_all();
            }
        }
        let _dead = Dead(self);
        loop {
            let (line, n_lost) = self.next();
            // A gap is told where it is, as soon as something can be written again.
            let told = n_lost == 0 || write_line(&mut writer, &gap(n_lost)).is_ok();
            let written = told && write_line(&mut writer, &line).is_ok();
            let mut state = self.state();
            state.writing = false;
            if !told {
                state.n_lost = state.n_lost.saturating_add(n_lost);
            }
            if !written {
                state.n_lost = state.n_lost.saturating_add(1);
            }
            self.0.changed.notify_all();
        }
    }

    fn next(&self) -> (String, u64) {
        let mut state = self.state();
        loop {
            if let Some(line) = state.lines.pop_front() {
                state.bytes -= line.len();
                state.writing = true;
                self.0.changed.notify_all();
                return (line, std::mem::take(&mut state.n_lost));
            }
            state = self.wait(state);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.0
            .changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A line that is longer than the room of all is taken where nothing else waits.
fn has_room(state: &State, line: &str) -> bool {
    state.lines.is_empty() || state.bytes + line.len() <= MAX_WAITING_BYTES
}

fn gap(n_lost: u64) -> String {
    let lines = if n_lost == 1 { "line is" } else { "lines are" };
    format!("({n_lost} {lines} missing here: they could not be written in time)\n")
}

/// The whole line, also where the descriptor was set not to block by another program that shares it.
fn write_line(writer: &mut impl Write, line: &str) -> io::Result<()> {
    let mut left = line.as_bytes();
    while !left.is_empty() {
        match writer.write(left) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => left = left.get(n..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::thread::sleep(PAUSE),
            Err(error) => return Err(error),
        }
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    /// Asks what becomes of each write.
    struct Asked(Receiver<io::Result<()>>, Sender<String>);

    impl Write for Asked {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.recv().unwrap_or(Ok(()))?;
            let line = String::from_utf8_lossy(bytes).into_owned();
            let _ = self.1.send(line);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn asked(when_full: WhenFull) -> (Queue, Sender<io::Result<()>>, Receiver<String>) {
        let ((say, hear), (written, read)) = (channel(), channel());
        let queue = Queue::new("test", when_full, Asked(hear, written));
        (queue, say, read)
    }

    fn full() -> io::Error {
        io::ErrorKind::StorageFull.into()
    }

    #[test]
    fn a_writer_that_stands_still_takes_bounded_memory_and_nobodys_time() {
        let (queue, say, read) = asked(WhenFull::Drop);
        let line = "x".repeat(1023) + "\n";
        queue.push(line.clone());
        while !queue.state().writing {
            std::thread::yield_now();
        }
        for _ in 1..10_000 {
            queue.push(line.clone());
        }
        assert!(queue.state().bytes <= MAX_WAITING_BYTES);
        let n_lost = queue.state().n_lost;
        assert!((8_000..10_000).contains(&n_lost), "{n_lost}");
        queue.drain(Duration::from_millis(50));
        drop(say);
        queue.drain(LONG);
        queue.push("after\n".to_owned());
        queue.drain(LONG);
        let lines: Vec<String> = read.try_iter().collect();
        assert_eq!(
            lines.iter().filter(|read| **read == line).count() as u64,
            10_000 - n_lost
        );
        let gaps: Vec<_> = lines
            .iter()
            .filter(|line| line.contains("missing here"))
            .collect();
        assert_eq!(gaps, [&gap(n_lost)], "the gap is told once");
        assert_eq!(lines.last().map(String::as_str), Some("after\n"));
    }

    #[test]
    fn what_fails_is_counted_and_told_when_it_works_again() {
        let (queue, say, read) = asked(WhenFull::Drop);
        for _ in 0..3 {
            say.send(Err(full())).expect("it writes");
            queue.push("lost\n".to_owned());
            queue.drain(LONG);
        }
        drop(say);
        queue.push("back\n".to_owned());
        queue.drain(LONG);
        let lines: Vec<String> = read.try_iter().collect();
        assert_eq!(lines, [gap(3), "back\n".to_owned()]);
    }

    #[test]
    fn an_interruption_and_a_full_pipe_are_no_failure() {
        let (queue, say, read) = asked(WhenFull::Drop);
        for kind in [io::ErrorKind::Interrupted, io::ErrorKind::WouldBlock] {
            say.send(Err(kind.into())).expect("it writes");
        }
        drop(say);
        queue.push("line\n".to_owned());
        queue.drain(LONG);
        assert_eq!(read.try_iter().collect::<Vec<_>>(), ["line\n"]);
    }

    #[test]
    fn a_command_waits_for_its_reader_and_loses_nothing() {
        let (queue, say, read) = asked(WhenFull::Wait);
        let line = "x".repeat(1023) + "\n";
        let pushed = std::thread::spawn({
            let (queue, line) = (queue.clone(), line.clone());
            move || (0..3000).for_each(|_| queue.push(line.clone()))
        });
        while queue.state().bytes + line.len() <= MAX_WAITING_BYTES {
            std::thread::yield_now();
        }
        drop(say);
        pushed.join().expect("no panic");
        queue.drain(LONG);
        assert_eq!(read.try_iter().count(), 3000);
    }

    #[test]
    fn a_writer_that_panics_holds_nobody_up() {
        struct Panics;
        impl Write for Panics {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                panic!("a test of a panic")
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for when_full in [WhenFull::Drop, WhenFull::Wait] {
            let queue = Queue::new("test", when_full, Panics);
            for _ in 0..5000 {
                queue.push("x".repeat(1024));
            }
            queue.drain(LONG);
        }
    }
}
