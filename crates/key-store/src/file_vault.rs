//! `keys.vault`: keys in a file that a passphrase locks, for machines without a keychain. Chosen by a person, never a fallback.
//!
//! JSON with two texts in the `age` format: `identity`, a key pair of this file's own, encrypted with the passphrase, and
//! `keys`, a JSON object from account to base64, encrypted to that key pair. So the passphrase's long work is done once, when
//! the file is opened, and not kept: the identity is, in memory that is zeroized when the file is closed. Without the
//! passphrase nobody knows the public half either, so nobody can replace `keys`.
//!
//! Written whole and atomically with mode 0600. [`Vault::set`] and [`Vault::remove`] are called under the index's lock.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use age::Recipient;
use age::secrecy::ExposeSecret as _;
use age::x25519::Identity;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use payload_codec::KeyError;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::age_file::{self, Unopened, passphrase_identity, passphrase_recipient};
use crate::error::VaultFileError;
use crate::files;
use crate::new_passphrase::NewPassphrase;
use crate::vault::Vault;

/// The version that this program writes, and the newest that it reads.
const VERSION: u64 = 1;

/// The largest file that is read: room for some thousand keys of 4096 bytes.
const MAX_BYTES: u64 = 16 << 20;

/// Whether the encrypted key file can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultState {
    /// There is none.
    Absent,
    /// It waits for its passphrase.
    Locked,
    /// It is open.
    Open,
}

/// The encrypted key file.
pub(crate) struct FileVault {
    path: PathBuf,
    identity: Mutex<Option<Box<Identity>>>,
}

/// The file's content, outside of what is encrypted.
#[derive(Serialize, Deserialize)]
struct Sealed {
    version: u64,
    identity: String,
    keys: String,
}

/// Every account's secret in base64.
type Secrets<'a> = BTreeMap<&'a str, &'a str>;

impl FileVault {
    /// Looks at nothing yet.
    pub(crate) fn new(path: PathBuf) -> Self {
        FileVault {
            path,
            identity: Mutex::default(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn state(&self) -> VaultState {
        if self.identity().is_some() {
            VaultState::Open
        } else if self.path.exists() {
            VaultState::Locked
        } else {
            VaultState::Absent
        }
    }

    /// Makes the file, empty and open. The caller holds the index's lock.
    pub(crate) fn create(&self, passphrase: NewPassphrase<'_>) -> Result<(), VaultFileError> {
        if self.path.exists() {
            return Err(VaultFileError::Exists);
        }
        let identity = Box::new(Identity::generate());
        let sealed = Sealed {
            version: VERSION,
            identity: seal_identity(&identity, passphrase)?,
            keys: seal_secrets(&Secrets::new(), &identity)?,
        };
        self.write(&sealed)?;
        *self.identity() = Some(identity);
        Ok(())
    }

    /// Opens the file with its passphrase. Takes about a second.
    pub(crate) fn open(&self, passphrase: &str) -> Result<(), VaultFileError> {
        let sealed = self.read()?;
        let identity = open_identity(&sealed, passphrase)?;
        // What says that it is this file's key pair must be able to read it, too.
        let content = age_file::open(sealed.keys.as_bytes(), &*identity)
            .map_err(|_| VaultFileError::Damaged)?;
        parse(&content).ok_or(VaultFileError::Damaged)?;
        *self.identity() = Some(identity);
        Ok(())
    }

    /// Gives the file another passphrase; it stays open, or closed. The caller holds the index's lock.
    pub(crate) fn change_passphrase(
        &self,
        old: &str,
        new: NewPassphrase<'_>,
    ) -> Result<(), VaultFileError> {
        let mut sealed = self.read()?;
        let identity = open_identity(&sealed, old)?;
        sealed.identity = seal_identity(&identity, new)?;
        self.write(&sealed)
    }

    /// Forgets what opened it.
    pub(crate) fn close(&self) {
        *self.identity() = None;
    }

    fn identity(&self) -> MutexGuard<'_, Option<Box<Identity>>> {
        self.identity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> Result<Sealed, VaultFileError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u64,
        }
        let text = match files::read_bounded(&self.path, MAX_BYTES) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(VaultFileError::Absent);
            }
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                return Err(VaultFileError::TooLarge { limit: MAX_BYTES });
            }
            Err(error) => return Err(error.into()),
        };
        match serde_json::from_slice::<Versioned>(&text) {
            Ok(Versioned { version }) if version > VERSION => Err(VaultFileError::TooNew {
                version,
                known: VERSION,
            }),
            Ok(_) => serde_json::from_slice(&text).map_err(|_| VaultFileError::Damaged),
            Err(_) => Err(VaultFileError::Damaged),
        }
    }

    fn write(&self, sealed: &Sealed) -> Result<(), VaultFileError> {
        let mut text = serde_json::to_vec_pretty(sealed).map_err(io::Error::other)?;
        text.push(b'\n');
        if text.len() as u64 > MAX_BYTES {
            return Err(VaultFileError::TooLarge { limit: MAX_BYTES });
        }
        Ok(files::write_atomically(&self.path, &text)?)
    }

    /// Reads the file as it is now: another process may have changed it.
    fn with_content<T>(
        &self,
        work: impl FnOnce(&Identity, Sealed, &Secrets<'_>) -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        let identity = self.identity();
        let identity = identity.as_deref().ok_or(KeyError::VaultLocked)?;
        let sealed = self.read().map_err(|error| {
            tracing::warn!(%error, "the encrypted key file could not be read");
            KeyError::Failed
        })?;
        let content =
            age_file::open(sealed.keys.as_bytes(), identity).map_err(|why| match why {
                // Another file has taken its place; its passphrase has not been given.
                Unopened::WrongSecret => KeyError::VaultLocked,
                Unopened::NotAge | Unopened::Damaged | Unopened::TooCostly => KeyError::Failed,
            })?;
        let secrets = parse(&content).ok_or(KeyError::Failed)?;
        work(identity, sealed, &secrets)
    }

    fn rewrite(
        &self,
        identity: &Identity,
        mut sealed: Sealed,
        secrets: &Secrets<'_>,
    ) -> Result<(), KeyError> {
        let written = seal_secrets(secrets, identity).and_then(|keys| {
            sealed.keys = keys;
            self.write(&sealed)
        });
        written.map_err(|error| {
            tracing::warn!(%error, "the encrypted key file could not be written");
            KeyError::Failed
        })
    }
}

