//! An access file as rows of the window, and back.

use access::file::Provider;
use access::{ClaimIs, OneOrMany, Rule, When};

use super::view::{ProviderKind, ProviderView, RuleView};
use crate::error::{AppError, Code};

/// Characters of a rule's name.
const MAX_NAME: usize = 120;

pub(super) fn provider_view(provider: &Provider) -> ProviderView {
    let row =
        |kind, issuer: &str, audience: Vec<String>, keys: String, skew_seconds| ProviderView {
            kind,
            issuer: issuer.to_owned(),
            audience,
            keys,
            skew_seconds,
        };
    match provider {
        Provider::TemporalCloud {
            issuer,
            audience,
            skew_seconds,
        } => {
            let audience = audience.as_ref().map(OneOrMany::list).unwrap_or_default();
            let issuer = issuer.as_deref().unwrap_or_default();
            row(
                ProviderKind::TemporalCloud,
                issuer,
                audience,
                String::new(),
                *skew_seconds,
            )
        }
        Provider::Oidc {
            issuer,
            audience,
            skew_seconds,
        } => row(
            ProviderKind::Oidc,
            issuer,
            audience.list(),
            String::new(),
            *skew_seconds,
        ),
        Provider::JwksUrl {
            url,
            issuer,
            audience,
            skew_seconds,
        } => row(
            ProviderKind::JwksUrl,
            issuer,
            audience.list(),
            url.clone(),
            *skew_seconds,
        ),
        Provider::JwksFile {
            path,
            issuer,
            audience,
            skew_seconds,
        } => row(
            ProviderKind::JwksFile,
            issuer,
            audience.list(),
            path.display().to_string(),
            *skew_seconds,
        ),
    }
}

pub(super) fn rule_view(rule: &Rule) -> RuleView {
    let list = |list: &Option<OneOrMany>| list.as_ref().map(OneOrMany::list).unwrap_or_default();
    let when = &rule.when;
    let (claim, claim_is) = match &when.claim {
        Some(ClaimIs { path, is }) => (path.clone(), is.clone()),
        None => Default::default(),
    };
    RuleView {
        name: rule.name.clone().unwrap_or_default(),
        client: when.client,
        program: when.program.clone().unwrap_or_default(),
        email: list(&when.email),
        email_domain: list(&when.email_domain),
        permission: when.permission,
        claim,
        claim_is,
        namespace: list(&when.namespace),
        operation: when.operation,
        then: rule.then,
    }
}

/// # Errors
/// [`Code::InvalidSetting`] for a name that nobody could read, and for half a claim.
pub(super) fn rule(view: &RuleView) -> Result<Rule, AppError> {
    let refused = |message| Err(AppError::new(Code::InvalidSetting, message));
    let name = text(&view.name);
    if let Some(name) = &name
        && temporal_payload::shown(name, MAX_NAME) != *name
    {
        return refused("a rule’s name is at most 120 visible characters");
    }
    let claim = match (text(&view.claim), text(&view.claim_is)) {
        (None, None) => None,
        (Some(path), Some(is)) => Some(ClaimIs { path, is }),
        (Some(_), None) => return refused("the claim lacks the value that it must have"),
        (None, Some(_)) => return refused("the value of a claim lacks the claim’s name"),
    };
    Ok(Rule {
        name,
        when: When {
            client: view.client,
            program: text(&view.program),
            email: one_or_many(&view.email),
            email_domain: one_or_many(&view.email_domain),
            permission: view.permission,
            claim,
            namespace: one_or_many(&view.namespace),
            operation: view.operation,
        },
        then: view.then,
    })
}

pub(super) fn text(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// `None` where there is nothing in it.
pub(super) fn one_or_many(list: &[String]) -> Option<OneOrMany> {
    let mut list: Vec<String> = list.iter().filter_map(|one| text(one)).collect();
    match (list.pop(), list.is_empty()) {
        (None, _) => None,
        (Some(only), true) => Some(OneOrMany::One(only)),
        (Some(last), false) => {
            list.push(last);
            Some(OneOrMany::Many(list))
        }
    }
}
