//! The certificate that HTTPS is served with. It can be replaced while serving: handshakes from then on get the new one, and
//! nobody's connection is dropped. HTTP/1.1 only, since that is where reason phrases exist.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

/// A chain of certificates with its key, in force. Clones share it. It cannot be printed.
#[derive(Clone)]
pub struct Certificate(Arc<InForce>);

struct InForce(RwLock<Arc<CertifiedKey>>);

/// Why a certificate is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCertificate {
    /// No PEM, or none with a certificate in it.
    #[error("there is no certificate in it: PEM is expected, \"-----BEGIN CERTIFICATE-----\"")]
    NoCertificate,
    /// No PEM, or none with a private key that is not encrypted.
    #[error(
        "there is no private key in it: PEM without a passphrase is expected, \"-----BEGIN PRIVATE KEY-----\""
    )]
    NoKey,
    /// A key of a kind that cannot serve.
    #[error(
        "the private key is of a kind that cannot serve HTTPS: use ECDSA P-256 or P-384, Ed25519, or RSA of 2048 bits and more"
    )]
    KeyKind,
    /// Two files that do not belong together.
    #[error("the private key is not that of the certificate")]
    OtherKey,
    /// No certificate that a TLS library reads.
    #[error("the certificate is damaged")]
    Damaged,
}

impl Certificate {
    /// A certificate from two PEM texts: the chain, the server's own first, and its private key (PKCS #8, PKCS #1 or SEC 1).
    ///
    /// # Errors
    /// [`InvalidCertificate`], with nothing of the texts.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, InvalidCertificate> {
        let certified = certified(chain, key)?;
        Ok(Certificate(Arc::new(InForce(RwLock::new(Arc::new(
            certified,
        ))))))
    }

    /// Replaces it, for the handshakes that begin from now on.
    ///
    /// # Errors
    /// [`InvalidCertificate`]; the one in force stays then.
    pub fn replace(&self, chain: &[u8], key: &[u8]) -> Result<(), InvalidCertificate> {
        let certified = Arc::new(certified(chain, key)?);
        // Replaced whole, so what a panicking thread left behind is whole.
        *self.0.0.write().unwrap_or_else(PoisonError::into_inner) = certified;
        Ok(())
    }

    /// How HTTPS is served with it: TLS 1.2 and 1.3, HTTP/1.1.
    pub fn server_config(&self) -> Arc<rustls::ServerConfig> {
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(ring)
            .with_safe_default_protocol_versions()
            .expect("ring has the ciphers of both versions")
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&self.0) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config)
    }
}

fn certified(chain: &[u8], key: &[u8]) -> Result<CertifiedKey, InvalidCertificate> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
    let chain = chain.map_err(|_| InvalidCertificate::NoCertificate)?;
    if chain.is_empty() {
        return Err(InvalidCertificate::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| InvalidCertificate::NoKey)?;
    let key = rustls::crypto::ring::sign::any_supported_type(&key)
        .map_err(|_| InvalidCertificate::KeyKind)?;
    let certified = CertifiedKey::new(chain, key);
    match certified.keys_match() {
        Ok(()) => Ok(certified),
        Err(rustls::Error::InconsistentKeys(_)) => Err(InvalidCertificate::OtherKey),
        Err(_) => Err(InvalidCertificate::Damaged),
    }
}

impl ResolvesServerCert for InForce {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(
            &self.0.read().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

impl fmt::Debug for InForce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InForce")
    }
}
