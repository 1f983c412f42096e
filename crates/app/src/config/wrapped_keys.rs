//! Who unwraps data keys that other keys wrap, as the settings keep it. That its user agreed to run a command is no setting: it is
//! remembered by the command's hash, on the machine where he did.

use key_store::DataKeySource;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{AppError, Code};

/// Sources at most.
const MAX_SOURCES: usize = 100;

/// Unwraps the data keys of some wrapping keys with a command, or has an extension server unwrap them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WrappedKeySettings {
    /// Ids of the wrapping keys, with `*` for any text.
    pub wrapped_by: Vec<String>,
    /// The command, or the server's address: `grpc://127.0.0.1:9443`.
    pub command: String,
    /// How long it may take, where that is not the usual time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seconds: Option<u64>,
    /// Fields of newer versions.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

impl WrappedKeySettings {
    /// What is asked, not confirmed yet.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`].
    pub(crate) fn source(&self) -> Result<DataKeySource, AppError> {
        let source = DataKeySource::new(self.wrapped_by.clone(), &self.command, self.seconds);
        source.map_err(|error| {
            AppError::new(Code::InvalidSetting, error.to_string()).hint(
                "Correct the command or the address, the keys that it unwraps for, or its time.",
            )
        })
    }
}

/// Refuses what cannot be asked.
///
/// # Errors
/// [`Code::InvalidSetting`].
pub(crate) fn validate(sources: &[WrappedKeySettings]) -> Result<(), AppError> {
    if sources.len() > MAX_SOURCES {
        return Err(AppError::new(
            Code::InvalidSetting,
            format!("there are more than {MAX_SOURCES} commands and servers for wrapped keys"),
        ));
    }
    for (place, source) in sources.iter().enumerate() {
        source.source().map_err(|mut error| {
            error.message = format!("Wrapped keys {}: {}", place + 1, error.message);
            error
        })?;
    }
    Ok(())
}
