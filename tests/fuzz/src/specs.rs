//! Specs made of their parts, sound ones and others: what is sound builds, seals, and opens what it sealed.

use arbitrary::{Result, Unstructured};
use payload_codec::{
    Aad, Body, BytesAs, CipherName, CodecSpec, Compression, Derivation, Encoding, Field, Framing,
    HashName, HeaderPart, LengthAs, Marker, NoncePlace, Part, Rounds, Short, TagPlace, layout,
};

use super::payloads::payload;
use super::spec_holds;

/// A spec of any parts, and any bytes.
pub fn made_spec(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let Ok(spec) = spec(&mut u) else { return };
    let rest = u.take_rest();
    spec_holds(&spec, rest);
    let payload = payload(spec.encoding.written().unwrap_or_default(), rest);
    if let Ok(layout) = layout(&spec, &payload) {
        let len: usize = layout.parts.iter().map(|part| part.len).sum();
        assert_eq!(len, layout.bytes.len(), "parts have no gaps");
    }
}

fn spec(u: &mut Unstructured<'_>) -> Result<CodecSpec> {
    Ok(CodecSpec {
        encoding: match u.int_in_range(0..=4)? {
            0 => Encoding::None,
            1 => Encoding::AnyOf(texts(u)?),
            2 => Encoding::Marked(Marker {
                marker: text(u)?,
                value: some(u, text)?,
            }),
            _ => Encoding::One(text(u)?),
        },
        require: texts(u)?,
        forbid: texts(u)?,
        key_id: some(u, text)?,
        key_id_as: some(u, |u| {
            Ok(*u.choose(&[BytesAs::Raw, BytesAs::Base64, BytesAs::Hex])?)
        })?,
        any_key: u.arbitrary()?,
        write: texts(u)?
            .into_iter()
            .map(|name| (name.clone(), name))
            .collect(),
        key: derivation(u)?,
        cipher: *u.choose(&[
            CipherName::AesGcm,
            CipherName::Chacha20Poly1305,
            CipherName::Xchacha20Poly1305,
            CipherName::NaclSecretbox,
            CipherName::Fernet,
            CipherName::AesCbc,
            CipherName::None,
        ])?,
        nonce: match u.int_in_range(0..=7)? {
            0 => NoncePlace::Metadata(Field::of(&text(u)?)),
            1 => NoncePlace::Prefix(24),
            2 => NoncePlace::Prefix(16),
            3 => NoncePlace::Prefix(u.int_in_range(0..=64)?),
            4 => NoncePlace::Suffix(u.int_in_range(0..=64)?),
            5 => NoncePlace::Suffix(12),
            _ => NoncePlace::Prefix(12),
        },
        tag: match u.int_in_range(0..=7)? {
            0 => Some(TagPlace::Before),
            1 => Some(TagPlace::Behind),
            2 => Some(TagPlace::Metadata(Field::of(&text(u)?))),
            3 => Some(TagPlace::First),
            4 => Some(TagPlace::Last),
            _ => None,
        },
        header: match u.int_in_range(0..=6)? {
            0 => vec![HeaderPart::Hex("81".to_owned()), HeaderPart::Time],
            1 => vec![HeaderPart::Skip(u.int_in_range(0..=64)?)],
            2 => vec![HeaderPart::KeyId(u.int_in_range(0..=64)?)],
            3 => vec![HeaderPart::KeyIdAfterLength(*u.choose(&LengthAs::ALL)?)],
            _ => vec![],
        },
        aad: match u.int_in_range(0..=3)? {
            0 => Aad::Joined(parts(u)?),
            1 => Aad::LengthPrefixed(parts(u)?),
            _ => Aad::None,
        },
        body: match u.int_in_range(0..=5)? {
            0 | 1 => Body::Payload,
            2 => Body::Json,
            3 => Body::Values,
            _ => Body::Data {
                original_encoding: some(u, text)?,
                remove: texts(u)?,
                leave_empty: u.arbitrary()?,
            },
        },
        framing: match u.int_in_range(0..=5)? {
            0 => Framing::TextThenBase64(text(u)?),
            1 => Framing::Base64HashNonce,
            2 => Framing::Tink,
            3 => Framing::UrlSafeBase64,
            _ => Framing::None,
        },
        compression: some(u, |u| Ok(*u.choose(&Compression::READ)?))?,
        otherwise: None,
    })
}

