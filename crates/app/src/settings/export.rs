//! Exporting settings to a file that another machine can read.

use super::AppSettings;
use super::exported_file::{Exported, FORM, portable};
use super::transfer_view::ExportSettingsRequest;
use crate::config::Settings;
use crate::error::{AppError, Code};
use crate::files::view::FilePurpose;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AppSettings {
    /// See the command table.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn export_settings(&self, request: ExportSettingsRequest) -> Result<(), AppError> {
        let tickets = &self.tickets;
        let file = tickets.redeem(&request.file, FilePurpose::ExportSettings)?;
        let text = exported(self.core.settings().get())?;
        file.write(&text)?;
        file.spend();
        Ok(())
    }
}

/// The settings as a file that another machine can read.
///
/// # Errors
/// [`Code::Internal`].
fn exported(settings: Settings) -> Result<Vec<u8>, AppError> {
    let exported = Exported {
        temporal_codec_settings: FORM,
        settings: portable(settings),
    };
    let mut text = serde_json::to_vec_pretty(&exported).map_err(|error| {
        let message = format!("settings do not serialize: {error}");
        AppError::new(Code::Internal, message)
    })?;
    text.push(b'\n');
    Ok(text)
}
