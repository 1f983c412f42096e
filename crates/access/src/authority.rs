//! A certificate authority of this machine's own, for HTTPS on loopback. Whoever gets hold of its key can pretend to be this
//! machine to itself, and nobody else to anyone: its certificate is good for `localhost`, `127.0.0.1` and `::1` alone, which is
//! written into it (RFC 5280 §4.2.1.10, critical), and it can make no other authority.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, SanType,
};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// What the name of each authority begins with, in lists of them.
pub const AUTHORITY_NAME: &str = "Temporal Codec Desktop, this machine only";
/// How long people trust it before they are asked again.
const AUTHORITY_LASTS: Duration = Duration::from_secs(5 * 365 * 24 * 3600);
/// How long before its end the next authority is made: longer than a certificate of it lasts, so that none outlives it.
const AUTHORITY_ENDS: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long a certificate of it lasts. It is renewed while serving.
const CERTIFICATE_LASTS: Duration = Duration::from_secs(7 * 24 * 3600);
/// How far clocks may be behind.
const BEHIND: Duration = Duration::from_secs(24 * 3600);

/// An authority with its private key. It cannot be printed.
pub struct LocalAuthority {
    name: String,
    key: Zeroizing<KeyPair>,
    certificate: String,
    /// When its certificate ends; what an earlier version kept does not say it.
    until: Option<SystemTime>,
}

/// What a keychain keeps of it.
#[derive(Serialize, Deserialize)]
struct Kept {
    name: String,
    key: String,
    certificate: String,
    /// Seconds since 1970.
    until: Option<u64>,
}

/// A certificate for loopback, with its key, both as PEM.
pub struct LoopbackCertificate {
    /// The certificate. The authority's own is not in the chain: whoever trusts it has it.
    pub chain: String,
    /// Its private key.
    pub key: Zeroizing<String>,
    /// When to make the next one: after two thirds of its time.
    pub renew: SystemTime,
}

/// An authority, or a certificate, could not be made or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    /// The system gives no randomness.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// What was kept is not what this version keeps.
    #[error("the key of this machine's certificate authority was changed in the keychain")]
    Damaged,
}

impl LocalAuthority {
    /// Makes an authority with a new key. Its name ends in random digits, so that two of them are told apart.
    ///
    /// # Errors
    /// [`AuthorityError::NoRandomness`].
    pub fn make(now: SystemTime) -> Result<Self, AuthorityError> {
        let none = |_| AuthorityError::NoRandomness;
        let mut digits = [0; 4];
        let random = SystemRandom::new();
        random
            .fill(&mut digits)
            .map_err(|_| AuthorityError::NoRandomness)?;
        let name = format!("{AUTHORITY_NAME} ({:08x})", u32::from_be_bytes(digits));
        let key = Zeroizing::new(KeyPair::generate().map_err(none)?);
        let until = now + AUTHORITY_LASTS;
        let mut params = params_of(&name);
        params.not_before = date(now - BEHIND);
        params.not_after = date(until);
        let certificate = params.self_signed(&*key).map_err(none)?.pem();
        Ok(LocalAuthority {
            name,
            key,
            certificate,
            until: Some(until),
        })
    }

    /// An authority from what [`LocalAuthority::kept`] wrote.
    ///
    /// # Errors
    /// [`AuthorityError::Damaged`].
    pub fn from_kept(kept: &[u8]) -> Result<Self, AuthorityError> {
        let damaged = AuthorityError::Damaged;
        let kept: Kept = serde_json::from_slice(kept).map_err(|_| damaged)?;
        let der = Zeroizing::new(
            URL_SAFE_NO_PAD
                .decode(&*Zeroizing::new(kept.key))
                .map_err(|_| damaged)?,
        );
        let key = KeyPair::try_from(der.as_slice()).map_err(|_| damaged)?;
        let until = kept.until.map(Duration::from_secs);
        Ok(LocalAuthority {
            name: kept.name,
            key: Zeroizing::new(key),
            certificate: kept.certificate,
            until: until.and_then(|until| SystemTime::UNIX_EPOCH.checked_add(until)),
        })
    }

