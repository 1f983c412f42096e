//! Decode as…: by which types a Payload may be read that does not say its type, and reading it by one of them for the moment.

use payload_schema::{Fits, Sample};
use serde_json::{Map, Value};
use temporal_payload::{METADATA_MESSAGE_TYPE, Payload, encodings};

use super::Inspector;
use super::documents::SentPayload;
use super::message_types_view::{
    InspectPayloadAsRequest, MessagePlace, MessageTypeRow, MessageTypesRequest, MessageTypesView,
};
use super::view::InspectPayloadRequest;
use crate::config::message_rules::MessageRule;
use crate::error::AppError;
use crate::payload;
use crate::payload::view::PayloadView;
use crate::schemas::message_types::{MessageTypes, subject};

/// Types that are listed.
const MAX_LISTED: usize = 200;
/// Names of fields that are looked at, of a message that is JSON.
const MAX_NAMES: usize = 64;

#[allow(
    clippy::needless_pass_by_value,
    reason = "a command takes its request whole, as the table calls it"
)]
impl Inspector {
    /// See the command table. A type that is there no longer chooses nothing.
    ///
    /// # Errors
    /// As [`Inspector::inspect_payload`].
    pub fn inspect_payload_as(
        &self,
        request: InspectPayloadAsRequest,
    ) -> Result<PayloadView, AppError> {
        let payload = InspectPayloadRequest {
            document: request.document,
            index: request.index,
        };
        let name = Some(request.message_type.as_str());
        self.payload_in_full(payload, name.filter(|name| self.knows_message_type(name)))
    }

    /// Whether there is a message type of this name.
    pub fn knows_message_type(&self, name: &str) -> bool {
        let types = self.in_force.message_types(None);
        types.schemas().find(name).is_some()
    }

    /// See the command table.
    ///
    /// # Errors
    /// [`crate::Code::DocumentClosed`], [`crate::Code::BadRequest`] where there is no such Payload,
    /// [`crate::Code::PayloadDamaged`] where it cannot be read at all, [`crate::Code::InvalidSetting`] where its Namespace is
    /// refused.
    pub fn message_types(
        &self,
        request: MessageTypesRequest,
    ) -> Result<MessageTypesView, AppError> {
        let sent = self.documents.sent_payload(InspectPayloadRequest {
            document: request.document,
            index: request.index,
        })?;
        let chain = self.in_force.chain(sent.namespace())?;
        let chain = sent.chain(&chain);
        let decoded =
            chain.unwrapping(&|| true, |chain| chain.decode(sent.payload.clone()).payload);
        let types = self.in_force.message_types(sent.namespace());
        let names = names(&decoded);
        let sample = match &names {
            Some(names) => Sample::Names(names),
            None => Sample::Bytes(&decoded.data),
        };
        let words = request.words.unwrap_or_default();
        let found = types.schemas().candidates(sample, &words);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let n_types = count(found.len());
        let listed = found.into_iter().take(MAX_LISTED);
        let listed = listed.map(|candidate| MessageTypeRow {
            name: candidate.name.to_owned(),
            from: payload::from(candidate.origin),
            fits: candidate.fits != Fits::Not,
            n_unknown: match candidate.fits {
                Fits::Partly(n) => count(n),
                Fits::Whole | Fits::Not => 0,
            },
        });
        Ok(MessageTypesView {
            types: listed.collect(),
            n_types,
            place: place(&sent, &decoded, &types),
        })
    }
}

/// What a rule for a Payload would be about.
fn place(sent: &SentPayload, decoded: &Payload, types: &MessageTypes) -> Option<MessagePlace> {
    let place = sent.place()?;
    let (of, name) = subject(&place);
    let said = decoded.metadata_text(METADATA_MESSAGE_TYPE);
    let rule = MessageRule {
        namespace: None,
        of,
        name: name.to_owned(),
        position: place.position.clone(),
        message_type: String::new(),
        overrides: false,
        unknown: Map::new(),
    };
    Some(MessagePlace {
        words: rule.words(),
        of,
        name: rule.name,
        position: rule.position,
        namespace: sent.namespace().map(str::to_owned),
        has_known_type: said.is_some_and(|name| types.schemas().find(name).is_some()),
    })
}

/// The names of the fields of a message that is JSON.
fn names(payload: &Payload) -> Option<Vec<String>> {
    if payload.encoding() != Some(encodings::JSON_PROTOBUF) {
        return None;
    }
    let fields: Map<String, Value> = serde_json::from_slice(&payload.data).ok()?;
    Some(
        fields
            .into_iter()
            .map(|(name, _)| name)
            .take(MAX_NAMES)
            .collect(),
    )
}
