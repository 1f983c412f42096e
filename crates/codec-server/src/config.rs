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
    /// The largest request body, in bytes.
    pub max_body_bytes: usize,
    /// What all requests together may take, in bytes, as estimated from the size of their bodies. Who comes later waits.
    pub max_memory_bytes: usize,
    /// How long to wait for a client.
    pub timeouts: Timeouts,
    /// Takes requests with their content, while it wants any; nearly always absent.
    pub capture: Option<Arc<dyn Capture>>,
}

/// How long to wait for a client. Loopback is fast: whoever is slower than this is stuck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the head of a request, and so also for the next request on a connection that is kept alive.
    pub head: Duration,
    /// Between two pieces of a request's body.
    pub body_idle: Duration,
    /// For memory, and for a turn to be worked on; then a request is told to come again. Kept below the 10 s after which the
    /// Temporal CLI gives up.
    pub busy: Duration,
    /// For requests in flight, after [`Running::stop`](crate::Running::stop).
    pub drain: Duration,
}

impl Default for ServerConfig {
    fn default() -> Self {
        ServerConfig {
            port: 8081,
            ipv6: true,
            max_body_bytes: 64 << 20,
            max_memory_bytes: 512 << 20,
            timeouts: Timeouts::default(),
            capture: None,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            head: Duration::from_secs(60),
            body_idle: Duration::from_secs(30),
            busy: Duration::from_secs(8),
            drain: Duration::from_secs(5),
        }
    }
}
