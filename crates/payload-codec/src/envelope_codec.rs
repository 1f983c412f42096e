//! Envelope encryption: a data key seals the Payload, and stands beside it, wrapped by a key of a key service. Nothing here asks
//! anybody: a data key that is not in memory is [`DataKeyProblem::NotAsked`](crate::DataKeyProblem), and who decodes has it unwrapped.

use std::sync::Arc;

use temporal_payload::{METADATA_ENCRYPTION_KEY_ID, Payload, base64, encodings};

use crate::budget::Allowance;
use crate::catalogue::envelope::{
    DATA_KEY_OF_AWS, DATA_KEY_OF_CLOUD_PROXY, DATA_KEY_OF_PROXY, TINK,
};
use crate::cipher_name::CipherName;
use crate::codec::{Opened, PayloadCodec};
use crate::codec_name::CodecName;
use crate::data_key::{DataKeyForm, DataKeyProblem, WrappedKey};
use crate::data_keys::DataKeys;
use crate::error::CodecError;
use crate::key::Keyring;
use crate::key_id::KeyId;
use crate::spec::{Aad, Body, CodecSpec, Derivation, Encoding, Framing, NoncePlace, TagPlace};
use crate::spec_codec::SpecCodec;

/// Where a Payload has its wrapped data key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Temporal Proxy: `encryption-dek` as base64 text, and the wrapping key's URI as the key id.
    Proxy,
    /// samples-python `encryption_jwt`: `data_key_encrypted`, without the key's name.
    Jwt,
    /// temporal-sa/temporal-cloud-proxy: `encrypted-data-key`, and the wrapping key's name as the key id.
    CloudProxy,
    /// Tink's envelope: the wrapped key's length and the wrapped key in front of what is sealed.
    Tink,
}

/// Opens one layout.
struct EnvelopeCodec {
    layout: Layout,
    name: Arc<str>,
    spec: CodecSpec,
    keys: Arc<dyn DataKeys>,
}

/// A codec for each layout, with the data keys of `keys`. They only decode.
pub fn envelope_codecs(keys: &Arc<dyn DataKeys>) -> Vec<Arc<dyn PayloadCodec>> {
    let layouts = [
        (Layout::Proxy, "temporal-proxy-kms"),
        (Layout::Jwt, "samples-python-kms"),
        (Layout::CloudProxy, "temporal-cloud-proxy"),
        (Layout::Tink, "tink-kms"),
    ];
    let codec = |(layout, name): (Layout, &str)| -> Arc<dyn PayloadCodec> {
        Arc::new(EnvelopeCodec {
            layout,
            name: name.into(),
            spec: sealed(),
            keys: keys.clone(),
        })
    };
    layouts.map(codec).into()
}

/// What a data key seals: AES-GCM of the whole Payload, the nonce in front and the tag behind.
fn sealed() -> CodecSpec {
    CodecSpec {
        encoding: Encoding::One(encodings::BINARY_ENCRYPTED.to_owned()),
        require: Vec::new(),
        forbid: Vec::new(),
        key_id: None,
        key_id_as: None,
        any_key: false,
        write: std::collections::BTreeMap::new(),
        key: Derivation::Secret,
        cipher: CipherName::AesGcm,
        nonce: NoncePlace::Prefix(12),
        tag: Some(TagPlace::Behind),
        header: Vec::new(),
        aad: Aad::None,
        body: Body::Payload,
        framing: Framing::None,
        compression: None,
        otherwise: None,
    }
}

