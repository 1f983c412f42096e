//! Access rules: an ordered list, of which the first that fits decides. A rule fits if everything that it asks for is there. One that
//! asks for nothing is none: for everybody else there is the default.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::asked::{Asked, Operation};
use crate::one_or_many::OneOrMany;
use crate::pattern::{matches_namespace, star_matches};
use crate::permissions::{self, Role};
use crate::token::Claims;

/// The claims in which providers write an email address: OpenID Connect's, and Temporal Cloud's.
const EMAIL: [&str; 2] = ["email", "https://saas-api.tmprl.cloud/user/email"];
/// Why a rule without a condition is not taken, and what to do.
const ASKS_NOTHING: &str = "it is for everybody and everything; say in \"when\" for whom or for what it is, or remove it: \"default\" \
     decides about the rest";
/// Temporal's default claim mapper reads this one.
const PERMISSIONS: &str = "permissions";

/// What is done with a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The Payloads are decoded, or encoded.
    Decode,
    /// The Payloads are answered as they were sent. Nothing is encoded.
    Original,
    /// Nothing is answered but that it is refused.
    #[default]
    Refuse,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What the records call it; without one, its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it asks for, all of it.
    #[serde(default)]
    pub when: When,
    /// What is done then.
    pub then: Verdict,
}

/// What a rule asks for. Patterns may have `*` for any characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Client>,
    /// A pattern for the name of the program's token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Patterns for the email address in the token, in any case. An address that the provider says is not verified does not fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<OneOrMany>,
    /// The domain of the email address, in any case; its subdomains are others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_domain: Option<OneOrMany>,
    /// The role that the token's `permissions` give for the Namespace of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<Role>,
    /// Any claim of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimIs>,
    /// Patterns for the Namespace, whole or without its Cloud account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<OneOrMany>,
    /// What is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Client {
    /// A page in a browser: it has an `Origin`.
    Page,
    /// A program with a token of the access file.
    NamedProgram,
    /// Any other program, with a provider's token or none.
    Program,
}

/// What a claim must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimIs {
    /// Its name, or a path of names divided by `/`.
    pub path: String,
    /// A pattern for its value, or for one in its list. Numbers and booleans are compared as JSON writes them.
    pub is: String,
}

/// Who asks, as far as it is known.
#[derive(Default)]
pub(crate) struct Identity {
    pub(crate) program: Option<String>,
    /// The claims of the tokens that are believed, all of one subject. A claim of the first counts above the second's.
    pub(crate) claims: Vec<Claims>,
}

impl Identity {
    fn claim(&self, path: &str) -> Option<&Value> {
        self.claims.iter().find_map(|claims| claims.get(path))
    }

    fn email(&self) -> Option<&str> {
        self.claims.iter().find_map(|claims| {
            let email = EMAIL.iter().find_map(|name| claims.text(name))?;
            // Whoever may write any address into an account must not become somebody else by it. Many providers say nothing of
            // it; one that does has to say that the address is verified.
            let is_believed = claims
                .get("email_verified")
                .is_none_or(|value| *value == Value::Bool(true) || value.as_str() == Some("true"));
            is_believed.then_some(email)
        })
    }

    /// What the records call whoever asks.
    pub(crate) fn name(&self) -> Option<&str> {
        let subject = || self.claims.iter().find_map(|claims| claims.text("sub"));
        self.program
            .as_deref()
            .or_else(|| self.email())
            .or_else(subject)
    }
}

/// The rule that decides, with its number, from 1.
pub(crate) fn first_that_fits<'a>(
    rules: &'a [Rule],
    asked: &Asked<'_>,
    identity: &Identity,
) -> Option<(usize, &'a Rule)> {
    (1..)
        .zip(rules)
        .find(|(_, rule)| rule.when.fits(asked, identity))
}

impl When {
    /// Why it is no condition: everything would fit, so that no rule behind it counts, or nothing could ever.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        if *self == When::default() {
            return Err(ASKS_NOTHING);
        }
        let is_empty = |list: &Option<OneOrMany>| {
            list.as_ref()
                .is_some_and(|list| list.list().iter().all(String::is_empty))
        };
        if is_empty(&self.email) || is_empty(&self.email_domain) || is_empty(&self.namespace) {
            return Err("a list in it is empty, so that nothing could ever fit");
        }
        if self.program.is_some() && !matches!(self.client, None | Some(Client::NamedProgram)) {
            return Err("only a named program has the name of a program");
        }
        Ok(())
    }

    /// Whether it fits nobody who sends no token.
    pub(crate) fn asks_for_token(&self) -> bool {
        self.program.is_some()
            || self.client == Some(Client::NamedProgram)
            || self.email.is_some()
            || self.email_domain.is_some()
            || self.permission.is_some()
            || self.claim.is_some()
    }

    pub(crate) fn fits(&self, asked: &Asked<'_>, identity: &Identity) -> bool {
        let client = match (asked.is_page, &identity.program) {
            (true, _) => Client::Page,
            (false, Some(_)) => Client::NamedProgram,
            (false, None) => Client::Program,
        };
        let program = identity.program.as_deref();
        self.client.is_none_or(|wanted| wanted == client)
            && self
                .operation
                .is_none_or(|wanted| wanted == asked.operation)
            && any(self.namespace.as_ref(), asked.namespace, matches_namespace)
            && any_one(self.program.as_deref(), program, star_matches)
            && self.fits_claims(asked, identity)
    }

    fn fits_claims(&self, asked: &Asked<'_>, identity: &Identity) -> bool {
        let email = identity.email();
        let domain = email.and_then(|email| Some(email.rsplit_once('@')?.1));
        let matches_email = |pattern: &str, email: &str| {
            star_matches(&pattern.to_ascii_lowercase(), &email.to_ascii_lowercase())
        };
        any(self.email.as_ref(), email, matches_email)
            && any(
                self.email_domain.as_ref(),
                domain,
                str::eq_ignore_ascii_case,
            )
            && self.permission.is_none_or(|role| {
                permissions::give(identity.claim(PERMISSIONS), role, asked.namespace)
            })
            && self.claim.as_ref().is_none_or(|wanted| {
                let claim = identity.claim(&wanted.path);
                claim.is_some_and(|value| wanted.is_met_by(value))
            })
    }
}

/// Whether nothing is wanted, or one of what is wanted is what there is.
fn any(
    wanted: Option<&OneOrMany>,
    given: Option<&str>,
    matches: impl Fn(&str, &str) -> bool,
) -> bool {
    match wanted {
        Some(OneOrMany::Many(many)) => {
            given.is_some_and(|given| many.iter().any(|one| matches(one, given)))
        }
        Some(OneOrMany::One(one)) => any_one(Some(one), given, matches),
        None => true,
    }
}

fn any_one(
    wanted: Option<&str>,
    given: Option<&str>,
    matches: impl Fn(&str, &str) -> bool,
) -> bool {
    wanted.is_none_or(|wanted| given.is_some_and(|given| matches(wanted, given)))
}

impl ClaimIs {
    fn is_met_by(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => star_matches(&self.is, text),
            Value::Bool(_) | Value::Number(_) => star_matches(&self.is, &value.to_string()),
            Value::Array(several) => several
                .iter()
                .any(|one| !one.is_array() && self.is_met_by(one)),
            Value::Null | Value::Object(_) => false,
        }
    }
}
