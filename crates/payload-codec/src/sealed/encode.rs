//! Encoding in the format that a spec describes: a fresh nonce, metadata, sealed bytes, framing.

use std::collections::BTreeMap;

use bytes::Bytes;
use prost::Message as _;
use temporal_payload::{METADATA_ENCODING, Payload, base64, encodings};

use crate::error::CodecError;
use crate::key_id::KeyId;
use crate::primitives::derive::{cipher, keyless};
use crate::sealed::fresh::Fresh;
use crate::sealed::{SealedCodec, unfit};
use crate::spec::frame::{aad, frame, puts_nonce_first};
use crate::spec::restore::filled;
use crate::spec::{Body, NoncePlace};

impl SealedCodec {
    /// Metadata of a sealed Payload.
    fn outer(&self, payload: &Payload, id: &KeyId, nonce: &[u8]) -> Result<Payload, CodecError> {
        let mut metadata = BTreeMap::new();
        let mut original = None;
        if let Body::Data {
            original_encoding, ..
        } = &self.spec.body
        {
            metadata.clone_from(&payload.metadata);
            let encoding = metadata.remove(METADATA_ENCODING);
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
            add(name, id.as_str().as_bytes());
        }
        if let NoncePlace::Metadata(name) = &self.spec.nonce {
            add(name, base64::encode_url_safe(nonce).as_bytes());
        }
        for (name, value) in &self.spec.write {
            add(name, value.as_bytes());
        }
        let external_payloads = match &self.spec.body {
            Body::Payload => Vec::new(),
            Body::Data { .. } => payload.external_payloads.clone(),
        };
        let outer = Payload {
            metadata,
            data: Bytes::new(),
            external_payloads,
        };
        match self.spec.require.iter().find(|name| !filled(&outer, name)) {
            Some(name) => Err(CodecError::MetadataMissing { name: name.clone() }),
            None => Ok(outer),
        }
    }

    /// Names that what is encoded must not have, beside those that the format adds.
    fn taken(&self) -> impl Iterator<Item = &str> {
        let removed = match &self.spec.body {
            Body::Data { remove, .. } => remove.as_slice(),
            Body::Payload => &[],
        };
        self.spec.forbid.iter().chain(removed).map(String::as_str)
    }

    /// Encodes with this nonce and time. They must be fresh: a nonce that seals twice under one key gives the key's secret
    /// away.
    pub(crate) fn encode_fresh(
        &self,
        payload: &Payload,
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
        let nonce = &fresh.nonce[..spec.nonce_bytes()];
        let mut outer = self.outer(payload, id, nonce)?;
        let cipher = if spec.takes_no_secret() {
            keyless(spec, id, &outer, &self.keyless)
        } else {
            cipher(spec, &key, id, &outer)
        };
        let cipher = cipher.ok_or_else(|| unfit(id, &key))?;
        let aad = aad(spec, id, &outer);

        let front = if puts_nonce_first(spec) { nonce } else { &[] };
        let at = front.len();
        let text_len = match &spec.body {
            Body::Payload => payload.encoded_len(),
            Body::Data { .. } => payload.data.len(),
        };
        let text = at + cipher.bytes_before();
        // Its full size at once: growing it would leave a copy of the plaintext behind.
        let mut sealed = Vec::with_capacity(text + text_len + cipher.bytes_after());
        sealed.extend_from_slice(front);
        sealed.resize(text, 0);
        match &spec.body {
            Body::Payload => payload
                .encode(&mut sealed)
                .expect("the buffer grows as it is written"),
            Body::Data { .. } => sealed.extend_from_slice(&payload.data),
        }
        cipher
            .seal(nonce, &aad, fresh.seconds, &mut sealed, at)
            .ok_or_else(|| unfit(id, &key))?;
        outer.data = frame(spec, nonce, sealed).into();
        Ok(Some(outer))
    }
}

/// Whether the format leaves a Payload alone: there is nothing in it to hide.
fn leaves(body: &Body, payload: &Payload) -> bool {
    let Body::Data { leave_empty, .. } = body else {
        return false;
    };
    *leave_empty && (payload.data.is_empty() || payload.encoding() == Some(encodings::BINARY_NULL))
}
