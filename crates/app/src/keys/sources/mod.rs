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

use std::sync::Arc;

use super::changes::KeyChanges;
use super::forget_port::Forget;
use super::import::KeyImport;
use crate::core::Core;
use crate::core::desktop_port::DesktopPort;
use crate::files::tickets::Tickets;

use add_format_port::AddFormat;
use kept_previews::Previews;
use running::Running;

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

impl Forget for KeySources {
    fn forget(&self) {
        self.previews.clear();
        self.running.cancel();
    }
}
