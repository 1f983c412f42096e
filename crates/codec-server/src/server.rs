//! Listening on loopback, and ending well. The server listens on another address only if it was told to, and if everyone is asked
//! for a token over TLS there; and it never moves to another port
//! on its own: the URL that people pasted into their Web UI has to stay true.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::task::Poll;

use access::Access;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::{Beyond, ServerConfig};
use crate::connection::descriptors;
use crate::connection::http1::{Answers, Served};
use crate::connection::table::Connections;
use crate::connection::transport::Security;
use crate::metrics;
use crate::record::Observer;
use crate::replay::Replayer;
use crate::router::{ServerState, service};
use crate::rules::Rules;

const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

/// Ports after the one that is taken, among which a free one is looked for.
const NEIGHBORS: u16 = 20;
/// Who reads metrics is few; the rest is room for connections that ask nothing, whose place is free again only after a moment.
const METRICS_CONNECTIONS: usize = 64;
/// Tries to get one system-chosen port on both families.
const TRIES: usize = 16;

/// The Codec Server, before it listens.
pub struct CodecServer;

/// A Codec Server that listens. Dropping it stops it too, without waiting.
pub struct Running {
    addresses: Vec<SocketAddr>,
    https_addresses: Vec<SocketAddr>,
    port: u16,
    listeners: Listeners,
    state: ServerState,
    metrics_address: Option<SocketAddr>,
    stop: watch::Sender<()>,
    accepting: JoinHandle<usize>,
    serving_metrics: Option<JoinHandle<usize>>,
}

/// What a server listens with, for the one that takes its place: a port that both have is handed over, since no port can be bound a
/// second time. Whoever holds them keeps the ports taken.
#[derive(Default)]
pub struct Listeners(Vec<StdListener>);

impl Listeners {
    /// Listens on an address, with what is here where that is the same.
    async fn listen(&self, address: SocketAddr) -> io::Result<TcpListener> {
        let is_same = |listener: &&StdListener| {
            address.port() != 0 && listener.local_addr().is_ok_and(|mine| mine == address)
        };
        match self.0.iter().find(is_same) {
            Some(listener) => TcpListener::from_std(listener.try_clone()?),
            None => TcpListener::bind(address).await,
        }
    }

