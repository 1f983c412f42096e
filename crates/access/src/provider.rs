//! One provider of tokens: whose they are, for whom, and the keys that verify them.

use std::time::Duration;

use hyper::Uri;
use jsonwebtoken::DecodingKey;

use crate::file::Provider as Entry;
use crate::invalid::InvalidAccess;
use crate::jwks::{Cache, Clockwork, Fetch, Source, is_safe};
use crate::jwks_problem::KeysProblem;
use crate::refusal::Refusal;
use crate::token::{Claims, Expected, Unverified, verify};

/// How long a provider may take to answer, both documents together. Below the 10 s after which the Temporal CLI gives up.
const WITHIN: Duration = Duration::from_secs(5);
/// Seconds that clocks may differ, where the access file says nothing.
const SKEW: u64 = 60;
/// More would make an expired token as good as a new one.
const MAX_SKEW: u64 = 600;

/// One provider of tokens.
pub(crate) struct Provider {
    expected: Expected,
    keys: Cache,
}

impl Provider {
    pub(crate) fn new(entry: &Entry, clockwork: Clockwork) -> Result<Self, InvalidAccess> {
        let (source, issuers, audiences) = match entry {
            Entry::TemporalCloud {
                issuer, audience, ..
            } => {
                let source = Source::Url(url("https://login.tmprl.cloud/.well-known/jwks.json")?);
                let issuers = match issuer {
                    Some(issuer) => vec![issuer.clone()],
                    // Which of the two is written is not documented.
                    None => vec![
                        "https://login.tmprl.cloud/".to_owned(),
                        "https://login.tmprl.cloud".to_owned(),
                    ],
                };
                let audiences = match audience {
                    Some(audience) => audience.list(),
                    None => vec!["https://saas-api.tmprl.cloud".to_owned()],
                };
                (source, issuers, audiences)
            }
            Entry::Oidc {
                issuer, audience, ..
            } => {
                let base = issuer.strip_suffix('/').unwrap_or(issuer);
                let document = url(&format!("{base}/.well-known/openid-configuration"))?;
                let issuer = issuer.clone();
                let issuers = vec![issuer.clone()];
                (
                    Source::Discovery { issuer, document },
                    issuers,
                    audience.list(),
                )
            }
            Entry::JwksUrl {
                url: text,
                issuer,
                audience,
                ..
            } => (
                Source::Url(url(text)?),
                vec![issuer.clone()],
                audience.list(),
            ),
            Entry::JwksFile {
                path,
                issuer,
                audience,
                ..
            } => (
                Source::File(path.clone()),
                vec![issuer.clone()],
                audience.list(),
            ),
        };
        if audiences.is_empty() || audiences.iter().any(String::is_empty) {
            return Err(InvalidAccess::NoAudience);
        }
        let skew = entry.skew_seconds().unwrap_or(SKEW);
        if skew > MAX_SKEW {
            return Err(InvalidAccess::Skew { most: MAX_SKEW });
        }
        let fetch = Fetch {
            source,
            within: WITHIN,
        };
        Ok(Provider {
            expected: Expected {
                issuers,
                audiences,
                skew,
            },
            keys: Cache::new(fetch, clockwork),
        })
    }

    /// Whether it calls itself that.
    pub(crate) fn is(&self, issuer: &str) -> bool {
        self.expected.issuers.iter().any(|ours| ours == issuer)
    }

    /// Keeps the keys that one of them has fetched from the same place. A file is read again: what was taken out of it is not to be
    /// believed any longer.
    pub(crate) fn keep_keys_of(&mut self, before: &[Provider]) {
        let same = |other: &&Provider| !self.keys.is_of_file() && self.keys.is_as(&other.keys);
        if let Some(same) = before.iter().find(same) {
            self.keys = same.keys.clone();
        }
    }

    pub(crate) async fn prepare(&self) -> Result<usize, KeysProblem> {
        self.keys.prepare().await
    }

    /// Checks 4 to 6, at a time in seconds since 1970.
    pub(crate) async fn believe(&self, token: Unverified<'_>, now: u64) -> Result<Claims, Refusal> {
        let key_id = token.key_id.as_deref();
        let key: DecodingKey = self.keys.key(key_id, token.algorithm).await?;
        verify(&token, &key)?;
        self.expected.check(&token.claims, now)?;
        Ok(Claims::believed(token.claims))
    }
}

fn url(text: &str) -> Result<Uri, InvalidAccess> {
    let url = text.parse::<Uri>().ok().filter(is_safe);
    url.ok_or_else(|| InvalidAccess::Url(without_secrets(text)))
}

/// A URL as it may be shown: without a user, a password and a query.
fn without_secrets(text: &str) -> String {
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let (scheme, rest) = text[..end].split_once("://").unwrap_or(("", &text[..end]));
    let rest = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    let shown = match scheme {
        "" => rest.to_owned(),
        scheme => format!("{scheme}://{rest}"),
    };
    temporal_payload::shown(&shown, 200)
}
