//! How long the server waits for a client.

use std::time::Duration;

/// How long to wait for a client. Loopback is fast: whoever is slower than this is stuck, and holds memory meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the head of a request, and so also for the next request on a connection that is kept alive. 60 s: browsers keep
    /// connections for later.
    pub head: Duration,
    /// For memory, and for a turn to be worked on; then a request is told to come again. Kept below the 10 s after which the
    /// Temporal CLI gives up.
    pub busy: Duration,
    /// For the user to consent, where that is asked for. 25 s: people need some, and browsers and proxies give up at 30 and more.
    pub consent: Duration,
    /// For the body of a request. 64 KiB in every 10 s, and 120 s in all.
    pub body: Pace,
    /// For the client to read its answer. 64 KiB in every 30 s, and 300 s in all: systems hand on what is read in pieces of
    /// a megabyte and more, so that a steady reader looks like one that pauses.
    pub answer: Pace,
    /// For requests in flight, after [`Running::stop`](crate::Running::stop). 5 s: longer than honest requests take, and
    /// short enough for somebody who quits the app.
    pub drain: Duration,
}

/// The pace that a client has to keep while the server waits for it. Time in which the server does not wait does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Bytes that have to move within [`Pace::within`], unless fewer are left.
    pub bytes: u64,
    /// How long these bytes may take. It also bounds a client that stops altogether.
    pub within: Duration,
    /// How long the whole may take.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            head: Duration::from_secs(60),
            busy: Duration::from_secs(8),
            consent: Duration::from_secs(25),
            body: Pace {
                bytes: 64 << 10,
                within: Duration::from_secs(10),
                total: Duration::from_secs(120),
            },
            answer: Pace {
                bytes: 64 << 10,
                within: Duration::from_secs(30),
                total: Duration::from_secs(300),
            },
            drain: Duration::from_secs(5),
        }
    }
}
