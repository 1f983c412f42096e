//! Whoever is handed the Payloads of a text one at a time.

use crate::payload::Payload;

/// Takes the Payloads that are read.
pub trait TakePayloads {
    /// Why it takes no more.
    type Stopped;

    /// The next Payload. It is lent, since nearly all Payloads of a list have the same metadata, which is made once then.
    ///
    /// # Errors
    /// Where it takes no more.
    fn take(&mut self, payload: &Payload) -> Result<(), Self::Stopped>;

    /// What was taken until now does not count: the list is there once more, and of a repeated field the last counts; or the text
    /// is read anew.
    fn start_again(&mut self);
}
