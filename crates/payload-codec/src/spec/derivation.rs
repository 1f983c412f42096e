//! How the cipher's key is made: from the secret, a password, the key id, a sender's public key.

use serde::{Deserialize, Serialize};

use crate::context::{ContextPart, ContextParts};
use crate::spec::field::Field;

/// How the cipher's key is made from the secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "from")]
pub enum Derivation {
    /// The secret is the key.
    #[default]
    Secret,
    /// The secret's first 32 bytes, zero bytes in front where it is shorter (PostHog).
    First32,
    /// SHA-256 of the secret.
    Sha256,
    /// The secret where it has 16, 24 or 32 bytes, otherwise SHA-256 of it (ronykit).
    SecretOrSha256,
    /// SHA-256 of the key id: no secret at all (Temporal's orders reference app).
    Sha256OfId,
    /// The key id's own bytes (samples-java).
    Id,
    /// These, one after the other, cut or filled to a length: a secret that is padded, a key id that is repeated, both together.
    Joined {
        /// The pieces; among them the secret, unless the key is made of the key id alone.
        parts: Vec<Part>,
        /// The key's length in bytes.
        #[serde(default = "key_bytes")]
        bytes: usize,
        /// What happens where the pieces are shorter.
        #[serde(default)]
        short: Short,
        /// What the pieces are hashed with first; the hash is cut to the length.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hash: Option<HashName>,
    },
    /// 32 bytes of HKDF-SHA-256 (RFC 5869) over the secret.
    HkdfSha256 {
        /// The salt; where it is empty, HKDF's default of 32 zero bytes.
        salt: Vec<Part>,
        /// The info.
        info: Vec<Part>,
    },
    /// HKDF (RFC 5869) over the secret.
    Hkdf {
        /// Its hash.
        hash: HashName,
        /// The salt; where it is empty, HKDF's default of zero bytes.
        #[serde(default)]
        salt: Vec<Part>,
        /// The info.
        #[serde(default)]
        info: Vec<Part>,
        /// The key's length in bytes.
        #[serde(default = "key_bytes")]
        bytes: usize,
    },
    /// PBKDF2 (RFC 8018) with HMAC over a password.
    Pbkdf2 {
        /// Its hash.
        hash: HashName,
        /// The salt.
        salt: Vec<Part>,
        /// How often it hashes.
        rounds: Rounds,
        /// The key's length in bytes.
        #[serde(default = "key_bytes")]
        bytes: usize,
    },
    /// scrypt (RFC 7914) over a password.
    Scrypt {
        /// The salt.
        salt: Vec<Part>,
        /// Cost: a power of two. Node.js takes 16384.
        n: u32,
        /// Block size. Node.js takes 8.
        r: u32,
        /// Parallelism. Node.js takes 1.
        p: u32,
        /// The key's length in bytes.
        #[serde(default = "key_bytes")]
        bytes: usize,
    },
    /// X25519 (RFC 7748) between the secret, which is the reader's private key of 32 bytes, and the sender's public key. Only
    /// read.
    X25519 {
        /// The metadata that holds the sender's public key.
        public_key: Field,
        /// What makes the key from the shared secret.
        #[serde(default)]
        then: Box<Derivation>,
    },
    /// A data key lies in metadata as base64 text of `nonce(24) ‖ secretbox`, and the key that wraps it stands in the key id
    /// itself, as URL-safe base64 after `base64key://` or `testing://` (Temporal Proxy without a key service).
    WrappedBesideIt {
        /// The metadata that holds the data key.
        metadata: String,
    },
}

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HashName {
    /// SHA-1, for what was written with it.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl HashName {
    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            HashName::Sha1 => "SHA-1",
            HashName::Sha256 => "SHA-256",
            HashName::Sha384 => "SHA-384",
            HashName::Sha512 => "SHA-512",
        }
    }

    /// Bytes of a hash.
    pub(crate) fn bytes(self) -> usize {
        match self {
            HashName::Sha1 => 20,
            HashName::Sha256 => 32,
            HashName::Sha384 => 48,
            HashName::Sha512 => 64,
        }
    }
}

/// How often PBKDF2 hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "rounds must be a number, or {\"metadata\": …}")]
pub enum Rounds {
    /// So often.
    Fixed(u32),
    /// As often as this metadata says, in decimal digits.
    Named {
        /// Its name.
        metadata: String,
    },
}

/// What happens where a key has too few bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Short {
    /// It does not fit.
    #[default]
    Refuse,
    /// Zero bytes come behind it.
    ZerosBehind,
    /// Zero bytes come in front of it.
    ZerosBefore,
    /// It is repeated.
    Repeat,
}

/// A piece of a key, of salt, info or AAD.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Part {
    /// This text.
    Text(String),
    /// These bytes, as hex.
    Hex(String),
    /// The key id.
    KeyId,
    /// A metadata value of the Payload; nothing where it is missing.
    Metadata(String),
    /// The Namespace that it was sealed in.
    Namespace,
    /// The id of the Workflow whose input or output it is.
    WorkflowId,
    /// That Workflow's type.
    WorkflowType,
    /// The type of the Activity whose input or output it is; empty where it is none's.
    ActivityType,
    /// The secret itself. Only in a key that is joined.
    Secret,
    /// The CRC-32 of the SHA-256 of the cipher's key, big end first (ronykit). Only in additional data.
    CrcOfKey,
}