    /// What a keychain keeps: about a kilobyte of JSON, with the private key in it.
    pub fn kept(&self) -> Zeroizing<Vec<u8>> {
        let key = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.key.serialized_der()));
        // Written by hand, so that no copy of the key is left behind by a JSON value.
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let until = self.until.and_then(|until| {
            let since = until.duration_since(SystemTime::UNIX_EPOCH);
            since.ok().map(|since| since.as_secs())
        });
        Zeroizing::new(
            format!(
                "{{\"name\":{},\"certificate\":{},\"until\":{},\"key\":\"{}\"}}",
                text(&self.name),
                text(&self.certificate),
                until.map_or_else(|| "null".to_owned(), |until| until.to_string()),
                *key
            )
            .into_bytes(),
        )
    }

    /// Its certificate as PEM, for those who are to trust it.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Its name, as lists of authorities show it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the next authority is due: this one ends within a month. Whoever trusts this one has to trust that one, too.
    pub fn is_due(&self, now: SystemTime) -> bool {
        self.until
            .is_some_and(|until| now + AUTHORITY_ENDS >= until)
    }

    /// Makes a certificate for loopback, with a key of its own, good for a week.
    ///
    /// # Errors
    /// [`AuthorityError::NoRandomness`].
    pub fn issue(&self, now: SystemTime) -> Result<LoopbackCertificate, AuthorityError> {
        let none = |_| AuthorityError::NoRandomness;
        let key = Zeroizing::new(KeyPair::generate().map_err(none)?);
        let mut params = CertificateParams::default();
        params.distinguished_name = named("localhost");
        params.subject_alt_names = vec![
            SanType::DnsName("localhost".try_into().map_err(none)?),
            SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        ];
        params.not_before = date(now - BEHIND);
        params.not_after = date(now + CERTIFICATE_LASTS);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let authority = params_of(&self.name);
        let issuer = Issuer::from_params(&authority, &*self.key);
        let certificate = params.signed_by(&*key, &issuer).map_err(none)?;
        Ok(LoopbackCertificate {
            chain: certificate.pem(),
            key: Zeroizing::new(key.serialize_pem()),
            renew: now + CERTIFICATE_LASTS * 2 / 3,
        })
    }
}

fn params_of(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    // The names are constrained, and names of other kinds (mail, code) are kept out by what its certificates are good for.
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([127, 0, 0, 1], 32)),
            GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(
                Ipv6Addr::LOCALHOST.octets(),
                128,
            )),
        ],
        excluded_subtrees: Vec::new(),
    });
    params
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

/// Certificates count whole seconds.
fn date(time: SystemTime) -> OffsetDateTime {
    OffsetDateTime::from(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Certificate;

    #[test]
    fn an_authority_comes_back_from_the_keychain_as_it_was() {
        let made = LocalAuthority::make(SystemTime::now()).unwrap();
        let kept = made.kept();
        assert!(
            kept.len() < 2000,
            "a Windows keychain has room for it: {}",
            kept.len()
        );
        let back = LocalAuthority::from_kept(&kept).unwrap();
        assert_eq!(
            (back.name(), back.certificate()),
            (made.name(), made.certificate())
        );
        assert_eq!(back.key.serialized_der(), made.key.serialized_der());
        for damaged in [&b""[..], b"{}", &kept[..kept.len() - 9]] {
            assert!(LocalAuthority::from_kept(damaged).is_err());
        }
        let issued = back.issue(SystemTime::now()).unwrap();
        Certificate::from_pem(issued.chain.as_bytes(), issued.key.as_bytes()).unwrap();
        let years = |n: u64| SystemTime::now() + Duration::from_secs(n * 365 * 24 * 3600);
        assert!(!back.is_due(years(4)));
        assert!(back.is_due(years(5)), "before it ends");
        assert!(issued.renew > SystemTime::now() + Duration::from_secs(4 * 24 * 3600));
    }

    #[test]
    fn what_is_no_certificate_says_why() {
        use crate::InvalidCertificate as I;
        let authority = LocalAuthority::make(SystemTime::now()).unwrap();
        let (one, two) = (
            authority.issue(SystemTime::now()).unwrap(),
            authority.issue(SystemTime::now()).unwrap(),
        );
        for (chain, key, why) in [
            ("", one.key.as_str(), I::NoCertificate),
            ("text", one.key.as_str(), I::NoCertificate),
            (one.key.as_str(), one.key.as_str(), I::NoCertificate),
            (one.chain.as_str(), "", I::NoKey),
            (one.chain.as_str(), one.chain.as_str(), I::NoKey),
            (one.chain.as_str(), two.key.as_str(), I::OtherKey),
        ] {
            let taken = Certificate::from_pem(chain.as_bytes(), key.as_bytes());
            assert_eq!(taken.err(), Some(why));
        }
    }
}
