//! What is remembered about a container while it is open, and about an event once it ended.

use std::ops::Range;

use crate::json_string::unescape;

use super::names::Name;
use super::paths::Segment;
use super::spelling::{Data, Members, Metadata};

/// Where the parts of one `HistoryEvent` stand in the text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Event {
    pub(crate) id: Option<Range<usize>>,
    pub(crate) time: Option<Range<usize>>,
    pub(crate) event_type: Option<Range<usize>>,
    /// The name of the attributes member, which also tells the type.
    pub(crate) attributes: Option<Range<usize>>,
    /// What stands under that name.
    pub(crate) attributes_value: Option<Range<usize>>,
    /// Which slots it holds.
    pub(crate) slots: Range<usize>,
}

/// What a value turned out to be when it ended.
pub(super) enum Ended {
    Null,
    Text,
    /// A number or a truth value.
    Scalar,
    List(Facts),
    Object(Facts),
    /// An object of texts (or nulls) alone: it may be metadata.
    Texts {
        encoding: Option<Range<usize>>,
        facts: Facts,
    },
    Payload,
    Event,
}

/// What the document's kind is told from.
#[derive(Clone, Copy, Default)]
pub(super) struct Facts {
    /// It has members, and each is a Payload.
    pub(super) all_payloads: bool,
    /// It has no members.
    pub(super) empty: bool,
    /// It has no members but events.
    pub(super) only_events: bool,
    /// It has `payloads`, a list of Payloads alone.
    pub(super) payloads: bool,
    /// It has `events`, or a `history` that has them.
    pub(super) history: bool,
    /// It is `{"fields":{…}}` or `{"indexedFields":{…}}` of Payloads: a Memo, Header or Search Attributes.
    pub(super) wrapped_map: bool,
    /// It has what a Failure has.
    pub(super) failure: bool,
}

/// One open object or list.
pub(super) struct Frame {
    pub(super) is_array: bool,
    /// The name under which it stands in its container.
    pub(super) own: Name,
    pub(super) start: usize,
    /// Its number in the paths.
    pub(super) node: usize,
    pub(super) n_slots_before: usize,
    pub(super) n_events_before: usize,
    /// The current member of an object.
    pub(super) name: Name,
    pub(super) name_span: Range<usize>,
    pub(super) members: Members,
    pub(super) event: Event,
    n: usize,
    n_payloads: usize,
    n_events: usize,
    n_texts: usize,
    encoding: Option<Range<usize>>,
    payloads: bool,
    history: bool,
    wrapped_map: bool,
    failure_info: bool,
    message: bool,
    stack_trace_or_cause: bool,
}

impl Frame {
    pub(super) fn new(
        is_array: bool,
        own: Name,
        start: usize,
        node: usize,
        (n_slots_before, n_events_before): (usize, usize),
    ) -> Self {
        Frame {
            is_array,
            own,
            start,
            node,
            n_slots_before,
            n_events_before,
            name: Name::Other,
            name_span: 0..0,
            members: Members::default(),
            event: Event::default(),
            n: 0,
            n_payloads: 0,
            n_events: 0,
            n_texts: 0,
            encoding: None,
            payloads: false,
            history: false,
            wrapped_map: false,
            failure_info: false,
            message: false,
            stack_trace_or_cause: false,
        }
    }

    /// The name under which a container inside of this one stands. Lists have none.
    pub(super) fn name_inside(&self) -> Name {
        if self.is_array {
            Name::Other
        } else {
            self.name
        }
    }

    /// A member ended.
    pub(super) fn member(&mut self, value: &Ended, span: Range<usize>) {
        self.n += 1;
        match value {
            Ended::Payload => self.n_payloads += 1,
            Ended::Event => self.n_events += 1,
            Ended::Text | Ended::Null => self.n_texts += 1,
            Ended::Scalar | Ended::List(_) | Ended::Object(_) | Ended::Texts { .. } => {}
        }
        if !self.is_array {
            self.as_payload_member(value, span.clone());
            self.as_event_member(value, span);
            self.as_fact(value);
        }
    }

