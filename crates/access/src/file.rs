//! The access file: providers of tokens, programs with tokens of their own, and the rules. JSON, described by
//! `access.schema.json`. It holds no secret.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json::{self, NotJson};
use crate::programs::ProgramToken;
use crate::rules::{Rule, Verdict};

/// The largest access file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 1 << 20;
/// More than anybody keeps an eye on; each request looks at them in turn.
const MAX_RULES: usize = 1000;

/// Everything that an access file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessFile {
    /// Where editors find the schema; nobody else looks.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Whose tokens are verified, and how.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<Provider>,
    /// Programs that have a token of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programs: Vec<ProgramToken>,
    /// What is allowed. The first rule that fits decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What is done where no rule fits.
    #[serde(default)]
    pub default: Verdict,
}

/// A provider of tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Provider {
    /// Temporal Cloud, with its own keys and audience.
    TemporalCloud {
        /// Its issuer, if it is not `https://login.tmprl.cloud` with or without a slash.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issuer: Option<String>,
        /// Its audience, if it is not `https://saas-api.tmprl.cloud`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        audience: Option<OneOrMany>,
        /// Seconds that the clocks may differ: 60, if it is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        skew_seconds: Option<u64>,
    },
    /// An OpenID provider, whose discovery document names its keys.
    Oidc {
        /// Its issuer, exactly as it writes it.
        issuer: String,
        /// The audiences, of which a token must name one.
        audience: OneOrMany,
        /// As above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        skew_seconds: Option<u64>,
    },
    /// Any other, whose keys have a URL.
    JwksUrl {
        /// The URL of its JSON Web Key Set: https, or http on this machine.
        url: String,
        /// The `iss` of its tokens.
        issuer: String,
        /// As above.
        audience: OneOrMany,
        /// As above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        skew_seconds: Option<u64>,
    },
    /// Any other, whose keys are in a file.
    JwksFile {
        /// The file with its JSON Web Key Set.
        path: PathBuf,
        /// The `iss` of its tokens.
        issuer: String,
        /// As above.
        audience: OneOrMany,
        /// As above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        skew_seconds: Option<u64>,
    },
}

impl Provider {
    pub(crate) fn skew_seconds(&self) -> Option<u64> {
        match self {
            Provider::TemporalCloud { skew_seconds, .. }
            | Provider::Oidc { skew_seconds, .. }
            | Provider::JwksUrl { skew_seconds, .. }
            | Provider::JwksFile { skew_seconds, .. } => *skew_seconds,
        }
    }
}

/// One text, or a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl OneOrMany {
    pub(crate) fn list(&self) -> Vec<String> {
        match self {
            OneOrMany::One(one) => vec![one.clone()],
            OneOrMany::Many(many) => many.clone(),
        }
    }
}

/// serde takes a list for an object, by the order of its fields; no schema does, and nobody who reads the file.
fn has_objects_where_due(file: &Value) -> bool {
    let items = |name: &str| {
        let list = file.get(name).and_then(Value::as_array);
        list.into_iter().flatten()
    };
    let all = items("providers")
        .chain(items("programs"))
        .chain(items("rules"));
    let whens = items("rules").filter_map(|rule| rule.get("when"));
    let claims = whens.clone().filter_map(|when| when.get("claim"));
    !file.is_array() && !all.chain(whens).chain(claims).any(Value::is_array)
}

/// Why an access file is not taken. Nothing is served by half of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAccess {
    /// Larger than any.
    #[error("the access file is larger than {MAX_FILE_BYTES} bytes")]
    TooLarge,
    /// Not JSON.
    #[error("the access file is not JSON")]
    NotJson,
    /// A name twice in one object, of which one would not count.
    #[error("the access file has a name twice in one object")]
    NameTwice,
    /// JSON, and not what is asked for.
    #[error("the access file is not as its schema says: {0}")]
    Shape(String),
    /// A URL that anybody on the way could answer, or that is none.
    #[error("\"{0}\" is no https URL; http is accepted for this machine only")]
    Url(String),
    /// A provider without an audience: tokens made for anybody would do.
    #[error("a provider needs an audience: tokens that were made for others must not do")]
    NoAudience,
    /// A skew that makes expiry meaningless.
    #[error("skew_seconds may be {most} at most")]
    Skew {
        /// The limit.
        most: u64,
    },
    /// Two programs of one name.
    #[error("two programs are called \"{0}\"")]
    ProgramTwice(String),
    /// Not a SHA-256.
    #[error(
        "token_sha256 of \"{0}\" is not 64 hexadecimal digits; `temporal-codec token` makes one"
    )]
    ProgramHash(String),
    /// More rules than are looked at.
    #[error("the access file has more than {MAX_RULES} rules")]
    TooManyRules,
    /// A rule that nothing could ever fit.
    #[error("rule {number}: {why}")]
    Rule {
        /// Its place, from 1.
        number: usize,
        /// Why.
        why: &'static str,
    },
}

impl AccessFile {
    /// Reads an access file. Takes time linear in its length, which is bounded.
    ///
    /// # Errors
    /// [`InvalidAccess`], with nothing but the reason.
    pub fn parse(text: &[u8]) -> Result<Self, InvalidAccess> {
        if text.len() > MAX_FILE_BYTES {
            return Err(InvalidAccess::TooLarge);
        }
        let value = json::parse(text).map_err(|error| match error {
            NotJson::Twice => InvalidAccess::NameTwice,
            NotJson::Malformed => InvalidAccess::NotJson,
        })?;
        if !has_objects_where_due(&value) {
            let what = "a list stands where an object belongs";
            return Err(InvalidAccess::Shape(what.to_owned()));
        }
        let file: AccessFile = serde_json::from_value(value).map_err(|error| {
            InvalidAccess::Shape(temporal_payload::shown(&error.to_string(), 200))
        })?;
        if file.rules.len() > MAX_RULES {
            return Err(InvalidAccess::TooManyRules);
        }
        for (number, rule) in (1..).zip(&file.rules) {
            rule.when
                .check()
                .map_err(|why| InvalidAccess::Rule { number, why })?;
        }
        Ok(file)
    }

    /// The JSON Schema of access files.
    pub fn json_schema() -> &'static str {
        include_str!("../access.schema.json")
    }
}
