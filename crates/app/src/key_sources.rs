//! Where keys come from and go: lists, `.env` files, bundles, the output of commands; and bundles out.
//!
//! What a source holds is shown before any of it is kept. Until then the keys are in zeroized memory, under a token.

mod read;

mod previews;

mod running;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use key_store::command::{self, CommandError};
use key_store::{BundleError, BundleTo, NewKey, VaultState};
use uuid::Uuid;

use crate::app::App;
use crate::error::{AppError, Code};
use crate::files;
use crate::hints::sentence;
use crate::keys::{problem, unavailable};
use crate::view::{
    CommandRequest, CommandWords, CreateVaultRequest, ExportBundleRequest, ImportKeysRequest,
    KeyPreview, KeysPreview, KeysPreviewRequest, KeysView, OpenVaultRequest, PreviewKeysRequest,
    VaultView,
};

pub(crate) use previews::Previews;
use read::{Offered, Source};
pub(crate) use running::Running;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl App {
    /// See the command table. Runs a command to its end, for 30 seconds at most, and opens a bundle, which takes a second.
    ///
    /// # Errors
    /// [`Code::BadKeyMaterial`] where there is no key in it, [`Code::File`], [`Code::Passphrase`], [`Code::Command`] where it
    /// was not agreed to or fails, [`Code::Locked`].
    pub fn preview_keys(&self, request: PreviewKeysRequest) -> Result<KeysPreview, AppError> {
        self.check_unlocked()?;
        let token = Uuid::new_v4();
        let (kind, offered) = match read::source(&request.source, &self.inner().running.start())? {
            Source::Keys(kind, offered) => (kind, offered),
            Source::LockedBundle => {
                return Ok(KeysPreview {
                    token: token.to_string(),
                    kind: read::BUNDLE.to_owned(),
                    entries: Vec::new(),
                    needs_passphrase: true,
                });
            }
        };
        let entries = self.describe(&offered);
        self.inner().previews.keep(token, offered);
        // Whoever locked meanwhile found nothing to forget.
        if let Err(error) = self.check_unlocked() {
            self.inner().previews.clear();
            return Err(error);
        }
        self.forget_old_previews();
        Ok(KeysPreview {
            token: token.to_string(),
            kind: kind.to_owned(),
            entries,
            needs_passphrase: false,
        })
    }

    /// See the command table. Where one of them cannot be added, those before it are, and the preview stays.
    ///
    /// # Errors
    /// [`Code::PreviewGone`]; [`Code::BadRequest`] where nothing is chosen, or there is no such entry; what is wrong with an
    /// entry; [`Code::KeychainUnavailable`], [`Code::File`].
    pub fn import_keys(&self, request: ImportKeysRequest) -> Result<KeysView, AppError> {
        let gone = || {
            AppError::new(Code::PreviewGone, "What was read is not held any more.")
                .hint("Read the source again.")
        };
        let token = Uuid::parse_str(&request.token).map_err(|_| gone())?;
        let offered = self.inner().previews.get(token).ok_or_else(gone)?;
        let mut chosen = request.choose;
        chosen.sort_unstable();
        chosen.dedup();
        let entries: Vec<&Offered> = chosen
            .iter()
            .filter_map(|place| offered.get(*place as usize))
            .collect();
        if entries.is_empty() || entries.len() != chosen.len() {
            return Err(AppError::new(
                Code::BadRequest,
                "There is nothing chosen, or what is not there.",
            ));
        }
        let n_before = self.inner().keys.list().len();
        let mut added = Vec::new();
        let outcome = entries.iter().try_for_each(|entry| {
            let key = entry.key.as_ref().map_err(Clone::clone)?;
            let usage = self.usage(entry.usage.formats.clone(), &entry.usage.namespaces)?;
            self.check_fit(&usage, key.bits())?;
            let new = NewKey {
                names: entry.names.clone(),
                created: Timestamp::now(),
                lifetime: request.lifetime.into(),
                usage,
            };
            added.push(self.take_in(&new, key.clone())?);
            Ok(())
        });
        if n_before == 0
            && let Some(first) = added.first()
        {
            self.encode_with_first(first)?;
        }
        let keys = self.keys_changed()?;
        match outcome {
            Ok(()) => {
                self.inner().previews.forget(token);
                Ok(keys)
            }
            Err(error) if added.is_empty() => Err(error),
            Err(AppError {
                code,
                message,
                hint,
            }) => Err(AppError {
                code,
                message: format!(
                    "{} of {} keys were added. {message}",
                    added.len(),
                    entries.len()
                ),
                hint,
            }),
        }
    }

    /// See the command table. Whoever waits for it is told that it was stopped.
    ///
    /// # Errors
    /// None.
    pub fn cancel_keys_command(&self, (): ()) -> Result<(), AppError> {
        self.inner().running.cancel();
        Ok(())
    }

    /// See the command table. Discarding one that is gone changes nothing.
    ///
    /// # Errors
    /// None.
    pub fn discard_keys_preview(&self, request: KeysPreviewRequest) -> Result<(), AppError> {
        if let Ok(token) = Uuid::parse_str(&request.token) {
            self.inner().previews.forget(token);
        }
        Ok(())
    }

    /// See the command table.
    ///
    /// # Errors
    /// None: what is wrong is in the answer.
    pub fn command_words(&self, request: CommandRequest) -> Result<CommandWords, AppError> {
        Ok(match command::words(&request.command) {
            Ok(words) => CommandWords {
                words: words.all().to_vec(),
                error: None,
            },
            Err(error) => CommandWords {
                words: Vec::new(),
                error: Some(AppError::new(Code::Command, sentence(&error.to_string()))),
            },
        })
    }

    /// See the command table. Blocks for about a second with a passphrase.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::KeychainUnavailable`], [`Code::Locked`], [`Code::Passphrase`] where nobody, or an
    /// unknown recipient, could open it; [`Code::File`].
    pub fn export_bundle(&self, request: ExportBundleRequest) -> Result<(), AppError> {
        let handles = request
            .handles
            .iter()
            .map(|handle| Ok(self.find(handle)?.handle));
        let handles = handles.collect::<Result<Vec<_>, AppError>>()?;
        let to = match &request.passphrase {
            Some(_) if !request.recipients.is_empty() => {
                return Err(AppError::new(
                    Code::Passphrase,
                    "A bundle opens with a passphrase or for recipients, not both.",
                )
                .hint("Make two bundles."));
            }
            Some(passphrase) => BundleTo::Passphrase(passphrase.expose()),
            None => BundleTo::Recipients(&request.recipients),
        };
        let bundle = self
            .inner()
            .keys
            .bundle(&handles, to)
            .map_err(|error| bundle_problem(&error))?;
        files::write_atomically(Path::new(&request.path), &bundle).map_err(|error| {
            AppError::new(
                Code::File,
                format!("The bundle could not be written: {error}."),
            )
            .hint("Choose another folder, or another name.")
        })
    }

    /// See the command table. Blocks for about a second.
    ///
    /// # Errors
    /// [`Code::Passphrase`], [`Code::Locked`], [`Code::File`] where there is one already.
    pub fn create_vault(&self, request: CreateVaultRequest) -> Result<KeysView, AppError> {
        let keys = &self.inner().keys;
        keys.create_vault(request.passphrase.expose())
            .map_err(|error| problem(&error))?;
        self.keys_changed()
    }

    /// See the command table. Blocks for about a second.
    ///
    /// # Errors
    /// [`Code::Passphrase`], [`Code::Locked`], [`Code::File`] where there is none, or it is damaged.
    pub fn open_vault(&self, request: OpenVaultRequest) -> Result<KeysView, AppError> {
        let keys = &self.inner().keys;
        keys.open_vault(request.passphrase.expose())
            .map_err(|error| problem(&error))?;
        self.keys_changed()
    }

    /// The encrypted file beside the keychain, where there is one.
    pub(crate) fn vault_view(&self) -> Option<VaultView> {
        let keys = &self.inner().keys;
        let open = match keys.vault_state() {
            VaultState::Absent => return None,
            VaultState::Locked => false,
            VaultState::Open => true,
        };
        Some(VaultView {
            path: keys.vault_path().display().to_string(),
            open,
        })
    }

    fn check_unlocked(&self) -> Result<(), AppError> {
        match self.inner().keys.is_locked() {
            true => Err(unavailable(payload_codec::KeyError::AppLocked)),
            false => Ok(()),
        }
    }

    /// Forgets previews when their time is over, also where nobody asks any more.
    fn forget_old_previews(&self) {
        let weak = self.downgrade();
        self.inner().runtime.spawn(async move {
            tokio::time::sleep(previews::KEPT_FOR).await;
            if let Some(app) = App::upgrade(&weak) {
                app.inner().previews.forget_old();
            }
        });
    }

    /// Entries for people, with what is wrong with them as they are.
    fn describe(&self, offered: &[Offered]) -> Vec<KeyPreview> {
        let known = self.inner().keys.list();
        let namespaces = |list: &[String]| {
            let mut list = list.to_vec();
            list.sort_unstable();
            list
        };
        offered
            .iter()
            .enumerate()
            .map(|(place, entry)| {
                let mine = namespaces(&entry.usage.namespaces);
                let is_taken = |id: &payload_codec::KeyId| {
                    let by_known = known.iter().any(|record| {
                        crate::profile::answers_to(record, id)
                            && namespaces(&record.usage.namespaces) == mine
                    });
                    let by_earlier = offered[..place].iter().any(|earlier| {
                        earlier.names.id == *id
                            && earlier.key.is_ok()
                            && namespaces(&earlier.usage.namespaces) == mine
                    });
                    by_known || by_earlier
                };
                let (bits, fingerprint) = match &entry.key {
                    Ok(key) => (key.bits(), key.fingerprint()),
                    Err(_) => (0, String::new()),
                };
                let wrong = entry.key.as_ref().err().cloned();
                let taken = || {
                    is_taken(&entry.names.id).then(|| {
                        AppError::new(
                            Code::DuplicateKey,
                            format!(
                                "Another key already answers to the id \"{}\".",
                                entry.names.id
                            ),
                        )
                        .hint("Remove or rename that key first.")
                    })
                };
                let unfit = || {
                    self.usage(entry.usage.formats.clone(), &entry.usage.namespaces)
                        .and_then(|usage| self.check_fit(&usage, bits))
                        .err()
                };
                KeyPreview {
                    id: entry.names.id.as_str().to_owned(),
                    label: entry.names.label.clone(),
                    bits,
                    fingerprint,
                    formats: entry.usage.formats.clone(),
                    namespaces: entry.usage.namespaces.clone(),
                    problem: wrong.or_else(unfit).or_else(taken),
                }
            })
            .collect()
    }
}

