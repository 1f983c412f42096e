//! Payloads of the usual formats, opened where they lie, and written from there.

use payload_codec::{CodecError, Outcome};
use temporal_payload::{Payload, encodings};

use super::{Batch, Stopped};

impl Batch<'_> {
    /// Decodes a Payload in place. `false` where it is to be decoded the general way: nothing was counted or written then.
    pub(super) fn open_in_place(
        &mut self,
        beside: &Payload,
        is_same: bool,
        data: &mut [u8],
    ) -> Result<bool, Stopped> {
        let Some(in_place) = &mut self.in_place else {
            return Ok(false);
        };
        let opened = match in_place.open(beside, is_same, data, self.budget) {
            Ok(Outcome::Opened(opened)) => opened,
            Ok(Outcome::Decoded(decoded)) => {
                self.shape = None;
                // What cannot be decoded is returned as it was sent, and that is to be read anew.
                if decoded.error.is_some() && !decoded.is_answer() {
                    self.decoded = Some(decoded);
                    return Ok(false);
                }
                self.progress.tally.sent(beside);
                return self.write_decoded(beside, decoded).map(|()| true);
            }
            Err(CodecError::Stopped) => return Err(Stopped),
            Ok(Outcome::NotHere) | Err(_) => return Ok(false),
        };
        let before = self.shape.take().filter(|_| opened.is_same);
        // It is written as JSON perhaps, which is less usual.
        if self.messages.is_some() && opened.beside.has_encoding(encodings::BINARY_PROTOBUF) {
            return Ok(false);
        }
        let is_same = before.is_some();
        self.shape = Some(match before {
            Some(shape) => {
                self.progress.tally.decoded_again(shape);
                shape
            }
            None => {
                let tally = &mut self.progress.tally;
                tally.sent(beside);
                tally.opened(opened.codec(), opened.key_id, opened.beside)
            }
        });
        self.progress.used_a_key = true;
        self.progress.tally.counts.decoded += 1;
        self.progress
            .answer
            .write_beside(opened.beside, is_same, &data[opened.data]);
        Ok(true)
    }
}