    /// Of a name that occurs twice the last counts, as in every JSON reader that Temporal uses.
    fn as_payload_member(&mut self, value: &Ended, span: Range<usize>) {
        if self.name == Name::Metadata {
            self.members.metadata = match value {
                Ended::Texts { encoding, .. } => Metadata::Texts {
                    encoding: encoding.clone(),
                },
                Ended::Null => Metadata::Absent,
                Ended::Text
                | Ended::Scalar
                | Ended::List(_)
                | Ended::Object(_)
                | Ended::Payload
                | Ended::Event => Metadata::Other,
            };
        } else if self.name == Name::Data {
            self.members.data = match value {
                Ended::Null => Data::Null,
                Ended::Text => Data::Text(span),
                Ended::Scalar
                | Ended::List(_)
                | Ended::Object(_)
                | Ended::Texts { .. }
                | Ended::Payload
                | Ended::Event => Data::Inline,
            };
        } else {
            let external = self.name == Name::ExternalPayloads
                && matches!(value, Ended::List(_) | Ended::Null);
            if !external {
                self.members.n_foreign += 1;
            }
            if self.name == Name::Encoding {
                self.encoding = matches!(value, Ended::Text).then_some(span);
            }
        }
    }

    fn as_event_member(&mut self, value: &Ended, span: Range<usize>) {
        let scalar = matches!(value, Ended::Text | Ended::Scalar);
        if self.name == Name::EventId && scalar {
            self.event.id = Some(span);
        } else if self.name == Name::EventTime && scalar {
            self.event.time = Some(span);
        } else if self.name == Name::EventType && scalar {
            self.event.event_type = Some(span);
        } else if self.name.is_event_attributes() {
            self.event.attributes = Some(self.name_span.clone());
            self.event.attributes_value = Some(span);
        }
    }

    fn as_fact(&mut self, value: &Ended) {
        let text = matches!(value, Ended::Text);
        match (self.name, value) {
            (Name::Payloads, Ended::List(list)) => self.payloads = list.all_payloads || list.empty,
            (Name::Events, Ended::List(list)) => self.history |= list.only_events,
            (Name::History, Ended::Object(object) | Ended::Texts { facts: object, .. }) => {
                self.history |= object.history
            }
            (Name::Fields | Name::IndexedFields, Ended::Object(map)) => {
                self.wrapped_map = map.all_payloads
            }
            (Name::EncodedAttributes, Ended::Payload) | (Name::FailureInfo, _) => {
                self.failure_info = true
            }
            _ => {}
        }
        self.message |= self.name == Name::Message && text;
        self.stack_trace_or_cause |=
            self.name == Name::StackTraceOrCause && !matches!(value, Ended::Null);
    }

    pub(super) fn facts(&self) -> Facts {
        Facts {
            all_payloads: self.n > 0 && self.n == self.n_payloads,
            empty: self.n == 0,
            only_events: self.n == self.n_events,
            payloads: self.payloads,
            history: self.history,
            wrapped_map: self.wrapped_map && self.n == 1,
            failure: self.failure_info || (self.message && self.stack_trace_or_cause),
        }
    }

    /// Where this is an object of texts alone: the place of its `encoding`, if it has one.
    pub(super) fn texts(&self) -> Option<Option<Range<usize>>> {
        (self.n == self.n_texts).then(|| self.encoding.clone())
    }

    /// Whether this object is a `HistoryEvent`.
    pub(super) fn is_event(&self, text: &str) -> bool {
        let has_type = self
            .event
            .event_type
            .as_ref()
            .and_then(|span| text.get(span.clone()));
        let named = has_type.is_some_and(|quoted| unescape(quoted).starts_with("EVENT_TYPE_"));
        (self.event.id.is_some() || self.event.time.is_some())
            && (named || self.event.attributes.is_some())
    }

    /// The place of the value that begins now, or has just ended.
    pub(super) fn segment(&self) -> Segment {
        match self.is_array {
            true => Segment::Index(self.n),
            false => Segment::Name(self.name_span.clone()),
        }
    }
}
