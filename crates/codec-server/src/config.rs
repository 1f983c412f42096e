//! What is fixed while a Codec Server runs. Everything that may change meanwhile is in `rules.rs`.

use std::sync::Arc;

use crate::connection::timeouts::Timeouts;
use crate::record::capture::Capture;

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
    /// The most connections at once. Fewer where the system allows the process fewer descriptors.
    pub max_connections: usize,
    /// How long to wait for a client.
    pub timeouts: Timeouts,
    /// Takes requests with their content, while it wants any; nearly always absent.
    pub capture: Option<Arc<dyn Capture>>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        ServerConfig {
            port: 8081,
            ipv6: true,
            max_body_bytes: 64 << 20,
            max_memory_bytes: 512 << 20,
            max_connections: 1024,
            timeouts: Timeouts::default(),
            capture: None,
        }
    }
}
