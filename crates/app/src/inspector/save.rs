//! One decoded value, written to a file: only when asked for, at a path that a person chose, readable by them alone. Whole
//! documents are in `export`.

use super::Inspector;
use super::documents::Documents;
use super::files_view::{SaveValueRequest, SavedView};
use super::view::InspectPayloadRequest;
use crate::core::in_force::InForce;
use crate::error::AppError;
use crate::files::tickets::Tickets;
use crate::files::view::FilePurpose;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Inspector {
    /// See the command table. Of a Payload that could not be decoded what is left of it is saved.
    ///
    /// # Errors
    /// [`crate::Code::DocumentClosed`], [`crate::Code::BadRequest`], [`crate::Code::PayloadDamaged`], [`crate::Code::File`].
    pub fn save_value(&self, request: SaveValueRequest) -> Result<SavedView, AppError> {
        value(&self.in_force, &self.documents, &self.tickets, &request)
    }
}

/// Writes one decoded value. Of a Payload that could not be decoded what is left of it is saved.
///
/// # Errors
/// [`crate::Code::DocumentClosed`], [`crate::Code::BadRequest`], [`crate::Code::PayloadDamaged`], [`crate::Code::File`].
fn value(
    in_force: &InForce,
    documents: &Documents,
    tickets: &Tickets,
    request: &SaveValueRequest,
) -> Result<SavedView, AppError> {
    let file = tickets.redeem(&request.file, FilePurpose::SaveValue)?;
    let sent = documents.sent_payload(InspectPayloadRequest {
        document: request.document,
        index: request.index,
    })?;
    let chain = in_force.chain(sent.namespace())?;
    let chain = sent.chain(&chain);
    let decoded = chain.unwrapping(&|| true, |chain| chain.decode(sent.payload.clone()));
    let data = &decoded.payload.data;
    file.write(data)?;
    let path = file.path().display().to_string();
    file.spend();
    Ok(SavedView {
        path,
        bytes: data.len() as u64,
        n_decoded: u32::from(!decoded.steps.is_empty() && decoded.error.is_none()),
        n_failed: u32::from(decoded.error.is_some()),
        n_values: 0,
        n_left_out: 0,
    })
}
