//! Listening on loopback, and ending well. The server never listens on any other address, and never moves to another port
//! on its own: the URL that people pasted into their Web UI has to stay true.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::task::Poll;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::ServerConfig;
use crate::connection::descriptors;
use crate::connection::table::Connections;
use crate::record::Observer;
use crate::replay::Replayer;
use crate::router::{ServerState, router};
use crate::rules::Rules;

const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

/// Ports after the one that is taken, among which a free one is looked for.
const NEIGHBORS: u16 = 20;
/// Tries to get one system-chosen port on both families.
const TRIES: usize = 16;

/// The Codec Server, before it listens.
pub struct CodecServer;

/// A Codec Server that listens. Dropping it stops it too, without waiting.
pub struct Running {
    addresses: Vec<SocketAddr>,
    port: u16,
    state: ServerState,
    stop: watch::Sender<()>,
    accepting: JoinHandle<usize>,
}

/// Why the server does not listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another program has the port, on one family or both.
    #[error("port {port} is in use by another program")]
    PortInUse {
        /// The port that was asked for.
        port: u16,
        /// A port that was free a moment ago.
        free: Option<u16>,
    },
    /// The system bound another address than the one that was asked for.
    #[error("{address} is not a loopback address")]
    NotLoopback {
        /// What it bound.
        address: SocketAddr,
    },
    /// The system refuses: a port below 1024, no sockets left.
    #[error("cannot listen on port {port}")]
    Io {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
}

impl CodecServer {
    /// Listens on 127.0.0.1, and on `[::1]` where the machine has it, and serves from then on. Both families get the same
    /// port: browsers may take either for `localhost`.
    ///
    /// # Errors
    /// [`BindError`]; nothing listens then.
    pub async fn bind(
        config: ServerConfig,
        rules: watch::Receiver<Arc<Rules>>,
        observer: Observer,
    ) -> Result<Running, BindError> {
        let listeners = listen(config.port, config.ipv6).await?;
        let mut addresses = Vec::new();
        for listener in &listeners {
            let address = listener.local_addr().map_err(|source| BindError::Io {
                port: config.port,
                source,
            })?;
            if !address.ip().is_loopback() {
                return Err(BindError::NotLoopback { address });
            }
            addresses.push(address);
        }
        let port = addresses.first().map_or(config.port, SocketAddr::port);
        let timeouts = config.timeouts;
        let bound = (config.max_connections.max(1)).min(descriptors::for_connections());
        let state = ServerState::new(config, rules, observer);
        let (stop, stopped) = watch::channel(());
        let connections = Connections::new(router(state.clone()), timeouts, bound);
        let accepting = tokio::spawn(accept(listeners, connections, stopped));
        tracing::info!(?addresses, bound, "listening");
        Ok(Running {
            addresses,
            port,
            state,
            stop,
            accepting,
        })
    }
}

impl Running {
    /// Where it listens: 127.0.0.1 first, then `[::1]` unless the machine has none. All have the same port.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Asks requests of this server again.
    pub fn replayer(&self) -> Replayer {
        Replayer(self.state.clone())
    }

    /// Stops: no new connections at once, and requests in flight are answered, within the drain deadline. Returns how many
    /// connections it had to cut off.
    pub async fn stop(self) -> usize {
        // Nobody listens any more where the task has ended already.
        let _ = self.stop.send(());
        let n_cut = self.accepting.await.unwrap_or_default();
        tracing::info!(n_cut, "stopped");
        n_cut
    }
}

async fn listen(port: u16, ipv6: bool) -> Result<Vec<TcpListener>, BindError> {
    match bind_both(port, ipv6).await {
        Ok(listeners) => Ok(listeners),
        Err(source) if source.kind() == io::ErrorKind::AddrInUse => Err(BindError::PortInUse {
            port,
            free: free_port(port, ipv6).await,
        }),
        Err(source) => Err(BindError::Io { port, source }),
    }
}

/// Both families on one port. A port that another program has on either is in use: half of the `localhost` requests would
/// go there.
async fn bind_both(port: u16, ipv6: bool) -> io::Result<Vec<TcpListener>> {
    let mut tries = if port == 0 { TRIES } else { 1 };
    loop {
        let v4 = TcpListener::bind((V4, port)).await?;
        if !ipv6 {
            return Ok(vec![v4]);
        }
        tries -= 1;
        match TcpListener::bind((V6, v4.local_addr()?.port())).await {
            Ok(v6) => return Ok(vec![v4, v6]),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                if tries == 0 {
                    return Err(error);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "no IPv6 loopback: listening on 127.0.0.1 alone");
                return Ok(vec![v4]);
            }
        }
    }
}

async fn free_port(taken: u16, ipv6: bool) -> Option<u16> {
    let neighbors = taken.saturating_add(1)..=taken.saturating_add(NEIGHBORS);
    for candidate in neighbors.chain([0]) {
        if let Ok(listeners) = bind_both(candidate, ipv6).await {
            return listeners
                .first()?
                .local_addr()
                .ok()
                .map(|address| address.port());
        }
    }
    None
}

/// Takes connections until `stop`, then waits for the requests in flight. Returns how many connections were cut off.
async fn accept(
    listeners: Vec<TcpListener>,
    mut connections: Connections,
    mut stop: watch::Receiver<()>,
) -> usize {
    let to_connections = stop.clone();
    loop {
        let accepting = async {
            tokio::select! {
                accepted = next(&listeners) => match accepted {
                    Ok(stream) => connections.take(stream, &to_connections).await,
                    Err(error) => connections.refused(&error).await,
                },
                () = connections.ended() => {}
            }
        };
        tokio::select! {
            () = accepting => {}
            _ = stop.changed() => break,
        }
    }
    drop(listeners);
    connections.drain().await
}

async fn next(listeners: &[TcpListener]) -> io::Result<TcpStream> {
    poll_fn(|cx| {
        for listener in listeners {
            if let Poll::Ready(accepted) = listener.poll_accept(cx) {
                return Poll::Ready(accepted.map(|(stream, _)| stream));
            }
        }
        Poll::Pending
    })
    .await
}
