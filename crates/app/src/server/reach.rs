//! How far the Codec Server can be reached when it is started next: HTTPS, and an address beyond this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use access::{Certificate, InvalidCertificate};
use codec_server::{AllowedOrigins, Beyond, BindError, Https};
use key_store::files;
use temporal_payload::shown;

use crate::error::{AppError, Code};

/// The port for HTTPS where none is given.
pub const HTTPS_PORT: u16 = crate::config::DEFAULT_HTTPS_PORT;
/// The largest file with certificates or a key that is read, in bytes.
pub const MAX_PEM_BYTES: u64 = 1 << 20;

/// Characters of a host that is refused.
const MAX_HOST: usize = 120;

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

    /// Why its clients could not trust what it listens with, where that is so.
    pub(crate) fn check(&self) -> Result<(), BindError> {
        match &self.beyond {
            Some(beyond) if self.https.is_some() && self.own.is_none() && !beyond.behind_proxy => {
                Err(BindError::Unguarded {
                    address: beyond.address,
                    missing: "the certificate of this machine’s own authority is good for localhost alone, so it takes one of your own (--tls-cert and --tls-key, or --behind-proxy where a proxy ends TLS)",
                })
            }
            Some(_) | None => Ok(()),
        }
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
        for host in &mut hosts {
            *host = host_name(host)?;
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

/// The name or address that clients use for a server, as `Host` has it before its port. What no `Host` can be is refused: nobody
/// would be served by it.
fn host_name(host: &str) -> Result<String, AppError> {
    let refused = |why: &str| {
        let host = shown(host, MAX_HOST);
        let message = format!("\"{host}\" is not a host: {why}");
        let hint = "Pass the name or address that clients use, alone: --host codec.example.com.";
        Err(AppError::new(Code::InvalidSetting, message).hint(hint))
    };
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        return Ok(format!("[{address}]"));
    }
    let after_brackets = host.rfind(']').map_or(0, |end| end + 1);
    if host.contains("://") {
        return refused("it is a URL");
    }
    if host[after_brackets..].contains(':') {
        return refused("it has a port, and clients are served by the name at any port");
    }
    // An origin of that host is one exactly where the host is.
    match AllowedOrigins::parse([format!("https://{host}")]) {
        Ok(_) => Ok(host.to_owned()),
        Err(_) => refused("it is no name that can be looked up, and no address"),
    }
}

/// A certificate of the user's own, from two PEM texts; nothing of them is in an error.
pub(crate) fn own_certificate(chain: &[u8], key: &[u8]) -> Result<Certificate, AppError> {
    let (chain, key) = (files::without_bom(chain), files::without_bom(key));
    Certificate::from_pem(chain, key).map_err(not_taken)
}

/// Replaces it in the same way.
pub(crate) fn replace_own(own: &Certificate, chain: &[u8], key: &[u8]) -> Result<(), AppError> {
    let (chain, key) = (files::without_bom(chain), files::without_bom(key));
    own.replace(chain, key).map_err(not_taken)
}

/// What is said of a certificate of the user's own that cannot be served.
#[allow(
    clippy::needless_pass_by_value,
    reason = "it is what `map_err` hands over"
)]
fn not_taken(error: InvalidCertificate) -> AppError {
    AppError::new(Code::InvalidSetting, error.to_string())
        .hint("Pass the chain with --tls-cert, the server’s own certificate first, and its key with --tls-key.")
}
