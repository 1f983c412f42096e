//! What a source holds, shown before any of it is kept: each key with what is wrong with it.

use std::sync::Arc;

use key_store::{KeyRecord, KeyUse};
use payload_codec::KeyId;
use uuid::Uuid;

use super::kept_previews::KEPT_FOR;
use super::offered::Offered;
use super::read::{self, Source};
use super::view::{KeyPreview, KeySource, KeysPreview, KeysPreviewRequest, PreviewKeysRequest};
use super::{KeySources, command, formats};
use crate::error::{AppError, Code};
use crate::plan::answers_to;
use crate::plan::formats::Formats;
use crate::plan::key_fit::check_spec_fit;
use crate::plan::key_messages::{called, unavailable};

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
        let (kind, mut offered, has_profiles, are_variables, warning) =
            match self.read(&request.source)? {
                Source::Keys {
                    kind,
                    offered,
                    has_profiles,
                    are_variables,
                    warning,
                } => (kind, offered, has_profiles, are_variables, warning),
                Source::LockedBundle => {
                    return Ok(KeysPreview {
                        token: token.to_string(),
                        kind: read::BUNDLE.to_owned(),
                        entries: Vec::new(),
                        has_profiles: false,
                        are_variables: false,
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
            are_variables,
            needs_passphrase: false,
            warning,
        })
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
            tokio::time::sleep(KEPT_FOR).await;
            if let Some(previews) = weak.upgrade() {
                previews.forget_old();
            }
        });
    }

    /// Entries for people, with what is wrong with them as they are.
    fn describe(&self, offered: &[Offered]) -> Vec<KeyPreview> {
        let known = self.core.keys().list();
        offered
            .iter()
            .enumerate()
            .map(|(place, entry)| {
                let earlier = offered.get(..place).unwrap_or_default();
                let taken = taken(entry, &known, earlier);
                let (bits, fingerprint) = match &entry.key {
                    Ok(key) => (key.bits(), key.fingerprint()),
                    Err(_) => (0, String::new()),
                };
                let wrong = entry.key.as_ref().err().cloned();
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
                let problem = wrong.or_else(unfit);
                let replaces = match (&problem, &taken) {
                    (None, Some(Taken::Other(record))) => Some(record.handle.to_string()),
                    (Some(_), _) | (None, Some(Taken::Same(_) | Taken::Else) | None) => None,
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
                    problem: problem.or_else(|| taken.map(|taken| taken.problem(&entry.names.id))),
                    replaces,
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
}

/// Who has the id of an offered key already, in the same Namespaces.
enum Taken<'a> {
    /// The very key.
    Same(&'a KeyRecord),
    /// A key that it can take the place of.
    Other(&'a KeyRecord),
    /// One before it in the same source, or a key that merely answers to it, too.
    Else,
}

/// Only a key in use takes an id.
fn taken<'a>(entry: &Offered, known: &'a [KeyRecord], earlier: &[Offered]) -> Option<Taken<'a>> {
    let id = &entry.names.id;
    let same_place = |usage: &KeyUse| !usage.retired && usage.same_namespaces(&entry.usage);
    let mut earlier = earlier.iter();
    if earlier.any(|other| other.names.id == *id && other.key.is_ok() && same_place(&other.usage)) {
        return Some(Taken::Else);
    }
    let mut known = known.iter();
    let record = known.find(|record| answers_to(record, id) && same_place(&record.usage))?;
    let key = entry.key.as_ref().ok()?;
    Some(if record.fingerprint == key.fingerprint() {
        Taken::Same(record)
    } else if record.id == *id && !entry.usage.retired {
        Taken::Other(record)
    } else {
        Taken::Else
    })
}

impl Taken<'_> {
    fn problem(&self, id: &KeyId) -> AppError {
        let other = || format!("another key already has the id \"{id}\"");
        let (message, hint) = match self {
            Taken::Same(record) => (
                format!("this is {}, which is here already", called(record)),
                "There is nothing to add.",
            ),
            Taken::Other(_) => (
                other(),
                "Select it to put it in the place of that key, which is retired then.",
            ),
            Taken::Else => (other(), "Rename or remove that key first."),
        };
        AppError::new(Code::DuplicateKey, message).hint(hint)
    }
}
