//! Profiles: which codecs and keys a Namespace has.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::config::choices::{EncodeCompression, Undecodable, Unlisted};

/// All profiles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ProfilesView {
    /// The number of the change that this answers, by which `undo_settings` takes it back; absent where nothing was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub change: Option<u32>,
    /// The profile of Namespaces that no other one names. Its name is `Default`.
    pub default: ProfileView,
    /// The others, in the order in which they were added.
    pub profiles: Vec<ProfileView>,
    /// What Namespaces get that no profile names.
    pub unlisted: Unlisted,
}

/// One profile, as it is and as it is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProfileView {
    /// Its name.
    pub name: String,
    /// Namespaces, or patterns with `*`; empty for the default profile.
    pub namespaces: Vec<String>,
    /// What happens with Payloads that cannot be decoded.
    pub undecodable: Undecodable,
    /// Compression inside the encryption, when encoding.
    pub compression: EncodeCompression,
    /// Handle of the key that encodes; none refuses to encode.
    pub encode_key: Option<String>,
    /// Handles of the keys that decode; absent for every key that is allowed in the Namespace.
    pub decode_keys: Option<Vec<String>>,
    /// Whether `/encode` gives Payloads back as they are: a choice for Namespaces without a codec.
    pub no_codec: bool,
    /// Whether `/decode` answers pages with `binary/protobuf` messages as JSON, so that they show their fields. Programs never get them
    /// so.
    #[serde(default)]
    pub messages_as_json: bool,
}

/// Saves a profile.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SaveProfileRequest {
    /// What it was called; absent for a new one. `Default` changes the default profile.
    pub previous: Option<String>,
    /// What it is to be.
    pub profile: ProfileView,
}

/// Names a profile.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ProfileRequest {
    /// Its name.
    pub name: String,
}

/// Says what Namespaces get that no profile names.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct SetUnlistedRequest {
    /// What they get.
    pub unlisted: Unlisted,
}

/// Asks what a Namespace would get.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct MatchProfileRequest {
    /// The Namespace, as a request would name it.
    pub namespace: String,
}

/// What a Namespace gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct MatchView {
    /// The profile's name; absent where it is refused.
    pub profile: Option<String>,
    /// Why, in a sentence.
    pub reason: String,
    /// Labels, or ids, of the keys that decode, the one that encodes first.
    pub keys: Vec<String>,
}
