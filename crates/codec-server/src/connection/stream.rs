//! A connection's bytes, with an eye on its client: what it is doing (`activity.rs`), whether it reads its answer, and
//! whether the head of its request ends.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::connection::activity::{Activity, Phase};
use crate::connection::pace::{TooSlow, Wait};
use crate::connection::timeouts::Pace;
use crate::connection::transport::Transport;

/// More than browsers and proxies send, and little enough for every connection to have one.
const MAX_HEAD_BYTES: usize = 64 << 10;

/// How the server ended a connection that its client did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Another connection needed its place.
    GivenUp,
    /// The head of a request is larger than any.
    HeadTooLarge,
    /// The client does not read its answer.
    AnswerUnread,
}

/// A connection's bytes.
pub(crate) struct WatchedStream {
    stream: Transport,
    activity: Arc<Activity>,
    pace: Pace,
    answer: Wait,
    n_head_bytes: usize,
    cut: Option<Cut>,
}

impl WatchedStream {
    pub(crate) fn new(stream: Transport, pace: Pace, activity: Arc<Activity>) -> Self {
        WatchedStream {
            stream,
            activity,
            pace,
            answer: Wait::new(pace),
            n_head_bytes: 0,
            cut: None,
        }
    }

    /// How the server ended it.
    pub(crate) fn cut(&self) -> Option<Cut> {
        self.cut
    }

    /// Whether a request has arrived that nobody has read. The system is asked: the runtime may not know yet.
    fn has_unread(&self) -> bool {
        let mut one = [MaybeUninit::uninit()];
        matches!(SockRef::from(self.stream.socket()).peek(&mut one), Ok(1))
    }

    fn read(&mut self, n_bytes: usize) {
        match self.activity.phase() {
            Phase::Idle => {
                self.n_head_bytes = n_bytes;
                self.activity.now(Phase::Head);
            }
            Phase::Head => self.n_head_bytes += n_bytes,
            Phase::Body | Phase::Work | Phase::Answer | Phase::Linger => {}
        }
    }

    fn sent(&mut self, n_bytes: usize) {
        match self.activity.phase() {
            Phase::Idle | Phase::Answer => {
                self.answer.moved(n_bytes);
                self.activity.since(Phase::Answer, self.answer.since());
            }
            // `100 Continue`, and what is said about a head that is none.
            Phase::Head | Phase::Body | Phase::Work | Phase::Linger => {}
        }
    }

    fn after_write(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(n_bytes)) => self.sent(n_bytes),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                let too_long = self.answer.poll_too_long(cx).is_ready();
                if too_long || self.activity.is_given_up() {
                    self.cut = Some(Cut::AnswerUnread);
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, TooSlow)));
                }
                if self.activity.phase() == Phase::Answer {
                    self.activity.waits(Phase::Answer, self.answer.since());
                }
            }
        }
        written
    }
}

impl AsyncRead for WatchedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.n_head_bytes > MAX_HEAD_BYTES && this.activity.phase() == Phase::Head {
            this.cut = Some(Cut::HeadTooLarge);
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        let n_before = buf.filled().len();
        match Pin::new(&mut this.stream).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                let n_bytes = buf.filled().len() - n_before;
                if n_bytes > 0 {
                    this.read(n_bytes);
                }
                Poll::Ready(Ok(()))
            }
            Poll::Pending if this.activity.is_given_up() => match this.activity.phase() {
                Phase::Idle if this.has_unread() => {
                    this.activity.now(Phase::Head);
                    this.n_head_bytes = 0;
                    Poll::Pending
                }
                Phase::Idle | Phase::Head | Phase::Linger => {
                    this.cut = Some(Cut::GivenUp);
                    // Its end, as if the client had closed.
                    Poll::Ready(Ok(()))
                }
                // Whoever waits for the body, or writes the answer, ends it.
                Phase::Body | Phase::Work | Phase::Answer => Poll::Pending,
            },
            unchanged @ (Poll::Ready(Err(_)) | Poll::Pending) => unchanged,
        }
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.after_write(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.after_write(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper flushes when all that it has is written. Answers here are in one piece, so this one is over; should another
    /// piece follow, writing it makes the connection busy again.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        match Pin::new(&mut this.stream).poll_flush(cx) {
            // TLS keeps what the client does not read.
            Poll::Pending => this.after_write(cx, Poll::Pending).map_ok(|_| ()),
            flushed @ Poll::Ready(_) => {
                if this.activity.phase() == Phase::Answer {
                    this.answer = Wait::new(this.pace);
                    this.activity.now(Phase::Idle);
                }
                flushed
            }
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
