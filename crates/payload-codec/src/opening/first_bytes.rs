//! The first bytes under a cipher, and whether a serialized Payload can start so.

use aes::cipher::{BlockCipherDecrypt as _, KeyInit as _};
use temporal_payload::base64;
use zeroize::Zeroizing;

use crate::primitives::cipher::Cipher;

/// Bytes that are looked at: a metadata entry's head, and more.
const START_BYTES: usize = 32;

/// Up to 32 first bytes of the plaintext that this key would make of `sealed`, unauthenticated: for judging, never for showing.
/// `None` where the cipher has no such thing, or lengths do not fit. `key` is the one that `cipher` was made of.
pub(crate) fn first_bytes(
    cipher: &Cipher,
    key: &[u8],
    nonce: &[u8],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    // The ciphers but Fernet's add a stream to the text, and sealing nothing but zero bytes gives that stream.
    match cipher {
        Cipher::Aead(cipher) => {
            let mut stream = Zeroizing::new(vec![0; START_BYTES]);
            cipher.seal(nonce, b"", &mut stream)?;
            Some(added(stream, sealed.get(..sealed.len().checked_sub(16)?)?))
        }
        Cipher::SecretBox(cipher) => {
            let mut stream = Zeroizing::new(vec![0; 16 + START_BYTES]);
            cipher.seal(nonce, b"", &mut stream)?;
            stream.drain(..16);
            Some(added(stream, sealed.get(16..)?))
        }
        Cipher::Fernet(_) => fernet_block(key, sealed),
        Cipher::Cbc(_) | Cipher::None => None,
    }
}

fn added(mut stream: Zeroizing<Vec<u8>>, sealed: &[u8]) -> Zeroizing<Vec<u8>> {
    stream.truncate(sealed.len());
    for (byte, sealed) in stream.iter_mut().zip(sealed) {
        *byte ^= sealed;
    }
    stream
}

/// The first block of a token's CBC: its bytes 25 to 41, which 56 characters of base64 hold.
fn fernet_block(key: &[u8], token: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let head = base64::decode(std::str::from_utf8(token.get(..56)?).ok()?)?;
    let (iv, rest) = head.get(9..)?.split_first_chunk::<16>()?;
    let mut block: aes::Block = (*rest.first_chunk::<16>()?).into();
    let cipher = aes::Aes128::new_from_slice(key.get(16..32)?).ok()?;
    cipher.decrypt_block(&mut block);
    let text = block.iter().zip(iv).map(|(byte, iv)| byte ^ iv);
    Some(Zeroizing::new(text.collect()))
}

/// Whether a serialized Payload of `len` bytes can start with these. Writers put fields in the order of their numbers, so the
/// first is metadata, data or external payloads, and no length goes past the end.
pub(crate) fn may_start_payload(start: &[u8], len: usize) -> bool {
    let Some((&tag, rest)) = start.split_first() else {
        return true;
    };
    let Some((field, rest)) = varint(rest) else {
        return false;
    };
    // Tag and length come before the field; that they take two bytes at least is enough to know.
    if field > len.saturating_sub(2) {
        return false;
    }
    match tag {
        // A metadata entry: its name, or its value where the name is empty.
        0x0a if field == 0 => true,
        0x0a => match rest.split_first() {
            Some((0x0a | 0x12, rest)) => varint(rest).is_some_and(|(part, _)| part < field),
            _ => false,
        },
        0x12 => true,
        // An external payload holds one number.
        0x1a => field <= 11,
        _ => false,
    }
}

fn varint(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_usize;
    for (index, &byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cipher_name::CipherName;
    use proptest::prelude::*;
    use temporal_payload::{ExternalPayloadDetails, Payload};

    #[test]
    fn gives_the_first_bytes_under_every_cipher() {
        let text = b"0123456789abcdef".repeat(8);
        for (name, nonce) in [
            (CipherName::AesGcm, 12),
            (CipherName::AesGcm, 16),
            (CipherName::Chacha20Poly1305, 12),
            (CipherName::Xchacha20Poly1305, 24),
            (CipherName::NaclSecretbox, 24),
            (CipherName::Fernet, 16),
        ] {
            let (key, nonce) = ([7; 32], vec![3; nonce]);
            let cipher = Cipher::new(name, nonce.len(), &key).expect("lengths fit");
            let mut sealed = vec![0; cipher.bytes_before()];
            sealed.extend_from_slice(&text);
            cipher.seal(&nonce, b"", 1, &mut sealed, 0).expect("seals");
            let start = first_bytes(&cipher, &key, &nonce, &sealed).expect("long enough");
            assert!(start.len() >= 16 && text.starts_with(&start), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn every_serialized_payload_may_start_so(
            metadata in prop::collection::btree_map(".{0,40}", prop::collection::vec(any::<u8>(), 0..300), 0..4),
            data in prop::collection::vec(any::<u8>(), 0..400),
            external in prop::collection::vec(any::<i64>(), 0..3),
        ) {
            let external_payloads = external
                .into_iter()
                .map(|size_bytes| ExternalPayloadDetails { size_bytes })
                .collect();
            let bytes = Payload { metadata, data: data.into(), external_payloads }.to_proto();
            prop_assert!(may_start_payload(&bytes[..bytes.len().min(START_BYTES)], bytes.len()));
            prop_assert!(may_start_payload(&bytes[..bytes.len().min(16)], bytes.len()));
        }

        #[test]
        fn any_bytes_are_judged(start in prop::collection::vec(any::<u8>(), 0..40), len in any::<usize>()) {
            may_start_payload(&start, len);
        }
    }

    #[test]
    fn noise_hardly_ever_may() {
        // A plain generator (SplitMix64), so that the test is the same each time.
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (mixed ^ (mixed >> 27)).to_le_bytes()
        };
        let noise = || [next(), next(), next(), next()].concat();
        let passing = std::iter::repeat_with(noise)
            .take(100_000)
            .filter(|noise| may_start_payload(noise, 2_000_000))
            .count();
        assert!(passing < 1_000, "{passing} of 100000 pass");
    }
}
