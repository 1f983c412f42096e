//! What the window is told without asking.

use serde::Serialize;
use tokio::sync::broadcast;
use ts_rs::TS;

use crate::consent::view::ConsentView;
use crate::core::Tell;
use crate::formats::view::FormatsView;
use crate::keys::sources::wrapped_view::WrappedKeysView;
use crate::keys::view::KeysView;
use crate::namespaces::view::ProfilesView;
use crate::requests::view::{CaptureView, RequestView};
use crate::server::view::{RequestCounts, ServerView};
use crate::settings::view::SettingsView;

/// Something changed. Events carry finished views, so that the window needs no second call.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum AppEvent {
    /// The Codec Server started, stopped, paused, resumed or failed.
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
    /// Capturing of bodies was switched on or off.
    CaptureChanged {
        /// How it stands now.
        capture: CaptureView,
    },
    /// The user is asked whether somebody may be served, or such a question was answered.
    ConsentChanged {
        /// Consent now.
        consent: ConsentView,
    },
    /// Keys were added, changed or removed, or the keychain's state changed.
    KeysChanged {
        /// All keys now.
        keys: KeysView,
    },
    /// A command that unwraps data keys was saved, removed or confirmed, or a data key is asked for, or was.
    WrappedKeysChanged {
        /// How it stands now.
        wrapped_keys: WrappedKeysView,
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
    /// A long document is being decoded. Told at most ten times a second.
    InspectionProgress {
        /// The number that the request had.
        ticket: u32,
        /// How many Payloads are done.
        done: u32,
        /// How many there are.
        total: u32,
    },
    /// Settings were changed.
    SettingsChanged {
        /// All settings now.
        settings: SettingsView,
    },
    /// An action of the window's list was chosen outside of it: in the native menu or in the tray.
    ActionChosen {
        /// Its id.
        action: String,
    },
    /// A link waits: `take_link` says what it is about.
    LinkOpened,
}

/// Tells the window one kind of event.
pub(crate) fn to_window<T: 'static>(
    events: &broadcast::Sender<AppEvent>,
    event: impl Fn(T) -> AppEvent + Send + Sync + 'static,
) -> Tell<T> {
    let (events, listeners) = (events.clone(), events.clone());
    let tell = move |what| {
        // An error means that no window listens.
        let _ = events.send(event(what));
    };
    Tell::new(tell, move || listeners.receiver_count() > 0)
}
