//! Tokens of programs: made, rotated, revoked, and copied once. The settings and the access file hold their SHA-256 alone.

use access::{AccessFile, NewProgramToken};
use zeroize::Zeroizing;

use super::AccessControl;
use super::new_token::NewToken;
use super::view::{AccessView, ProgramRequest};
use crate::error::{AppError, Code};
use crate::keys::view::CopiedKeyView;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AccessControl {
    /// See the command table. The settings get its SHA-256; the token itself is kept nowhere.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] for a name that nobody could read or that is taken, [`Code::File`].
    pub fn make_program_token(&self, request: ProgramRequest) -> Result<AccessView, AppError> {
        let name = request.name.trim();
        check_program_name(name)?;
        let (token, entry) = NewToken::make(name)?;
        let made = self.change(|policy| policy.programs.push(entry))?;
        self.uses.forget(&name.to_owned());
        self.new_token.offer(name, token);
        Ok(AccessView {
            change: made.change,
            ..self.view()?
        })
    }

    /// See the command table. It cannot be undone.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where there is none, [`Code::File`].
    pub fn rotate_program_token(&self, request: ProgramRequest) -> Result<AccessView, AppError> {
        let place = Self::program_place(&self.policy(), &request.name)?;
        let (token, entry) = NewToken::make(&request.name)?;
        self.change_for_good(|policy| policy.programs[place] = entry)?;
        self.uses.forget(&request.name);
        self.new_token.offer(&request.name, token);
        self.view()
    }

    /// See the command table. It cannot be undone.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`] where there is none, [`Code::File`].
    pub fn revoke_program_token(&self, request: ProgramRequest) -> Result<AccessView, AppError> {
        let place = Self::program_place(&self.policy(), &request.name)?;
        if self.new_token.is_of(&request.name) {
            self.new_token.done();
        }
        self.change_for_good(|policy| drop(policy.programs.remove(place)))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`], [`Code::Cancelled`], [`Code::Desktop`].
    pub fn copy_program_token(&self, request: ProgramRequest) -> Result<CopiedKeyView, AppError> {
        let seconds = self.new_token.copy(&request.name)?;
        Ok(CopiedKeyView { seconds })
    }

    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn forget_program_token(&self, (): ()) -> Result<(), AppError> {
        self.new_token.done();
        Ok(())
    }

    fn program_place(policy: &AccessFile, name: &str) -> Result<usize, AppError> {
        let place = policy
            .programs
            .iter()
            .position(|program| program.name == name);
        place.ok_or_else(|| {
            AppError::new(Code::InvalidSetting, "there is no token with this name")
                .hint("Open Access again; it may have been revoked.")
        })
    }
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
fn check_program_name(name: &str) -> Result<(), AppError> {
    match name.trim().is_empty() || temporal_payload::shown(name, 120) != name {
        true => Err(AppError::new(
            Code::InvalidSetting,
            "a program’s name is 1 to 120 visible characters",
        )),
        false => Ok(()),
    }
}
