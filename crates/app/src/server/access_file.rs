//! Who may have Payloads decoded, by an access file: read, and put in force for the Codec Server.

use access::{Access, AccessFile, NewProgramToken};
use key_store::files;
use zeroize::Zeroizing;

use crate::error::{AppError, Code};
use crate::hints::UTF_8;
use crate::server::Server;
use crate::server::bind_problem::bind_problem;

/// The largest access file that is read, in bytes.
pub const MAX_ACCESS_FILE_BYTES: u64 = access::MAX_FILE_BYTES as u64;

/// Reads an access file. Its JSON Schema is [`access_file_schema`].
///
/// # Errors
/// [`Code::InvalidSetting`] with what is wrong; nothing is served by half of a file.
pub fn read_access_file(text: &[u8]) -> Result<Access, AppError> {
    if files::is_utf16(text) {
        return Err(
            AppError::new(Code::InvalidSetting, "the access file is UTF-16 text").hint(UTF_8),
        );
    }
    let file = AccessFile::parse(text).and_then(|file| Access::new(&file));
    file.map_err(|error| {
        AppError::new(Code::InvalidSetting, error.to_string())
            .hint("Its schema, crates/access/access.schema.json, explains every field.")
    })
}

/// The JSON Schema of access files.
pub fn access_file_schema() -> &'static str {
    AccessFile::json_schema()
}

/// A token for a program, as one line of JSON: the token itself, and its entry for an access file.
///
/// # Errors
/// [`Code::InvalidSetting`] for a name that nobody could read, [`Code::Internal`] where the system gives no randomness.
pub fn make_program_token(name: &str) -> Result<Zeroizing<String>, AppError> {
    check_program_name(name)?;
    let made = NewProgramToken::make(name)
        .ok_or_else(|| AppError::new(Code::Internal, "the system gives no random numbers"))?;
    // Written by hand, so that no copy of the token is left behind by a JSON value.
    let entry =
        serde_json::json!({"name": made.entry.name, "token_sha256": made.entry.token_sha256});
    Ok(Zeroizing::new(format!(
        "{{\"token\":\"{}\",\"program\":{entry}}}",
        *made.token
    )))
}

/// Whether a program may be called that.
pub(crate) fn check_program_name(name: &str) -> Result<(), AppError> {
    match name.trim().is_empty() || temporal_payload::shown(name, 120) != name {
        true => Err(AppError::new(
            Code::InvalidSetting,
            "a program’s name is 1 to 120 visible characters",
        )),
        false => Ok(()),
    }
}

impl Server {
    /// Puts access in force for the next request, in place of what the settings say.
    ///
    /// What was fetched of a provider that was there before is kept, so that no token waits for it.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where it decodes without a token and the server listens beyond this machine; the access that is in
    /// force stays then.
    pub fn set_access(&self, access: Access) -> Result<(), AppError> {
        self.stays_guarded_by(Some(&access))?;
        self.core.set_access(access)
    }

    /// Refuses access that must not come into force while the server listens beyond this machine.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`], with what is missing.
    pub(crate) fn stays_guarded_by(&self, access: Option<&Access>) -> Result<(), AppError> {
        let beyond = self.reach().beyond.clone();
        let guarded = beyond.map_or(Ok(()), |beyond| beyond.guarded_by(access));
        guarded.map_err(|error| bind_problem(&error, None).0)
    }
}
