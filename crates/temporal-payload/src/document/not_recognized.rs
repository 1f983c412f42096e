//! What a text looked like where it is no document: people must learn what to paste instead.

use crate::base64::Base64Fault;
use crate::json_expected::Expected;
use crate::json_text::MAX_DEPTH;
use crate::json_tokens::Why;
use crate::text_place::TextPlace;

use super::index::{MAX_SLOTS, NoIndex};
use super::paths::MAX_BYTES;
use super::wrapping::Wrapping;

/// Bytes that a document may have.
pub const MAX_DOCUMENT_BYTES: usize = 256 << 20;

/// What can be pasted, for people who pasted something else.
pub const CAN_BE_PASTED: &str = "paste an Event History (temporal workflow show -o json, or the Web UI's download), Payloads, \
     a single Payload with its metadata, a Failure, or base64 of a serialized Payload";

/// The text is no document. The messages carry sizes and positions, never the content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRecognized {
    /// There is nothing but white space.
    #[error("the text is empty")]
    Empty,
    /// It has more than [`MAX_DOCUMENT_BYTES`] bytes.
    #[error("the document has {bytes} bytes, more than {} MiB", MAX_DOCUMENT_BYTES >> 20)]
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
    },
    /// Its JSON is nested deeper than [`MAX_DEPTH`].
    #[error("the JSON is nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// It holds more Payloads than can be listed.
    #[error("the document holds more than {MAX_SLOTS} Payloads")]
    TooManyPayloads,
    /// Its Payloads lie under names that are so long that their places cannot be listed.
    #[error(
        "the names on the paths to the document's Payloads are too long: the paths take more than {} MiB together",
        MAX_BYTES >> 20
    )]
    PathsTooLong,
    /// It begins like JSON and is not.
    #[error(
        "this looks like JSON, but it has an error at line {}, column {}: {expected}",
        place.line,
        place.column
    )]
    InvalidJson {
        /// Where reading stopped.
        place: TextPlace,
        /// What JSON has there.
        expected: Expected,
    },
    /// It begins like JSON and ends in the middle.
    #[error(
        "this looks like JSON, but it ends too early: part of it was not copied, or a quote, bracket or brace is not closed"
    )]
    CutOff {
        /// Its end.
        place: TextPlace,
    },
    /// It is JSON, and holds no Payload.
    #[error(
        "this is JSON, but there is no Payload in it: perhaps it shows values that are decoded already"
    )]
    NoPayloads,
    /// It is base64, and not of a Payload.
    #[error(
        "this looks like base64 of {bytes} bytes that are not a serialized Payload: {looks_like}"
    )]
    Base64 {
        /// How many bytes it stands for.
        bytes: usize,
        /// What they look like instead.
        looks_like: LooksLike,
    },
    /// It is the `data` of Payloads alone, each in base64.
    #[error(
        "this looks like base64 of {bytes} bytes that are not {}: {looks_like}",
        match n {
            1 => "a serialized Payload".to_owned(),
            n => format!("serialized Payloads, in {n} parts"),
        }
    )]
    DataAlone {
        /// How many Payloads there are.
        n: usize,
        /// How many bytes they stand for, all together.
        bytes: usize,
        /// What the first looks like.
        looks_like: LooksLike,
    },
    /// It is base64 but for some characters.
    #[error(
        "this looks like base64, but it has an error at line {}, column {}: {fault}",
        place.line,
        place.column
    )]
    InvalidBase64 {
        /// Where.
        place: TextPlace,
        /// What is wrong there.
        fault: Base64Fault,
    },
    /// It is some other text.
    #[error("this is neither JSON nor base64")]
    Text,
    /// It is neither text nor a serialized Payload or Payloads message.
    #[error("these {bytes} bytes are neither text nor a serialized Payload")]
    Binary {
        /// How many bytes there are.
        bytes: usize,
    },
    /// The program that printed it left part of it out.
    #[error(
        "the program that printed this left part of it out at line {}, column {} (an ellipsis, more items, [Object]): print it whole",
        place.line,
        place.column
    )]
    LeftOut {
        /// Where.
        place: TextPlace,
    },
    /// It is in something that was recognized, and is no document there.
    #[error("this is {wrapping}, and in it nothing was recognized: {reason}")]
    Inside {
        /// What was recognized.
        wrapping: Wrapping,
        /// What is wrong with what is inside of it.
        reason: Box<NotRecognized>,
        /// Where that is in the text that was given, where it stands there as it is.
        place: Option<TextPlace>,
    },
}

