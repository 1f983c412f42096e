//! What may stand in front of nonce and ciphertext: a version, a key's number, a key's id.

use temporal_payload::Payload;

use super::limits::Candidate;
use crate::cipher_name::CipherName;
use crate::primitives::hex;
use crate::spec::frame::framed_bytes;
use crate::spec::header::{HeaderPart, LengthAs};
use crate::spec::{Aad, Body, CodecSpec, Derivation, Framing};

/// Bytes that people put there: a version, a key's number, its id, a UUID in bytes or as text.
const USUAL: [usize; 9] = [4, 16, 8, 1, 2, 36, 32, 20, 24];

/// How far behind the first byte an id may begin: behind a magic number, a version, a time.
const ID_WITHIN: usize = 20;

/// Headers that the ids of keys tell, at most: what stands in front is short, and holds one of them.
const MAX_TOLD: usize = 16;

/// The layouts of whole Payloads that take the secret as it is, with something in front of them, each once: first what has the id of
/// one of the keys in it, then whatever has a usual length.
pub(super) fn behind_a_prefix(
    layouts: &[(usize, CodecSpec)],
    payload: &Payload,
    keys: &[Candidate],
) -> Vec<(usize, CodecSpec)> {
    let plain = plain_layouts(layouts);
    let told = plain.iter().flat_map(|layout| {
        let (_, spec) = layout;
        let bytes = framed_bytes(spec, &payload.data).ok();
        let headers = bytes.map_or_else(Vec::new, |bytes| told(spec, &bytes, keys));
        headers.into_iter().map(|header| behind(layout, header))
    });
    let usual = USUAL.iter().flat_map(|bytes| {
        let header = [HeaderPart::Skip(*bytes)];
        plain
            .iter()
            .map(move |layout| behind(layout, header.to_vec()))
    });
    told.chain(usual).collect()
}

fn behind((format, spec): &(usize, CodecSpec), header: Vec<HeaderPart>) -> (usize, CodecSpec) {
    // The id has one place.
    let key_id = spec.key_id.clone();
    let spec = CodecSpec {
        key_id: key_id.filter(|_| !header.iter().any(HeaderPart::is_key_id)),
        header,
        ..spec.clone()
    };
    (*format, spec)
}

/// Those that something may stand in front of, each once, the likeliest first.
fn plain_layouts(layouts: &[(usize, CodecSpec)]) -> Vec<&(usize, CodecSpec)> {
    let mut plain: Vec<&(usize, CodecSpec)> = Vec::new();
    for layout in layouts {
        let (_, spec) = layout;
        let takes_one = spec.header.is_empty()
            && spec.cipher != CipherName::Fernet
            && !matches!(spec.framing, Framing::Base64HashNonce | Framing::Tink);
        let is_plain = spec.key == Derivation::Secret
            && spec.body == Body::Payload
            && spec.aad == Aad::None
            && spec.compression.is_none();
        let is_new = !plain.iter().any(|(_, other)| {
            let layout = |spec: &CodecSpec| (spec.cipher, spec.nonce.clone(), spec.tag.clone());
            layout(other) == layout(spec) && other.framing == spec.framing
        });
        if takes_one && is_plain && is_new {
            plain.push(layout);
        }
    }
    plain
}

/// The headers that end with the id of a key that stands in the first bytes, with its length in front or without. In metadata
/// it would not stand here too.
fn told(spec: &CodecSpec, bytes: &[u8], keys: &[Candidate]) -> Vec<Vec<HeaderPart>> {
    let mut headers: Vec<Vec<HeaderPart>> = Vec::new();
    if spec.key_id.is_some() {
        return headers;
    }
    let ids = keys.iter().flat_map(|key| &key.ids).flat_map(|id| {
        // In so many bytes it may also be what hex digits stand for.
        let digits = hex::decode(id.as_str()).map(|bytes| (bytes, false));
        std::iter::once((id.to_bytes().into_owned(), true)).chain(digits)
    });
    // One byte is anywhere by chance.
    for (id, has_length) in ids.filter(|(id, _)| id.len() > 1) {
        let front = &bytes[..bytes.len().min(ID_WITHIN + id.len())];
        let starts = front.windows(id.len()).enumerate();
        for (start, _) in starts.filter(|(_, window)| *window == id) {
            let lengths = LengthAs::ALL.into_iter().filter_map(|length| {
                let written = length.write(id.len())?;
                let before = start.checked_sub(written.len())?;
                let stands = has_length && bytes.get(before..start) == Some(&written);
                stands.then_some((before, HeaderPart::KeyIdAfterLength(length)))
            });
            let mut ways: Vec<_> = lengths.collect();
            // The longest length first: the last byte of a long one is a short one.
            ways.sort_by_key(|(before, _)| *before);
            ways.push((start, HeaderPart::KeyId(id.len())));
            for (skipped, id) in ways {
                let skip = (skipped > 0).then_some(HeaderPart::Skip(skipped));
                let header: Vec<_> = skip.into_iter().chain([id]).collect();
                if headers.len() < MAX_TOLD && !headers.contains(&header) {
                    headers.push(header);
                }
            }
        }
    }
    headers
}
