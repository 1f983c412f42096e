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

    /// Whether it wants to be asked by [`take_in_place`](TakePayloads::take_in_place) first.
    fn takes_in_place(&self) -> bool {
        false
    }

    /// The next Payload, with its data in a buffer that is used for the next one again, and overwritten in the end: `beside` has its
    /// metadata and no data, and `is_same` says that these metadata are those of the Payload before. `false` where it does not take
    /// it so; then it is read anew, whatever became of `data`, and handed over by [`take`](TakePayloads::take).
    ///
    /// # Errors
    /// Where it takes no more.
    fn take_in_place(
        &mut self,
        _beside: &Payload,
        _is_same: bool,
        _data: &mut [u8],
    ) -> Result<bool, Self::Stopped> {
        Ok(false)
    }

    /// What was taken until now does not count: the list is there once more, and of a repeated field the last counts.
    fn start_again(&mut self);
}
