//! How far the Codec Server can be reached when it is started next: HTTPS, and an address beyond this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use access::{Certificate, InvalidCertificate};
use codec_server::{Beyond, Https};

use crate::error::{AppError, Code};

/// The port for HTTPS where none is given.
pub const HTTPS_PORT: u16 = crate::config::DEFAULT_HTTPS_PORT;
/// The largest file with certificates or a key that is read, in bytes.
pub const MAX_PEM_BYTES: u64 = 1 << 20;

/// What a server listens on beside http on loopback.
#[derive(Clone, Default)]
pub(crate) struct Reach {
    pub(crate) https: Option<Https>,
    /// What `https` is served with, where it is a certificate of the user's own.
    own: Option<Certificate>,
    pub(crate) beyond: Option<Beyond>,
    /// Where metrics are read.
    pub(crate) metrics: Option<SocketAddr>,
}

impl Reach {
    /// HTTPS with a certificate, on a port of its own.
    pub(crate) fn set_https(&mut self, port: u16, certificate: &Certificate) {
        let tls = certificate.server_config();
        self.https = Some(Https { port, tls });
    }

    /// HTTPS with a certificate of the user's own, which can be replaced while it is served.
    pub(crate) fn set_own_https(&mut self, port: u16, certificate: Certificate) {
        self.set_https(port, &certificate);
        self.own = Some(certificate);
    }

    /// The certificate of the user's own, where there is one.
    pub(crate) fn own_certificate(&self) -> Option<&Certificate> {
        self.own.as_ref()
    }

    /// An address, and the names that clients use for it; the address is one of them, unless it stands for all.
    pub(crate) fn set_beyond(
        &mut self,
        address: IpAddr,
        mut hosts: Vec<String>,
        behind_proxy: bool,
    ) -> Result<(), AppError> {
        let is_name = |name: &String| {
            let of_names = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
            !name.is_empty() && name.len() <= 255 && name.bytes().all(of_names)
        };
        if !hosts.iter().all(is_name) {
            return Err(AppError::new(
                Code::InvalidSetting,
                "a host is the name or address that clients use for this server, without a port",
            ));
        }
        // Where it listens anyway, a proxy or a name alone says that others reach it.
        let is_local = [
            IpAddr::from(Ipv4Addr::LOCALHOST),
            Ipv6Addr::LOCALHOST.into(),
        ];
        let is_beyond = !is_local.contains(&address) || behind_proxy || !hosts.is_empty();
        if !address.is_unspecified() {
            hosts.push(match address {
                IpAddr::V4(address) => address.to_string(),
                IpAddr::V6(address) => format!("[{address}]"),
            });
        }
        self.beyond = is_beyond.then_some(Beyond {
            address,
            hosts,
            behind_proxy,
        });
        Ok(())
    }
}

/// A certificate of the user's own, from two PEM texts; nothing of them is in an error.
pub(crate) fn own_certificate(chain: &[u8], key: &[u8]) -> Result<Certificate, AppError> {
    Certificate::from_pem(chain, key).map_err(not_taken)
}

/// What is said of a certificate of the user's own that cannot be served.
#[allow(
    clippy::needless_pass_by_value,
    reason = "it is what `map_err` hands over"
)]
pub(crate) fn not_taken(error: InvalidCertificate) -> AppError {
    AppError::new(Code::InvalidSetting, error.to_string())
        .hint("Pass the chain with --tls-cert, the server’s own certificate first, and its key with --tls-key.")
}
