//! Access as an access file describes it, in force: who asks, and which rule decides.

use std::time::{SystemTime, UNIX_EPOCH};

use temporal_payload::shown;

use crate::asked::{Asked, Operation};
use crate::file::AccessFile;
use crate::invalid::InvalidAccess;
use crate::jwks::Clockwork;
use crate::jwks_problem::KeysProblem;
use crate::programs::Programs;
use crate::provider::Provider;
use crate::refusal::Refusal;
use crate::rules::{Identity, Rule, Verdict, first_that_fits};
use crate::token::{Claims, Unverified};

/// Characters of a name in a record.
const MAX_NAME: usize = 120;

/// What is done with a request, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Who asks: the name of a program, an email address, or a subject. Safe to show.
    pub who: Option<String>,
    /// Whether `who` is the name of a program's token.
    pub is_program: bool,
    /// Which rule decided: its name or its place, or `default`. `None` where none was asked.
    pub rule: Option<String>,
    /// [`Verdict::Decode`] or [`Verdict::Original`], or why neither.
    pub verdict: Result<Verdict, Refusal>,
}

/// Access in force. It is made once, and asked for each request.
pub struct Access {
    providers: Vec<Provider>,
    programs: Programs,
    programs_need_token: bool,
    rules: Vec<Rule>,
    default: Verdict,
}

impl Access {
    /// Access as the file says. No provider has been asked for its keys yet.
    ///
    /// # Errors
    /// [`InvalidAccess`] for what the schema cannot say.
    pub fn new(file: &AccessFile) -> Result<Self, InvalidAccess> {
        Self::with_clockwork(file, Clockwork::default())
    }

    pub(crate) fn with_clockwork(
        file: &AccessFile,
        clockwork: Clockwork,
    ) -> Result<Self, InvalidAccess> {
        let providers = file.providers.iter();
        let providers = providers.map(|entry| Provider::new(entry, clockwork));
        Ok(Access {
            providers: providers.collect::<Result<_, _>>()?,
            programs: Programs::new(&file.programs)?,
            programs_need_token: file.programs_need_token,
            rules: file.rules.clone(),
            default: file.default,
        })
    }

    /// Keeps what was fetched of providers that it has in common with the access that it replaces.
    pub fn keep_keys_of(&mut self, before: &Access) {
        for provider in &mut self.providers {
            provider.keep_keys_of(&before.providers);
        }
    }

    /// Whether it verifies anything: tokens of providers, or of programs.
    pub fn verifies_tokens(&self) -> bool {
        !self.providers.is_empty() || !self.programs.is_empty()
    }

    /// The name of the program whose token this is, by the values of `Authorization`. Nothing follows from it: it is for records, and
    /// for whoever is asked, where no rule is.
    pub fn program_of(&self, authorization: &[&[u8]]) -> Option<String> {
        let token = bearer(authorization).ok().flatten()?;
        let name = self.programs.named_by(token)?;
        Some(shown(name, MAX_NAME))
    }

    /// Whether something is decoded for whoever sends no token at all, in some case. What is served beyond this machine must not
    /// do that.
    pub fn lets_in_without_token(&self) -> bool {
        let lets_in = |rule: &Rule| rule.then == Verdict::Decode && !rule.when.asks_for_token();
        self.default == Verdict::Decode || self.rules.iter().any(lets_in)
    }

    /// Asks each provider for its keys, so that a wrong address is told at the start. Returns what did not work, by the
    /// provider's place in the file, from 1.
    pub async fn prepare(&self) -> Vec<(usize, KeysProblem)> {
        let mut problems = Vec::new();
        for (number, provider) in (1..).zip(&self.providers) {
            if let Err(problem) = provider.prepare().await {
                problems.push((number, problem));
            }
        }
        problems
    }

    /// Decides about a request. It may have to ask a provider for keys, which is bounded in time and in how often.
    pub async fn decide(&self, asked: &Asked<'_>) -> Decision {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        self.decide_at(asked, now.map_or(0, |since| since.as_secs()))
            .await
    }

