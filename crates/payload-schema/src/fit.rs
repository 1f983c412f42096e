//! How well bytes fit a message type: any bytes may happen to parse as some message, so what counts is how much of them the type
//! knows, and whether something is in them that only Temporal writes.

use temporal_payload::{METADATA_ENCODING, Payload};

use crate::no_json::MAX_DEPTH;
use crate::scalars::{is_written_so, seconds_and_nanos};
use crate::shapes::{Field, Kind, MessageId, Types};
use crate::wire::{WireField, WireFields, WireValue};

/// Fields that are looked at; what comes after them is believed.
const MAX_FIELDS: usize = 1 << 14;

const PAYLOAD: &str = "temporal.api.common.v1.Payload";
const EVENT: &str = "temporal.api.history.v1.HistoryEvent";

/// How well bytes fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fit {
    /// Fields that the type has, and that are written as it has them.
    pub(crate) n_known: usize,
    /// Others.
    pub(crate) n_unknown: usize,
    /// Payloads that name their encoding.
    n_payloads: usize,
    /// Events that have a number, and a type of events or attributes.
    n_events: usize,
}

impl Fit {
    /// More is better; `None` where the bytes should not be taken for this type.
    pub(crate) fn score(self) -> Option<usize> {
        let is_temporals = self.n_payloads > 0 || self.n_events > 0;
        let known = self.n_known + 4 * self.n_payloads + 8 * self.n_events;
        (is_temporals && 4 * self.n_unknown <= self.n_known)
            .then(|| known.saturating_sub(8 * self.n_unknown))
    }
}

/// Looks how well bytes fit a type; `None` where they cannot be one.
pub(crate) fn fit(types: &Types, id: MessageId, bytes: &[u8]) -> Option<Fit> {
    fit_within(types, id, bytes, MAX_FIELDS, usize::MAX)
}

/// As [`fit`], looking at so many fields, and at so many bytes of texts and Payloads.
pub(crate) fn fit_within(
    types: &Types,
    id: MessageId,
    bytes: &[u8],
    n_fields: usize,
    n_bytes: usize,
) -> Option<Fit> {
    let mut look = Look {
        types,
        fit: Fit::default(),
        left: n_fields,
        left_bytes: n_bytes,
    };
    look.message(id, bytes, 0)?;
    Some(look.fit)
}

/// What an event says of itself.
#[derive(Default)]
struct Event<'a> {
    has_number: bool,
    has_time: bool,
    type_name: Option<&'a str>,
    attributes: Option<&'a str>,
}

/// From 2015, when there was no Temporal yet, to 2100.
const SECONDS: std::ops::Range<i64> = 1_420_070_400..4_102_444_800;

impl<'a> Event<'a> {
    fn look(&mut self, types: &'a Types, known: &'a Field, field: WireField<'_>) {
        match (known.kind, field.value) {
            (_, WireValue::Varint(1..=1_000_000)) if field.number == 1 => self.has_number = true,
            (_, WireValue::Bytes(time)) if field.number == 2 => {
                let time = seconds_and_nanos(&[time]);
                self.has_time = time.is_some_and(|(seconds, _)| SECONDS.contains(&seconds));
            }
            (Kind::Enum(id), WireValue::Varint(value)) if field.number == 3 => {
                let number = i32::try_from(value).ok().filter(|number| *number > 0);
                let named = types.enums.get(id).zip(number);
                self.type_name = named.and_then(|(named, number)| named.name(number));
            }
            _ if known.oneof.is_some() => self.attributes = Some(known.name.as_str()),
            _ => {}
        }
    }

    /// Other messages have a number and something in their third and sixth field, too: its type and its attributes name the same,
    /// or its time is one.
    fn is_plausible(&self) -> bool {
        let name = |text: &str| {
            text.strip_prefix("EVENT_TYPE_")
                .map(str::to_ascii_lowercase)
        };
        let type_name = self.type_name.and_then(name);
        let attributes = self
            .attributes
            .and_then(|name| name.strip_suffix("_event_attributes"));
        let is_same = type_name.is_some() && type_name.as_deref() == attributes;
        let is_dated = self.has_time && (type_name.is_some() || attributes.is_some());
        self.has_number && (is_same || is_dated)
    }
}

struct Look<'a> {
    types: &'a Types,
    fit: Fit,
    /// Fields that may still be looked at.
    left: usize,
    /// Bytes that may still be looked at.
    left_bytes: usize,
}

impl<'a> Look<'a> {
    /// What is not looked at is believed.
    fn may_look_at(&mut self, bytes: &[u8]) -> bool {
        let left = self.left_bytes.checked_sub(bytes.len());
        self.left_bytes = left.unwrap_or(self.left_bytes);
        left.is_some()
    }

    fn message(&mut self, id: MessageId, bytes: &[u8], depth: usize) -> Option<()> {
        let types: &'a Types = self.types;
        let message = types.message(id);
        if depth > MAX_DEPTH {
            return None;
        }
        if message.name == PAYLOAD && self.may_look_at(bytes) {
            let payload = Payload::from_proto(bytes.to_vec()).ok()?;
            let encoding = payload.metadata_text(METADATA_ENCODING);
            let is_named = encoding.is_some_and(|encoding| {
                !encoding.is_empty() && encoding.bytes().all(|byte| byte.is_ascii_graphic())
            });
            self.fit.n_payloads += usize::from(is_named);
        }
        let mut event = Event::default();
        for field in WireFields::new(bytes) {
            let field = field.ok()?;
            if self.left == 0 {
                return Some(());
            }
            self.left -= 1;
            let known = message
                .field(field.number)
                .and_then(|at| message.fields.get(at));
            let Some(known) = known.filter(|known| is_written_so(known, field.value)) else {
                self.fit.n_unknown += 1;
                continue;
            };
            self.fit.n_known += 1;
            if message.name == EVENT {
                event.look(types, known, field);
            }
            match (known.kind, field.value) {
                (
                    Kind::Message(id) | Kind::Group(id),
                    WireValue::Bytes(bytes) | WireValue::Group(bytes),
                ) => {
                    self.message(id, bytes, depth + 1)?;
                }
                (Kind::String, WireValue::Bytes(bytes)) if self.may_look_at(bytes) => {
                    std::str::from_utf8(bytes).ok()?;
                }
                _ => {}
            }
        }
        self.fit.n_events += usize::from(message.name == EVENT && event.is_plausible());
        Some(())
    }
}
