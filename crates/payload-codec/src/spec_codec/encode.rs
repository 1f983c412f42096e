//! Encoding in the format that a spec describes: a fresh nonce, metadata, sealed bytes, framing.

use std::collections::BTreeMap;

use bytes::Bytes;
use prost::Message as _;
use temporal_payload::{METADATA_ENCODING, Payload, encodings};
use zeroize::Zeroizing;

use crate::cipher_name::CipherName;
use crate::codec::PayloadCodec as _;
use crate::compression::by_encoding::CompressionCodec;
use crate::context::Context;
use crate::error::CodecError;
use crate::key_id::KeyId;
use crate::primitives::detached::TAG_BYTES;
use crate::spec::frame::{NonceSpot, frame, place_nonce};
use crate::spec::header;
use crate::spec::parts::Inputs;
use crate::spec::restore::filled;
use crate::spec::{Body, BytesAs, CodecSpec, Encoding, NoncePlace, TagPlace};
use crate::spec_codec::aad::aad;
use crate::spec_codec::derive::{cipher, keyless};
use crate::spec_codec::fresh::Fresh;
use crate::spec_codec::{SpecCodec, unfit};

impl SpecCodec {
    /// Metadata of a sealed Payload.
    fn outer(&self, payload: &Payload, id: &KeyId, nonce: &[u8]) -> Result<Payload, CodecError> {
        let mut metadata = BTreeMap::new();
        let mut original = None;
        if let Body::Data {
            original_encoding, ..
        } = &self.spec.body
        {
            metadata.clone_from(&payload.metadata);
            let encoding = match &self.spec.encoding {
                Encoding::Marked(_) => metadata.get(METADATA_ENCODING).cloned(),
                Encoding::One(_) | Encoding::AnyOf(_) | Encoding::None => {
                    metadata.remove(METADATA_ENCODING)
                }
            };
            original = original_encoding.as_ref().zip(encoding);
            let taken = self.spec.added().into_iter().chain(self.taken());
            if let Some(name) = taken.into_iter().find(|name| metadata.contains_key(*name)) {
                return Err(CodecError::MetadataTaken {
                    name: name.to_owned(),
                });
            }
        }
        let mut add = |name: &str, value: &[u8]| metadata.insert(name.to_owned(), value.to_vec());
        if let Some(encoding) = self.spec.encoding.written() {
            add(METADATA_ENCODING, encoding.as_bytes());
        }
        if let Some((name, encoding)) = original {
            add(name, &encoding);
        }
        if let Some(name) = &self.spec.key_id {
            let spelled = self.spec.key_id_as.unwrap_or(BytesAs::Raw);
            add(name, &spelled.write(&id.to_bytes()));
        }
        if let NoncePlace::Metadata(field) = &self.spec.nonce {
            add(&field.name, &field.write(nonce));
        }
        if let Encoding::Marked(marker) = &self.spec.encoding {
            let value = marker.value.as_deref().unwrap_or("true");
            add(&marker.marker, value.as_bytes());
        }
        for (name, value) in &self.spec.write {
            add(name, value.as_bytes());
        }
        let external_payloads = match &self.spec.body {
            Body::Payload | Body::Json | Body::Values => Vec::new(),
            Body::Data { .. } => payload.external_payloads.clone(),
        };
        let outer = Payload {
            metadata,
            data: Bytes::new(),
            external_payloads,
        };
        // The tag comes last: it is known once all is sealed.
        let tag = match &self.spec.tag {
            Some(TagPlace::Metadata(field)) => Some(&field.name),
            Some(TagPlace::Before | TagPlace::Behind | TagPlace::First | TagPlace::Last) | None => {
                None
            }
        };
        let mut required = self.spec.require.iter().filter(|name| Some(*name) != tag);
        match required.find(|name| !filled(&outer, name)) {
            Some(name) => Err(CodecError::MetadataMissing { name: name.clone() }),
            None => Ok(outer),
        }
    }

    /// Names that what is encoded must not have, beside those that the format adds.
    fn taken(&self) -> impl Iterator<Item = &str> {
        let removed = match &self.spec.body {
            Body::Data { remove, .. } => remove.as_slice(),
            Body::Payload | Body::Json | Body::Values => &[],
        };
        self.spec.forbid.iter().chain(removed).map(String::as_str)
    }

