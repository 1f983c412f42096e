//! How a client speaks TLS to a server whose authority is given: it trusts that one, and nobody else.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::certificate::InvalidCertificate;

/// A client that trusts the certificates of a PEM text alone: TLS 1.2 and 1.3, HTTP/1.1.
///
/// # Errors
/// [`InvalidCertificate::NoCertificate`], [`InvalidCertificate::Damaged`].
pub fn trusting_clients(authority: &[u8]) -> Result<Arc<ClientConfig>, InvalidCertificate> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authority) {
        let certificate = certificate.map_err(|_| InvalidCertificate::NoCertificate)?;
        let added = roots.add(certificate);
        added.map_err(|_| InvalidCertificate::Damaged)?;
    }
    if roots.is_empty() {
        return Err(InvalidCertificate::NoCertificate);
    }
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .expect("ring has the ciphers of both versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
