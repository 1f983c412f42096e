//! The access file: providers of tokens, programs with tokens of their own, and the rules. JSON, described by
//! `access.schema.json`. It holds no secret.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::invalid::{InvalidAccess, MAX_FILE_BYTES, MAX_RULES};
use crate::json::{self, NotJson};
use crate::one_or_many::OneOrMany;
use crate::programs::ProgramToken;
use crate::rules::{Rule, Verdict};

/// Everything that an access file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Whether a program without a token that holds is refused before any rule is asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub programs_need_token: bool,
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

/// What was expected, out of a message of serde. It quotes what stands there instead, which may be a token in the wrong place.
fn expected(message: &str) -> String {
    let told = match message.rsplit_once(", expected ") {
        _ if message.starts_with("missing field ") => message.to_owned(),
        Some((_, expected)) => format!("something else is expected in its place: {expected}"),
        None => "a value is not of its kind, or a name is unknown".to_owned(),
    };
    temporal_payload::shown(&told, 200)
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
        let value = json::parse(json::without_bom(text)).map_err(|error| match error {
            NotJson::Twice => InvalidAccess::NameTwice,
            NotJson::Malformed => InvalidAccess::NotJson,
        })?;
        if !has_objects_where_due(&value) {
            let what = "a list stands where an object belongs";
            return Err(InvalidAccess::Shape(what.to_owned()));
        }
        let file: AccessFile = serde_json::from_value(value)
            .map_err(|error| InvalidAccess::Shape(expected(&error.to_string())))?;
        file.check()?;
        Ok(file)
    }

    /// Whether its rules can be used, as [`AccessFile::parse`] asks of a file; for one that was made by hand.
    ///
    /// # Errors
    /// [`InvalidAccess::TooManyRules`], [`InvalidAccess::Rule`].
    pub fn check(&self) -> Result<(), InvalidAccess> {
        if self.rules.len() > MAX_RULES {
            return Err(InvalidAccess::TooManyRules);
        }
        for (number, rule) in (1..).zip(&self.rules) {
            rule.when
                .check()
                .map_err(|why| InvalidAccess::Rule { number, why })?;
        }
        Ok(())
    }

    /// The JSON Schema of access files.
    pub fn json_schema() -> &'static str {
        include_str!("../access.schema.json")
    }
}
