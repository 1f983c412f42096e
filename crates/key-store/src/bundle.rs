//! Bundles: some keys in one encrypted file, to give to a team. Its format is `age`, armored, to a passphrase or to recipients;
//! `age` itself opens it, and its content is JSON: `{"version": 1, "keys": [{"id", "also_opens", "label", "formats",
//! "namespaces", "material"}], "formats": {name: spec}}` with the key's bytes in base64, and the specs of those formats that
//! not every app has. What is not known is passed over.
//!
//! A bundle leaves and enters encrypted: [`KeyStore::bundle`] is the one way for key bytes to leave, and gives none in the clear.

use std::borrow::Cow;
use std::collections::BTreeMap;

use age::Recipient;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use payload_codec::{KeyError, KeyId, SecretKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::age_file::{self, Unopened, passphrase_identity, passphrase_recipient};
use crate::new_passphrase::NewPassphrase;
use crate::record::{KeyNames, KeyUse};
use crate::store::KeyStore;

/// The version that this program writes, and the newest that it reads.
const VERSION: u64 = 1;

/// The largest bundle that is read or made, in bytes.
pub const MAX_BUNDLE_BYTES: usize = 4 << 20;

/// The most keys in one bundle.
pub const MAX_BUNDLE_KEYS: usize = 1000;

/// The most formats in one bundle, and of one key in it.
pub const MAX_BUNDLE_FORMATS: usize = 200;

/// The most recipients of one bundle: their stanzas must fit into a header that is read quickly.
pub const MAX_RECIPIENTS: usize = 200;

/// Who can open a bundle.
#[derive(Clone, Copy)]
pub enum BundleTo<'a> {
    /// Whoever knows this passphrase.
    Passphrase(NewPassphrase<'a>),
    /// The holders of the identities of these public keys, `age1…`.
    Recipients(&'a [String]),
}

/// What opens a bundle.
#[derive(Clone, Copy)]
pub enum BundleSecret<'a> {
    /// The passphrase that it was made with.
    Passphrase(&'a str),
    /// An identity of `age`, `AGE-SECRET-KEY-1…`.
    Identity(&'a str),
}

impl<'a> BundleSecret<'a> {
    /// An identity where the text begins as one does, else a passphrase.
    pub fn new(text: &'a str) -> Self {
        match text.trim() {
            identity if identity.starts_with("AGE-SECRET-KEY-") => BundleSecret::Identity(identity),
            _ => BundleSecret::Passphrase(text),
        }
    }
}

/// What a bundle asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BundleLock {
    /// A passphrase.
    Passphrase,
    /// The identity of one of its recipients.
    Identity,
}

/// A key of a bundle, not yet added anywhere.
pub struct BundleKey {
    /// What it is called.
    pub names: KeyNames,
    /// What it is for. Never retired.
    pub usage: KeyUse,
    /// The key itself.
    pub key: SecretKey,
}

/// Specs of formats by their names, as JSON; this crate does not read them.
pub type BundleFormats = BTreeMap<String, serde_json::Value>;

/// What a bundle holds.
pub struct Bundle {
    /// Its keys, at least one.
    pub keys: Vec<BundleKey>,
    /// Formats that come with them.
    pub formats: BundleFormats,
}

/// A bundle could not be made or opened. Nothing of its content is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// It is no file of `age`'s format, or of a version of it that is not known.
    #[error("not a key bundle")]
    NotABundle,
    /// It opens with a passphrase, and an identity was given.
    #[error("the bundle needs a passphrase")]
    NeedsPassphrase,
    /// It opens with an identity, and a passphrase was given.
    #[error("the bundle needs an age identity (AGE-SECRET-KEY-1…)")]
    NeedsIdentity,
    /// The passphrase is not the one that it was made with.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The identity is none of its recipients'.
    #[error("the bundle is sealed to other recipients")]
    OtherRecipients,
    /// The identity cannot be read.
    #[error("not an age identity: one starts with AGE-SECRET-KEY-1")]
    BadIdentity,
    /// A recipient cannot be read.
    #[error("recipient {place} is not an age public key: one starts with age1")]
    BadRecipient {
        /// Counted from 1.
        place: usize,
    },
    /// A passphrase of no characters protects nothing, and nobody could open a bundle without recipients.
    #[error("a bundle needs a passphrase or recipients")]
    ForNobody,
    /// There are more recipients than this program writes for.
    #[error("a bundle has at most {MAX_RECIPIENTS} recipients")]
    TooManyRecipients,
    /// It is damaged or cut, or something else was encrypted.
    #[error("the bundle is damaged")]
    Damaged,
    /// It was written by a newer version of this program.
    #[error("the bundle has version {version}, but this app reads up to version {known}")]
    TooNew {
        /// The version that it names.
        version: u64,
        /// The newest version that this program can read.
        known: u64,
    },
    /// Trying the passphrase would take too long.
    #[error("trying the bundle's passphrase would take too long")]
    TooCostly,
    /// It has more bytes, keys or formats than this program reads or makes.
    #[error(
        "a bundle has at most {MAX_BUNDLE_BYTES} bytes, {MAX_BUNDLE_KEYS} keys and {MAX_BUNDLE_FORMATS} formats"
    )]
    TooLarge,
    /// A key in it is none.
    #[error("key {place} of the bundle is not a key")]
    BadKey {
        /// Counted from 1.
        place: usize,
    },
    /// It would hold no key.
    #[error("the bundle holds no key")]
    Empty,
    /// There is no key with this handle.
    #[error("the key no longer exists")]
    NoSuchKey(Uuid),
    /// A key's bytes are not in memory.
    #[error(transparent)]
    Key(#[from] KeyError),
}

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct Content<'a> {
    version: u64,
    #[serde(borrow)]
    keys: Vec<Item<'a>>,
    #[serde(default, skip_serializing_if = "has_none")]
    formats: Cow<'a, BundleFormats>,
}

