//! Keys as people see them: everything but their bytes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::AppError;
use crate::files::view::FileTicket;

/// All keys, and the keychain that holds them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct KeysView {
    /// Counts up with each look at the state: of two, the one with the larger number is the newer, however they arrive.
    pub revision: u64,
    /// The number of the change that this answers, by which `undo_settings` takes it back; absent where nothing was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub change: Option<u32>,
    /// In the order in which they were added.
    pub keys: Vec<KeyView>,
    /// The OS keychain.
    pub keychain: KeychainView,
    /// Handle of the key that `/encode` uses.
    pub encode_key: Option<String>,
    /// Whether the app is locked: it forgot every key's bytes until it is unlocked.
    pub locked: bool,
    /// Whether the key of Temporal's samples is among them.
    pub has_sample_key: bool,
    /// An id for a new key that none has, such as `codec-2026-11`.
    pub proposed_id: String,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct KeyView {
    /// Names the key in commands; it never changes.
    pub handle: String,
    /// The `encryption-key-id` it answers to. It may be empty.
    pub id: String,
    /// Other ids that it answers to.
    pub also_opens: Vec<String>,
    /// A name for people.
    pub label: String,
    /// Its length in bits: 128, 192 or 256 for an AES key.
    pub bits: u16,
    /// When it was added, RFC 3339.
    pub created: String,
    /// The first 8 bytes of SHA-256(key) in hex: equal fingerprints, equal keys.
    pub fingerprint: String,
    /// Where it is kept.
    pub lifetime: KeyLifetime,
    /// Why it cannot be used now.
    pub unavailable: Option<AppError>,
    /// Names of its formats; the first one is what it encodes with. Empty for that of Temporal's samples.
    pub formats: Vec<String>,
    /// Patterns of the Namespaces that it is for; empty for all.
    pub namespaces: Vec<String>,
    /// Whether it neither encodes nor decodes until it is restored.
    pub retired: bool,
    /// Names of the profiles that encode with it; `Default` for the default one.
    pub used_by: Vec<String>,
    /// When it was last used since the app was started, RFC 3339.
    pub last_used: Option<String>,
    /// How many requests it was used by since the app was started.
    pub n_uses: u32,
}

/// Where a key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeyLifetime {
    /// In the OS keychain.
    Keychain,
    /// In the encrypted key file.
    Vault,
    /// In memory, until the app is quit.
    Session,
}

/// Where a key outlives the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeyPlace {
    /// In the OS keychain.
    Keychain,
    /// In the encrypted key file.
    Vault,
}

/// Moves keys.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct MoveKeysRequest {
    /// Which ones; none of them of this session only.
    pub handles: Vec<String>,
    /// Where to.
    pub to: KeyPlace,
}

/// The OS keychain's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct KeychainView {
    /// What this system calls it: `Secret Service`, `Keychain`, `Credential Manager`.
    pub name: String,
    /// Why it cannot be used; absent when it can.
    pub problem: Option<AppError>,
    /// The encrypted file beside it, where there is one.
    pub vault: Option<VaultView>,
}

/// How a key is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeyFormat {
    /// Base64, standard or URL-safe, padded or not.
    Base64,
    /// Hexadecimal.
    Hex,
    /// The bytes of the text itself, as Temporal's samples do.
    Utf8,
}

/// Makes a new key from the system's random numbers.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct GenerateKeyRequest {
    /// Its `encryption-key-id`; not empty.
    pub id: String,
    /// A name for people; may be empty.
    pub label: String,
    /// 128, 192 or 256.
    pub bits: u16,
    /// Where to keep it.
    pub lifetime: KeyLifetime,
    /// Names of its formats; empty for that of Temporal's samples.
    #[serde(default)]
    pub formats: Vec<String>,
    /// Patterns of the Namespaces that it is for; empty for all.
    #[serde(default)]
    pub namespaces: Vec<String>,
}

/// A key that was just made, and how Workers get it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct GeneratedKeyView {
    /// All keys now.
    pub keys: KeysView,
    /// The new one.
    pub handle: String,
}

/// How a key is spelled on the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CopyFormat {
    /// Base64, standard and padded.
    Base64,
    /// Hexadecimal, lower case.
    Hex,
}

/// Puts the key that was just made on the clipboard, once. Its bytes are not in the answer.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct CopyKeyRequest {
    /// Which key.
    pub handle: String,
    /// How it is spelled.
    pub format: CopyFormat,
}

/// A key is on the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct CopiedKeyView {
    /// Seconds until it is taken off again.
    pub seconds: u32,
}

/// Asks for code that uses a key.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct WorkerSnippetsRequest {
    /// The key’s id.
    pub id: String,
    /// How the key is spelled where the Worker finds it.
    pub format: CopyFormat,
}

/// Code for one SDK: the id, and where the key comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct WorkerSnippet {
    /// For example `Go`.
    pub sdk: String,
    /// The code.
    pub text: String,
}

