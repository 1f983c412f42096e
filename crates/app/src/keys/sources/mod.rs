//! Where keys come from and go: lists, `.env` files, bundles, the output of commands; and bundles out.
//!
//! What a source holds is shown before any of it is kept. Until then the keys are in zeroized memory, under a token.

pub(crate) mod add_format_port;

mod bundle_messages;

mod command;

mod formats;

mod offered;

mod passphrase;

mod previews;

mod read;

mod running;

pub(crate) mod view;

use std::sync::Arc;

use jiff::Timestamp;
use key_store::{BundleFormats, BundleTo, KeyRecord, KeyUse, NewKey};
use uuid::Uuid;

use super::changes::KeyChanges;
use super::forget_port::Forget;
use super::import::KeyImport;
use super::view::KeysView;
use crate::core::Core;
use crate::core::desktop_port::DesktopPort;
use crate::error::{AppError, Code};
use crate::files::tickets::Tickets;
use crate::files::view::FilePurpose;
use crate::plan::answers_to;
use crate::plan::formats::Formats;
use crate::plan::key_fit::check_spec_fit;
use crate::plan::key_messages::{problem, unavailable};

use add_format_port::AddFormat;
use bundle_messages::bundle_problem;
use offered::Offered;
use passphrase::chosen;
use previews::Previews;
use read::Source;
use running::Running;
use view::{
    CommandRequest, CommandWords, CreateVaultRequest, ExportBundleRequest, ImportKeysRequest,
    JudgePassphraseRequest, KeyPreview, KeySource, KeysPreview, KeysPreviewRequest,
    OpenVaultRequest, PassphraseView, PreviewKeysRequest,
};

/// Takes in keys from everywhere, and gives out bundles of them.
pub struct KeySources {
    core: Core,
    changes: KeyChanges,
    import: KeyImport,
    formats: Arc<dyn AddFormat>,
    tickets: Arc<Tickets>,
    desktop: DesktopPort,
    previews: Arc<Previews>,
    running: Running,
}

