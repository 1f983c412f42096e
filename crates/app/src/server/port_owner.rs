//! Which program listens on a port, so that whoever finds it taken knows what to quit.

use std::net::IpAddr;

use listeners::{Listener, Protocol, SocketState};
use temporal_payload::shown_name;

/// The program that listens where this app would, as `name (process 1234)`. `None` where the system does not tell: a program
/// of another user is not named to everybody.
pub(crate) fn port_owner(port: u16) -> Option<String> {
    // Asked of all sockets: the crate's own question by port also finds connections from that port.
    let listeners = listeners::get_all().ok()?;
    let owner = listeners
        .into_iter()
        .find(|listener| is_on(listener, port))?;
    let name = shown_name(owner.process.name.trim());
    match name.is_empty() {
        true => Some(format!("process {}", owner.process.pid)),
        false => Some(format!("{name} (process {})", owner.process.pid)),
    }
}

fn is_on(listener: &Listener, port: u16) -> bool {
    let address = match listener.socket.ip() {
        IpAddr::V6(address) => address.to_canonical(),
        v4 @ IpAddr::V4(_) => v4,
    };
    listener.socket.port() == port
        && listener.protocol == Protocol::TCP
        && listener.state == SocketState::Listen
        && (address.is_loopback() || address.is_unspecified())
}
