//! Who may have Payloads decoded, as the settings keep it: what an access file says, and whether it is in force. No token stands
//! here: of a program's there is a SHA-256, from which nobody gets the token back.

use access::{Access, AccessFile, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{AppError, Code};

/// Who may have Payloads decoded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccessSettings {
    /// Whether the policy is in force. Without it whoever passes the list of origins is served.
    pub on: bool,
    /// The same JSON as `temporal-codec serve --access` takes.
    pub policy: AccessFile,
    /// Fields of newer versions.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

impl Default for AccessSettings {
    fn default() -> Self {
        AccessSettings {
            on: false,
            policy: AccessFile {
                // Switching it on before there is a rule must not cut everybody off.
                default: Verdict::Decode,
                ..AccessFile::default()
            },
            unknown: Map::new(),
        }
    }
}

impl AccessSettings {
    /// Whether the policy can be used, in force or not.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`].
    pub(crate) fn check(&self) -> Result<(), AppError> {
        in_use(&self.policy).map(drop)
    }
}

/// A policy in use. No provider has been asked for its keys yet.
///
/// # Errors
/// [`Code::InvalidSetting`] with what is wrong.
pub(crate) fn in_use(policy: &AccessFile) -> Result<Access, AppError> {
    let access = policy.check().and_then(|()| Access::new(policy));
    access.map_err(|error| AppError::new(Code::InvalidSetting, error.to_string()))
}
