//! A TLS client that trusts the authorities that a test names, and nobody else.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Connects, by the name that the certificate must have. `trusted` are the certificates of authorities, as PEM.
///
/// # Errors
/// Where nothing listens, and what the handshake says.
pub async fn connect(
    address: SocketAddr,
    name: &str,
    trusted: &[&str],
    alpn: &[&[u8]],
) -> io::Result<TlsStream<TcpStream>> {
    let client = trusting(trusted, alpn);
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(client))
        .connect(name, stream)
        .await
}

/// What a client trusts, and the protocols that it offers.
///
/// # Panics
/// Where one of `trusted` is no authority's certificate as PEM.
pub fn trusting(trusted: &[&str], alpn: &[&[u8]]) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    for authority in trusted {
        let der = CertificateDer::from_pem_slice(authority.as_bytes());
        roots
            .add(der.expect("a certificate"))
            .expect("an authority");
    }
    let ring = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let mut client = ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .expect("both")
        .with_root_certificates(roots)
        .with_no_client_auth();
    client.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    client
}

/// The certificate that the server showed, as DER.
pub fn certificate(stream: &TlsStream<TcpStream>) -> Vec<u8> {
    let chain = stream.get_ref().1.peer_certificates().expect("served");
    chain[0].to_vec()
}
