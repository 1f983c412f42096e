//! What the usual text of a Payload stands for. Nearly all Payloads of a list have the same metadata, in the same text: it is made
//! once. Data are decoded into the buffer of the Payload before, unless somebody has kept it.

use std::collections::BTreeMap;
use std::hint::black_box;

use bytes::Bytes;

use super::scan::{KnownText, PayloadText, Scan, Unended};
use crate::base64;
use crate::json_string::plain_prefix;
use crate::payload::{Payload, wipe_metadata};

/// The Payload that is read, and what is left of those before.
#[derive(Default)]
pub(super) struct Reading {
    /// Its metadata; its data only in [`Reading::with_data`].
    payload: Payload,
    /// The text of the metadata that were read last.
    known: KnownText,
    /// These metadata, where the Payload has none.
    kept: BTreeMap<String, Vec<u8>>,
    /// Whether the Payload has metadata, and whether they are those of the Payload before.
    has_metadata: bool,
    is_same: bool,
    /// What data are opened in.
    in_place: Vec<u8>,
}

/// A Payload without its data, which lie in a buffer that is used again.
pub(super) struct InPlace<'a> {
    pub(super) beside: &'a Payload,
    pub(super) is_same: bool,
    pub(super) data: &'a mut [u8],
}

impl Reading {
    /// The text of the metadata that were read last.
    pub(super) fn known(&self) -> &KnownText {
        &self.known
    }

    /// The next Payload's metadata. `None` where they are not usual.
    pub(super) fn metadata(&mut self, found: &PayloadText<'_>) -> Option<()> {
        let had_metadata = std::mem::replace(&mut self.has_metadata, found.metadata.is_some());
        let Some(text) = found.metadata else {
            self.is_same = false;
            if had_metadata {
                self.kept = std::mem::take(&mut self.payload.metadata);
            }
            return Some(());
        };
        if *text == self.known.text {
            self.is_same = had_metadata;
            if !had_metadata {
                self.payload.metadata = std::mem::take(&mut self.kept);
            }
            return Some(());
        }
        self.is_same = false;
        for old in [&mut self.payload.metadata, &mut self.kept] {
            wipe_metadata(old);
            old.clear();
        }
        self.known.text.clear();
        let metadata = &mut self.payload.metadata;
        let mut scan = Scan::of(text, Unended::default());
        scan.entries(|name, value| {
            let name = std::str::from_utf8(name).ok()?;
            if plain_prefix(name.as_bytes()) < name.len() {
                return None;
            }
            let mut read = Vec::new();
            match base64::decode_canonical(value, &mut read) {
                Some(n_bytes) => read.truncate(n_bytes),
                None => read = unusual_bytes(value)?,
            }
            metadata.insert(name.to_owned(), read);
            Some(())
        })?;
        self.known.text.extend_from_slice(text);
        self.known.line_ends = scan.line_ends_passed();
        Some(())
    }

    /// The Payload with its data in the buffer. `None` where they are not spelled as they nearly always are.
    pub(super) fn in_place(&mut self, found: &PayloadText<'_>) -> Option<InPlace<'_>> {
        let most = base64::decoded_len_estimate(found.data.len());
        if self.in_place.capacity() < most {
            // Nothing of what was opened is left behind.
            wipe(&mut self.in_place);
            self.in_place = Vec::with_capacity(most);
        }
        let n_bytes = base64::decode_canonical(found.data, &mut self.in_place)?;
        Some(InPlace {
            beside: &self.payload,
            is_same: self.is_same,
            data: &mut self.in_place[..n_bytes],
        })
    }

    /// Hands the Payload with its data to `take`. `None` where they are not usual.
    pub(super) fn with_data<R>(
        &mut self,
        found: &PayloadText<'_>,
        buffer: &mut Bytes,
        take: impl FnOnce(&Payload) -> R,
    ) -> Option<R> {
        let before = std::mem::take(buffer);
        let mut read = match before.is_unique() {
            true => Vec::from(before),
            false => Vec::new(),
        };
        match base64::decode_canonical(found.data, &mut read) {
            Some(n_bytes) => read.truncate(n_bytes),
            None => read = unusual_bytes(found.data)?,
        }
        self.payload.data = read.into();
        let taken = take(&self.payload);
        *buffer = std::mem::take(&mut self.payload.data);
        Some(taken)
    }
}

/// What is to be encoded is not encoded yet, and what was opened in place is open.
impl Drop for Reading {
    fn drop(&mut self) {
        wipe_metadata(&mut self.payload.metadata);
        wipe_metadata(&mut self.kept);
        wipe(&mut self.in_place);
    }
}

fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    // Somebody may read the zeros, so they must be written.
    black_box(bytes);
}

/// What a JSON string without escapes stands for as base64, where that is not spelled as it nearly always is.
fn unusual_bytes(text: &[u8]) -> Option<Vec<u8>> {
    // A line end is skipped by readers of base64, and is no JSON.
    let is_json = plain_prefix(text) == text.len();
    is_json
        .then(|| std::str::from_utf8(text).ok())
        .flatten()
        .and_then(base64::decode)
}