fn has_none(formats: &BundleFormats) -> bool {
    formats.is_empty()
}

#[derive(Serialize, Deserialize)]
struct Item<'a> {
    id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    also_opens: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    label: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    formats: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    namespaces: Vec<String>,
    /// Borrowed, so that the only copies of it are in zeroized buffers.
    material: &'a str,
}

impl KeyStore {
    /// Some keys as a bundle, armored text, with the formats that they need. Blocks for about a second with a passphrase.
    ///
    /// # Errors
    /// [`BundleError`]; [`BundleError::Key`] where a key's bytes cannot be had now: then there is no bundle.
    pub fn bundle(
        &self,
        handles: &[Uuid],
        formats: &BundleFormats,
        to: BundleTo<'_>,
    ) -> Result<Vec<u8>, BundleError> {
        let keys = {
            let loaded = self.loaded();
            let records = loaded.records();
            let find = |handle: &Uuid| {
                let record = records.iter().find(|record| record.handle == *handle);
                let record = record.ok_or(BundleError::NoSuchKey(*handle))?;
                Ok(BundleKey {
                    names: KeyNames {
                        id: record.id.clone(),
                        also_opens: record.also_opens.clone(),
                        label: record.label.clone(),
                    },
                    usage: record.usage.clone(),
                    key: loaded.bytes(*handle)?,
                })
            };
            handles
                .iter()
                .map(find)
                .collect::<Result<Vec<_>, BundleError>>()?
        };
        let bundle = seal_bundle(&keys, formats, to)?;
        tracing::info!(keys = keys.len(), "a bundle of keys was made");
        Ok(bundle)
    }
}

/// Whether a text or file begins as a bundle does.
pub fn is_bundle(bytes: &[u8]) -> bool {
    age_file::is_age(bytes)
}

/// What a bundle asks for. Takes no time.
///
/// # Errors
/// [`BundleError::NotABundle`], [`BundleError::TooLarge`] or [`BundleError::Damaged`].
pub fn bundle_lock(bytes: &[u8]) -> Result<BundleLock, BundleError> {
    if bytes.len() > MAX_BUNDLE_BYTES {
        return Err(BundleError::TooLarge);
    }
    match age_file::wants_passphrase(bytes) {
        Ok(true) => Ok(BundleLock::Passphrase),
        Ok(false) => Ok(BundleLock::Identity),
        Err(Unopened::NotAge) => Err(BundleError::NotABundle),
        Err(Unopened::Damaged | Unopened::WrongSecret | Unopened::TooCostly) => {
            Err(BundleError::Damaged)
        }
    }
}

/// Opens a bundle, armored or not. Blocks: about a second with a passphrase, four at most.
///
/// # Errors
/// [`BundleError`].
pub fn open_bundle(bytes: &[u8], secret: BundleSecret<'_>) -> Result<Bundle, BundleError> {
    let asks = bundle_lock(bytes)?;
    let opened = match (asks, secret) {
        (BundleLock::Passphrase, BundleSecret::Passphrase(passphrase)) => {
            age_file::open(bytes, &passphrase_identity(passphrase))
        }
        (BundleLock::Identity, BundleSecret::Identity(text)) => {
            let identity: age::x25519::Identity =
                text.trim().parse().map_err(|_| BundleError::BadIdentity)?;
            age_file::open(bytes, &identity)
        }
        (BundleLock::Passphrase, BundleSecret::Identity(_)) => {
            return Err(BundleError::NeedsPassphrase);
        }
        (BundleLock::Identity, BundleSecret::Passphrase(_)) => {
            return Err(BundleError::NeedsIdentity);
        }
    };
    let content = opened.map_err(|why| match (why, asks) {
        (Unopened::NotAge, _) => BundleError::NotABundle,
        (Unopened::WrongSecret, BundleLock::Passphrase) => BundleError::WrongPassphrase,
        (Unopened::WrongSecret, BundleLock::Identity) => BundleError::OtherRecipients,
        (Unopened::Damaged, _) => BundleError::Damaged,
        (Unopened::TooCostly, _) => BundleError::TooCostly,
    })?;
    read_content(&content)
}