    /// Keeps a listener for the next server, too.
    fn keep(&mut self, listener: TcpListener) -> io::Result<TcpListener> {
        let listener = listener.into_std()?;
        self.0.push(listener.try_clone()?);
        TcpListener::from_std(listener)
    }
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
    /// It was to listen beyond this machine, and something that this takes is missing.
    #[error("{address} is not this machine alone: {missing}")]
    Unguarded {
        /// What was asked for.
        address: IpAddr,
        /// What is missing, and how it is given.
        missing: &'static str,
    },
    /// The system refuses: a port below 1024, no sockets left.
    #[error("cannot listen on port {port}: {source}")]
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
        CodecServer::take_over(config, rules, observer, &Listeners::default()).await
    }

    /// As [`CodecServer::bind`], in the place of a server that still runs. On ports that both have, either answers until that one
    /// is stopped.
    ///
    /// # Errors
    /// [`BindError`]; the server before goes on as it is then.
    pub async fn take_over(
        config: ServerConfig,
        rules: watch::Receiver<Arc<Rules>>,
        observer: Observer,
        before: &Listeners,
    ) -> Result<Running, BindError> {
        if let Some(beyond) = &config.beyond {
            guarded(beyond, &config, &rules.borrow())?;
        }
        let mut plain = listen(config.port, config.ipv6, before).await?;
        let mut secure = match &config.https {
            Some(https) => listen(https.port, config.ipv6, before).await?,
            None => Vec::new(),
        };
        if let Some(beyond) = &config.beyond {
            let (listeners, port) = match (&config.https, beyond.behind_proxy) {
                (Some(https), false) => (&mut secure, https.port),
                (None, _) | (Some(_), true) => (&mut plain, config.port),
            };
            listen_beyond(beyond.address, port, listeners, before).await?;
        }
        let addresses = addresses_of(&plain, &config)?;
        let https_addresses = addresses_of(&secure, &config)?;
        let port = config.port;
        let mut kept = Listeners::default();
        let mut keep = |listener| {
            let kept = kept.keep(listener);
            kept.map_err(|source| BindError::Io { port, source })
        };
        let mut listeners = Vec::new();
        for listener in plain {
            listeners.push((keep(listener)?, Security::Plain));
        }
        if let Some(https) = &config.https {
            let security = Security::tls(Arc::clone(&https.tls));
            for listener in secure {
                listeners.push((keep(listener)?, security.clone()));
            }
        }
        let metrics_listener = listen_for_metrics(&config).await?;
        let metrics_address = metrics_listener.as_ref().map(|(_, address)| *address);
        let port = addresses.first().map_or(config.port, SocketAddr::port);
        let timeouts = config.timeouts;
        let beyond = config.beyond.as_ref();
        let hosts = beyond.map_or_else(Vec::new, |beyond| beyond.hosts.clone());
        let clients = config.clients.clone();
        let bound = (config.max_connections.max(1)).min(descriptors::for_connections());
        let state = ServerState::new(config, rules, observer);
        let (stop, stopped) = watch::channel(());
        let of_connections = state.clone();
        let served = Served {
            service: service(state.clone()),
            handshake_failed: Arc::new(move |failure, client| {
                of_connections.handshake_failed(failure, client);
            }),
            clients,
        };
        let connections = Connections::new(served, timeouts, bound);
        let metrics = metrics_listener.zip(state.metrics().cloned());
        let serving_metrics = metrics.map(|((listener, address), metrics)| {
            let served = Served {
                service: metrics::service(metrics, &hosts, !address.ip().is_loopback()),
                handshake_failed: Arc::new(|_, _| ()),
                clients: None,
            };
            let connections = Connections::new(served, timeouts, METRICS_CONNECTIONS);
            let listeners = vec![(listener, Security::Plain)];
            tokio::spawn(accept(listeners, connections, stopped.clone()))
        });
        let of_answers = state.clone();
        let accepting = tokio::spawn(async move {
            let n_cut = accept(listeners, connections, stopped).await;
            of_answers.close_cache();
            n_cut
        });
        tracing::info!(
            ?addresses,
            ?https_addresses,
            ?metrics_address,
            bound,
            "listening"
        );
        Ok(Running {
            addresses,
            https_addresses,
            port,
            listeners: kept,
            state,
            metrics_address,
            stop,
            accepting,
            serving_metrics,
        })
    }
}

impl Running {
    /// Where it listens: 127.0.0.1 first, then `[::1]` unless the machine has none. All have the same port.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Where it listens for HTTPS, in the same order; empty where that is off.
    pub fn https_addresses(&self) -> &[SocketAddr] {
        &self.https_addresses
    }

    /// Where it listens for whoever reads metrics.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it listens with, for the server that takes its place.
    pub fn listeners(&self) -> Listeners {
        let listeners = self.listeners.0.iter();
        Listeners(listeners.flat_map(StdListener::try_clone).collect())
    }

    /// Asks requests of this server again.
    pub fn replayer(&self) -> Replayer {
        Replayer(self.state.clone())
    }

    /// Stops: no new connections at once, and requests in flight are answered, within the drain deadline. Returns how many
    /// connections it had to cut off.
    pub async fn stop(self) -> usize {
        drop(self.listeners);
        // Nobody listens any more where the task has ended already.
        let _ = self.stop.send(());
        let n_cut = self.accepting.await.unwrap_or_default();
        if let Some(serving) = self.serving_metrics {
            // What reads metrics can read them again.
            serving.abort();
        }
        tracing::info!(n_cut, "stopped");
        n_cut
    }
}

/// What listening beyond this machine takes.
fn guarded(beyond: &Beyond, config: &ServerConfig, rules: &Rules) -> Result<(), BindError> {
    let missing = if config.https.is_none() && !beyond.behind_proxy {
        "it takes TLS (--tls-cert and --tls-key, or --behind-proxy where a proxy ends it)"
    } else if let Some(missing) = missing_of(rules.access.as_deref()) {
        missing
    } else if beyond.hosts.is_empty() {
        "it takes the names that clients use for it (--host)"
    } else {
        return Ok(());
    };
    Err(BindError::Unguarded {
        address: beyond.address,
        missing,
    })
}

