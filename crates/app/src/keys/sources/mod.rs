//! Where keys come from and go: lists, `.env` files, bundles, the output of commands; and bundles out.
//!
//! What a source holds is shown before any of it is kept. Until then the keys are in zeroized memory, under a token.

pub(crate) mod add_format_port;

mod bundle_messages;

mod command;

mod export_bundle;

mod file_vault;

mod formats;

mod import_keys;

mod kept_previews;

mod offered;

mod passphrase;

mod preview;

mod read;

mod running;

pub(crate) mod view;

mod wrapped;

mod wrapped_state;

pub(crate) mod wrapped_view;

use std::sync::Arc;

use super::changes::KeyChanges;
use super::forget_port::Forget;
use super::import::KeyImport;
use crate::core::desktop_port::DesktopPort;
use crate::core::{Core, Tell};
use crate::files::tickets::Tickets;

use add_format_port::AddFormat;
use kept_previews::Previews;
use running::Running;
use wrapped_view::WrappedKeysView;

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
    tell: Tell<WrappedKeysView>,
}

impl KeySources {
    pub(crate) fn new(
        core: Core,
        changes: KeyChanges,
        import: KeyImport,
        formats: Arc<dyn AddFormat>,
        tickets: Arc<Tickets>,
        desktop: DesktopPort,
        tell: Tell<WrappedKeysView>,
    ) -> Self {
        // The window shows who is waited for.
        let (watched, told) = (core.watched(), tell.clone());
        core.keys().data_keys().on_change(move || {
            if told.is_heard()
                && let Some(core) = watched()
            {
                told.tell(wrapped_state::view(&core, None));
            }
        });
        KeySources {
            core,
            changes,
            import,
            formats,
            tickets,
            desktop,
            previews: Arc::default(),
            running: Running::default(),
            tell,
        }
    }
}

impl Forget for KeySources {
    fn forget(&self) {
        self.previews.clear();
        self.running.cancel();
    }
}