impl Part {
    /// What it is of a Payload's context; `None` where it is something else.
    pub fn of_context(&self) -> Option<ContextPart> {
        match self {
            Part::Namespace => Some(ContextPart::Namespace),
            Part::WorkflowId => Some(ContextPart::WorkflowId),
            Part::WorkflowType => Some(ContextPart::WorkflowType),
            Part::ActivityType => Some(ContextPart::ActivityType),
            Part::Text(_)
            | Part::Hex(_)
            | Part::KeyId
            | Part::Metadata(_)
            | Part::Secret
            | Part::CrcOfKey => None,
        }
    }
}

fn key_bytes() -> usize {
    32
}

impl Derivation {
    /// Whether the key is made of the key id alone.
    pub(crate) fn takes_no_secret(&self) -> bool {
        match self {
            Derivation::Sha256OfId | Derivation::Id | Derivation::WrappedBesideIt { .. } => true,
            Derivation::Joined { parts, .. } => !parts.contains(&Part::Secret),
            Derivation::Secret
            | Derivation::First32
            | Derivation::Sha256
            | Derivation::SecretOrSha256
            | Derivation::HkdfSha256 { .. }
            | Derivation::Hkdf { .. }
            | Derivation::Pbkdf2 { .. }
            | Derivation::Scrypt { .. }
            | Derivation::X25519 { .. } => false,
        }
    }

    /// Whether only its writer can make a key anew: what it is made of is the sender's.
    pub(crate) fn is_only_read(&self) -> bool {
        match self {
            Derivation::WrappedBesideIt { .. } | Derivation::X25519 { .. } => true,
            Derivation::Secret
            | Derivation::First32
            | Derivation::Sha256
            | Derivation::SecretOrSha256
            | Derivation::Sha256OfId
            | Derivation::Id
            | Derivation::Joined { .. }
            | Derivation::HkdfSha256 { .. }
            | Derivation::Hkdf { .. }
            | Derivation::Pbkdf2 { .. }
            | Derivation::Scrypt { .. } => false,
        }
    }

    /// Whether it depends on the key id.
    pub(crate) fn takes_id(&self) -> bool {
        match self {
            Derivation::Sha256OfId | Derivation::Id | Derivation::WrappedBesideIt { .. } => true,
            Derivation::X25519 { then, .. } => then.takes_id(),
            Derivation::Secret
            | Derivation::First32
            | Derivation::Sha256
            | Derivation::SecretOrSha256
            | Derivation::Joined { .. }
            | Derivation::HkdfSha256 { .. }
            | Derivation::Hkdf { .. }
            | Derivation::Pbkdf2 { .. }
            | Derivation::Scrypt { .. } => self.pieces().contains(&&Part::KeyId),
        }
    }

    /// Every piece of text that goes into it.
    pub(crate) fn pieces(&self) -> Vec<&Part> {
        match self {
            Derivation::Joined { parts, .. } => parts.iter().collect(),
            Derivation::HkdfSha256 { salt, info } | Derivation::Hkdf { salt, info, .. } => {
                salt.iter().chain(info).collect()
            }
            Derivation::Pbkdf2 { salt, .. } | Derivation::Scrypt { salt, .. } => {
                salt.iter().collect()
            }
            Derivation::X25519 { then, .. } => then.pieces(),
            Derivation::Secret
            | Derivation::First32
            | Derivation::Sha256
            | Derivation::SecretOrSha256
            | Derivation::Sha256OfId
            | Derivation::Id
            | Derivation::WrappedBesideIt { .. } => Vec::new(),
        }
    }

    /// What it takes of a Payload's context.
    pub(crate) fn bound_to(&self) -> ContextParts {
        let pieces = self.pieces();
        pieces.into_iter().filter_map(Part::of_context).collect()
    }

    /// The metadata that it depends on.
    pub(crate) fn metadata(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .pieces()
            .into_iter()
            .filter_map(|part| match part {
                Part::Metadata(name) => Some(name.as_str()),
                Part::Text(_)
                | Part::Hex(_)
                | Part::KeyId
                | Part::Namespace
                | Part::WorkflowId
                | Part::WorkflowType
                | Part::ActivityType
                | Part::Secret
                | Part::CrcOfKey => None,
            })
            .collect();
        names.extend(self.fields());
        names
    }

    /// The metadata that is there for it alone.
    pub(crate) fn fields(&self) -> Vec<&str> {
        match self {
            Derivation::WrappedBesideIt { metadata } => vec![metadata],
            Derivation::X25519 { public_key, then } => {
                let mut names = then.fields();
                names.push(&public_key.name);
                names
            }
            Derivation::Pbkdf2 {
                rounds: Rounds::Named { metadata },
                ..
            } => vec![metadata],
            Derivation::Pbkdf2 { .. }
            | Derivation::Secret
            | Derivation::First32
            | Derivation::Sha256
            | Derivation::SecretOrSha256
            | Derivation::Sha256OfId
            | Derivation::Id
            | Derivation::Joined { .. }
            | Derivation::HkdfSha256 { .. }
            | Derivation::Hkdf { .. }
            | Derivation::Scrypt { .. } => Vec::new(),
        }
    }
}

/// Rounds of PBKDF2 that a sender may ask for at most.
pub(crate) const MAX_ROUNDS: u32 = 10_000_000;

/// scrypt's costs, where they are sound and take at most 256 MiB.
pub(crate) fn scrypt_params(n: u32, r: u32, p: u32) -> Option<scrypt::Params> {
    let memory = u64::from(n) * u64::from(r) * 128;
    let log_n = u8::try_from(n.checked_ilog2()?).ok()?;
    let sound = n.is_power_of_two() && memory <= 256 << 20 && p <= 64;
    sound
        .then(|| scrypt::Params::new(log_n, r, p, 32).ok())
        .flatten()
}
