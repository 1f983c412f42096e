//! All settings as the window sees them, and changing them: a change is saved before it counts, and the window is told.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use key_store::KeyRecord;
use uuid::Uuid;

use super::defaults::changed;
use super::view::SettingsView;
use crate::config::canonical_origins::is_insecure;
use crate::config::{self, Settings};
use crate::core::desktop_port::DesktopPort;
use crate::core::{Core, Tell};
use crate::error::AppError;
use crate::paths::VERSION;
use crate::plan::key_messages::index_problem;

/// What a room changes settings with. Clones share it.
#[derive(Clone)]
pub(crate) struct SettingsChanges {
    core: Core,
    desktop: DesktopPort,
    tell: Tell<SettingsView>,
    undoable: Arc<Mutex<Undoable>>,
}

/// The changes of the user's that can be taken back, the last one first.
#[derive(Default)]
struct Undoable {
    changes: Vec<Before>,
    /// The number of the next change. A number is never used again.
    next: u32,
}

/// Changes that can be taken back at most: each keeps all settings twice.
const MOST_UNDOABLE: usize = 50;

/// How things were before a change that can be taken back.
pub(crate) struct Before {
    /// Names it for the window.
    number: u32,
    pub(super) settings: Settings,
    /// What the change made of the settings: undone is only what nobody changed since.
    pub(super) after: Settings,
    pub(super) beside: Beside,
    /// What it made of `beside.keys`; the same holds for them.
    keys_after: Vec<Option<KeyRecord>>,
}

impl Before {
    /// Whether the keys that it changed are as it left them. When they were used last, or read, does not count.
    pub(super) fn keys_are_as_it_left_them(&self, core: &Core) -> bool {
        let same = |one: &KeyRecord, other: &KeyRecord| {
            (&one.id, &one.also_opens, &one.label, &one.usage)
                == (&other.id, &other.also_opens, &other.label, &other.usage)
        };
        self.keys_after.iter().all(|after| {
            let after = after.as_ref();
            after.is_some_and(|after| {
                let now = core.find_key(&after.handle.to_string());
                now.is_ok_and(|now| same(&now, after))
            })
        })
    }
}

/// Another change than the last one was to be taken back.
pub(super) struct NotTheLast {
    /// Whether it can be taken back after those that were made since.
    pub(super) is_kept: bool,
}

/// What a change that can be taken back set beside settings.
#[derive(Default)]
pub(crate) struct Beside {
    /// Whether the app started at login before.
    pub(crate) start_at_login: Option<bool>,
    /// The keys that it changed, in the order in which they are put back.
    pub(crate) keys: Vec<KeyBefore>,
    /// A format that was renamed, also in the keys that use it.
    pub(crate) renamed_format: Option<RenamedFormat>,
}

/// A key before it was changed.
pub(crate) struct KeyBefore {
    /// As it was.
    pub(crate) record: KeyRecord,
    /// The key that took its place.
    pub(crate) replaced_by: Option<Uuid>,
}

impl KeyBefore {
    /// One that no other took the place of.
    pub(crate) fn changed(record: KeyRecord) -> Self {
        KeyBefore {
            record,
            replaced_by: None,
        }
    }
}

/// What a format was called, and what it is called now.
#[derive(Clone)]
pub(crate) struct RenamedFormat {
    pub(crate) before: String,
    pub(crate) now: String,
}

impl SettingsChanges {
    pub(crate) fn new(core: Core, desktop: DesktopPort, tell: Tell<SettingsView>) -> Self {
        SettingsChanges {
            core,
            desktop,
            tell,
            undoable: Arc::default(),
        }
    }

    /// As [`SettingsChanges::change`], to be taken back by `undo_settings` with the number that is answered.
    ///
    /// # Errors
    /// As [`SettingsChanges::change`].
    pub(crate) fn change_with_undo(
        &self,
        change: impl FnOnce(&mut Settings),
    ) -> Result<SettingsView, AppError> {
        let before = self.get();
        self.core.settings().change(change)?;
        self.core.apply()?;
        Ok(match self.get() == before {
            true => self.told(),
            false => self.can_be_undone(before, Beside::default()),
        })
    }