/// Runs a command that was agreed to.
fn output(
    command: &str,
    consent: bool,
    cancel: &AtomicBool,
) -> Result<zeroize::Zeroizing<Vec<u8>>, AppError> {
    let words = command::words(command)
        .map_err(|error| AppError::new(Code::Command, sentence(&error.to_string())))?;
    if !consent {
        return Err(AppError::new(
            Code::Command,
            "The command was not run, because nobody agreed to it.",
        )
        .hint("Look at what would be run, and agree to it."));
    }
    command::run(&words, command::DEADLINE, cancel).map_err(|error| {
        let hint = match error {
            CommandError::NotFound | CommandError::NotStarted(_) => {
                "Write the program's whole path, or install it."
            }
            CommandError::TimedOut(_) => {
                "It may wait for an answer: log in to the password manager first."
            }
            CommandError::Canceled => "Run it again when you like.",
            CommandError::Failed(_)
            | CommandError::Killed
            | CommandError::TooMuchOutput
            | CommandError::NoOutput
            | CommandError::Unreadable => {
                "Run it in a terminal to see what it says; what it prints is not shown here, for it may hold secrets."
            }
        };
        AppError::new(Code::Command, sentence(&error.to_string())).hint(hint)
    })
}

/// What went wrong with a bundle, with what to do.
fn bundle_problem(error: &BundleError) -> AppError {
    let (code, hint) = match error {
        BundleError::WrongPassphrase => (
            Code::Passphrase,
            "Type it again: upper and lower case and every space count.",
        ),
        BundleError::NeedsPassphrase => (Code::Passphrase, "Give the passphrase instead."),
        BundleError::NeedsIdentity => (
            Code::Passphrase,
            "Give the identity, AGE-SECRET-KEY-1…, instead of a passphrase.",
        ),
        BundleError::OtherRecipients | BundleError::BadIdentity => {
            (Code::Passphrase, "Give the identity that it was made for.")
        }
        BundleError::BadRecipient { .. }
        | BundleError::ForNobody
        | BundleError::TooManyRecipients => (
            Code::Passphrase,
            "Choose a passphrase, or recipients by their public keys, age1….",
        ),
        BundleError::NoSuchKey(_) => {
            return AppError::new(Code::KeyNotFound, "The key is not in the list any more.")
                .hint("It may have been removed in another window or program.");
        }
        BundleError::Key(error) => return unavailable(*error),
        BundleError::Empty => (Code::BadKeyMaterial, "Choose at least one key."),
        BundleError::NotABundle
        | BundleError::Damaged
        | BundleError::TooCostly
        | BundleError::TooLarge
        | BundleError::BadKey { .. } => (Code::BadKeyMaterial, "Ask for the bundle again."),
        BundleError::TooNew { .. } => (
            Code::BadKeyMaterial,
            "Install the newest version of this app.",
        ),
    };
    AppError::new(code, sentence(&error.to_string())).hint(hint)
}
