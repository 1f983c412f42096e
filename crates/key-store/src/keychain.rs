//! The OS keychain: macOS Keychain, Windows Credential Manager, or the Secret Service on Linux. The only user of `keyring`.
//!
//! On Linux the store is opened on demand and again after a failure, because the Secret Service may come up late, be
//! restarted, or forget our session. Its `zbus` client panics on an async runtime's threads; [`Worker`]'s is none.
//!
//! Limit: the library and the keychain's daemon make copies of a secret in passing that we cannot zeroize.

use std::time::Duration;

use keyring::Error;
use payload_codec::KeyError;
use zeroize::Zeroizing;

use crate::vault::Vault;
use crate::worker::Worker;

/// Long enough to type a password.
const DEADLINE: Duration = Duration::from_secs(10);

/// A prompt that has been open for so long has lost its daemon, and no answer can come any more.
const ABANDON_AFTER: Duration = Duration::from_secs(300);

/// Secrets in the OS keychain, under one service name. Every call is answered within the deadline.
pub struct OsKeychain(Worker<Connection>);

impl OsKeychain {
    /// `service` is the program's bundle identifier; keychains show it, and it must never change. Asks nothing yet.
    pub fn new(service: &str) -> Self {
        OsKeychain::with_deadline(service, DEADLINE)
    }

    /// As [`OsKeychain::new`], with another deadline for each call.
    pub fn with_deadline(service: &str, deadline: Duration) -> Self {
        let service = service.to_owned();
        let connect = move || Connection::new(&service);
        OsKeychain(Worker::new("os-keychain", deadline, ABANDON_AFTER, connect))
    }
}

impl Vault for OsKeychain {
    fn get(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        let account = account.to_owned();
        self.0
            .call(move |connection| connection.get(&account), |_| {})
    }

    fn set(&self, account: &str, label: &str, secret: &[u8]) -> Result<(), KeyError> {
        let (account, label) = (account.to_owned(), label.to_owned());
        let secret = Zeroizing::new(secret.to_vec());
        let undone = account.clone();
        self.0.call(
            move |connection| connection.set(&account, &label, &secret),
            // Nobody is left to be told whether this works; the index's repair removes the entry where it does not.
            move |connection| {
                let _ = connection.remove(&undone);
            },
        )
    }

    fn remove(&self, account: &str) -> Result<(), KeyError> {
        let account = account.to_owned();
        self.0
            .call(move |connection| connection.remove(&account), |_| {})
    }
}

/// What lives on the worker's thread.
struct Connection {
    service: String,
    store: platform::Store,
}

impl Connection {
    fn new(service: &str) -> Self {
        Connection {
            service: service.to_owned(),
            store: platform::Store::default(),
        }
    }

    fn get(&mut self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        self.on_entry(account, "", |entry| match entry.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            // The same item in two collections, as after copying a keychain. They say the same.
            Err(Error::Ambiguous(same)) => match same.first() {
                Some(one) => one.get_secret().map(|secret| Some(Zeroizing::new(secret))),
                None => Ok(None),
            },
            Err(error) => Err(error),
        })
    }

    fn set(&mut self, account: &str, label: &str, secret: &[u8]) -> Result<(), KeyError> {
        self.on_entry(account, label, |entry| match entry.set_secret(secret) {
            Err(Error::Ambiguous(same)) => same.iter().try_for_each(|one| one.set_secret(secret)),
            done => done,
        })
    }

    fn remove(&mut self, account: &str) -> Result<(), KeyError> {
        self.on_entry(account, "", |entry| match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(Error::Ambiguous(same)) => {
                same.iter()
                    .try_for_each(|one| match one.delete_credential() {
                        Err(Error::NoEntry) => Ok(()),
                        done => done,
                    })
            }
            Err(error) => Err(error),
        })
    }

    /// A store that was opened earlier may be stale; then it is opened once more before its failure counts.
    fn on_entry<T>(
        &mut self,
        account: &str,
        label: &str,
        call: impl Fn(&platform::Entry) -> keyring::Result<T>,
    ) -> Result<T, KeyError> {
        let attempt = |store: &mut platform::Store| {
            let entry = store.entry(&self.service, account, label)?;
            call(&entry)
        };
        let reused = self.store.is_open();
        let mut result = attempt(&mut self.store);
        if result.as_ref().is_err_and(may_be_stale) {
            self.store.close();
            if reused {
                result = attempt(&mut self.store);
            }
            if result.as_ref().is_err_and(may_be_stale) {
                self.store.close();
            }
        }
        result.map_err(|error| {
            let reason = reason(&error);
            log(&error, reason);
            reason
        })
    }
}

