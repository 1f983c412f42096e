//! Settings as they are in a fresh installation, and which ones are not.

use super::view::SettingName;
use crate::config::Settings;

/// One setting as it is in a fresh installation.
pub(super) fn set_to_default(settings: &mut Settings, name: SettingName) {
    let fresh = Settings::default();
    match name {
        SettingName::Port => settings.server.port = fresh.server.port,
        SettingName::MaxBodyMib => settings.server.max_body_mib = fresh.server.max_body_mib,
        SettingName::MaxWorkMib => settings.server.max_work_mib = fresh.server.max_work_mib,
        SettingName::Cache => settings.server.cache = fresh.server.cache,
        SettingName::StartServerOnLaunch => {
            settings.server.start_on_launch = fresh.server.start_on_launch;
        }
        SettingName::Origins => settings.origins = fresh.origins,
        SettingName::ProgramHosts => settings.program_hosts = fresh.program_hosts,
        SettingName::Undecodable => settings.profile.undecodable = fresh.profile.undecodable,
        SettingName::Compression => settings.profile.compression = fresh.profile.compression,
        SettingName::Theme => settings.ui.theme = fresh.ui.theme,
        SettingName::CloseToTray => settings.ui.close_to_tray = fresh.ui.close_to_tray,
        SettingName::MenuBar => settings.ui.menu_bar = fresh.ui.menu_bar,
        SettingName::NotifyUndecodable => {
            settings.ui.notify_undecodable = fresh.ui.notify_undecodable;
        }
        SettingName::LockWhenIdle => {
            settings.lock.when_idle_minutes = fresh.lock.when_idle_minutes;
        }
        SettingName::LockWithScreen => settings.lock.with_screen = fresh.lock.with_screen,
        // The system keeps it, not the file.
        SettingName::StartAtLogin => {}
    }
}

/// Which settings are not as in a fresh installation.
pub(crate) fn changed(settings: &Settings, start_at_login: Option<bool>) -> Vec<SettingName> {
    SettingName::ALL
        .into_iter()
        .filter(|name| {
            let mut other = settings.clone();
            set_to_default(&mut other, *name);
            other != *settings
                || (*name == SettingName::StartAtLogin && start_at_login == Some(true))
        })
        .collect()
}