/// What access has to have before a server listens beyond this machine, and for as long as it does.
fn missing_of(access: Option<&Access>) -> Option<&'static str> {
    let Some(access) = access.filter(|access| access.verifies_tokens()) else {
        return Some("it takes an access file with providers or programs (--access)");
    };
    access.lets_in_without_token().then_some(
        "the access file decodes for requests without a token: let its rules ask for one, and refuse by default",
    )
}

impl Beyond {
    /// Refuses access that must not be put in force while a server listens on this address.
    ///
    /// # Errors
    /// [`BindError::Unguarded`], with what is missing.
    pub fn guarded_by(&self, access: Option<&Access>) -> Result<(), BindError> {
        let address = self.address;
        let missing = missing_of(access);
        missing.map_or(Ok(()), |missing| {
            Err(BindError::Unguarded { address, missing })
        })
    }
}

/// Adds an address to listeners on loopback. One that stands for all addresses takes their place: the system does not share a port
/// between the two.
async fn listen_beyond(
    address: IpAddr,
    port: u16,
    listeners: &mut Vec<TcpListener>,
    before: &Listeners,
) -> Result<(), BindError> {
    let io = |source| BindError::Io { port, source };
    let same = listeners.first().map(TcpListener::local_addr);
    let port = same
        .transpose()
        .map_err(io)?
        .map_or(port, |same| same.port());
    let is_there =
        |listener: &TcpListener| listener.local_addr().is_ok_and(|it| it.ip() == address);
    if listeners.iter().any(is_there) {
        return Ok(());
    }
    if address.is_unspecified() {
        listeners.clear();
    }
    let address = SocketAddr::from((address, port));
    listeners.push(before.listen(address).await.map_err(io)?);
    Ok(())
}

/// The listener for metrics. Beyond this machine it takes somebody who wants to be reached there.
async fn listen_for_metrics(
    config: &ServerConfig,
) -> Result<Option<(TcpListener, SocketAddr)>, BindError> {
    let Some(address) = config.metrics else {
        return Ok(None);
    };
    if !address.ip().is_loopback() && config.beyond.is_none() {
        return Err(BindError::Unguarded {
            address: address.ip(),
            missing: "metrics are served there only together with --listen",
        });
    }
    let port = address.port();
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|source| {
        if source.kind() == io::ErrorKind::AddrInUse {
            return BindError::PortInUse { port, free: None };
        }
        BindError::Io { port, source }
    })?;
    let address = listener.local_addr();
    let address = address.map_err(|source| BindError::Io { port, source })?;
    Ok(Some((listener, address)))
}

fn addresses_of(
    listeners: &[TcpListener],
    config: &ServerConfig,
) -> Result<Vec<SocketAddr>, BindError> {
    let port = config.port;
    let beyond = config.beyond.as_ref().map(|beyond| beyond.address);
    let mut addresses = Vec::new();
    for listener in listeners {
        let address = listener.local_addr();
        let address = address.map_err(|source| BindError::Io { port, source })?;
        if !address.ip().is_loopback() && Some(address.ip()) != beyond {
            return Err(BindError::NotLoopback { address });
        }
        addresses.push(address);
    }
    Ok(addresses)
}

async fn listen(port: u16, ipv6: bool, before: &Listeners) -> Result<Vec<TcpListener>, BindError> {
    match bind_both(port, ipv6, before).await {
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
async fn bind_both(port: u16, ipv6: bool, before: &Listeners) -> io::Result<Vec<TcpListener>> {
    let mut tries = if port == 0 { TRIES } else { 1 };
    loop {
        let v4 = before.listen((V4, port).into()).await?;
        if !ipv6 {
            return Ok(vec![v4]);
        }
        tries -= 1;
        match before.listen((V6, v4.local_addr()?.port()).into()).await {
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
        if let Ok(listeners) = bind_both(candidate, ipv6, &Listeners::default()).await {
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
    listeners: Vec<(TcpListener, Security)>,
    mut connections: Connections<impl Answers>,
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

async fn next(listeners: &[(TcpListener, Security)]) -> io::Result<(TcpStream, Security)> {
    poll_fn(|cx| {
        for (listener, security) in listeners {
            if let Poll::Ready(accepted) = listener.poll_accept(cx) {
                return Poll::Ready(accepted.map(|(stream, _)| (stream, security.clone())));
            }
        }
        Poll::Pending
    })
    .await
}
