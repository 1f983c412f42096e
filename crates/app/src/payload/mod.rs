//! One Payload as people see it, in the inspector, in a request or on trial: its line, its layers, its verdict, what it says. Documents
//! and the commands on them are in `inspector`.

pub(crate) mod content;

mod context;

mod content_text;

mod detail;

mod inside;

mod layers;

mod mark;

mod messages;

mod outcome;

mod protobuf;

mod row;

mod verdict;

pub(crate) mod view;

pub(crate) mod whose;

pub use content_text::ContentText;
pub(crate) use context::KnownContext;
pub(crate) use detail::{Chains, full};
pub(crate) use inside::{as_readable, inside};
pub(crate) use layers::{layers, shown};
pub(crate) use mark::mark_in_words;
pub(crate) use messages::{around, not_encoded, not_recognized, problem, recognized, unreadable};
pub(crate) use outcome::{SDKS, hidden, is_unread, left};
pub(crate) use protobuf::{from, stays_bytes};
pub(crate) use row::{DecodedRow, event_of, place, row};
