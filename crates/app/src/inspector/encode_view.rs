//! Encoding by hand: a value in, a Payload out, ready to paste.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::payload::ContentText;
use crate::payload::view::GivenContext;

/// Encodes a value.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct EncodeJsonRequest {
    /// The value's text.
    pub text: String,
    /// What the text is: `json/plain`, or another encoding, which is then taken as it is.
    pub encoding: String,
    /// Whose profile encodes; the default one where absent.
    #[ts(optional = nullable)]
    pub namespace: Option<String>,
    /// Whose Payload it will be, for formats that bind Payloads to that.
    #[ts(optional = nullable)]
    pub given: Option<GivenContext>,
}

/// An encoded value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct EncodedView {
    /// The Payload as proto3 JSON.
    pub payload_json: ContentText,
    /// Its layers, outermost first.
    pub layers: Vec<String>,
}
