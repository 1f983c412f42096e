//! The places that the user's protobuf types are read from: added, removed, and read again; and the rules that choose a type.

use std::path::Path;

use serde_json::Map;
use temporal_payload::shown_name;

use super::AppSettings;
use crate::config::message_rules::{self, MessageRule};
use crate::error::{AppError, Code};
use crate::files::view::{FilePurpose, FileTicket};
use crate::schemas::view::{
    AddProtobufFileRequest, AddProtobufFolderRequest, MessageRuleView, ProtobufPlace,
    ProtobufPlaceRequest, ProtobufTypesView,
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

    /// See the command table. A rule about the same Payloads goes.
    ///
    /// # Errors
    /// [`Code::InvalidSetting`], [`Code::File`].
    pub fn save_message_rule(&self, rule: MessageRule) -> Result<ProtobufTypesView, AppError> {
        let rule = MessageRule {
            unknown: Map::new(),
            ..rule
        };
        let mut all = self.core.settings().get().protobuf.rules;
        let same = all.iter().position(|other| other.is_about_the_same(&rule));
        match same.and_then(|at| all.get_mut(at)) {
            Some(other) => *other = rule,
            None => all.push(rule),
        }
        message_rules::validate(&all)?;
        let saved = self
            .changes
            .change_with_undo(|settings| settings.protobuf.rules = all)?;
        Ok(self.protobuf_types(saved.change))
    }

    /// See the command table. Removing one that is not in the list changes nothing.
    ///
    /// # Errors
    /// [`Code::File`].
    pub fn remove_message_rule(&self, rule: MessageRule) -> Result<ProtobufTypesView, AppError> {
        let saved = self.changes.change_with_undo(|settings| {
            let rules = &mut settings.protobuf.rules;
            rules.retain(|other| !other.is_about_the_same(&rule));
        })?;
        Ok(self.protobuf_types(saved.change))
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
        let schemas = self.core.schemas();
        let mut views: Vec<ProtobufPlace> = places.iter().map(ReadPlace::view).collect();
        for clash in schemas.clashes() {
            if let Some(place) = views.get_mut(clash.other) {
                place.problems.push(format!(
                    "{} is declared otherwise in {}, which counts",
                    shown_name(clash.name),
                    shown_name(clash.counts)
                ));
            }
        }
        let rules = self.core.settings().get().protobuf.rules.into_iter();
        ProtobufTypesView {
            places: views,
            rules: rules
                .map(|rule| MessageRuleView {
                    words: rule.words(),
                    is_known: schemas.find(&rule.message_type).is_some(),
                    rule,
                })
                .collect(),
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