impl Vault for FileVault {
    fn get(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        self.with_content(|_, _, secrets| match secrets.get(account) {
            Some(text) => from_base64(text).map(Some).ok_or(KeyError::EntryDamaged),
            None => Ok(None),
        })
    }

    fn set(&self, account: &str, _label: &str, secret: &[u8]) -> Result<(), KeyError> {
        let text = to_base64(secret);
        self.with_content(|identity, sealed, secrets| {
            let mut secrets = secrets.clone();
            secrets.insert(account, &text);
            self.rewrite(identity, sealed, &secrets)
        })
    }

    fn remove(&self, account: &str) -> Result<(), KeyError> {
        self.with_content(|identity, sealed, secrets| {
            let mut secrets = secrets.clone();
            match secrets.remove(account) {
                Some(_) => self.rewrite(identity, sealed, &secrets),
                None => Ok(()),
            }
        })
    }
}

fn seal_identity(
    identity: &Identity,
    passphrase: NewPassphrase<'_>,
) -> Result<String, VaultFileError> {
    let recipient = passphrase_recipient(passphrase.expose());
    let secret = identity.to_string();
    let json = Zeroizing::new(format!("\"{}\"", secret.expose_secret()));
    seal_text(json.as_bytes(), &recipient)
}

fn open_identity(sealed: &Sealed, passphrase: &str) -> Result<Box<Identity>, VaultFileError> {
    let identity = passphrase_identity(passphrase);
    let json = age_file::open(sealed.identity.as_bytes(), &identity).map_err(|why| match why {
        Unopened::WrongSecret => VaultFileError::WrongPassphrase,
        Unopened::TooCostly => VaultFileError::TooCostly,
        Unopened::NotAge | Unopened::Damaged => VaultFileError::Damaged,
    })?;
    let text: &str = serde_json::from_slice(&json).map_err(|_| VaultFileError::Damaged)?;
    let identity = text.parse().map_err(|_: &str| VaultFileError::Damaged)?;
    Ok(Box::new(identity))
}

fn seal_secrets(secrets: &Secrets<'_>, identity: &Identity) -> Result<String, VaultFileError> {
    // Room for every quote, colon and comma, so that the buffer does not grow and leave copies behind.
    let room = secrets
        .iter()
        .map(|(account, text)| account.len() * 6 + text.len() + 6);
    let mut json = Zeroizing::new(Vec::with_capacity(2 + room.sum::<usize>()));
    serde_json::to_writer(&mut *json, secrets).map_err(io::Error::other)?;
    seal_text(&json, &identity.to_public())
}

fn seal_text(json: &[u8], recipient: &dyn Recipient) -> Result<String, VaultFileError> {
    let sealed = age_file::seal(json, std::iter::once(recipient)).map_err(io::Error::other)?;
    Ok(String::from_utf8(sealed).map_err(io::Error::other)?)
}

/// Borrows: nothing is copied out of the zeroized buffer.
fn parse(content: &[u8]) -> Option<Secrets<'_>> {
    serde_json::from_slice(content).ok()
}

fn to_base64(secret: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(secret.len().div_ceil(3) * 4));
    STANDARD.encode_string(secret, &mut text);
    text
}

fn from_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(text.len())]);
    let len = STANDARD.decode_slice(text, &mut bytes).ok()?;
    bytes.truncate(len);
    Some(bytes)
}

#[cfg(test)]
mod tests;