/// What bytes look like that are not a serialized Payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LooksLike {
    /// JSON text without Payloads: the `data` of a `json/plain` Payload.
    #[error("they are JSON text, the data of a plain Payload alone")]
    Json,
    /// Other text.
    #[error("they are text")]
    Text,
    /// Bytes.
    #[error(
        "perhaps they are the data of an encoded Payload, which cannot be read without its metadata"
    )]
    Bytes,
}

impl NotRecognized {
    /// Where the text is wrong, where that is one place.
    pub fn place(&self) -> Option<TextPlace> {
        match self {
            NotRecognized::InvalidJson { place, .. }
            | NotRecognized::CutOff { place }
            | NotRecognized::InvalidBase64 { place, .. }
            | NotRecognized::LeftOut { place } => Some(*place),
            NotRecognized::Inside { place, .. } => *place,
            NotRecognized::Empty
            | NotRecognized::TooLarge { .. }
            | NotRecognized::TooDeep
            | NotRecognized::TooManyPayloads
            | NotRecognized::PathsTooLong
            | NotRecognized::NoPayloads
            | NotRecognized::Base64 { .. }
            | NotRecognized::DataAlone { .. }
            | NotRecognized::Text
            | NotRecognized::Binary { .. } => None,
        }
    }

    /// Whether the text may be the `data` of encoded Payloads alone, in base64.
    pub fn may_be_data(&self) -> bool {
        match self {
            // A token that is text is data, too; JSON is plain.
            NotRecognized::Base64 { looks_like, .. }
            | NotRecognized::DataAlone { looks_like, .. } => !matches!(looks_like, LooksLike::Json),
            NotRecognized::Inside { reason, .. } => reason.may_be_data(),
            NotRecognized::Empty
            | NotRecognized::TooLarge { .. }
            | NotRecognized::TooDeep
            | NotRecognized::TooManyPayloads
            | NotRecognized::PathsTooLong
            | NotRecognized::InvalidJson { .. }
            | NotRecognized::CutOff { .. }
            | NotRecognized::NoPayloads
            | NotRecognized::InvalidBase64 { .. }
            | NotRecognized::Text
            | NotRecognized::Binary { .. }
            | NotRecognized::LeftOut { .. } => false,
        }
    }

    /// It is what is wrong inside of a wrapping; `start` is where the inside begins, where it stands there as it is.
    pub(super) fn inside(wrapping: Wrapping, reason: Self, start: Option<TextPlace>) -> Self {
        let moved = |start: TextPlace, place: TextPlace| TextPlace {
            line: start.line + place.line - 1,
            column: match place.line {
                1 => start.column + place.column - 1,
                _ => place.column,
            },
        };
        let place = start
            .zip(reason.place())
            .map(|(start, place)| moved(start, place));
        // A place that is said is one of the text that was given.
        let reason = match (reason, place) {
            (NotRecognized::InvalidJson { expected, .. }, Some(place)) => {
                NotRecognized::InvalidJson { place, expected }
            }
            (NotRecognized::InvalidBase64 { fault, .. }, Some(place)) => {
                NotRecognized::InvalidBase64 { place, fault }
            }
            (NotRecognized::CutOff { .. }, Some(place)) => NotRecognized::CutOff { place },
            (NotRecognized::LeftOut { .. }, Some(place)) => NotRecognized::LeftOut { place },
            (other, _) => other,
        };
        NotRecognized::Inside {
            wrapping,
            reason: Box::new(reason),
            place,
        }
    }

    pub(super) fn from_index(error: &NoIndex, text: &str) -> Self {
        let error = match error {
            NoIndex::TooManySlots => return NotRecognized::TooManyPayloads,
            NoIndex::PathsTooLong => return NotRecognized::PathsTooLong,
            NoIndex::NotJson(error) => error,
        };
        match error.why {
            Why::TooDeep => NotRecognized::TooDeep,
            Why::EndsTooEarly => NotRecognized::CutOff {
                place: TextPlace::of(text, text.trim_end().len()),
            },
            Why::Unexpected(expected) => NotRecognized::InvalidJson {
                place: TextPlace::of(text, error.at),
                expected,
            },
        }
    }
}

/// Refuses what is too large to be read.
pub(super) fn check_size(bytes: usize) -> Result<(), NotRecognized> {
    if bytes > MAX_DOCUMENT_BYTES {
        return Err(NotRecognized::TooLarge { bytes });
    }
    Ok(())
}
