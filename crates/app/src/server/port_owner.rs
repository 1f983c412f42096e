//! Which program listens on a port, so that whoever finds it taken knows what to quit.

use std::net::SocketAddr;

/// The program that listens where this app would, as `name (process 1234)`. `None` where the system does not tell: a program
/// of another user is not named to everybody.
#[cfg(target_os = "linux")]
pub(crate) fn port_owner(port: u16) -> Option<String> {
    use std::collections::HashSet;
    use std::time::{Duration, Instant};

    use super::sockets;

    /// Somebody waits for it.
    const LONGEST: Duration = Duration::from_secs(1);

    let mut listens = HashSet::new();
    sockets::each(|socket| {
        if socket.listens && is_on(socket.local, port) {
            listens.insert(socket.inode);
        }
    });
    let owners = sockets::holders(&listens, [], Instant::now() + LONGEST);
    let owner = owners.into_values().min_by_key(|owner| owner.pid)?;
    Some(owner.to_string())
}

/// As on Linux; other systems have their own ways.
#[cfg(not(target_os = "linux"))]
pub(crate) fn port_owner(port: u16) -> Option<String> {
    use codec_server::Process;
    use listeners::{Listener, Protocol, SocketState};
    use temporal_payload::shown_name;

    let listens = |listener: &Listener| {
        listener.protocol == Protocol::TCP
            && listener.state == SocketState::Listen
            && is_on(listener.socket, port)
    };
    // Asked of all sockets: the crate's own question by port also finds connections from that port.
    let all = listeners::get_all().ok()?;
    let owner = all.into_iter().find(listens)?.process;
    let owner = Process {
        name: shown_name(owner.name.trim()),
        pid: owner.pid,
    };
    Some(owner.to_string())
}

fn is_on(listens: SocketAddr, port: u16) -> bool {
    let address = listens.ip().to_canonical();
    listens.port() == port && (address.is_loopback() || address.is_unspecified())
}
