//! By which type each message of a document is read: as it says itself, or as a rule of the user's says of where it stands.

use std::sync::Arc;

use codec_server::Namespace;
use payload_schema::Schemas;
use temporal_payload::history::{Place, Places, Subject};
use temporal_payload::{
    Document, METADATA_ENCODING, METADATA_MESSAGE_TYPE, Payload, Slot, StorageReference, encodings,
    json_text, shown_name,
};

use crate::config::message_rules::{MessageRule, RuleSubject};

/// The types that are known, and the rules that count in a Namespace. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct MessageTypes {
    schemas: Schemas,
    /// The most exact first.
    rules: Arc<[MessageRule]>,
}

/// The same for one document.
pub(crate) struct DocumentTypes<'a> {
    types: &'a MessageTypes,
    /// Where its Payloads stand; `None` where no rule asks for it.
    places: Option<PlacesOf<'a>>,
}

enum PlacesOf<'a> {
    Read(Places),
    Kept(&'a Places),
}

/// A Payload as a message of a type that was chosen for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChosenMessage {
    /// The Payload, with that type as its `messageType`.
    pub(crate) payload: Payload,
    /// What chose it: `by the rule for Activity type ChargeCard, input`.
    pub(crate) by: String,
}

impl MessageTypes {
    pub(crate) fn new(schemas: Schemas, rules: &[MessageRule], namespace: Option<&str>) -> Self {
        let namespace = namespace.and_then(Namespace::new);
        let counts = |rule: &&MessageRule| rule.counts_in(namespace.as_ref());
        let mut rules: Vec<MessageRule> = rules.iter().filter(counts).cloned().collect();
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.exactness()));
        MessageTypes {
            schemas,
            rules: rules.into(),
        }
    }

    pub(crate) fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    pub(crate) fn has_rules(&self) -> bool {
        !self.rules.is_empty()
    }

    /// For the Payloads of a document.
    pub(crate) fn of(&self, document: &Document) -> DocumentTypes<'_> {
        DocumentTypes {
            types: self,
            places: self
                .has_rules()
                .then(|| PlacesOf::Read(Places::of(document))),
        }
    }

    /// As [`MessageTypes::of`], where the places were read before.
    pub(crate) fn with<'a>(&'a self, places: Option<&'a Places>) -> DocumentTypes<'a> {
        DocumentTypes {
            types: self,
            places: places.map(PlacesOf::Kept),
        }
    }
}

impl DocumentTypes<'_> {
    pub(crate) fn schemas(&self) -> &Schemas {
        &self.types.schemas
    }

    /// A decoded Payload as a message of the type that a rule chooses for it; `None` where none does, or it says its type itself.
    pub(crate) fn chosen(&self, slot: &Slot, payload: &Payload) -> Option<ChosenMessage> {
        let places = match self.places.as_ref()? {
            PlacesOf::Read(places) => places,
            PlacesOf::Kept(places) => places,
        };
        if !may_be_message(payload) {
            return None;
        }
        let place = places.place(slot)?;
        let rule = self.types.rules.iter().find(|rule| fits(rule, &place))?;
        let said = payload.metadata_text(METADATA_MESSAGE_TYPE);
        let known = said.filter(|name| self.types.schemas.find(name).is_some());
        let mut by = format!("by the rule for {}", rule.words());
        match known {
            Some(name) if name == rule.message_type => return None,
            Some(_) if !rule.overrides => return None,
            Some(name) => by.push_str(&format!(", in place of {}", shown_name(name))),
            None => {}
        }
        let chosen = as_message(payload, &rule.message_type);
        // Bytes that do not say that they are a message have to be one of this type.
        let says_so = matches!(
            payload.encoding(),
            Some(encodings::BINARY_PROTOBUF | encodings::JSON_PROTOBUF)
        );
        let fits = || {
            let found = self.types.schemas.find(&rule.message_type)?;
            let json = self.types.schemas.message_json(found, &payload.data);
            json.ok()
        };
        (says_so || fits().is_some()).then_some(ChosenMessage {
            payload: chosen,
            by,
        })
    }
}

/// A decoded Payload as a message of a type that was chosen for the moment.
pub(crate) fn chosen_now(payload: &Payload, message_type: &str) -> Option<ChosenMessage> {
    may_be_message(payload).then(|| ChosenMessage {
        payload: as_message(payload, message_type),
        by: "as chosen for now".to_owned(),
    })
}

/// Whether a Payload may be a message although it does not say of which type: by its encoding, or because nothing else is known of
/// its bytes.
pub(crate) fn may_be_message(payload: &Payload) -> bool {
    match payload.encoding() {
        Some(encodings::BINARY_PROTOBUF | encodings::JSON_PROTOBUF) => true,
        Some(encodings::JSON_PLAIN | encodings::BINARY_NULL) => false,
        _ => {
            let is_json = || std::str::from_utf8(&payload.data).is_ok_and(json_text::is_json);
            !payload.data.is_empty() && StorageReference::of(payload).is_none() && !is_json()
        }
    }
}

/// A message as `json/protobuf`, where its type is known and has all of its fields.
pub(crate) fn as_json(payload: &Payload, schemas: &Schemas) -> Option<Payload> {
    if payload.encoding() != Some(encodings::BINARY_PROTOBUF) {
        return None;
    }
    let found = schemas.find(payload.metadata_text(METADATA_MESSAGE_TYPE)?)?;
    let json = schemas.message_json(found, &payload.data).ok()?;
    (json.n_unknown == 0).then(|| with_json(payload, json.text))
}

/// The same message with its value as JSON.
pub(crate) fn with_json(payload: &Payload, text: String) -> Payload {
    let mut metadata = payload.metadata.clone();
    metadata.insert(
        METADATA_ENCODING.to_owned(),
        encodings::JSON_PROTOBUF.into(),
    );
    Payload {
        metadata,
        data: text.into(),
        external_payloads: payload.external_payloads.clone(),
    }
}

fn fits(rule: &MessageRule, place: &Place) -> bool {
    let is_subject = match (rule.of, &place.subject) {
        (RuleSubject::Any, _) => true,
        (RuleSubject::Workflow, Subject::Workflow(name))
        | (RuleSubject::Activity, Subject::Activity(name))
        | (RuleSubject::Nexus, Subject::Nexus(name)) => **name == *rule.name,
        (RuleSubject::Workflow | RuleSubject::Activity | RuleSubject::Nexus, _) => false,
    };
    is_subject && rule.position == place.position
}

/// What a rule for a place would be about.
pub(crate) fn subject(place: &Place) -> (RuleSubject, &str) {
    match &place.subject {
        Subject::Unknown => (RuleSubject::Any, ""),
        Subject::Workflow(name) => (RuleSubject::Workflow, name),
        Subject::Activity(name) => (RuleSubject::Activity, name),
        Subject::Nexus(name) => (RuleSubject::Nexus, name),
    }
}

fn as_message(payload: &Payload, message_type: &str) -> Payload {
    let mut message = payload.clone();
    let mut set = |name: &str, value: &str| {
        let value = value.as_bytes().to_vec();
        message.metadata.insert(name.to_owned(), value);
    };
    if payload.encoding() != Some(encodings::JSON_PROTOBUF) {
        set(METADATA_ENCODING, encodings::BINARY_PROTOBUF);
    }
    set(METADATA_MESSAGE_TYPE, message_type);
    message
}
