//! Where an extension server listens: `grpc://127.0.0.1:9443`. It has to be on this machine.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

const SCHEME: &str = "grpc://";

/// The address of an extension server on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    authority: String,
    /// In the order in which they are tried.
    places: Vec<SocketAddr>,
}

/// Why a text is no such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// It has another scheme.
    #[error("an extension server’s address begins with grpc://, and there is no TLS here")]
    Scheme,
    /// It is not a host and a port.
    #[error("an extension server’s address is a host and a port, as in grpc://127.0.0.1:9443")]
    Malformed,
    /// It is on another machine.
    #[error("an extension server has to be on this computer: 127.0.0.1, [::1] or localhost")]
    Elsewhere,
}

impl Address {
    /// Whether a text is meant as an address, and not as the name of a program.
    pub fn is_meant(text: &str) -> bool {
        text.split(char::is_whitespace)
            .next()
            .is_some_and(|word| word.contains("://"))
    }

    /// Reads `grpc://HOST:PORT`, where the host is this machine. No name is looked up.
    ///
    /// # Errors
    /// [`BadAddress`].
    pub fn parse(text: &str) -> Result<Self, BadAddress> {
        let authority = text.strip_prefix(SCHEME).ok_or(BadAddress::Scheme)?;
        let (host, port) = authority.rsplit_once(':').ok_or(BadAddress::Malformed)?;
        if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadAddress::Malformed);
        }
        let port: u16 = port.parse().map_err(|_| BadAddress::Malformed)?;
        if port == 0 {
            return Err(BadAddress::Malformed);
        }
        let places = match host {
            "localhost" => vec![
                SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
                SocketAddr::from((Ipv6Addr::LOCALHOST, port)),
            ],
            "" => return Err(BadAddress::Malformed),
            _ if host.contains(['/', '@', '?', '#', ' ']) => return Err(BadAddress::Malformed),
            _ => {
                let place: SocketAddr = authority.parse().map_err(|_| BadAddress::Elsewhere)?;
                if !place.ip().is_loopback() {
                    return Err(BadAddress::Elsewhere);
                }
                vec![place]
            }
        };
        Ok(Address {
            authority: authority.to_owned(),
            places,
        })
    }

    pub(crate) fn places(&self) -> &[SocketAddr] {
        &self.places
    }
}

/// The host and the port.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn this_machine_is_taken_and_no_other() {
        for text in [
            "grpc://127.0.0.1:9443",
            "grpc://127.8.9.1:1",
            "grpc://[::1]:65535",
            "grpc://localhost:50051",
        ] {
            let address = Address::parse(text).expect("an address");
            assert_eq!(format!("grpc://{address}"), text);
            assert!(
                address
                    .places()
                    .iter()
                    .all(|place| place.ip().is_loopback())
            );
        }
        for (text, expected) in [
            ("http://127.0.0.1:1", BadAddress::Scheme),
            ("grpcs://127.0.0.1:1", BadAddress::Scheme),
            ("GRPC://127.0.0.1:1", BadAddress::Scheme),
            ("grpc://127.0.0.1", BadAddress::Malformed),
            ("grpc://127.0.0.1:0", BadAddress::Malformed),
            ("grpc://127.0.0.1:65536", BadAddress::Malformed),
            ("grpc://127.0.0.1:+1", BadAddress::Malformed),
            ("grpc://127.0.0.1:1/x", BadAddress::Malformed),
            ("grpc://a@127.0.0.1:1", BadAddress::Malformed),
            ("grpc://:1", BadAddress::Malformed),
            ("grpc://", BadAddress::Malformed),
            ("grpc://10.0.0.1:1", BadAddress::Elsewhere),
            ("grpc://0.0.0.0:1", BadAddress::Elsewhere),
            ("grpc://[::]:1", BadAddress::Elsewhere),
            ("grpc://[::ffff:127.0.0.1]:1", BadAddress::Elsewhere),
            ("grpc://kms.example.com:1", BadAddress::Elsewhere),
            ("grpc://127.0.0.1.example.com:1", BadAddress::Elsewhere),
            ("grpc://localhost.example.com:1", BadAddress::Elsewhere),
        ] {
            assert_eq!(Address::parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn a_program_is_no_address() {
        assert!(Address::is_meant("grpc://127.0.0.1:9443"));
        assert!(Address::is_meant("https://x y"));
        assert!(!Address::is_meant(
            "aws kms decrypt --endpoint-url http://x"
        ));
        assert!(!Address::is_meant(""));
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_on_this_machine(text in "(grpc://)?\\PC{0,30}") {
            if let Ok(address) = Address::parse(&text) {
                prop_assert!(address.places().iter().all(|place| place.ip().is_loopback()));
            }
        }
    }
}
