//! Who may have Payloads decoded, as the window handles it: providers of tokens, tokens of programs, rules, and what becomes of one
//! token. What is saved is in force for the next request.

pub(crate) mod access_file;

pub(crate) mod new_token;

mod policy;

pub(crate) mod programs;

mod providers;

mod rules;

mod test_token;

pub(crate) mod view;

use std::sync::Arc;

use access::AccessFile;

use crate::config::Settings;
use crate::config::access::in_use;
use crate::core::Core;
use crate::core::desktop_port::DesktopPort;
use crate::core::uses::Uses;
use crate::error::{AppError, Code};
use crate::files::tickets::Tickets;
use crate::settings::changes::SettingsChanges;
use crate::settings::view::SettingsView;

use new_token::NewToken;
use view::{AccessSwitchRequest, AccessView, ProgramView};

/// Who may have Payloads decoded.
pub struct AccessControl {
    core: Core,
    settings: SettingsChanges,
    desktop: DesktopPort,
    tickets: Arc<Tickets>,
    new_token: Arc<NewToken>,
    uses: Arc<Uses<String>>,
}

impl AccessControl {
    /// `uses` counts what each program's token was used by; who takes in the records of requests fills it.
    pub(crate) fn new(
        core: Core,
        settings: SettingsChanges,
        desktop: DesktopPort,
        tickets: Arc<Tickets>,
        new_token: Arc<NewToken>,
        uses: Arc<Uses<String>>,
    ) -> Self {
        AccessControl {
            core,
            settings,
            desktop,
            tickets,
            new_token,
            uses,
        }
    }

    fn view(&self) -> Result<AccessView, AppError> {
        let revision = self.core.next_revision();
        let settings = self.core.settings().get().access;
        let policy = &settings.policy;
        let program = |name: &String| {
            let uses = self.uses.of(name);
            ProgramView {
                name: name.clone(),
                is_new: self.new_token.is_of(name),
                last_used: uses.map(|uses| uses.last.to_string()),
                n_uses: uses.map_or(0, |uses| uses.count),
            }
        };
        Ok(AccessView {
            change: None,
            revision,
            on: settings.on,
            programs_need_token: policy.programs_need_token,
            providers: policy.providers.iter().map(policy::provider_view).collect(),
            programs: policy
                .programs
                .iter()
                .map(|entry| program(&entry.name))
                .collect(),
            rules: policy.rules.iter().map(policy::rule_view).collect(),
            default: policy.default,
            decodes_without_token: in_use(policy)?.lets_in_without_token(),
        })
    }

    fn view_after(&self, saved: &SettingsView) -> Result<AccessView, AppError> {
        Ok(AccessView {
            change: saved.change,
            ..self.view()?
        })
    }

    /// Changes the policy, to be taken back by `undo_settings`.
    fn change(&self, change: impl FnOnce(&mut AccessFile)) -> Result<AccessView, AppError> {
        let saved = self
            .settings
            .change_with_undo(|settings: &mut Settings| change(&mut settings.access.policy))?;
        self.view_after(&saved)
    }

    /// Changes the policy for good: a token that was revoked or replaced has to stay so.
    fn change_for_good(
        &self,
        change: impl FnOnce(&mut AccessFile),
    ) -> Result<AccessView, AppError> {
        self.settings
            .change(|settings| change(&mut settings.access.policy))?;
        self.view()
    }

    fn policy(&self) -> AccessFile {
        self.core
            .settings()
            .read(|settings| settings.access.policy.clone())
    }

    /// The place of something in a list of the policy.
    fn place<T>(list: &[T], place: u32) -> Result<usize, AppError> {
        let place = usize::try_from(place).ok();
        place.filter(|place| *place < list.len()).ok_or_else(|| {
            AppError::new(Code::InvalidSetting, "the list is another one by now")
                .hint("Open Access again, then repeat the change.")
        })
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AccessControl {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn list_access(&self, (): ()) -> Result<AccessView, AppError> {
        self.view()
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn switch_access(&self, request: AccessSwitchRequest) -> Result<AccessView, AppError> {
        let saved = self
            .settings
            .change_with_undo(|settings| settings.access.on = request.on)?;
        self.view_after(&saved)
    }

    /// See the command table. It counts while access is on.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn require_program_tokens(
        &self,
        request: AccessSwitchRequest,
    ) -> Result<AccessView, AppError> {
        self.change(|policy| policy.programs_need_token = request.on)
    }
}
