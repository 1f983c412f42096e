//! The claims of a token whose signature holds: whom they are for, until when they are good, and what rules ask of them.

use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// What a provider's tokens must say.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// The issuers that are one provider: some write theirs with a slash at the end, and without.
    pub(crate) issuers: Vec<String>,
    /// The audiences, of which a token names one.
    pub(crate) audiences: Vec<String>,
    /// How far the clocks may differ, in seconds.
    pub(crate) skew: u64,
}

impl Expected {
    /// Checks 6, at a time in seconds since 1970.
    pub(crate) fn check(&self, claims: &Map<String, Value>, now: u64) -> Result<(), Refusal> {
        self.check_audience(claims.get("aud"))?;
        // Providers may write fractions; nothing that is not a finite number of seconds is a time.
        let time = |name: &str| match claims.get(name) {
            None => Ok(None),
            Some(value) => match value.as_f64() {
                Some(seconds) if seconds.is_finite() => Ok(Some(seconds)),
                _ => Err(Refusal::TokenDamaged("its times are not numbers")),
            },
        };
        #[allow(
            clippy::cast_precision_loss,
            reason = "seconds of this age are far below 2^53"
        )]
        let (now, skew) = (now as f64, self.skew as f64);
        let until = time("exp")?.ok_or(Refusal::ExpiryMissing)?;
        if until + skew <= now {
            return Err(Refusal::Expired);
        }
        if time("nbf")?.is_some_and(|from| from > now + skew) {
            return Err(Refusal::NotYetValid);
        }
        Ok(())
    }

    fn check_audience(&self, audience: Option<&Value>) -> Result<(), Refusal> {
        let named: Vec<&str> = match audience {
            None => return Err(Refusal::AudienceMissing),
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            Some(_) => return Err(Refusal::TokenDamaged("its audience is not text")),
        };
        if named.is_empty() {
            return Err(Refusal::AudienceMissing);
        }
        let is_ours = |name: &&str| self.audiences.iter().any(|ours| ours == name);
        match named.iter().any(is_ours) {
            true => Ok(()),
            false => Err(Refusal::AudienceWrong),
        }
    }
}

/// Claims that are believed. They cannot be printed.
pub(crate) struct Claims(Map<String, Value>);

impl Claims {
    pub(crate) fn believed(claims: Map<String, Value>) -> Self {
        Claims(claims)
    }

    /// A claim by its name, or by a path of names divided by `/` as in `realm_access/roles`. A name that has the slashes itself,
    /// as Temporal Cloud's has, is tried first.
    pub(crate) fn get(&self, path: &str) -> Option<&Value> {
        if let Some(value) = self.0.get(path) {
            return Some(value);
        }
        let mut names = path.split('/');
        let first = self.0.get(names.next()?)?;
        names.try_fold(first, |value, name| value.get(name))
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.get(path).and_then(Value::as_str)
    }

    /// Whether both are about the same one, which takes the issuer and the subject.
    pub(crate) fn is_of_subject_of(&self, other: &Claims) -> bool {
        ["iss", "sub"].iter().all(|name| {
            let mine = self.text(name);
            mine.is_some() && mine == other.text(name)
        })
    }
}
