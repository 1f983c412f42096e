//! Files that the user chose: the window asks for a dialog of the system, and gets a ticket instead of a path.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a file is chosen for. A ticket is good for this alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FilePurpose {
    /// A document is read: `inspect_file`.
    Inspect,
    /// The raw bytes of one key are read: `import_key_file`.
    KeyFile,
    /// A key list, a `.env` file or a bundle is read: `preview_keys`.
    KeySource,
    /// Exported settings are read: `preview_settings`.
    ImportSettings,
    /// One decoded value is written: `save_value`.
    SaveValue,
    /// An exported document is written: `save_document`.
    SaveDocument,
    /// An encrypted bundle is written: `export_bundle`.
    ExportBundle,
    /// Settings are written: `export_settings`.
    ExportSettings,
    /// The keys of a provider of tokens are read, now and later: `save_provider`.
    ProviderKeys,
    /// The certificate of this machine’s authority is written: `export_authority`.
    ExportAuthority,
    /// Who asked for what is written: `export_access_log`.
    ExportAccessLog,
    /// A `.proto` file or a descriptor set is read, now and later: `add_protobuf_file`.
    ProtobufFile,
    /// A folder of `.proto` files is read, now and later: `add_protobuf_folder`.
    ProtobufFolder,
}

impl FilePurpose {
    /// All of them.
    pub const ALL: [FilePurpose; 13] = [
        FilePurpose::Inspect,
        FilePurpose::KeyFile,
        FilePurpose::KeySource,
        FilePurpose::ImportSettings,
        FilePurpose::SaveValue,
        FilePurpose::SaveDocument,
        FilePurpose::ExportBundle,
        FilePurpose::ExportSettings,
        FilePurpose::ProviderKeys,
        FilePurpose::ExportAuthority,
        FilePurpose::ExportAccessLog,
        FilePurpose::ProtobufFile,
        FilePurpose::ProtobufFolder,
    ];
}

/// Stands for one file that the user chose in a dialog of the system, once and for one purpose. Only the app makes them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FileTicket(pub(crate) String);

/// Whoever has it can use it: it is not printed.
impl std::fmt::Debug for FileTicket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileTicket")
    }
}

/// Asks the user for a file.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ChooseFileRequest {
    /// What for; the dialog says so.
    pub purpose: FilePurpose,
    /// What a file that is written would be called. Only a name: the folder is the user's choice.
    #[ts(optional = nullable)]
    pub name: Option<String>,
}

/// A file that the user chose.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct ChosenFile {
    /// What a command takes in place of a path.
    pub ticket: FileTicket,
    /// Its path, to be shown.
    pub path: String,
}
