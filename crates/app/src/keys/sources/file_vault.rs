//! The encrypted file that keeps keys where a keychain cannot: made with a passphrase, and opened with it.

use super::KeySources;
use super::passphrase::{self, chosen};
use super::view::{CreateVaultRequest, JudgePassphraseRequest, OpenVaultRequest, PassphraseView};
use crate::error::AppError;
use crate::keys::view::KeysView;
use crate::plan::key_messages::problem;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl KeySources {
    /// See the command table.
    ///
    /// # Errors
    /// None.
    pub fn judge_passphrase(
        &self,
        request: JudgePassphraseRequest,
    ) -> Result<PassphraseView, AppError> {
        Ok(passphrase::judged(&request.passphrase))
    }

    /// See the command table. Blocks for about a second.
    ///
    /// # Errors
    /// [`crate::Code::Passphrase`] where it is weak, [`crate::Code::Locked`], [`crate::Code::File`] where there is one already.
    pub fn create_vault(&self, request: CreateVaultRequest) -> Result<KeysView, AppError> {
        let keys = self.core.keys();
        keys.create_vault(chosen(&request.passphrase, request.although_weak)?)
            .map_err(|error| problem(&error))?;
        self.changes.changed()
    }

    /// See the command table. Blocks for about a second.
    ///
    /// # Errors
    /// [`crate::Code::Passphrase`], [`crate::Code::Locked`], [`crate::Code::File`] where there is none, or it is damaged.
    pub fn open_vault(&self, request: OpenVaultRequest) -> Result<KeysView, AppError> {
        let keys = self.core.keys();
        keys.open_vault(request.passphrase.expose())
            .map_err(|error| problem(&error))?;
        self.changes.changed()
    }
}
