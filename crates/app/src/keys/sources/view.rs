//! Where keys come from and go: lists, `.env` files, bundles, commands; what they hold is shown before anything is kept.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::AppError;
use crate::files::view::FileTicket;
use crate::keys::view::{KeyLifetime, SecretText};

/// Looks at what a source holds.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct PreviewKeysRequest {
    /// The source.
    pub source: KeySource,
}

/// Where keys come from.
#[derive(Clone, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum KeySource {
    /// Pasted text.
    Text {
        /// The list, the `.env` file, the armored bundle, or one key.
        text: SecretText,
        /// The bundle's passphrase, or an age identity.
        #[ts(optional = nullable)]
        passphrase: Option<SecretText>,
    },
    /// A file.
    File {
        /// Which one.
        file: FileTicket,
        /// The bundle's passphrase, or an age identity.
        #[ts(optional = nullable)]
        passphrase: Option<SecretText>,
    },
    /// A program that prints keys.
    Command {
        /// The command line; see `command_words` for what would be run. The user is asked first, outside of the window.
        command: String,
    },
}

/// What a source holds: no key bytes. It is held in memory until it is imported or discarded, for ten minutes at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct KeysPreview {
    /// Names it in later calls.
    pub token: String,
    /// What it was recognized as: `JSON key list`, `YAML key list`, `.env file`, `Key bundle`, `One key`, `Command output`.
    pub kind: String,
    /// The keys in it.
    pub entries: Vec<KeyPreview>,
    /// Whether there are profiles beside the keys, which are not added.
    pub has_profiles: bool,
    /// Whether the ids are names of variables, which are seldom ids of keys.
    pub are_variables: bool,
    /// Whether it is a bundle that its passphrase has not opened yet.
    pub needs_passphrase: bool,
    /// Who else can get at the file that the keys are in.
    pub warning: Option<AppError>,
}

/// A key in a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct KeyPreview {
    /// The id that it would have.
    pub id: String,
    /// A name for people; may be empty.
    pub label: String,
    /// Its length in bits.
    pub bits: u16,
    /// The first 8 bytes of SHA-256(key) in hex.
    pub fingerprint: String,
    /// Its formats; empty for that of Temporal's samples.
    pub formats: Vec<String>,
    /// What those of them are that come with the key and are added with it.
    pub new_formats: Vec<String>,
    /// Whether it comes retired.
    pub retired: bool,
    /// Patterns of the Namespaces that it is for; empty for all.
    pub namespaces: Vec<String>,
    /// Why it cannot be added as it is.
    pub problem: Option<AppError>,
    /// Handle of the key that has its id and that it can take the place of.
    pub replaces: Option<String>,
}

/// Adds keys of a preview.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ImportKeysRequest {
    /// Which preview.
    pub token: String,
    /// Which entries, from 0.
    pub choose: Vec<u32>,
    /// Ids for some of them in place of those that the source says: the names of variables are none.
    #[serde(default)]
    #[ts(optional, as = "Option<Vec<EntryId>>")]
    pub ids: Vec<EntryId>,
    /// Those of them that take the place of the key that has their id; that one is retired.
    #[serde(default)]
    #[ts(optional, as = "Option<Vec<u32>>")]
    pub replace: Vec<u32>,
    /// Where to keep them.
    pub lifetime: KeyLifetime,
}

/// The id that an entry of a preview is kept under.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct EntryId {
    /// Which entry, from 0.
    pub entry: u32,
    /// The id.
    pub id: String,
}

/// Names a preview.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct KeysPreviewRequest {
    /// Which preview.
    pub token: String,
}

/// Asks what a command line would run.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct CommandRequest {
    /// The command line.
    pub command: String,
}

/// Exactly what would be run: no shell reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CommandWords {
    /// The program and its arguments.
    pub words: Vec<String>,
    /// Whether the user confirmed it before, so that it runs without a question.
    pub confirmed: bool,
    /// Why it cannot be run.
    pub error: Option<AppError>,
}

/// Writes keys into an encrypted bundle.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct ExportBundleRequest {
    /// Handles of the keys.
    pub handles: Vec<String>,
    /// The file to write.
    pub file: FileTicket,
    /// What opens it; absent where `recipients` do.
    #[ts(optional = nullable)]
    pub passphrase: Option<SecretText>,
    /// Whether a passphrase will do that can be guessed.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub although_weak: bool,
    /// Who opens it: `age1…`.
    #[serde(default)]
    pub recipients: Vec<String>,
}

/// Makes the encrypted file that keeps keys where there is no keychain.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct CreateVaultRequest {
    /// What opens it.
    pub passphrase: SecretText,
    /// Whether one will do that can be guessed.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub although_weak: bool,
}

/// Opens the encrypted file.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct OpenVaultRequest {
    /// What opens it.
    pub passphrase: SecretText,
}

/// Asks what a passphrase is worth that somebody chooses.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct JudgePassphraseRequest {
    /// It.
    pub passphrase: SecretText,
}

/// What a passphrase is worth, by the rule of every file that one is chosen for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct PassphraseView {
    /// From 0, very easy to guess, to 4.
    pub score: u8,
    /// The same for people.
    pub words: String,
    /// Why it is taken only where its owner insists.
    pub problem: Option<String>,
}
