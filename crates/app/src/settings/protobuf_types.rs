//! The places that the user's protobuf types are read from: added, removed, and read again.

use std::path::Path;

use super::AppSettings;
use crate::error::{AppError, Code};
use crate::files::view::{FilePurpose, FileTicket};
use crate::schemas::view::{
    AddProtobufFileRequest, AddProtobufFolderRequest, ProtobufPlaceRequest, ProtobufTypesView,
};
use crate::schemas::{ReadPlace, read_anew};

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl AppSettings {
    /// See the command table.
    ///
    /// # Errors
    /// None: what cannot be read is said of each place.
    pub fn list_protobuf_types(&self, (): ()) -> Result<ProtobufTypesView, AppError> {
        Ok(self.protobuf_types(None))
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`Code::File`] where no type can be read from it, [`Code::InvalidSetting`].
    pub fn add_protobuf_file(
        &self,
        request: AddProtobufFileRequest,
    ) -> Result<ProtobufTypesView, AppError> {
        self.add_protobuf(&request.file, FilePurpose::ProtobufFile)
    }

    /// See the command table.
    ///
    /// # Errors
    /// As [`AppSettings::add_protobuf_file`].
    pub fn add_protobuf_folder(
        &self,
        request: AddProtobufFolderRequest,
    ) -> Result<ProtobufTypesView, AppError> {
        self.add_protobuf(&request.folder, FilePurpose::ProtobufFolder)
    }

    /// See the command table. Removing one that is not in the list changes nothing.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn remove_protobuf_place(
        &self,
        request: ProtobufPlaceRequest,
    ) -> Result<ProtobufTypesView, AppError> {
        let saved = self.changes.change_with_undo(|settings| {
            let paths = &mut settings.protobuf.paths;
            paths.retain(|path| *path != request.path);
        })?;
        Ok(self.protobuf_types(saved.change))
    }

    /// See the command table.
    ///
    /// # Errors
    /// None: what cannot be read is said of each place.
    pub fn read_protobuf_types_again(&self, (): ()) -> Result<ProtobufTypesView, AppError> {
        self.core.forget_schemas();
        Ok(self.protobuf_types(None))
    }

    /// Adding one that is there already reads it again.
    fn add_protobuf(
        &self,
        ticket: &FileTicket,
        purpose: FilePurpose,
    ) -> Result<ProtobufTypesView, AppError> {
        let chosen = self.tickets.redeem(ticket, purpose)?;
        let path = std::path::absolute(chosen.path());
        let path = path.unwrap_or_else(|_| chosen.path().to_owned());
        let path = text(&path)?;
        // What holds nothing now is refused at once; what holds nothing later stays in the list, which says so.
        let place = read_anew(&path);
        if place.types.is_empty() {
            let why = place.view().problems.into_iter().next();
            let why = why.unwrap_or_else(|| "there is no message type in it".to_owned());
            return Err(AppError::new(
                Code::File,
                format!("no protobuf type could be read: {why}"),
            )
            .hint("Choose a .proto file, the folder that its imports begin at, or a descriptor set written with --include_imports."));
        }
        self.core.forget_schemas();
        let saved = self.changes.change_with_undo(|settings| {
            let paths = &mut settings.protobuf.paths;
            if !paths.contains(&path) {
                paths.push(path);
            }
        })?;
        chosen.spend();
        Ok(self.protobuf_types(saved.change))
    }

    fn protobuf_types(&self, change: Option<u32>) -> ProtobufTypesView {
        let places = self.core.schema_places();
        ProtobufTypesView {
            places: places.iter().map(ReadPlace::view).collect(),
            change,
        }
    }
}

fn text(path: &Path) -> Result<String, AppError> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        AppError::new(
            Code::File,
            "the path is not UTF-8, so it cannot be kept in the settings",
        )
        .hint("Choose a copy whose path has no other characters.")
    })
}
