//! Who may have Payloads decoded, as the window handles it: providers of tokens, tokens of programs, rules, and what becomes of one
//! token. What is saved is in force for the next request.

mod policy;

pub(crate) mod new_token;

mod try_token;

pub(crate) mod view;

use std::sync::Arc;

use access::file::Provider;
use access::{AccessFile, OneOrMany};

use crate::config::Settings;
use crate::config::access::in_use;
use crate::core::Core;
use crate::core::desktop_port::DesktopPort;
use crate::core::uses::Uses;
use crate::error::{AppError, Code};
use crate::files::tickets::{Redeemed, Tickets};
use crate::files::view::FilePurpose;
use crate::keys::view::CopiedKeyView;
use crate::server::access_file::check_program_name;
use crate::settings::changes::SettingsChanges;
use crate::settings::view::SettingsView;

use new_token::NewToken;
use view::{
    AccessFileView, AccessPlaceRequest, AccessSwitchRequest, AccessView, MoveRuleRequest,
    ProgramRequest, ProgramView, ProviderKind, ProviderProblem, SaveProviderRequest,
    SaveRuleRequest, SetAccessDefaultRequest, TestTokenRequest, TokenTestView,
};

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

    /// A page that was taken over must not choose where this app connects to: an address can carry what the page has read.
    fn ask_to_connect(&self, address: &str) -> Result<(), AppError> {
        const FAILED: &str = "the provider was not saved";
        let question = format!(
            "This app will connect to \"{}\" to fetch the public keys of a provider, now and again while it runs.",
            temporal_payload::shown(address, 1000)
        );
        let agreed = self.desktop.ask(FAILED, |desktop| {
            desktop.confirm("Connect to this provider?", &question, "Connect")
        })?;
        match agreed {
            true => Ok(()),
            false => Err(AppError::new(Code::Cancelled, FAILED)),
        }
    }

    fn program_place(policy: &AccessFile, name: &str) -> Result<usize, AppError> {
        let place = policy
            .programs
            .iter()
            .position(|program| program.name == name);
        place.ok_or_else(|| {
            AppError::new(Code::InvalidSetting, "there is no token with this name")
                .hint("Open Access again; it may have been revoked.")
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

    /// See the command table. The desktop asks the user before a new address is saved.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`], [`Code::File`], [`Code::Cancelled`], [`Code::Desktop`].
    pub fn save_provider(&self, request: SaveProviderRequest) -> Result<AccessView, AppError> {
        let policy = self.policy();
        let place = request
            .place
            .map(|place| Self::place(&policy.providers, place))
            .transpose()?;
        let before = place.map(|place| &policy.providers[place]);
        let file = match (&request.file, request.kind) {
            (Some(file), ProviderKind::JwksFile) => {
                Some(self.tickets.redeem(file, FilePurpose::ProviderKeys)?)
            }
            (Some(_) | None, _) => None,
        };
        let provider = provider(&request, before, file.as_ref())?;
        let others = policy.providers.iter().enumerate();
        let mut others = others.filter(|(other, _)| Some(*other) != place);
        if others.any(|(_, other)| issuer(other) == issuer(&provider)) {
            return Err(AppError::new(
                Code::InvalidSetting,
                "there is a provider with this issuer already",
            )
            .hint("Edit that provider: a token’s issuer chooses whose keys verify it."));
        }
        let new_address = address(&provider).filter(|new| before.and_then(address) != Some(*new));
        let new_address = new_address.map(str::to_owned);
        let mut changed = policy.clone();
        match place {
            Some(place) => changed.providers[place] = provider,
            None => changed.providers.push(provider),
        }
        in_use(&changed)?;
        if let Some(address) = new_address {
            self.ask_to_connect(&address)?;
        }
        let view = self.change(|policy| policy.providers = changed.providers)?;
        if let Some(file) = file {
            file.spend();
        }
        Ok(view)
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`], [`Code::File`].
    pub fn remove_provider(&self, request: AccessPlaceRequest) -> Result<AccessView, AppError> {
        let place = Self::place(&self.policy().providers, request.place)?;
        self.change(|policy| drop(policy.providers.remove(place)))
    }

    /// See the command table. A provider that does not answer takes up to 5 seconds.
    ///
    /// # Errors
    /// None that the settings do not have already.
    pub fn check_providers(&self, (): ()) -> Result<Vec<ProviderProblem>, AppError> {
        let access = self.core.access()?;
        let problems = self.core.runtime().block_on(access.prepare());
        let problem = |(number, problem): (usize, access::KeysProblem)| {
            ProviderProblem {
            place: u32::try_from(number - 1).unwrap_or(u32::MAX),
            problem: AppError::new(
                Code::InvalidSetting,
                format!("no token can be verified: {problem}"),
            )
            .hint("Compare the address with the provider’s own words, and look whether this machine reaches it."),
        }
        };
        Ok(problems.into_iter().map(problem).collect())
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`], [`Code::File`].
    pub fn save_rule(&self, request: SaveRuleRequest) -> Result<AccessView, AppError> {
        let place = request
            .place
            .map(|place| Self::place(&self.policy().rules, place))
            .transpose()?;
        let rule = policy::rule(&request.rule)?;
        self.change(|policy| match place {
            Some(place) => policy.rules[place] = rule,
            None => policy.rules.push(rule),
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`], [`Code::File`].
    pub fn remove_rule(&self, request: AccessPlaceRequest) -> Result<AccessView, AppError> {
        let place = Self::place(&self.policy().rules, request.place)?;
        self.change(|policy| drop(policy.rules.remove(place)))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`], [`Code::File`].
    pub fn move_rule(&self, request: MoveRuleRequest) -> Result<AccessView, AppError> {
        let rules = self.policy().rules;
        let place = Self::place(&rules, request.place)?;
        let to = Self::place(&rules, request.to)?;
        self.change(|policy| {
            let rule = policy.rules.remove(place);
            policy.rules.insert(to, rule);
        })
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn set_access_default(
        &self,
        request: SetAccessDefaultRequest,
    ) -> Result<AccessView, AppError> {
        self.change(|policy| policy.default = request.then)
    }

    /// See the command table. The settings get its SHA-256; the token itself is kept nowhere.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] for a name that nobody could read or that is taken, [`Code::File`].
    pub fn make_program_token(&self, request: ProgramRequest) -> Result<AccessView, AppError> {
        let name = request.name.trim();
        check_program_name(name)?;
        let (token, entry) = NewToken::make(name)?;
        self.change(|policy| policy.programs.push(entry))?;
        self.uses.forget(&name.to_owned());
        self.new_token.offer(name, token);
        self.view()
    }

    /// See the command table. It cannot be undone.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where there is none, [`Code::File`].
    pub fn rotate_program_token(&self, request: ProgramRequest) -> Result<AccessView, AppError> {
        let place = Self::program_place(&self.policy(), &request.name)?;
        let (token, entry) = NewToken::make(&request.name)?;
        self.change_for_good(|policy| policy.programs[place] = entry)?;
        self.uses.forget(&request.name);
        self.new_token.offer(&request.name, token);
        self.view()
    }

    /// See the command table. It cannot be undone.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where there is none, [`Code::File`].
    pub fn revoke_program_token(&self, request: ProgramRequest) -> Result<AccessView, AppError> {
        let place = Self::program_place(&self.policy(), &request.name)?;
        if self.new_token.is_of(&request.name) {
            self.new_token.done();
        }
        self.change_for_good(|policy| drop(policy.programs.remove(place)))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::Cancelled`], [`Code::Desktop`].
    pub fn copy_program_token(&self, request: ProgramRequest) -> Result<CopiedKeyView, AppError> {
        let seconds = self.new_token.copy(&request.name)?;
        Ok(CopiedKeyView { seconds })
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn forget_program_token(&self, (): ()) -> Result<(), AppError> {
        self.new_token.done();
        Ok(())
    }

    /// See the command table. A provider may be asked for its keys, as a request would have it.
    ///
    /// # Errors
    /// None that the settings do not have already.
    pub fn test_token(&self, request: TestTokenRequest) -> Result<TokenTestView, AppError> {
        let access = self.core.access()?;
        let testing = try_token::test(&access, &request);
        Ok(self.core.runtime().block_on(testing))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::Internal`].
    pub fn access_file(&self, (): ()) -> Result<AccessFileView, AppError> {
        let text = serde_json::to_string_pretty(&self.policy()).map_err(|error| {
            AppError::new(
                Code::Internal,
                format!("the rules do not serialize: {error}"),
            )
        })?;
        Ok(AccessFileView { text })
    }
}

/// The provider that a request describes. A file that is not named is the one of before.
fn provider(
    request: &SaveProviderRequest,
    before: Option<&Provider>,
    file: Option<&Redeemed<'_>>,
) -> Result<Provider, AppError> {
    let missing = |what: &str| AppError::new(Code::InvalidSetting, format!("{what} is missing"));
    let skew_seconds = request.skew_seconds.map(u64::from);
    let audience = policy::one_or_many(&request.audience);
    if request.kind == ProviderKind::TemporalCloud {
        return Ok(Provider::TemporalCloud {
            issuer: policy::text(&request.issuer),
            audience,
            skew_seconds,
        });
    }
    let issuer = policy::text(&request.issuer).ok_or_else(|| {
        missing("the issuer")
            .hint("Enter it exactly as the provider writes it: the “iss” of its tokens.")
    })?;
    let audience: OneOrMany = audience.ok_or_else(|| {
        missing("the audience").hint("Enter the “aud” of the provider’s tokens, often a client id: tokens made for others must not do.")
    })?;
    Ok(match request.kind {
        ProviderKind::TemporalCloud | ProviderKind::Oidc => Provider::Oidc {
            issuer,
            audience,
            skew_seconds,
        },
        ProviderKind::JwksUrl => Provider::JwksUrl {
            url: policy::text(&request.url).ok_or_else(|| {
                missing("the URL of the keys")
                    .hint("Enter the address that the provider gives as jwks_uri.")
            })?,
            issuer,
            audience,
            skew_seconds,
        },
        ProviderKind::JwksFile => {
            let path = match (file, before) {
                (Some(file), _) => file.path().to_owned(),
                (None, Some(Provider::JwksFile { path, .. })) => path.clone(),
                (None, _) => {
                    return Err(missing("the file with the keys")
                        .hint("Choose the file that holds the provider’s JSON Web Key Set."));
                }
            };
            Provider::JwksFile {
                path,
                issuer,
                audience,
                skew_seconds,
            }
        }
    })
}

/// Where a provider's keys are fetched from, where that is anybody's choice.
fn address(provider: &Provider) -> Option<&str> {
    match provider {
        Provider::Oidc { issuer, .. } => Some(issuer),
        Provider::JwksUrl { url, .. } => Some(url),
        Provider::TemporalCloud { .. } | Provider::JwksFile { .. } => None,
    }
}

/// What chooses a provider.
fn issuer(provider: &Provider) -> Option<&str> {
    match provider {
        Provider::TemporalCloud { issuer, .. } => issuer.as_deref(),
        Provider::Oidc { issuer, .. }
        | Provider::JwksUrl { issuer, .. }
        | Provider::JwksFile { issuer, .. } => Some(issuer),
    }
}
