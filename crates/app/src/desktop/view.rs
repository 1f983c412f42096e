//! What the window says of its documents before the app ends, and a link that another program opened, before the user agrees to
//! anything.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::AppError;
use crate::payload::ContentText;

/// What would be lost with the window.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct HoldDocumentsRequest {
    /// How many open documents are in no file, and formats that were written and not saved.
    pub only_here: u32,
}

/// What the user says to the window’s question whether to quit.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[ts(export)]
pub struct AnswerQuitRequest {
    /// Whether the app ends.
    pub quit: bool,
}

/// What a link is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum LinkView {
    /// It asks to inspect something.
    Offered {
        /// What would be inspected, as it would be pasted. Nothing of it was decoded.
        source: ContentText,
        /// Its size in bytes.
        bytes: usize,
        /// Its first characters, on one line, without any that hide or turn others.
        beginning: ContentText,
        /// Whether there are more than these.
        is_cut: bool,
        /// Whether another link waited, which is gone now.
        replaced: bool,
    },
    /// It is not of the form that there is.
    Refused {
        /// Why.
        error: AppError,
    },
}