impl Layout {
    /// The wrapped key, and where in `data` what it seals begins. `None` where the Payload has another layout.
    fn wrapped(self, payload: &Payload) -> Option<(WrappedKey, usize)> {
        let filled = |name: &str| payload.metadata.get(name).filter(|value| !value.is_empty());
        let is_labeled = |label| payload.encoding() == Some(label);
        if self == Layout::Tink {
            let (len, rest) = payload.data.split_first_chunk::<4>()?;
            let len = usize::try_from(u32::from_be_bytes(*len)).ok()?;
            // Tink itself takes no longer one.
            if !is_labeled(TINK) || len > 4096 {
                return None;
            }
            let wrapped = WrappedKey::new("tink://", rest.get(..len)?, DataKeyForm::Tink)?;
            return Some((wrapped, 4 + len));
        }
        if !is_labeled(encodings::BINARY_ENCRYPTED) {
            return None;
        }
        let key_id = || Some(String::from_utf8_lossy(filled(METADATA_ENCRYPTION_KEY_ID)?));
        let (wrapped_by, value) = match self {
            Layout::Proxy => (key_id()?, filled(DATA_KEY_OF_PROXY)?),
            Layout::CloudProxy => (key_id()?, filled(DATA_KEY_OF_CLOUD_PROXY)?),
            Layout::Jwt => ("awskms://".into(), filled(DATA_KEY_OF_AWS)?),
            Layout::Tink => return None,
        };
        // Its id is its wrapping key: there is nobody to ask.
        let is_local = ["base64key://", "testing://"]
            .iter()
            .any(|scheme| wrapped_by.starts_with(scheme));
        if is_local || value.len() > 2 * crate::data_key::MAX_WRAPPED_BYTES {
            return None;
        }
        let decoded = std::str::from_utf8(value).ok().and_then(base64::decode);
        let bytes = match (decoded, self) {
            (Some(bytes), _) => bytes,
            // Metadata holds bytes, so that others need no base64.
            (None, Layout::CloudProxy | Layout::Jwt) => value.clone(),
            (None, Layout::Proxy | Layout::Tink) => return None,
        };
        let wrapped = WrappedKey::new(&wrapped_by, &bytes, DataKeyForm::Raw)?;
        Some((wrapped, 0))
    }
}

/// The wrapped data key of a Payload, where it has one in a layout that is read.
pub fn wrapped_key(payload: &Payload) -> Option<WrappedKey> {
    let layouts = [Layout::Proxy, Layout::Jwt, Layout::CloudProxy, Layout::Tink];
    let mut wrapped = layouts.iter().filter_map(|layout| layout.wrapped(payload));
    wrapped.next().map(|(wrapped, _)| wrapped)
}

impl PayloadCodec for EnvelopeCodec {
    fn name(&self) -> CodecName {
        CodecName::Sealed(CipherName::AesGcm)
    }

    fn format(&self) -> Option<&Arc<str>> {
        Some(&self.name)
    }

    fn claims(&self, payload: &Payload) -> bool {
        self.layout
            .wrapped(payload)
            .is_some_and(|(wrapped, _)| self.keys.serves(wrapped.wrapped_by()))
    }

    fn authenticates(&self) -> bool {
        true
    }

    /// More than a codec that goes by the label and a key id.
    fn demands(&self) -> usize {
        3
    }

    fn encode(&self, _: &Payload) -> Result<Option<Payload>, CodecError> {
        Err(CodecError::NoEncodeKey)
    }

    fn open(&self, payload: &Payload, allowance: &mut Allowance<'_>) -> Result<Opened, CodecError> {
        let (wrapped, start) = self
            .layout
            .wrapped(payload)
            .ok_or(CodecError::Corrupt { codec: self.name() })?;
        // Metadata is decoded, and the wrapped key is hashed.
        allowance.spend(wrapped.bytes().len().saturating_mul(2))?;
        let key = self
            .keys
            .data_key(&wrapped)
            .map_err(|problem| CodecError::DataKey {
                wrapped: wrapped.clone(),
                problem,
            })?;
        let id = KeyId::new(wrapped.wrapped_by());
        let mut ring = Keyring::default();
        ring.insert(id, key);
        let codec = SpecCodec::new(&self.spec, &self.name, Arc::new(ring), None)
            .map_err(|_| CodecError::Corrupt { codec: self.name() })?;
        let sealed = Payload {
            data: payload.data.slice(start..),
            ..payload.clone()
        };
        codec.open(&sealed, allowance)
    }
}

/// The wrapped key that a Payload cannot be opened without, where it has one and nobody was asked for it.
pub(crate) fn missing(error: &CodecError) -> Option<&WrappedKey> {
    if let CodecError::DataKey { wrapped, problem } = error {
        (*problem == DataKeyProblem::NotAsked).then_some(wrapped)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
