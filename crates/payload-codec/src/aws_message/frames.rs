//! The body of a message: frames, or one block, each sealed by itself and with its number in what is authenticated.

use super::head::{Head, NONCE_BYTES, TAG_BYTES};

/// The number of the last frame, as the format marks it.
const LAST: u32 = u32::MAX;

/// One frame, or the block.
pub(super) struct Frame<'a> {
    pub(super) nonce: &'a [u8],
    /// Ciphertext, and the tag behind it.
    pub(super) sealed: &'a [u8],
    what: &'static str,
    number: u32,
}

/// The frames of a body, in order. Ends with an error at what is no frame.
pub(super) struct Frames<'a> {
    rest: &'a [u8],
    frame_bytes: Option<usize>,
    is_signed: bool,
    next: u32,
    is_done: bool,
}

/// What stands where a frame should.
#[derive(Debug)]
pub(super) struct NoFrame;

impl Frame<'_> {
    /// What its tag is over beside the text: `message id ‖ what it is ‖ number(4) ‖ length of the text(8)`.
    pub(super) fn aad(&self, message_id: &[u8]) -> Vec<u8> {
        let text_bytes = (self.sealed.len() - TAG_BYTES) as u64;
        let number = self.number.to_be_bytes();
        [
            message_id,
            self.what.as_bytes(),
            &number,
            &text_bytes.to_be_bytes(),
        ]
        .concat()
    }
}

impl<'a> Frames<'a> {
    pub(super) fn of(head: &Head<'a>) -> Self {
        Frames {
            rest: head.body,
            frame_bytes: head.frame_bytes,
            is_signed: head.suite.is_signed,
            next: 1,
            is_done: false,
        }
    }

    fn block(&mut self) -> Option<Frame<'a>> {
        let (nonce, rest) = self.rest.split_at_checked(NONCE_BYTES)?;
        let (text_bytes, rest) = rest.split_first_chunk::<8>()?;
        let text_bytes = usize::try_from(u64::from_be_bytes(*text_bytes)).ok()?;
        let frame = self.frame(
            "AWSKMSEncryptionClient Single Block",
            nonce,
            rest,
            text_bytes,
        )?;
        self.end()?;
        Some(frame)
    }

    fn numbered(&mut self, frame_bytes: usize) -> Option<Frame<'a>> {
        let (number, mut rest) = self.rest.split_first_chunk::<4>()?;
        let is_last = u32::from_be_bytes(*number) == LAST;
        let mut number = *number;
        if is_last {
            let (its, behind) = rest.split_first_chunk::<4>()?;
            (number, rest) = (*its, behind);
        }
        if u32::from_be_bytes(number) != self.next {
            return None;
        }
        let (nonce, mut rest) = rest.split_at_checked(NONCE_BYTES)?;
        if !is_last {
            let what = "AWSKMSEncryptionClient Frame";
            return self.frame(what, nonce, rest, frame_bytes);
        }
        let (text_bytes, behind) = rest.split_first_chunk::<4>()?;
        rest = behind;
        let text_bytes = usize::try_from(u32::from_be_bytes(*text_bytes)).ok()?;
        let what = "AWSKMSEncryptionClient Final Frame";
        let frame = self.frame(what, nonce, rest, text_bytes)?;
        self.end()?;
        Some(frame)
    }

    fn frame(
        &mut self,
        what: &'static str,
        nonce: &'a [u8],
        rest: &'a [u8],
        text_bytes: usize,
    ) -> Option<Frame<'a>> {
        let (sealed, rest) = rest.split_at_checked(text_bytes.checked_add(TAG_BYTES)?)?;
        let number = self.next;
        self.next = number.checked_add(1)?;
        self.rest = rest;
        Some(Frame {
            nonce,
            sealed,
            what,
            number,
        })
    }

    /// Nothing stands behind the last one but a signature, where the suite has one: two bytes of length, and it.
    fn end(&mut self) -> Option<()> {
        self.is_done = true;
        let is_whole = match self.rest.split_first_chunk::<2>() {
            Some((len, signature)) if self.is_signed => {
                signature.len() == usize::from(u16::from_be_bytes(*len))
            }
            Some(_) | None => !self.is_signed && self.rest.is_empty(),
        };
        is_whole.then_some(())
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Result<Frame<'a>, NoFrame>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let frame = match self.frame_bytes {
            None => self.block(),
            Some(frame_bytes) => self.numbered(frame_bytes),
        };
        self.is_done |= frame.is_none();
        Some(frame.ok_or(NoFrame))
    }
}
