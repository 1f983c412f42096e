//! Undoing the last change of settings, and of the key that was changed with them: all of it, or nothing.

use key_store::KeyRecord;
use uuid::Uuid;

use super::changes::{Before, RenamedFormat};
use super::taken_over::{same_but_tokens, with_tokens_of};
use super::view::{SettingsView, UndoSettingsRequest};
use super::{AppSettings, gone};
use crate::config::Settings;
use crate::error::{AppError, Code};
use crate::plan::key_messages::called;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AppSettings {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::PreviewGone`] where it is not the last change, or settings were changed since; [`Code::InvalidFormat`] where keys
    /// use a format that would go; [`Code::File`], [`Code::PortInUse`]; [`Code::KeyNotFound`],
    /// [`Code::DuplicateKey`], [`Code::KeyWithheld`] where the change was one of a key.
    pub fn undo_settings(&self, request: UndoSettingsRequest) -> Result<SettingsView, AppError> {
        let undone =
            self.changes
                .take_undoable(request.change)
                .map_err(|not| match not.is_kept {
                    true => AppError::new(
                        Code::PreviewGone,
                        "other changes were made since, so this one cannot be undone yet",
                    )
                    .hint("Undo the changes after it first; Ctrl+Z undoes the last one."),
                    false => gone("this change was undone already, or can no longer be undone"),
                })?;
        let now = self.core.settings().get();
        let changed = if !same_but_tokens(&undone.after, &now) {
            Some("settings changed since, so this cannot be undone")
        } else if !undone.keys_are_as_it_left_them(&self.core) {
            Some("the key was changed or removed since, so this cannot be undone")
        } else {
            None
        };
        if let Some(changed) = changed {
            self.changes.forget_undoable();
            self.changes.told();
            return Err(gone(changed));
        }
        let before = with_tokens_of(undone.settings.clone(), &now);
        if let Err(error) = self.take_back(&undone, &before) {
            // A key that is gone does not come back, and the changes before this one are behind it.
            match error.code == Code::KeyNotFound {
                true => self.changes.forget_undoable(),
                false => self.changes.keep_undoable(undone),
            }
            self.changes.told();
            return Err(error);
        }
        Ok(self.changes.told())
    }

    fn take_back(&self, undone: &Before, before: &Settings) -> Result<(), AppError> {
        let keys = undone.beside.keys.iter();
        let restored: Vec<Uuid> = keys.map(|key| key.record.handle).collect();
        for handle in &restored {
            self.core.find_key(&handle.to_string())?;
        }
        self.check_encode_keys(&undone.after, before, &restored)?;
        self.check_formats(undone, before, &restored)?;
        self.with_login(undone.beside.start_at_login, || {
            self.put_back(undone, before)
        })
    }

    fn put_back(&self, undone: &Before, before: &Settings) -> Result<(), AppError> {
        self.put_in_force(before)?;
        for key in &undone.beside.keys {
            if let Err(error) = self.keys.restore(&key.record, key.replaced_by) {
                // All of it, or nothing.
                self.put_in_force(&undone.after)?;
                return Err(error);
            }
        }
        if let Some(RenamedFormat { before, now }) = &undone.beside.renamed_format
            && let Err(error) = self.keys.rename_format(now, before)
        {
            self.put_in_force(&undone.after)?;
            return Err(error);
        }
        Ok(())
    }

    /// A format that would go may be used by keys since; not so by those that are `restored` with it.
    fn check_formats(
        &self,
        undone: &Before,
        before: &Settings,
        restored: &[Uuid],
    ) -> Result<(), AppError> {
        let stays = |name: &String| before.formats.iter().any(|format| format.name == *name);
        let renamed = undone.beside.renamed_format.as_ref();
        let names = undone.after.formats.iter().map(|format| &format.name);
        let goes = names.filter(|name| !stays(name));
        for name in goes.filter(|name| renamed.is_none_or(|renamed| renamed.now != **name)) {
            let keys = self.core.keys().list();
            let uses = |key: &&KeyRecord| {
                key.usage.formats.contains(name) && !restored.contains(&key.handle)
            };
            if let Some(key) = keys.iter().find(uses) {
                return Err(AppError::new(
                    Code::InvalidFormat,
                    format!("the format {name} is used by {}", called(key)),
                )
                .hint("Choose another format for it in Keys, then undo."));
            }
        }
        Ok(())
    }

    /// A key that shall encode again may have been removed or retired since; not so those that are `restored` with it.
    fn check_encode_keys(
        &self,
        now: &Settings,
        before: &Settings,
        restored: &[Uuid],
    ) -> Result<(), AppError> {
        let of = |settings: &Settings| -> Vec<Uuid> {
            let named = settings.profiles.iter().map(|named| &named.profile);
            let profiles = std::iter::once(&settings.profile).chain(named);
            profiles.filter_map(|profile| profile.encode_key).collect()
        };
        let mut known = of(now);
        known.extend(restored);
        for handle in of(before).iter().filter(|handle| !known.contains(handle)) {
            let key = self.core.find_key(&handle.to_string())?;
            if key.usage.retired {
                return Err(AppError::new(
                    Code::KeyWithheld,
                    format!("{} is retired, so it cannot encode again", called(&key)),
                )
                .hint("Restore it in Keys, then undo."));
            }
        }
        Ok(())
    }
}
