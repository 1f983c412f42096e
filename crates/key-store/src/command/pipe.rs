//! What a command prints, read while it runs, and at its end without waiting for whoever else holds the pipe.

use std::io;
use std::process::ChildStdout;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::error::{CommandError, MAX_OUTPUT_BYTES};

/// After the command's end all of its output is in the pipe, from where it is read at once: where nothing has come for this
/// long, there is no more.
const QUIET: Duration = Duration::from_millis(250);

/// Whatever holds the pipe after the command's end may print on, but not keep us here.
const AT_MOST: Duration = Duration::from_secs(2);

/// Bytes that are read at once.
const PIECE: usize = 8 << 10;

type Piece = Result<Zeroizing<Vec<u8>>, CommandError>;

/// The output so far.
pub(super) struct Output {
    pieces: Receiver<Piece>,
    /// In one buffer of the largest size: one that grows would leave copies behind.
    whole: Zeroizing<Vec<u8>>,
    is_complete: bool,
}

impl Output {
    /// Begins to read.
    pub(super) fn of(pipe: Option<ChildStdout>) -> Result<Self, CommandError> {
        let (sender, pieces) = mpsc::channel();
        // Ends with the pipe, which something may hold that got away: nobody waits for the thread. It reads no more than
        // one piece past the limit.
        thread::Builder::new()
            .name("command-output".to_owned())
            .spawn(move || {
                let Some(mut pipe) = pipe else { return };
                let mut len = 0;
                while len <= MAX_OUTPUT_BYTES {
                    let piece = read_piece(&mut pipe);
                    let n = piece.as_ref().map_or(0, |piece| piece.len());
                    len += n;
                    // The end of the output, or nobody who wants more of it.
                    if matches!(&piece, Ok(piece) if piece.is_empty())
                        || sender.send(piece).is_err()
                        || n == 0
                    {
                        return;
                    }
                }
            })
            .map_err(|error| CommandError::NotStarted(error.kind()))?;
        Ok(Output {
            pieces,
            whole: Zeroizing::new(Vec::with_capacity(MAX_OUTPUT_BYTES)),
            is_complete: false,
        })
    }

    /// Takes in what comes within this time: one piece, or nothing.
    pub(super) fn take_in(&mut self, time: Duration) -> Result<(), CommandError> {
        if self.is_complete {
            thread::sleep(time);
            return Ok(());
        }
        match self.pieces.recv_timeout(time) {
            Ok(piece) => {
                let piece = piece?;
                if piece.len() > MAX_OUTPUT_BYTES - self.whole.len() {
                    return Err(CommandError::TooMuchOutput);
                }
                self.whole.extend_from_slice(&piece);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.is_complete = true,
        }
        Ok(())
    }

    /// All of it, once the command has ended.
    pub(super) fn rest(mut self) -> Result<Zeroizing<Vec<u8>>, CommandError> {
        let end = Instant::now() + AT_MOST;
        while !self.is_complete && Instant::now() < end {
            let before = self.whole.len();
            self.take_in(QUIET)?;
            if self.whole.len() == before {
                break;
            }
        }
        Ok(self.whole)
    }
}

fn read_piece(pipe: &mut impl io::Read) -> Piece {
    let mut piece = Zeroizing::new(vec![0; PIECE]);
    loop {
        match pipe.read(&mut piece) {
            Ok(n) => {
                piece.truncate(n);
                return Ok(piece);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(CommandError::Unreadable),
        }
    }
}
