//! What the window is told without asking.

use serde::Serialize;
use ts_rs::TS;

use crate::view::{
    FormatsView, KeysView, ProfilesView, RequestCounts, RequestView, ServerView, SettingsView,
};

/// Something changed. Events carry finished views, so that the window needs no second call.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum AppEvent {
    /// The Codec Server started, stopped or failed.
    ServerChanged {
        /// Its state now.
        server: ServerView,
    },
    /// Requests were answered or refused. They are told in batches: a CLI that reads a history sends thousands in a second.
    RequestsRecorded {
        /// The requests, oldest first, without content. When there were more than fit, the oldest ones are left out.
        requests: Vec<RequestView>,
        /// Sums since the app was started.
        counts: RequestCounts,
    },
    /// Keys were added, changed or removed, or the keychain's state changed.
    KeysChanged {
        /// All keys now.
        keys: KeysView,
    },
    /// Formats were saved or removed.
    FormatsChanged {
        /// All formats now.
        formats: FormatsView,
    },
    /// Profiles were saved or removed.
    ProfilesChanged {
        /// All profiles now.
        profiles: ProfilesView,
    },
    /// Settings were changed.
    SettingsChanged {
        /// All settings now.
        settings: SettingsView,
    },
}