fn derivation(u: &mut Unstructured<'_>) -> Result<Derivation> {
    const HASHES: [HashName; 4] = [
        HashName::Sha1,
        HashName::Sha256,
        HashName::Sha384,
        HashName::Sha512,
    ];
    let hash = *u.choose(&HASHES)?;
    let bytes = *u.choose(&[16, 24, 32, 33])?;
    Ok(match u.int_in_range(0..=15)? {
        0 => Derivation::First32,
        1 => Derivation::Sha256OfId,
        2 => Derivation::Id,
        3 => Derivation::HkdfSha256 {
            salt: parts(u)?,
            info: parts(u)?,
        },
        4 => Derivation::WrappedBesideIt { metadata: text(u)? },
        5 => Derivation::Sha256,
        6 => Derivation::SecretOrSha256,
        7 => Derivation::Joined {
            parts: parts(u)?,
            bytes,
            short: *u.choose(&[
                Short::Refuse,
                Short::ZerosBehind,
                Short::ZerosBefore,
                Short::Repeat,
            ])?,
            hash: some(u, |u| Ok(*u.choose(&HASHES)?))?,
        },
        8 => Derivation::Hkdf {
            hash,
            salt: parts(u)?,
            info: parts(u)?,
            bytes,
        },
        9 => Derivation::Pbkdf2 {
            hash,
            salt: parts(u)?,
            rounds: Rounds::Fixed(u.int_in_range(0..=3)?),
            bytes,
        },
        10 => Derivation::Scrypt {
            salt: parts(u)?,
            n: *u.choose(&[1, 2, 7, 16])?,
            r: u.int_in_range(0..=2)?,
            p: u.int_in_range(0..=2)?,
            bytes,
        },
        11 => Derivation::X25519 {
            public_key: Field::of(&text(u)?),
            then: Box::new(Derivation::Sha256),
        },
        _ => Derivation::Secret,
    })
}

fn some<T>(
    u: &mut Unstructured<'_>,
    one: impl Fn(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Option<T>> {
    u.arbitrary::<bool>()?.then(|| one(u)).transpose()
}

fn text(u: &mut Unstructured<'_>) -> Result<String> {
    const TEXTS: [&str; 10] = [
        "binary/encrypted",
        "json/plain",
        "encoding",
        "encryption-key-id",
        "nonce",
        "original-encoding",
        "key",
        "v1:",
        "#",
        "",
    ];
    match u.ratio(1, 8)? {
        true => u.arbitrary(),
        false => Ok((*u.choose(&TEXTS)?).to_owned()),
    }
}

fn texts(u: &mut Unstructured<'_>) -> Result<Vec<String>> {
    let n = u.int_in_range(0..=5)?;
    // Most have none.
    (3..n).map(|_| text(u)).collect()
}

fn parts(u: &mut Unstructured<'_>) -> Result<Vec<Part>> {
    let n = u.int_in_range(0..=3)?;
    let mut part = || {
        Ok(match u.int_in_range(0..=9)? {
            0 => Part::KeyId,
            1 => Part::Metadata(text(u)?),
            2 => Part::Secret,
            3 => Part::CrcOfKey,
            4 => Part::Hex("00ff".to_owned()),
            5 => Part::Namespace,
            6 => Part::WorkflowId,
            7 => Part::WorkflowType,
            8 => Part::ActivityType,
            _ => Part::Text(text(u)?),
        })
    };
    (0..n).map(|_| part()).collect()
}
