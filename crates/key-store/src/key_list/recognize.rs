//! What a text is that was meant to be one key, and is something else: a list of keys, variables, a PEM file, an address. Nothing
//! of it is kept or told.

use std::fmt;

/// What a PEM file says that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pem {
    /// A certificate, or a request for one.
    Certificate,
    /// A private key, of whatever algorithm.
    PrivateKey,
    /// A public key.
    PublicKey,
    /// Something else.
    Other,
}

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// Into a password manager or a store of secrets, whose program prints the secret.
    Secret,
    /// To a key that never leaves its key service.
    KeyService,
    /// Anywhere else.
    Other,
}

/// What stands between lines of `-----`.
pub(super) enum Armor {
    Pem(Pem),
    Bundle,
}

impl fmt::Display for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Pem::Certificate => "a certificate (PEM)",
            Pem::PrivateKey => "a private key (PEM)",
            Pem::PublicKey => "a public key (PEM)",
            Pem::Other => "a PEM file",
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Address::Secret => "the address of a secret",
            Address::KeyService => "the name of a key in a key service",
            Address::Other => "a URL",
        })
    }
}

/// A PEM file, or a bundle in the armor of age, with or without its line breaks.
pub(super) fn pem(text: &str) -> Option<Armor> {
    const BEGIN: &str = "-----BEGIN ";
    let (_, rest) = text.split_once(BEGIN)?;
    let (label, _) = rest.split_once("-----")?;
    if label.len() > 64 || label.contains('\n') {
        return None;
    }
    let pem = if label == "AGE ENCRYPTED FILE" {
        return Some(Armor::Bundle);
    } else if label.contains("CERTIFICATE") {
        Pem::Certificate
    } else if label.contains("PRIVATE KEY") {
        Pem::PrivateKey
    } else if label.contains("PUBLIC KEY") {
        Pem::PublicKey
    } else {
        Pem::Other
    };
    Some(Armor::Pem(pem))
}

/// A text that is an address and nothing else.
pub(super) fn address(line: &str) -> Option<Address> {
    if line.contains(char::is_whitespace) {
        return None;
    }
    if line.starts_with("projects/") && line.contains("/cryptoKeys/") {
        return Some(Address::KeyService);
    }
    let mut arn = line.split(':');
    // `arn:aws:…`, `arn:aws-cn:…`, `arn:aws-us-gov:…`: its partition, then its service.
    if arn.next() == Some("arn")
        && let Some((partition, service)) = arn.next().zip(arn.next())
        && (partition == "aws" || partition.starts_with("aws-"))
    {
        return Some(match service {
            "kms" => Address::KeyService,
            _ => Address::Secret,
        });
    }
    let (scheme, rest) = line.split_once("://")?;
    let of_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(of_scheme)
        && !rest.is_empty();
    is_scheme.then(|| match &*scheme.to_ascii_lowercase() {
        "awskms" | "aws-kms" | "gcpkms" | "gcp-kms" | "azurekeyvault" | "azure-kms"
        | "azurekms" | "hashivault" | "tink" => Address::KeyService,
        "op" | "vault" | "bws" | "pass" | "keychain" | "awssm" | "gcpsm" | "sops" | "file" => {
            Address::Secret
        }
        _ => Address::Other,
    })
}
