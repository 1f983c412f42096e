//! What is fixed while a Codec Server runs. Everything that may change meanwhile is in `rules.rs`.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio_rustls::rustls;

use crate::connection::client_process::FindClients;
use crate::connection::timeouts::Timeouts;
use crate::record::capture::Capture;

/// Where to listen and how much to accept.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The port, on both families; 0 lets the system choose one.
    pub port: u16,
    /// HTTPS beside it, on a port of its own.
    pub https: Option<Https>,
    /// An address beyond this machine to listen on as well; nearly always absent.
    pub beyond: Option<Beyond>,
    /// A listener of its own for metrics, in plain http. Beyond this machine only together with `beyond`.
    pub metrics: Option<SocketAddr>,
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
    /// Finds which programs of this machine connect, where that can be found.
    pub clients: Option<Arc<dyn FindClients>>,
}

/// HTTPS on a port of its own.
#[derive(Clone, Debug)]
pub struct Https {
    /// The port, on both families; 0 lets the system choose one.
    pub port: u16,
    /// Its certificate and its protocols, which leave out HTTP/2: it has no reason phrases.
    pub tls: Arc<rustls::ServerConfig>,
}

/// Listening beyond this machine. It takes access that asks everyone for a token, and TLS, of this server or of a proxy in
/// front of it: [`CodecServer::bind`](crate::CodecServer::bind) refuses it otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// The address.
    pub address: IpAddr,
    /// The names and addresses that clients use for this server, without a port: what `Host` may be beside `localhost`.
    pub hosts: Vec<String>,
    /// Whether a proxy in front of it ends TLS: the port for http is listened on, then, and not that for https.
    pub behind_proxy: bool,
}

impl Default for ServerConfig {
    fn default() -> Self {
        ServerConfig {
            port: 8081,
            https: None,
            beyond: None,
            metrics: None,
            ipv6: true,
            max_memory_bytes: 512 << 20,
            max_connections: 1024,
            timeouts: Timeouts::default(),
            capture: None,
            clients: None,
        }
    }
}
