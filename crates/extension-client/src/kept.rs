//! What a server answers, kept out of the HTTP library's hands: its buffers are not overwritten when they are freed, and an answer is a
//! data key. On the way from the socket to the library, the content of each DATA frame goes into memory that is overwritten, and
//! zeros take its place.
//!
//! A frame of HTTP/2 is `length(3) ‖ type(1) ‖ flags(1) ‖ stream(4) ‖ content`. Padded content is `n(1) ‖ data ‖ padding(n)`.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use zeroize::{Zeroize as _, Zeroizing};

use crate::refusal::Refusal;

/// The most that a server may answer, in bytes; an answer has some forty.
pub const MAX_ANSWER_BYTES: usize = 16 << 10;

/// Bytes in front of a frame's content.
const HEAD: usize = 9;

const DATA: u8 = 0;

const PADDED: u8 = 0x8;

/// Bytes that are read from a socket at once.
const PIECE: usize = 4096;

/// What of a connection is kept, and where in its frames it stands.
#[derive(Default)]
pub(crate) struct Keeping {
    /// Made once, so that nothing is left behind by growing.
    data: Zeroizing<Vec<u8>>,
    is_too_much: bool,
    head: [u8; HEAD],
    head_len: usize,
    part: Part,
}

/// The part of a frame that comes next.
#[derive(Clone, Copy, Default)]
enum Part {
    #[default]
    Head,
    /// The number of bytes of padding, in front of so many others.
    PadLen(usize),
    /// So many bytes of data, in front of so many of padding.
    Data(usize, usize),
    /// So many bytes of something else.
    Other(usize),
}

impl Keeping {
    /// Takes out the data of what comes next of a connection.
    pub(crate) fn keep(&mut self, mut bytes: &mut [u8]) {
        while let Some(first) = bytes.first() {
            let first = *first;
            let (n, next) = match self.part {
                Part::Head => {
                    self.head[self.head_len] = first;
                    self.head_len += 1;
                    (1, self.behind_head())
                }
                Part::PadLen(rest) => {
                    let padding = usize::from(first).min(rest);
                    (1, Part::Data(rest - padding, padding))
                }
                Part::Data(left, padding) => {
                    let n = left.min(bytes.len());
                    self.take(&mut bytes[..n]);
                    (n, Part::Data(left - n, padding))
                }
                Part::Other(left) => {
                    let n = left.min(bytes.len());
                    (n, Part::Other(left - n))
                }
            };
            self.part = match next {
                Part::Data(0, padding) => Part::of(padding),
                Part::Other(0) => Part::Head,
                Part::Head | Part::PadLen(_) | Part::Data(..) | Part::Other(_) => next,
            };
            bytes = &mut bytes[n..];
        }
    }

    fn behind_head(&mut self) -> Part {
        if self.head_len < HEAD {
            return Part::Head;
        }
        self.head_len = 0;
        let [a, b, c, kind, flags, ..] = self.head;
        // Three bytes: at most 16 MiB.
        let len = u32::from_be_bytes([0, a, b, c]) as usize;
        match kind {
            DATA if len > 0 && flags & PADDED != 0 => Part::PadLen(len - 1),
            DATA => Part::Data(len, 0),
            _ => Part::Other(len),
        }
    }

    fn take(&mut self, data: &mut [u8]) {
        if self.data.capacity() == 0 {
            self.data.reserve_exact(MAX_ANSWER_BYTES);
        }
        match self.data.len() + data.len() <= MAX_ANSWER_BYTES {
            true => self.data.extend_from_slice(data),
            false => self.is_too_much = true,
        }
        data.zeroize();
    }

    /// What was kept.
    pub(crate) fn data(&self) -> Result<&[u8], Refusal> {
        match self.is_too_much {
            true => Err(Refusal::TooLarge),
            false => Ok(&self.data),
        }
    }
}

impl Part {
    fn of(left: usize) -> Self {
        match left {
            0 => Part::Head,
            left => Part::Other(left),
        }
    }
}

/// A connection whose data is kept.
pub(crate) struct Kept<S> {
    stream: S,
    piece: Zeroizing<[u8; PIECE]>,
    keeping: Arc<Mutex<Keeping>>,
}

impl<S> Kept<S> {
    /// The connection, and what will be kept of it.
    pub(crate) fn new(stream: S) -> (Self, Arc<Mutex<Keeping>>) {
        let keeping: Arc<Mutex<Keeping>> = Arc::default();
        let kept = Kept {
            stream,
            piece: Zeroizing::new([0; PIECE]),
            keeping: keeping.clone(),
        };
        (kept, keeping)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Kept<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let n = to.remaining().min(PIECE);
        let mut piece = ReadBuf::new(&mut this.piece[..n]);
        ready!(Pin::new(&mut this.stream).poll_read(cx, &mut piece))?;
        let read = piece.filled_mut();
        let keeping = this.keeping.lock();
        keeping.unwrap_or_else(PoisonError::into_inner).keep(read);
        to.put_slice(read);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Kept<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A frame, and what passes on of it.
    fn frame(kind: u8, flags: u8, content: &[u8]) -> Vec<u8> {
        let len = u32::try_from(content.len()).expect("short").to_be_bytes();
        let mut frame = vec![len[1], len[2], len[3], kind, flags, 0, 0, 0, 1];
        frame.extend(content);
        frame
    }

    #[test]
    fn data_is_kept_and_zeros_pass_on() {
        let mut bytes = frame(4, 0, b"settings");
        bytes.extend(frame(DATA, 0, b"the key"));
        bytes.extend(frame(DATA, PADDED, b"\x02 is it##"));
        bytes.extend(frame(DATA, 1, b""));
        bytes.extend(frame(1, 5, b"trailers"));
        let mut expected = frame(4, 0, b"settings");
        expected.extend(frame(DATA, 0, &[0; 7]));
        expected.extend(frame(DATA, PADDED, b"\x02\0\0\0\0\0\0##"));
        expected.extend(frame(DATA, 1, b""));
        expected.extend(frame(1, 5, b"trailers"));
        // However the connection is cut into pieces.
        for size in 1..bytes.len() {
            let mut keeping = Keeping::default();
            let mut passed = bytes.clone();
            passed
                .chunks_mut(size)
                .for_each(|piece| keeping.keep(piece));
            assert_eq!(passed, expected);
            assert_eq!(keeping.data(), Ok(&b"the key is it"[..]));
        }
    }

    #[test]
    fn no_more_is_kept_than_an_answer_may_have() {
        let mut keeping = Keeping::default();
        for _ in 0..3 {
            let mut bytes = frame(DATA, 0, &[7; MAX_ANSWER_BYTES / 2]);
            keeping.keep(&mut bytes);
            assert!(bytes[HEAD..].iter().all(|byte| *byte == 0));
            assert!(keeping.data.capacity() <= MAX_ANSWER_BYTES);
        }
        assert_eq!(keeping.data(), Err(Refusal::TooLarge));
    }

    proptest! {
        #[test]
        fn any_bytes_pass_in_their_length(bytes in prop::collection::vec(any::<u8>(), 0..300), size in 1usize..50) {
            let mut whole = bytes.clone();
            Keeping::default().keep(&mut whole);
            let mut cut = bytes;
            let mut keeping = Keeping::default();
            cut.chunks_mut(size).for_each(|piece| keeping.keep(piece));
            prop_assert_eq!(whole, cut);
        }
    }
}