    pub(crate) async fn decide_at(&self, asked: &Asked<'_>, now: u64) -> Decision {
        let identity = match self.identify(asked, now).await {
            Ok(identity) if self.lacks_token(asked, &identity) => Err(Refusal::TokenMissing),
            identified => identified,
        };
        let identity = match identity {
            Ok(identity) => identity,
            Err(refusal) => {
                return Decision {
                    who: None,
                    is_program: false,
                    rule: None,
                    verdict: Err(refusal),
                };
            }
        };
        let (rule, verdict) = match first_that_fits(&self.rules, asked, &identity) {
            None => ("default".to_owned(), self.default),
            Some((number, rule)) => {
                let name = rule.name.as_deref().map(|name| shown(name, MAX_NAME));
                (name.unwrap_or_else(|| format!("rule {number}")), rule.then)
            }
        };
        let is_named = identity.name().is_some();
        Decision {
            who: identity.name().map(|name| shown(name, MAX_NAME)),
            is_program: identity.program.is_some(),
            rule: Some(rule),
            verdict: match verdict {
                Verdict::Original if asked.operation == Operation::Encode => {
                    Err(Refusal::EncodeByRule)
                }
                Verdict::Decode | Verdict::Original => Ok(verdict),
                // What to do about it is to sign in, not to ask for another rule.
                Verdict::Refuse if !is_named && self.verifies_tokens() => {
                    Err(Refusal::TokenMissing)
                }
                Verdict::Refuse => Err(Refusal::ByRule),
            },
        }
    }

    /// Whether it is a program that was to send a token, and did not. One that sent a token which does not hold is told so.
    fn lacks_token(&self, asked: &Asked<'_>, identity: &Identity) -> bool {
        let is_unknown = identity.program.is_none() && identity.claims.is_empty();
        self.programs_need_token && !asked.is_page && is_unknown
    }

    /// Who asks. One token that holds is enough: an OpenID provider may give an opaque access token beside an ID token. A token
    /// that does not hold counts for nothing; that of two which is told is the one that came nearer to being verified.
    async fn identify(&self, asked: &Asked<'_>, now: u64) -> Result<Identity, Refusal> {
        let bearer = bearer(asked.authorization)?;
        if let Some(token) = bearer
            && !asked.is_page
            && let Some(name) = self.programs.named_by(token)
        {
            return Ok(Identity {
                program: Some(name.to_owned()),
                claims: Vec::new(),
            });
        }
        let of_bearer = match bearer {
            None => None,
            Some(token) => Some(self.believe(token, now).await),
        };
        let of_extras = match raw(asked.extras)? {
            None => None,
            Some(token) => Some(self.believe(token, now).await),
        };
        let claims = match (of_bearer, of_extras) {
            (None, None) => Vec::new(),
            (Some(Ok(first)), Some(Ok(second))) if first.is_of_subject_of(&second) => {
                vec![first, second]
            }
            (Some(Ok(claims)), _) | (_, Some(Ok(claims))) => vec![claims],
            (Some(Err(Refusal::TokenOpaque)), None)
                if !asked.is_page && !self.programs.is_empty() =>
            {
                return Err(Refusal::ProgramUnknown);
            }
            (Some(Err(Refusal::TokenOpaque)) | None, Some(Err(refusal)))
            | (Some(Err(refusal)), _) => return Err(refusal),
        };
        Ok(Identity {
            program: None,
            claims,
        })
    }

    async fn believe(&self, token: &str, now: u64) -> Result<Claims, Refusal> {
        let token = Unverified::parse(token)?;
        let issuer = token.issuer.as_deref().ok_or(Refusal::IssuerWrong)?;
        let provider = self.providers.iter().find(|provider| provider.is(issuer));
        let provider = provider.ok_or(Refusal::IssuerWrong)?;
        provider.believe(token, now).await
    }
}

/// The token of `Authorization: Bearer …`.
fn bearer<'a>(values: &[&'a [u8]]) -> Result<Option<&'a str>, Refusal> {
    let value = match values {
        [] => return Ok(None),
        [value] => value,
        _ => return Err(Refusal::TokenScheme),
    };
    let token = value
        .split_first_chunk::<7>()
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"bearer "))
        .and_then(|(_, token)| visible(token));
    token.map(Some).ok_or(Refusal::TokenScheme)
}

/// The token of `Authorization-Extras`, which has no scheme in front of it.
fn raw<'a>(values: &[&'a [u8]]) -> Result<Option<&'a str>, Refusal> {
    match values {
        [] => Ok(None),
        [value] => visible(value).map(Some).ok_or(Refusal::TokenScheme),
        _ => Err(Refusal::TokenScheme),
    }
}

fn visible(token: &[u8]) -> Option<&str> {
    let token = token.trim_ascii();
    let is_visible = !token.is_empty() && token.iter().all(u8::is_ascii_graphic);
    let token = is_visible.then(|| std::str::from_utf8(token).ok());
    token.flatten()
}