/// Whether a fresh connection could make the difference.
fn may_be_stale(error: &Error) -> bool {
    matches!(error, Error::PlatformFailure(_) | Error::NoDefaultStore)
}

/// What an error of the keychain means to us.
fn reason(error: &Error) -> KeyError {
    match error {
        Error::NoStorageAccess(_) => platform::NO_ACCESS,
        Error::PlatformFailure(cause) => platform::reason(&cause.to_string()),
        Error::NoDefaultStore | Error::BadStoreFormat(_) => KeyError::Missing,
        Error::NoEntry => KeyError::EntryGone,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => {
            KeyError::EntryDamaged
        }
        Error::TooLong(..) | Error::Invalid(..) | Error::NotSupportedByStore(_) => KeyError::Failed,
        _ => KeyError::Failed,
    }
}

/// The text of an OS error names services and objects. Variants that carry data are named and not printed.
fn log(error: &Error, reason: KeyError) {
    match error {
        Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => {
            tracing::debug!(%cause, %reason, "keychain call failed")
        }
        Error::BadEncoding(_)
        | Error::BadDataFormat(..)
        | Error::Ambiguous(_)
        | Error::NoEntry
        | Error::NoDefaultStore
        | Error::BadStoreFormat(_)
        | Error::TooLong(..)
        | Error::Invalid(..)
        | Error::NotSupportedByStore(_) => tracing::debug!(%reason, "keychain call failed"),
        _ => tracing::debug!(%reason, "keychain call failed"),
    }
}

/// The Secret Service over D-Bus.
#[cfg(all(
    unix,
    not(any(target_os = "macos", target_os = "ios", target_os = "android"))
))]
mod platform {
    use std::collections::HashMap;
    use std::sync::Arc;

    use keyring_core::api::CredentialStoreApi as _;
    use payload_codec::KeyError;

    pub(super) use keyring_core::Entry;

    /// "Locked", "prompt dismissed" and "no default collection" all end by unlocking (or making) the login keychain.
    pub(super) const NO_ACCESS: KeyError = KeyError::Locked;

    #[derive(Default)]
    pub(super) struct Store(Option<Arc<zbus_secret_service_keyring_store::Store>>);

    impl Store {
        pub(super) fn is_open(&self) -> bool {
            self.0.is_some()
        }

        pub(super) fn close(&mut self) {
            self.0 = None;
        }

        /// `label` is used where the entry is made; `""` for calls that make none.
        pub(super) fn entry(
            &mut self,
            service: &str,
            account: &str,
            label: &str,
        ) -> keyring::Result<Entry> {
            let store = match &mut self.0 {
                Some(store) => store,
                none => none.insert(zbus_secret_service_keyring_store::Store::new()?),
            };
            let modifiers = HashMap::from([("label", label)]);
            store.build(service, account, (!label.is_empty()).then_some(&modifiers))
        }
    }

    /// By the D-Bus error's name, which the specifications fix, where the text has one.
    pub(super) fn reason(text: &str) -> KeyError {
        let names = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if names(&["Secret.Error.IsLocked", "object locked"]) {
            KeyError::Locked
        } else if names(&[
            "DBus.Error.AccessDenied",
            "DBus.Error.AuthFailed",
            "NotAuthorized",
        ]) {
            KeyError::Denied
        } else {
            KeyError::Missing
        }
    }
}

/// macOS and Windows, where `keyring` picks the store: it is part of the system, and never restarts.
#[cfg(not(all(
    unix,
    not(any(target_os = "macos", target_os = "ios", target_os = "android"))
)))]
mod platform {
    use payload_codec::KeyError;

    pub(super) use keyring::Entry;

    /// macOS: another program's entry, or a keychain that cannot be written. Windows: no logon session.
    pub(super) const NO_ACCESS: KeyError = KeyError::Denied;

    #[derive(Default)]
    pub(super) struct Store;

    impl Store {
        pub(super) fn is_open(&self) -> bool {
            false
        }

        pub(super) fn close(&mut self) {}

        /// Labels are not settable through `keyring`.
        pub(super) fn entry(
            &mut self,
            service: &str,
            account: &str,
            _label: &str,
        ) -> keyring::Result<Entry> {
            Entry::new(service, account)
        }
    }

    /// By the system's own English words for `errSecInteractionNotAllowed`, `errSecAuthFailed` and `errSecUserCanceled`.
    pub(super) fn reason(text: &str) -> KeyError {
        let text = text.to_ascii_lowercase();
        if text.contains("interaction is not allowed") {
            KeyError::Locked
        } else if text.contains("not correct")
            || text.contains("canceled")
            || text.contains("denied")
        {
            KeyError::Denied
        } else {
            KeyError::Failed
        }
    }
}
