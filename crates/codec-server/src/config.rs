//! What is fixed while a Codec Server runs. Everything that may change meanwhile is in `rules.rs`.

use std::sync::Arc;
use std::time::Duration;

use crate::capture::Capture;

/// Where to listen and how much to accept.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The port, on both families; 0 lets the system choose one.
    pub port: u16,
    /// Whether to listen on `[::1]` beside `127.0.0.1`.
    pub ipv6: bool,
    /// What all requests together may take, in bytes, as estimated from the size of their bodies. Who comes later waits.
    pub max_memory_bytes: usize,
    /// The most connections at once. Fewer where the system allows the process fewer descriptors.
    pub max_connections: usize,
    /// How long to wait for a client.
    pub timeouts: Timeouts,
    /// Takes requests with their content, while it wants any; nearly always absent.
    pub capture: Option<Arc<dyn Capture>>,
}

/// How long to wait for a client. Loopback is fast: whoever is slower than this is stuck, and holds memory meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the head of a request, and so also for the next request on a connection that is kept alive. 60 s: browsers keep
    /// connections for later.
    pub head: Duration,
    /// For memory, and for a turn to be worked on; then a request is told to come again. Kept below the 10 s after which the
    /// Temporal CLI gives up.
    pub busy: Duration,
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

impl Default for ServerConfig {
    fn default() -> Self {
        ServerConfig {
            port: 8081,
            ipv6: true,
            max_memory_bytes: 512 << 20,
            max_connections: 1024,
            timeouts: Timeouts::default(),
            capture: None,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            head: Duration::from_secs(60),
            busy: Duration::from_secs(8),
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