impl KeySources {
    pub(crate) fn new(
        core: Core,
        changes: KeyChanges,
        import: KeyImport,
        formats: Arc<dyn AddFormat>,
        tickets: Arc<Tickets>,
        desktop: DesktopPort,
    ) -> Self {
        KeySources {
            core,
            changes,
            import,
            formats,
            tickets,
            desktop,
            previews: Arc::default(),
            running: Running::default(),
        }
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl KeySources {
    /// See the command table. Runs a command to its end, for 30 seconds at most, and opens a bundle, which takes a second.
    ///
    /// # Errors
    /// [`Code::BadKeyMaterial`] where there is no key in it, [`Code::File`], [`Code::Passphrase`], [`Code::Command`] where it
    /// was not agreed to or fails, [`Code::Desktop`] where nobody could be asked, [`Code::Locked`].
    pub fn preview_keys(&self, request: PreviewKeysRequest) -> Result<KeysPreview, AppError> {
        self.check_unlocked()?;
        let token = Uuid::new_v4();
        let (kind, mut offered, has_profiles, warning) = match self.read(&request.source)? {
            Source::Keys {
                kind,
                offered,
                has_profiles,
                warning,
            } => (kind, offered, has_profiles, warning),
            Source::LockedBundle => {
                return Ok(KeysPreview {
                    token: token.to_string(),
                    kind: read::BUNDLE.to_owned(),
                    entries: Vec::new(),
                    has_profiles: false,
                    needs_passphrase: true,
                    warning: None,
                });
            }
        };
        formats::name(&mut offered, &Formats::of(&self.core.settings().get()));
        let entries = self.describe(&offered);
        self.previews.keep(token, offered);
        // Whoever locked meanwhile found nothing to forget.
        if let Err(error) = self.check_unlocked() {
            self.previews.clear();
            return Err(error);
        }
        self.forget_old_previews();
        Ok(KeysPreview {
            token: token.to_string(),
            kind: kind.to_owned(),
            entries,
            has_profiles,
            needs_passphrase: false,
            warning,
        })
    }

    /// See the command table. Where one of them cannot be added, those before it are, and the preview stays.
    ///
    /// # Errors
    /// [`Code::PreviewGone`]; [`Code::BadRequest`] where nothing is chosen, or there is no such entry; what is wrong with an
    /// entry; [`Code::KeychainUnavailable`], [`Code::File`].
    pub fn import_keys(&self, request: ImportKeysRequest) -> Result<KeysView, AppError> {
        let gone = || {
            AppError::new(Code::PreviewGone, "the preview of these keys has expired")
                .hint("Read the keys again, then add them.")
        };
        let token = Uuid::parse_str(&request.token).map_err(|_| gone())?;
        let offered = self.previews.get(token).ok_or_else(gone)?;
        let mut chosen = request.choose;
        chosen.sort_unstable();
        chosen.dedup();
        let entries: Vec<&Offered> = chosen
            .iter()
            .filter_map(|place| offered.get(*place as usize))
            .collect();
        if entries.is_empty() || entries.len() != chosen.len() {
            return Err(AppError::new(Code::BadRequest, "no key is selected"));
        }
        let n_before = self.core.keys().list().len();
        let mut added = Vec::new();
        let outcome = entries.iter().try_for_each(|entry| {
            let key = entry.key.as_ref().map_err(Clone::clone)?;
            self.add_formats(entry)?;
            let usage = KeyUse {
                retired: entry.usage.retired,
                ..self
                    .import
                    .usage(entry.usage.formats.clone(), &entry.usage.namespaces)?
            };
            self.import.check_fit(&usage, key.bits())?;
            let new = NewKey {
                names: entry.names.clone(),
                created: Timestamp::now(),
                lifetime: request.lifetime.into(),
                usage,
            };
            added.push(self.import.take_in(&new, key.clone())?);
            Ok(())
        });
        if n_before == 0
            && let Some(first) = added.first()
        {
            self.import.encode_with_first(first)?;
        }
        let keys = self.changes.changed()?;
        match outcome {
            Ok(()) => {
                self.previews.forget(token);
                Ok(keys)
            }
            Err(error) if added.is_empty() => Err(error),
            Err(error) => Err(AppError {
                message: format!(
                    "{} of {} keys were added. {}",
                    added.len(),
                    entries.len(),
                    error.message
                ),
                ..error
            }),
        }
    }

    /// See the command table. Whoever waits for it is told that it was stopped.
    ///
    /// # Errors
    /// None.
    pub fn cancel_keys_command(&self, (): ()) -> Result<(), AppError> {
        self.running.cancel();
        Ok(())
    }

    /// See the command table. Discarding one that is gone changes nothing.
    ///
    /// # Errors
    /// None.
    pub fn discard_keys_preview(&self, request: KeysPreviewRequest) -> Result<(), AppError> {
        if let Ok(token) = Uuid::parse_str(&request.token) {
            self.previews.forget(token);
        }
        Ok(())
    }

    /// See the command table. Blocks for about a second with a passphrase.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::KeychainUnavailable`], [`Code::Locked`], [`Code::Passphrase`] where nobody, an
    /// unknown recipient, or whoever guesses could open it; [`Code::File`].
    pub fn export_bundle(&self, request: ExportBundleRequest) -> Result<(), AppError> {
        let tickets = &self.tickets;
        let file = tickets.redeem(&request.file, FilePurpose::ExportBundle)?;
        let handles = request
            .handles
            .iter()
            .map(|handle| Ok(self.core.find_key(handle)?.handle));
        let handles = handles.collect::<Result<Vec<_>, AppError>>()?;
        let to = match &request.passphrase {
            Some(_) if !request.recipients.is_empty() => {
                return Err(AppError::new(
                    Code::Passphrase,
                    "a bundle is sealed with a passphrase or to recipients, not both",
                )
                .hint("Choose one, or export two bundles."));
            }
            Some(passphrase) => BundleTo::Passphrase(chosen(passphrase, request.although_weak)?),
            None => BundleTo::Recipients(&request.recipients),
        };
        let bundle = self
            .core
            .keys()
            .bundle(&handles, &self.formats_of(&handles), to)
            .map_err(|error| bundle_problem(&error))?;
        file.write(&bundle)?;
        file.spend();
        Ok(())
    }

    /// Formats of the user's own that some keys are for, as they are kept: not every app has them.
    fn formats_of(&self, handles: &[Uuid]) -> BundleFormats {
        let records = self.core.keys().list();
        let chosen = |record: &&KeyRecord| handles.contains(&record.handle);
        let used: Vec<&String> = records
            .iter()
            .filter(chosen)
            .flat_map(|record| &record.usage.formats)
            .collect();
        let settings = self.core.settings().get();
        let own = settings.formats.iter();
        own.filter(|format| used.contains(&&format.name))
            .map(|format| (format.name.clone(), format.spec.clone()))
            .collect()
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn judge_passphrase(
        &self,
        request: JudgePassphraseRequest,
    ) -> Result<PassphraseView, AppError> {
        Ok(passphrase::judged(&request.passphrase))
    }

    /// See the command table. Blocks for about a second.
    ///
    /// # Errors
    /// [`Code::Passphrase`] where it is weak, [`Code::Locked`], [`Code::File`] where there is one already.
    pub fn create_vault(&self, request: CreateVaultRequest) -> Result<KeysView, AppError> {
        let keys = self.core.keys();
        keys.create_vault(chosen(&request.passphrase, request.although_weak)?)
            .map_err(|error| problem(&error))?;
        self.changes.changed()
    }

    /// See the command table. Blocks for about a second.
    ///
    /// # Errors
    /// [`Code::Passphrase`], [`Code::Locked`], [`Code::File`] where there is none, or it is damaged.
    pub fn open_vault(&self, request: OpenVaultRequest) -> Result<KeysView, AppError> {
        let keys = self.core.keys();
        keys.open_vault(request.passphrase.expose())
            .map_err(|error| problem(&error))?;
        self.changes.changed()
    }

    fn check_unlocked(&self) -> Result<(), AppError> {
        match self.core.keys().is_locked() {
            true => Err(unavailable(payload_codec::KeyError::AppLocked)),
            false => Ok(()),
        }
    }

    /// Forgets previews when their time is over, also where nobody asks any more.
    fn forget_old_previews(&self) {
        let weak = Arc::downgrade(&self.previews);
        self.core.runtime().spawn(async move {
            tokio::time::sleep(previews::KEPT_FOR).await;
            if let Some(previews) = weak.upgrade() {
                previews.forget_old();
            }
        });
    }

    /// Entries for people, with what is wrong with them as they are.
    fn describe(&self, offered: &[Offered]) -> Vec<KeyPreview> {
        let known = self.core.keys().list();
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
                        answers_to(record, id) && namespaces(&record.usage.namespaces) == mine
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
                            format!("another key already has the id \"{}\"", entry.names.id),
                        )
                        .hint("Rename or remove that key first.")
                    })
                };
                let unfit = || {
                    // Formats that come with the key are not in force yet.
                    let mut known = entry.usage.formats.clone();
                    known.retain(|name| entry.new_formats().all(|(new, _)| new != name));
                    let all_new = known.is_empty() && !entry.usage.formats.is_empty();
                    let usage = self.import.usage(known, &entry.usage.namespaces);
                    usage
                        // A usage without formats is for that of the samples.
                        .and_then(|usage| match all_new {
                            true => Ok(()),
                            false => self.import.check_fit(&usage, bits),
                        })
                        .and_then(|()| {
                            let mut new = entry.new_formats();
                            new.try_for_each(|(name, spec)| check_spec_fit(name, spec, bits))
                        })
                        .err()
                };
                KeyPreview {
                    id: entry.names.id.as_str().to_owned(),
                    label: entry.names.label.clone(),
                    bits,
                    fingerprint,
                    formats: entry.usage.formats.clone(),
                    new_formats: entry
                        .new_formats()
                        .map(|(_, spec)| spec.summary())
                        .collect(),
                    retired: entry.usage.retired,
                    namespaces: entry.usage.namespaces.clone(),
                    problem: wrong.or_else(unfit).or_else(taken),
                }
            })
            .collect()
    }

    /// A command is stopped by whoever cancels, and by a lock.
    fn read(&self, source: &KeySource) -> Result<Source, AppError> {
        let cancel = self.running.start();
        let run = |line: &str| command::output(&self.core.keys(), &self.desktop, line, &cancel);
        read::source(&self.tickets, run, source)
    }

    /// Adds the formats that come with an entry. They stay where the key is refused afterwards: the next try finds them.
    fn add_formats(&self, entry: &Offered) -> Result<(), AppError> {
        entry
            .new_formats()
            .try_for_each(|(name, spec)| self.formats.add(name, spec))
    }

    /// See the command table.
    ///
    /// # Errors
    /// None: what is wrong is in the answer.
    pub fn command_words(&self, request: CommandRequest) -> Result<CommandWords, AppError> {
        let parsed = command::parse(&request.command);
        Ok(
            match parsed.and_then(|line| command::shown(&line).map(|_| line)) {
                Ok(line) => CommandWords {
                    confirmed: self.core.keys().trusts(&line),
                    words: line.words().to_vec(),
                    error: None,
                },
                Err(error) => CommandWords {
                    words: Vec::new(),
                    confirmed: false,
                    error: Some(error),
                },
            },
        )
    }

    /// See the command table. Forgetting one that was never confirmed changes nothing.
    ///
    /// # Errors
    /// [`Code::File`]; [`Code::Command`] where it is no command.
    pub fn forget_command(&self, request: CommandRequest) -> Result<CommandWords, AppError> {
        let keys = self.core.keys();
        keys.distrust(&command::parse(&request.command)?)
            .map_err(|error| problem(&error))?;
        self.command_words(request)
    }
}

impl Forget for KeySources {
    fn forget(&self) {
        self.previews.clear();
        self.running.cancel();
    }
}
