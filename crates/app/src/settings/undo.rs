//! Undoing the last change of settings, and of the key that was changed with them: all of it, or nothing.

use uuid::Uuid;

use super::changes::Before;
use super::taken_over::{same_but_tokens, with_tokens_of};
use super::view::SettingsView;
use super::{AppSettings, gone};
use crate::config::Settings;
use crate::error::{AppError, Code};
use crate::plan::key_messages::called;

impl AppSettings {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::PreviewGone`] where settings were changed since, [`Code::File`], [`Code::PortInUse`]; [`Code::KeyNotFound`],
    /// [`Code::DuplicateKey`], [`Code::KeyWithheld`] where the change was one of a key.
    pub fn undo_settings(&self, (): ()) -> Result<SettingsView, AppError> {
        let Some(undone) = self.changes.last_undoable() else {
            return Err(gone("there is no change that can be undone"));
        };
        let now = self.core.settings().get();
        let changed = if !same_but_tokens(&undone.after, &now) {
            Some("settings changed since, so this cannot be undone")
        } else if !undone.key_is_as_it_left_it(&self.core) {
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
        let restored = undone.beside.key.as_ref().map(|key| key.handle);
        self.check_encode_keys(&undone.after, before, restored)?;
        if let Some(on) = undone.beside.start_at_login {
            self.desktop.set_start_at_login(on)?;
        }
        self.put_in_force(before)?;
        if let Some(key) = &undone.beside.key
            && let Err(error) = self.keys.restore(key, undone.beside.replaced_by)
        {
            // All of it, or nothing.
            self.put_in_force(&undone.after)?;
            return Err(error);
        }
        Ok(())
    }

    /// A key that shall encode again may have been removed or retired since; not so the one that is `restored` with it.
    fn check_encode_keys(
        &self,
        now: &Settings,
        before: &Settings,
        restored: Option<Uuid>,
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