/// Takes a key in. There is no way back out.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct ImportKeyRequest {
    /// Its `encryption-key-id`.
    pub id: String,
    /// A name for people; may be empty.
    pub label: String,
    /// The key as text.
    pub material: SecretText,
    /// How the text spells it.
    pub format: KeyFormat,
    /// Where to keep it.
    pub lifetime: KeyLifetime,
    /// Names of its formats; empty for that of Temporal's samples.
    #[serde(default)]
    pub formats: Vec<String>,
    /// Patterns of the Namespaces that it is for; empty for all.
    #[serde(default)]
    pub namespaces: Vec<String>,
}

/// Puts another key in the place of one; that one is retired.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct ReplaceKeyRequest {
    /// Which key.
    pub handle: String,
    /// The other key as text.
    pub material: SecretText,
    /// How the text spells it.
    pub format: KeyFormat,
}

/// Takes a key in from a file that holds its raw bytes.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ImportKeyFileRequest {
    /// Its `encryption-key-id`.
    pub id: String,
    /// A name for people; may be empty.
    pub label: String,
    /// The file.
    pub file: FileTicket,
    /// Where to keep it.
    pub lifetime: KeyLifetime,
    /// Names of its formats; empty for that of Temporal's samples.
    #[serde(default)]
    pub formats: Vec<String>,
    /// Patterns of the Namespaces that it is for; empty for all.
    #[serde(default)]
    pub namespaces: Vec<String>,
}

/// Asks what a text is in every spelling.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct GuessKeyFormatRequest {
    /// The key as text.
    pub material: SecretText,
}

/// What a text is in one spelling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct KeyReading {
    /// The spelling.
    pub format: KeyFormat,
    /// How many bytes it spells; none where the text is not spelled so.
    pub bytes: Option<u32>,
    /// The AES key's length: 128, 192 or 256. None where it is no AES key.
    pub bits: Option<u16>,
    /// Why it is none, in a sentence.
    pub problem: Option<String>,
}

/// What a text is that was given as one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct KeyTextView {
    /// What it is in every spelling, the likeliest first.
    pub readings: Vec<KeyReading>,
    /// What it is, where it is hardly one key.
    pub other: Option<OtherKeyText>,
}

/// What a text is that is hardly one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct OtherKeyText {
    /// What it is, in a sentence.
    pub title: String,
    /// What to do with it.
    pub hint: String,
    /// Where that is done.
    pub way: Option<KeyTextWay>,
}

/// Where a text belongs that is hardly one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeyTextWay {
    /// Among lists and bundles, as it stands.
    List,
    /// A program prints what it names.
    Command,
    /// A key service unwraps data keys with what it names.
    WrappedKeys,
}

/// Adds the public key of Temporal's samples.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct AddSampleKeyRequest {
    /// Where to keep it.
    pub lifetime: KeyLifetime,
}

/// Forgets every key's bytes.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct LockRequest {
    /// Whether keys that are kept for this session only may be lost.
    pub forget_session_keys: bool,
}

/// Changes a key's names.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct RenameKeyRequest {
    /// Which key.
    pub handle: String,
    /// Its new `encryption-key-id`.
    pub id: String,
    /// Its new name for people.
    pub label: String,
}

/// Names a key.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct KeyHandleRequest {
    /// Which key.
    pub handle: String,
}

/// Removes a key for good.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct RemoveKeyRequest {
    /// Which key.
    pub handle: String,
    /// Whether it may go although something still uses it.
    #[serde(default)]
    pub even_if_used: bool,
}

/// Says what a key is for.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SetKeyUsageRequest {
    /// Which key.
    pub handle: String,
    /// Names of its formats; the first one is what it encodes with. Empty for that of Temporal's samples.
    pub formats: Vec<String>,
    /// Patterns of the Namespaces that it is for; empty for all.
    pub namespaces: Vec<String>,
}

/// Chooses the key that `/encode` uses.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SetEncodeKeyRequest {
    /// Which key; none refuses to encode.
    pub handle: Option<String>,
    /// Name of the profile; the default one where absent.
    #[ts(optional = nullable)]
    pub profile: Option<String>,
}

/// Text that holds a key: it has no `Debug`, it cannot be serialized, and it is zeroized on drop.
#[derive(Clone, TS)]
#[ts(type = "string")]
pub struct SecretText(zeroize::Zeroizing<String>);

impl SecretText {
    /// The text, for reading a key from it alone.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        SecretText(text.into())
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(SecretText::from)
    }
}

/// The encrypted file that keeps keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct VaultView {
    /// Its path.
    pub path: String,
    /// Whether its passphrase was given.
    pub open: bool,
}

/// Adds the key that a format's project publishes.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct AddDemoKeyRequest {
    /// The format's name.
    pub format: String,
    /// Where to keep it.
    pub lifetime: crate::keys::view::KeyLifetime,
}