fn read_content(content: &[u8]) -> Result<Bundle, BundleError> {
    let versioned = serde_json::from_slice::<Versioned>(content);
    let version = versioned.map_err(|_| BundleError::Damaged)?.version;
    if version > VERSION {
        return Err(BundleError::TooNew {
            version,
            known: VERSION,
        });
    }
    let content: Content<'_> = serde_json::from_slice(content).map_err(|_| BundleError::Damaged)?;
    match content.keys.len() {
        0 => return Err(BundleError::Empty),
        n if n > MAX_BUNDLE_KEYS => return Err(BundleError::TooLarge),
        _ => {}
    }
    let of_keys = content.keys.iter().map(|item| item.formats.len());
    check_formats(of_keys, &content.formats)?;
    let keys = content.keys.into_iter().enumerate();
    let keys = keys.map(|(place, item)| {
        let bad = BundleError::BadKey { place: place + 1 };
        let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(item.material.len())]);
        let len = STANDARD
            .decode_slice(item.material, &mut bytes)
            .map_err(|_| bad)?;
        bytes.truncate(len);
        Ok(BundleKey {
            names: KeyNames {
                id: KeyId::new(&item.id),
                also_opens: item.also_opens.iter().map(|id| KeyId::new(id)).collect(),
                label: item.label,
            },
            usage: KeyUse {
                formats: item.formats,
                namespaces: item.namespaces,
                retired: false,
            },
            key: SecretKey::of_any_length(bytes).map_err(|_| bad)?,
        })
    });
    Ok(Bundle {
        keys: keys.collect::<Result<_, BundleError>>()?,
        formats: content.formats.into_owned(),
    })
}

fn check_formats(
    of_keys: impl Iterator<Item = usize>,
    formats: &BundleFormats,
) -> Result<(), BundleError> {
    match of_keys
        .chain([formats.len()])
        .any(|n| n > MAX_BUNDLE_FORMATS)
    {
        true => Err(BundleError::TooLarge),
        false => Ok(()),
    }
}

fn seal_bundle(
    keys: &[BundleKey],
    formats: &BundleFormats,
    to: BundleTo<'_>,
) -> Result<Vec<u8>, BundleError> {
    match keys.len() {
        0 => return Err(BundleError::Empty),
        n if n > MAX_BUNDLE_KEYS => return Err(BundleError::TooLarge),
        _ => {}
    }
    let of_keys = keys.iter().map(|key| key.usage.formats.len());
    check_formats(of_keys, formats)?;
    let recipients: Vec<Box<dyn Recipient>> = match to {
        BundleTo::Recipients([]) => return Err(BundleError::ForNobody),
        BundleTo::Passphrase(passphrase) => {
            vec![Box::new(passphrase_recipient(passphrase.expose()))]
        }
        BundleTo::Recipients(texts) if texts.len() > MAX_RECIPIENTS => {
            return Err(BundleError::TooManyRecipients);
        }
        BundleTo::Recipients(texts) => {
            let parse =
                |(place, text): (usize, &String)| -> Result<Box<dyn Recipient>, BundleError> {
                    let recipient = text.trim().parse::<age::x25519::Recipient>();
                    let recipient =
                        recipient.map_err(|_| BundleError::BadRecipient { place: place + 1 })?;
                    Ok(Box::new(recipient))
                };
            texts
                .iter()
                .enumerate()
                .map(parse)
                .collect::<Result<_, _>>()?
        }
    };
    let json = write_content(keys, formats)?;
    let sealed = age_file::seal(&json, recipients.iter().map(|recipient| &**recipient));
    match sealed {
        Ok(sealed) if sealed.len() <= MAX_BUNDLE_BYTES => Ok(sealed),
        Ok(_) => Err(BundleError::TooLarge),
        // Writing to memory does not fail, and the recipients are of one kind.
        Err(_) => Err(BundleError::ForNobody),
    }
}

fn write_content(
    keys: &[BundleKey],
    formats: &BundleFormats,
) -> Result<Zeroizing<Vec<u8>>, BundleError> {
    let materials: Vec<Zeroizing<String>> = keys
        .iter()
        .map(|key| {
            let bytes = key.key.expose();
            let mut text = Zeroizing::new(String::with_capacity(bytes.len().div_ceil(3) * 4));
            STANDARD.encode_string(bytes, &mut text);
            text
        })
        .collect();
    let items = keys.iter().zip(&materials).map(|(key, material)| Item {
        id: key.names.id.as_str().to_owned(),
        also_opens: key
            .names
            .also_opens
            .iter()
            .map(|id| id.as_str().to_owned())
            .collect(),
        label: key.names.label.clone(),
        formats: key.usage.formats.clone(),
        namespaces: key.usage.namespaces.clone(),
        material,
    });
    let content = Content {
        version: VERSION,
        keys: items.collect(),
        formats: Cow::Borrowed(formats),
    };
    // Measured first, so that the buffer does not grow and leave copies behind.
    let mut measure = Measure(0);
    let measured = serde_json::to_writer(&mut measure, &content);
    measured.map_err(|_| BundleError::TooLarge)?;
    let mut json = Zeroizing::new(Vec::with_capacity(measure.0));
    serde_json::to_writer(&mut *json, &content).map_err(|_| BundleError::TooLarge)?;
    Ok(json)
}

/// Counts what is written.
struct Measure(usize);

impl std::io::Write for Measure {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
