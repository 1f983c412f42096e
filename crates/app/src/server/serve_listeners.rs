//! What the Codec Server listens on beside http on loopback, from its next start: HTTPS, an address beyond this machine, metrics.

use std::net::{IpAddr, SocketAddr};

use super::reach::{own_certificate, replace_own};
use super::{Server, State};
use crate::error::AppError;

impl Server {
    /// Serves HTTPS, too, from the next start, on a port of its own and with a certificate from two PEM texts.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`] with what is wrong with them; nothing of the texts is in it.
    pub fn set_https(&self, port: u16, chain: &[u8], key: &[u8]) -> Result<(), AppError> {
        let certificate = own_certificate(chain, key)?;
        self.reach().set_own_https(port, certificate);
        Ok(())
    }

    /// Replaces the certificate of [`Server::set_https`], for the handshakes that begin from now on; no connection is dropped.
    /// Without one, nothing changes.
    ///
    /// # Errors
    /// As [`Server::set_https`]; the certificate that is served stays then.
    pub fn replace_certificate(&self, chain: &[u8], key: &[u8]) -> Result<(), AppError> {
        let reach = self.reach();
        let own = reach.own_certificate();
        own.map_or(Ok(()), |own| replace_own(own, chain, key))
    }

    /// As [`Server::set_https`], with a certificate of this machine's own authority, which is renewed while serving.
    ///
    /// # Errors
    /// [`crate::Code::KeychainUnavailable`]: the authority's key is kept nowhere else.
    pub fn set_local_https(&self, port: u16) -> Result<(), AppError> {
        self.reach().set_https(port, &self.local_certificate()?);
        Ok(())
    }

    /// Listens on an address beyond this machine as well, from the next start, which is refused unless everyone is asked for a
    /// token over TLS. `hosts` are the names that clients use; the address is one of them, unless it stands for all.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`] for a name that no `Host` can be.
    pub fn set_beyond(
        &self,
        address: IpAddr,
        hosts: Vec<String>,
        behind_proxy: bool,
    ) -> Result<(), AppError> {
        self.reach().set_beyond(address, hosts, behind_proxy)
    }

    /// Serves metrics for Prometheus, too, from the next start, on a listener of their own.
    pub fn set_metrics(&self, address: SocketAddr) {
        self.reach().metrics = Some(address);
    }

    /// The URL that metrics are read from, where they are served.
    pub fn metrics_url(&self) -> Option<String> {
        match &*self.state() {
            State::Serving(serving) => {
                let address = serving.running.metrics_address()?;
                Some(format!("http://{address}/metrics"))
            }
            State::Stopped | State::Failed(_) => None,
        }
    }
}
