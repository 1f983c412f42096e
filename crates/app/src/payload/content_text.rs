//! Text that a Payload, a document or a body holds, on its way to the window.

use std::fmt;
use std::ops::Deref;

use serde::Serialize;
use ts_rs::TS;

/// Content: its `Debug` tells its size alone, so that no log, panic or failed assertion quotes it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, TS)]
#[ts(type = "string")]
pub struct ContentText(String);

impl fmt::Debug for ContentText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
    }
}

impl From<String> for ContentText {
    fn from(text: String) -> Self {
        ContentText(text)
    }
}

impl Deref for ContentText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}