    /// Encodes with this nonce and time. They must be fresh: a nonce that seals twice under one key gives the key's secret
    /// away.
    pub(crate) fn encode_fresh(
        &self,
        payload: &Payload,
        context: &Context,
        fresh: &Fresh,
    ) -> Result<Option<Payload>, CodecError> {
        let spec = &self.spec;
        let id = self
            .encode_key
            .as_ref()
            .filter(|_| spec.encodes())
            .ok_or(CodecError::NoEncodeKey)?;
        let key = self
            .find(id)?
            .ok_or_else(|| CodecError::KeyNotFound(id.clone()))?;
        if leaves(&spec.body, payload) {
            return Ok(None);
        }
        let missing = context.missing(self.bound);
        if !missing.is_empty() {
            return Err(CodecError::ContextMissing(missing));
        }
        let nonce = &fresh.nonce[..spec.nonce_bytes()];
        let mut outer = self.outer(payload, id, nonce)?;
        let inputs = Inputs::of(id, &outer, context);
        let cipher = if spec.takes_no_secret() {
            keyless(spec, inputs, &self.keyless)
        } else {
            cipher(spec, &key, inputs)
        };
        let cipher = cipher.ok_or_else(|| unfit(id, &key))?;
        let aad = aad(spec, inputs, key.expose());
        let text_is = |source: &Text<'_>| match source {
            Text::Payload(payload) => payload.encoded_len(),
            Text::Made(bytes) => bytes.len(),
            Text::Data(data) => data.len(),
        };
        let source = text(spec, payload)?;

        let mut front = header::write(&spec.header, fresh.seconds, id)
            .ok_or_else(|| CodecError::KeyIdUnfit(id.clone()))?;
        if spec.nonce_spot() == NonceSpot::First {
            front.extend_from_slice(nonce);
        }
        let at = front.len();
        let text_len = text_is(&source);
        let text = at + cipher.bytes_before();
        // Its full size at once: growing it would leave a copy of the plaintext behind.
        let mut sealed = Vec::with_capacity(text + text_len + cipher.bytes_after() + nonce.len());
        sealed.extend_from_slice(&front);
        sealed.resize(text, 0);
        match &source {
            Text::Payload(payload) => payload
                .encode(&mut sealed)
                .expect("the buffer grows as it is written"),
            Text::Made(bytes) => sealed.extend_from_slice(bytes),
            Text::Data(data) => sealed.extend_from_slice(data),
        }
        cipher
            .seal(nonce, &aad, fresh.seconds, &mut sealed, at)
            .ok_or_else(|| unfit(id, &key))?;
        self.place_tag(&mut sealed, at, &mut outer);
        place_nonce(spec, nonce, at, &mut sealed);
        outer.data = frame(spec, nonce, sealed).into();
        Ok(Some(outer))
    }

    /// Moves the tag from where the cipher puts it to where the format has it.
    fn place_tag(&self, sealed: &mut Vec<u8>, at: usize, outer: &mut Payload) {
        let is_behind = self.spec.cipher != CipherName::NaclSecretbox;
        match (&self.spec.tag, is_behind) {
            (Some(TagPlace::Before | TagPlace::First), true) => {
                sealed[at..].rotate_right(TAG_BYTES)
            }
            (Some(TagPlace::Behind | TagPlace::Last), false) => sealed[at..].rotate_left(TAG_BYTES),
            (Some(TagPlace::Metadata(field)), is_behind) => {
                if !is_behind {
                    sealed[at..].rotate_left(TAG_BYTES);
                }
                let tag = sealed.split_off(sealed.len() - TAG_BYTES);
                outer.metadata.insert(field.name.clone(), field.write(&tag));
            }
            (Some(TagPlace::Before | TagPlace::First), false)
            | (Some(TagPlace::Behind | TagPlace::Last), true)
            | (None, _) => {}
        }
    }
}

/// What is sealed.
enum Text<'a> {
    /// A Payload as protobuf.
    Payload(&'a Payload),
    /// Data as it is.
    Data(&'a [u8]),
    /// What was made of either.
    Made(Zeroizing<Vec<u8>>),
}

fn text<'a>(spec: &CodecSpec, payload: &'a Payload) -> Result<Text<'a>, CodecError> {
    let text = match &spec.body {
        Body::Payload | Body::Values => Text::Payload(payload),
        Body::Json => Text::Made(Zeroizing::new(payload.to_json().into_bytes())),
        Body::Data { .. } => Text::Data(&payload.data),
    };
    let Some(compression) = spec.compression else {
        return Ok(text);
    };
    let packed = match text {
        Text::Payload(payload) => compression.compress(&Zeroizing::new(payload.to_proto())),
        Text::Data(data) => compression.compress(data),
        Text::Made(made) => compression.compress(&made),
    };
    let packed = packed.map_err(|_| CodecError::Corrupt {
        codec: CompressionCodec(compression).name(),
    })?;
    Ok(Text::Made(Zeroizing::new(packed)))
}

/// Whether the format leaves a Payload alone: there is nothing in it to hide.
fn leaves(body: &Body, payload: &Payload) -> bool {
    let Body::Data { leave_empty, .. } = body else {
        return false;
    };
    *leave_empty && (payload.data.is_empty() || payload.encoding() == Some(encodings::BINARY_NULL))
}
