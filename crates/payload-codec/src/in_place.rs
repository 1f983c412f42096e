//! Payloads of a list that are opened where they lie: no copy of their data, no map of their metadata, nothing allocated. Nearly all
//! of a list have the same metadata, and so have those inside, so what these say is found once. Whatever is not usual is left to
//! [`CodecChain::decode_claimed`], which says why, too.

use std::ops::Range;

use temporal_payload::Payload;

use crate::budget::Budget;
use crate::chain::CodecChain;
use crate::codec::PayloadCodec;
use crate::codec_name::CodecName;
use crate::error::CodecError;
use crate::key_id::KeyId;
use crate::open_in_place::{OpenInPlace, OpenedData};
use crate::primitives::zeroize::{zeroize_on_drop, zeroize_payload};
use crate::trace::{Decoded, Step};

/// Opens Payloads of one list in place, by one chain.
pub struct InPlace<'c> {
    chain: &'c CodecChain,
    opener: Opener<'c>,
    /// The metadata of the Payload that was inside of the last one, and how they were serialized.
    inside: Payload,
    serialized: Vec<u8>,
}

/// What opens Payloads with the metadata that were sent last.
enum Opener<'c> {
    Unknown,
    /// Nothing that is here.
    None,
    Codec {
        codec: &'c dyn PayloadCodec,
        opens: &'c dyn OpenInPlace,
        named: KeyId,
    },
}

/// What became of a Payload.
pub enum Outcome<'o> {
    /// [`CodecChain::decode_claimed`] is to be asked; nothing was charged.
    NotHere,
    /// All there was to take off was taken off in place.
    Opened(OpenedInPlace<'o>),
    /// There were more layers, or what was inside is not as it is usually written.
    Decoded(Decoded),
}

/// A Payload that was opened in place.
pub struct OpenedInPlace<'o> {
    codec: &'o dyn PayloadCodec,
    /// The key that opened it.
    pub key_id: &'o KeyId,
    /// What was inside, without its data.
    pub beside: &'o Payload,
    /// Whether all but the data is as it was of the Payload that was opened before.
    pub is_same: bool,
    /// Where in the data that were handed in the data of what was inside are.
    pub data: Range<usize>,
}

impl OpenedInPlace<'_> {
    /// The codec that opened it.
    pub fn codec(&self) -> CodecName {
        self.codec.name()
    }

    /// What [`CodecChain::decode_claimed`] tells of it, where data of `bytes_in` bytes went in.
    pub fn step(&self, bytes_in: usize) -> Step {
        step(self.codec, self.key_id, bytes_in, self.data.len())
    }
}

fn step(codec: &dyn PayloadCodec, key_id: &KeyId, bytes_in: usize, bytes_out: usize) -> Step {
    Step {
        codec: codec.name(),
        format: codec.format().cloned(),
        key_id: Some(key_id.clone()),
        bytes_in,
        bytes_out,
    }
}

impl CodecChain {
    /// What opens Payloads of one list in place.
    pub fn in_place(&self) -> InPlace<'_> {
        InPlace {
            chain: self,
            opener: Opener::Unknown,
            inside: Payload::default(),
            serialized: Vec::new(),
        }
    }
}

impl<'c> InPlace<'c> {
    /// Opens `data` of a Payload that has the metadata of `beside`, whose own data are not looked at; `is_same` says that these are the
    /// metadata of the last call. Unless it was [`Outcome::Opened`], what the data are then means nothing.
    ///
    /// # Errors
    /// [`CodecError::Stopped`], where `budget` says so.
    pub fn open(
        &mut self,
        beside: &Payload,
        is_same: bool,
        data: &mut [u8],
        budget: &Budget<'_>,
    ) -> Result<Outcome<'_>, CodecError> {
        let is_known = is_same && !matches!(self.opener, Opener::Unknown);
        if !is_known {
            self.opener = self.chain.opener(beside);
        }
        let Opener::Codec {
            codec,
            opens,
            ref named,
        } = self.opener
        else {
            return Ok(Outcome::NotHere);
        };
        let mut allowance = self.chain.allowance(budget);
        let Some(opened) = opens.open_in_place(named, beside, data, &allowance) else {
            // The next one with these metadata is as little for here.
            self.opener = Opener::None;
            return Ok(Outcome::NotHere);
        };
        let OpenedData { plain, work } = opened;
        let parts = Payload::usual_parts(&data[plain.clone()]);
        let is_inside = parts.and_then(|(metadata, inside)| {
            let serialized = &data[plain.start..plain.start + metadata];
            let is_same = *serialized == self.serialized;
            let is_plain = is_same || self.inside_is(serialized);
            is_plain.then_some((
                is_same,
                plain.start + inside.start..plain.start + inside.end,
            ))
        });
        let Opener::Codec { named, .. } = &self.opener else {
            return Ok(Outcome::NotHere);
        };
        if let Some((is_same_inside, data)) = is_inside {
            allowance.spend(work)?;
            return Ok(Outcome::Opened(OpenedInPlace {
                codec,
                key_id: named,
                beside: &self.inside,
                is_same: is_known && is_same_inside,
                data,
            }));
        }
        let copied = zeroize_on_drop(data[plain.clone()].to_vec());
        let Ok(inside) = Payload::from_inner_proto(copied) else {
            return Ok(Outcome::NotHere);
        };
        let opened = allowance.spend(work);
        if let Err(stopped) = opened.and_then(|()| allowance.make(plain.len())) {
            zeroize_payload(inside);
            return Err(stopped);
        }
        let step = step(codec, named, data.len(), inside.data.len());
        let decoded = self.chain.decode_on(step, inside, allowance);
        Ok(Outcome::Decoded(decoded))
    }

    /// Takes over what was inside, unless it is no Payload, or some codec may take off one more layer.
    fn inside_is(&mut self, serialized: &[u8]) -> bool {
        let inside = Payload::from_inner_proto(zeroize_on_drop(serialized.to_vec()));
        let Ok(inside) = inside else {
            return false;
        };
        if self.chain.may_claim(&inside) {
            zeroize_payload(inside);
            return false;
        }
        self.forget();
        self.inside = inside;
        self.serialized.extend_from_slice(serialized);
        true
    }

    fn forget(&mut self) {
        zeroize_payload(std::mem::take(&mut self.inside));
        self.serialized.fill(0);
        // Somebody may read the zeros, so they must be written.
        std::hint::black_box(&mut self.serialized);
        self.serialized.clear();
    }
}

/// Metadata are content.
impl Drop for InPlace<'_> {
    fn drop(&mut self) {
        self.forget();
    }
}

impl CodecChain {
    fn opener(&self, beside: &Payload) -> Opener<'_> {
        let codec = self.first_by_metadata(beside);
        let opens = codec.and_then(|codec| Some((codec, codec.in_place()?)));
        let found = opens.and_then(|(codec, opens)| Some((codec, opens, opens.named(beside)?)));
        found.map_or(Opener::None, |(codec, opens, named)| Opener::Codec {
            codec,
            opens,
            named,
        })
    }
}

#[cfg(test)]
mod tests;