    /// Remembers how things were before the change that was just made, gives it a number, and tells the window. Changes are taken
    /// back one after the other, the last one first.
    pub(crate) fn can_be_undone(&self, settings: Settings, beside: Beside) -> SettingsView {
        let after = self.get();
        let find = |key: &KeyBefore| self.core.find_key(&key.record.handle.to_string()).ok();
        let keys_after = beside.keys.iter().map(find).collect();
        let mut undoable = self.undoable();
        if undoable.changes.len() == MOST_UNDOABLE {
            undoable.changes.remove(0);
        }
        let number = undoable.next;
        undoable.next = number.wrapping_add(1);
        undoable.changes.push(Before {
            number,
            settings,
            after,
            beside,
            keys_after,
        });
        drop(undoable);
        SettingsView {
            change: Some(number),
            ..self.told()
        }
    }

    /// The last change that can be taken back, if it is the one that is meant; it is not kept any longer.
    pub(super) fn take_undoable(&self, change: u32) -> Result<Before, NotTheLast> {
        let changes = &mut self.undoable().changes;
        changes
            .pop_if(|last| last.number == change)
            .ok_or_else(|| NotTheLast {
                is_kept: changes.iter().any(|one| one.number == change),
            })
    }

    /// Keeps a change that could not be taken back just now.
    pub(super) fn keep_undoable(&self, change: Before) {
        self.undoable().changes.push(change);
    }

    /// Nothing that was changed so far can be taken back any more.
    pub(super) fn forget_undoable(&self) {
        self.undoable().changes.clear();
    }

    fn undoable(&self) -> MutexGuard<'_, Undoable> {
        // A change is pushed or popped whole.
        self.undoable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The settings in force.
    pub(crate) fn get(&self) -> Settings {
        self.core.settings().get()
    }

    /// Changes and saves settings, puts them in force, and tells the window.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSetting`], [`crate::Code::InvalidOrigin`], [`crate::Code::File`].
    pub(crate) fn change(
        &self,
        change: impl FnOnce(&mut Settings),
    ) -> Result<SettingsView, AppError> {
        self.core.settings().change(change)?;
        self.core.apply()?;
        Ok(self.told())
    }

    /// Tells the window what the settings are now.
    pub(crate) fn told(&self) -> SettingsView {
        let settings = self.view();
        self.tell.tell(settings.clone());
        settings
    }

    /// All settings.
    pub(crate) fn view(&self) -> SettingsView {
        let revision = self.core.next_revision();
        let store = self.core.settings();
        let settings = store.get();
        let start_at_login = self.desktop.starts_at_login();
        SettingsView {
            revision,
            undoable: self.undoable().changes.last().map(|change| change.number),
            change: None,
            changed: changed(&settings, start_at_login),
            has_news: store.can_have_news() && settings.seen_version.as_deref() != Some(VERSION),
            port: settings.server.port,
            max_body_mib: settings.server.max_body_mib,
            max_work_mib: settings.server.max_work_mib,
            cache: settings.server.cache,
            insecure_origins: settings
                .origins
                .iter()
                .filter(|origin| is_insecure(origin))
                .cloned()
                .collect(),
            origins: settings.origins,
            program_hosts: settings.program_hosts,
            default_origins: config::default_origins(),
            undecodable: settings.profile.undecodable,
            compression: settings.profile.compression,
            theme: settings.ui.theme,
            close_to_tray: settings.ui.close_to_tray,
            start_server_on_launch: settings.server.start_on_launch,
            start_at_login,
            has_tray: self.desktop.get().map(|desktop| desktop.has_tray()),
            menu_bar: settings.ui.menu_bar,
            notify_undecodable: settings.ui.notify_undecodable,
            lock_when_idle: settings.lock.when_idle_minutes,
            lock_with_screen: settings.lock.with_screen,
            file: store
                .file()
                .map(|file| file.display().to_string())
                .unwrap_or_default(),
            notice: self.notices().into_iter().next(),
            version: VERSION.to_owned(),
        }
    }

    /// What is to be known of the settings file and the list of keys: where other settings are in force, or nothing can be saved.
    pub(crate) fn notices(&self) -> Vec<AppError> {
        let settings = self.core.settings().notice();
        let keys = self.core.keys().index_problem();
        let keys = keys.map(|problem| index_problem(&problem));
        settings.into_iter().chain(keys).collect()
    }
}
