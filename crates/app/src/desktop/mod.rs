//! What the app offers a desktop shell beyond the rooms of its window: dialogs, links, locks that the desktop asks for.

mod deep_link;

mod idle_lock;

mod quit;

mod screen_lock;

mod signals;

mod panic_lock;

pub(crate) mod view;

use std::sync::Arc;

use crate::config::choices::Theme;
use crate::core::desktop_port::{Desktop, DesktopPort};
use crate::core::idle::IdleClock;
use crate::core::{Core, Tell};
use crate::error::{AppError, Code};
use crate::files::tickets::{self, Asks, Tickets};
use crate::files::view::{ChooseFileRequest, ChosenFile};
use crate::keys::lock_port::Lock;
use crate::server::panic_lock_port::PanicLock;
use crate::settings::changes::SettingsChanges;

use deep_link::Links;
use quit::Quit;
use view::{AnswerQuitRequest, HoldDocumentsRequest, LinkView};

pub use deep_link::{LINK_SCHEME, LinkError, MAX_LINK_BYTES, parse_link};
pub use screen_lock::Buses;
pub use signals::{HangUp, termination, watch_hang_up, watch_termination};

/// The window’s action that asks before it quits.
const QUIT: &str = "app.quit";

/// The desktop, and what it asks of the app.
pub struct DesktopShell {
    core: Core,
    settings: SettingsChanges,
    lock: Arc<dyn Lock>,
    server: Arc<dyn PanicLock>,
    clock: IdleClock,
    port: DesktopPort,
    tickets: Arc<Tickets>,
    links: Links,
    quit: Quit,
    tell_action: Tell<String>,
    tell_link: Tell<()>,
}

impl DesktopShell {
    #[allow(
        clippy::too_many_arguments,
        reason = "what it is given is what it may touch"
    )]
    pub(crate) fn new(
        core: Core,
        settings: SettingsChanges,
        lock: Arc<dyn Lock>,
        server: Arc<dyn PanicLock>,
        clock: IdleClock,
        port: DesktopPort,
        tickets: Arc<Tickets>,
        tell_action: Tell<String>,
        tell_link: Tell<()>,
    ) -> Self {
        DesktopShell {
            core,
            settings,
            lock,
            server,
            clock,
            port,
            tickets,
            links: Links::default(),
            quit: Quit::default(),
            tell_action,
            tell_link,
        }
    }

    /// Locks the app whenever nothing happened for as long as the settings say, until it is dropped. For shells that can
    /// unlock it again. Keys of this session are forgotten, too: whoever asks for a lock must not find keys in memory.
    pub fn lock_when_idle(&self) {
        idle_lock::lock_when_idle(&self.lock, &self.clock, self.core.runtime());
    }

    /// Locks the app with the screen, and when the machine goes to sleep, whenever the settings ask for it. Keys of this
    /// session are forgotten, too. For shells that can unlock it again.
    pub fn lock_with_screen(&self, buses: Buses) {
        screen_lock::lock_with_screen(&self.lock, buses);
    }

    /// A link was opened: it waits until the window takes it, in place of one that waited already.
    pub fn open_link(&self, link: &str) {
        self.links.open(link);
        self.tell_link.tell(());
    }

    /// Gives the app the desktop it runs in. Only the first one counts.
    pub fn attach(&self, desktop: Arc<dyn Desktop>) {
        self.port.attach(desktop);
    }

    /// See the command table. Writes the file first where it was never needed so far.
    ///
    /// # Errors
    /// [`Code::Desktop`] where there is no desktop, or it has no file manager; [`Code::File`].
    pub fn show_settings_file(&self, (): ()) -> Result<(), AppError> {
        let no_file = || AppError::new(Code::Desktop, "these settings are not kept in a file");
        let file = self.core.settings().written()?.ok_or_else(no_file)?;
        let by_hand = format!("Open the file yourself: {}.", file.display());
        let refused = |why: String| AppError::new(Code::Desktop, why).hint(by_hand.clone());
        self.port
            .get()
            .ok_or_else(|| refused("there is no file manager".to_owned()))?
            .reveal(&file)
            .map_err(|error| refused(format!("the file manager could not show the file: {error}")))
    }

    /// The user wants to quit, outside of the window or by closing it: whether the app ends now. Where open documents are in no
    /// file, the window asks first, and the shell shows it.
    pub fn wants_to_quit(&self) -> bool {
        let due = self.quit.is_due();
        if !due {
            self.choose_action(QUIT);
        }
        due
    }

    /// Tells the window that an action of its list was chosen outside of it: in the native menu or in the tray.
    pub fn choose_action(&self, action: &str) {
        self.tell_action.tell(action.to_owned());
    }

    /// Whether the words about the tray are still to be said, as they are at the first closing of the window alone. They
    /// count as said from now on.
    pub fn takes_close_hint(&self) -> bool {
        if self
            .core
            .settings()
            .read(|settings| settings.ui.close_hint_shown)
        {
            return false;
        }
        // Where it cannot be saved, it is said once more after the next start.
        if let Err(error) = self
            .settings
            .change(|settings| settings.ui.close_hint_shown = true)
        {
            tracing::warn!(%error, "that the hint was shown is not remembered");
        }
        true
    }

    /// Whether the window is to have a menu bar, where that is a choice.
    pub fn shows_menu_bar(&self) -> bool {
        self.core.settings().read(|settings| settings.ui.menu_bar)
    }

    /// The theme that the settings choose.
    pub fn theme(&self) -> Theme {
        self.core.settings().read(|settings| settings.ui.theme)
    }

    /// What the settings say about the desktop changed without a command: a tray came or went.
    pub fn desktop_changed(&self) {
        self.settings.told();
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl DesktopShell {
    /// See the command table. Blocks until the user has answered.
    ///
    /// # Errors
    /// [`Code::Desktop`] where there is no desktop, it has no dialog, or one is open.
    pub fn choose_file(&self, request: ChooseFileRequest) -> Result<Option<ChosenFile>, AppError> {
        let purpose = request.purpose;
        let (title, asks) = tickets::dialog(purpose);
        let chosen = self
            .port
            .ask("a file could not be asked for", |desktop| match asks {
                Asks::ToSave => {
                    let name = tickets::file_name(request.name.as_deref().unwrap_or_default());
                    let chosen = desktop.choose_to_save(title, &name)?;
                    Ok(chosen.map(|chosen| (chosen.path, chosen.may_replace)))
                }
                Asks::ToOpen => Ok(desktop.choose_to_open(title)?.map(|path| (path, false))),
                Asks::ForFolder => Ok(desktop.choose_folder(title)?.map(|path| (path, false))),
            })?;
        Ok(chosen.map(|(path, may_replace)| ChosenFile {
            ticket: self.tickets.issue(purpose, &path, may_replace),
            path: path.display().to_string(),
        }))
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn hold_documents(&self, request: HoldDocumentsRequest) -> Result<(), AppError> {
        self.quit.hold(request.only_here);
        Ok(())
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::Desktop`] where there is no desktop.
    pub fn answer_quit(&self, request: AnswerQuitRequest) -> Result<(), AppError> {
        self.quit.answered();
        if request.quit {
            self.port
                .get()
                .ok_or_else(|| AppError::new(Code::Desktop, "there is no window to close"))?
                .quit();
        }
        Ok(())
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn take_link(&self, (): ()) -> Result<Option<LinkView>, AppError> {
        Ok(self.links.take())
    }
}
