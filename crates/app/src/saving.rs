//! What was decoded, written to a file: only when asked for, at a path that a person chose, readable by them alone.

use std::io;
use std::path::Path;

use key_store::files::{self, Replacing, Writing};

use crate::app::App;
use crate::error::{AppError, Code};
use crate::transform::{Direction, transform};
use crate::view::{
    FilePurpose, InspectPayloadRequest, SaveDocumentRequest, SaveValueRequest, SavedView,
};

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl App {
    /// See the command table. Of a Payload that could not be decoded what is left of it is saved.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::BadRequest`], [`Code::PayloadDamaged`], [`Code::File`].
    pub fn save_value(&self, request: SaveValueRequest) -> Result<SavedView, AppError> {
        let tickets = &self.inner().tickets;
        let file = tickets.redeem(&request.file, FilePurpose::SaveValue)?;
        let (payload, namespace) = self.sent_payload(InspectPayloadRequest {
            document: request.document,
            index: request.index,
        })?;
        let decoded = self.chain(namespace.as_deref())?.decode(payload);
        let data = &decoded.payload.data;
        self.write_chosen(file.path(), file.may_replace(), data)?;
        let path = file.path().display().to_string();
        file.spend();
        Ok(SavedView {
            path,
            bytes: data.len() as u64,
            n_decoded: u32::from(!decoded.steps.is_empty() && decoded.error.is_none()),
            n_failed: u32::from(decoded.error.is_some()),
        })
    }

    /// See the command table. What cannot be decoded stays as it is, and so does everything that is no Payload.
    ///
    /// # Errors
    /// [`Code::DocumentClosed`], [`Code::InvalidSetting`] where the Namespace is refused, [`Code::File`].
    pub fn save_document(&self, request: SaveDocumentRequest) -> Result<SavedView, AppError> {
        let tickets = &self.inner().tickets;
        let file = tickets.redeem(&request.file, FilePurpose::SaveDocument)?;
        let (document, namespace) = self.open_text(request.document)?;
        let profile = self.profile_of(namespace.as_deref())?;
        let decoded = transform(&document, &profile, Direction::Decode);
        self.write_chosen(file.path(), file.may_replace(), decoded.text.as_bytes())?;
        let path = file.path().display().to_string();
        file.spend();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(SavedView {
            path,
            bytes: decoded.text.len() as u64,
            n_decoded: count(decoded.n_changed),
            n_failed: count(decoded.failures.len()),
        })
    }

    /// Writes what a person chose a path for. A process that is killed meanwhile leaves nothing of it there, or a file that the
    /// next start removes.
    ///
    /// # Errors
    /// [`Code::File`].
    pub(crate) fn write_chosen(
        &self,
        path: &Path,
        replace: bool,
        content: &[u8],
    ) -> Result<(), AppError> {
        let refused = |message: &str| {
            Err(AppError::new(Code::File, message).hint("Choose another folder or file name."))
        };
        if !path.is_absolute() {
            return Err(AppError::new(Code::File, "the path is not absolute")
                .hint("Choose another folder or file name."));
        }
        if path.is_dir() {
            return refused("a folder already has this name");
        }
        // A misspelled folder must not be made.
        if !path.parent().is_some_and(Path::is_dir) {
            return refused("the folder does not exist");
        }
        let writing = Writing {
            // The system's dialog asked about a file that was there then, and about no other.
            replacing: match replace {
                true => Replacing::Private,
                false => Replacing::Refused,
            },
            noted_in: self.inner().settings.folder(),
        };
        match files::write(path, content, writing) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                refused("a file already has this name")
            }
            Err(error) => refused(&format!("the file could not be written: {error}")),
        }
    }
}
