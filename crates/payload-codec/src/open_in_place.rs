//! What a codec can do that opens data where they lie.

use std::ops::Range;

use temporal_payload::Payload;

use crate::budget::Allowance;
use crate::key_id::KeyId;

/// A codec that can open data where they lie.
pub trait OpenInPlace: Send + Sync {
    /// The key that a Payload of these metadata names; `None` where it names none.
    fn named(&self, beside: &Payload) -> Option<KeyId>;

    /// Opens `data` of a Payload that has the metadata of `beside` and names the key `named`. `None` where it is to be opened by
    /// [`PayloadCodec::open`](crate::PayloadCodec::open), also where `allowance` has not as much as that takes; what the data are then means nothing.
    fn open_in_place(
        &self,
        named: &KeyId,
        beside: &Payload,
        data: &mut [u8],
        allowance: &Allowance<'_>,
    ) -> Option<OpenedData>;
}

/// Data that were opened where they lie.
pub struct OpenedData {
    /// Which part of them is the plaintext now.
    pub plain: Range<usize>,
    /// What [`PayloadCodec::open`](crate::PayloadCodec::open) charges for it.
    pub work: usize,
}
