//! Identity providers: saved, removed, and asked whether their keys are to be had.

use access::OneOrMany;
use access::file::Provider;

use super::view::{
    AccessPlaceRequest, AccessView, ProviderKind, ProviderProblem, SaveProviderRequest,
};
use super::{AccessControl, policy};
use crate::config::access::in_use;
use crate::error::{AppError, Code};
use crate::files::tickets::Redeemed;
use crate::files::view::FilePurpose;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AccessControl {
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
