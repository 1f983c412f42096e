//! Envelope encryption: a data key seals the Payload, and stands beside it, wrapped by a key of a key service. Nothing here asks
//! anybody: a data key that is not in memory is [`DataKeyProblem::NotAsked`](crate::DataKeyProblem), and who decodes has it unwrapped.

use std::sync::Arc;

use temporal_payload::{METADATA_ENCRYPTION_KEY_ID, Payload, base64, encodings};

use crate::aws_message::{self, NotOpened, Start};
use crate::budget::Allowance;
use crate::catalogue::envelope::{
    AWS_MESSAGE, DATA_KEY_OF_AWS, DATA_KEY_OF_CLOUD_PROXY, DATA_KEY_OF_PROXY, TINK,
};
use crate::cipher_name::CipherName;
use crate::codec::{Opened, PayloadCodec};
use crate::codec_name::CodecName;
use crate::data_key::{DataKeyForm, DataKeyProblem, WrappedKey};
use crate::data_keys::DataKeys;
use crate::error::CodecError;
use crate::key::{Keyring, SecretKey};
use crate::key_id::KeyId;
use crate::key_sealed::{self, KEY_SEALED};
use crate::primitives::zeroize::zeroize_on_drop;
use crate::spec::{Aad, Body, CodecSpec, Derivation, Encoding, Framing, NoncePlace, TagPlace};
use crate::spec_codec::{SpecCodec, unfit};

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
    /// samples-java `KeyringCodec`: a message of the AWS Encryption SDK, with the data key as each of its wrapping keys wraps it.
    AwsMessage,
    /// @eropple's codec: JSON with the data key as it is wrapped for each recipient.
    KeySealed,
}

/// The layouts, with the names of their formats.
const LAYOUTS: [(Layout, &str); 6] = [
    (Layout::Proxy, "temporal-proxy-kms"),
    (Layout::Jwt, "samples-python-kms"),
    (Layout::CloudProxy, "temporal-cloud-proxy"),
    (Layout::Tink, "tink-kms"),
    (Layout::AwsMessage, "samples-java-kms"),
    (Layout::KeySealed, "key-sealed-envelope"),
];

/// Opens one layout.
struct EnvelopeCodec {
    layout: Layout,
    name: Arc<str>,
    spec: CodecSpec,
    keys: Arc<dyn DataKeys>,
}

/// A codec for each layout, with the data keys of `keys`. They only decode.
pub fn envelope_codecs(keys: &Arc<dyn DataKeys>) -> Vec<Arc<dyn PayloadCodec>> {
    let codec = |(layout, name): (Layout, &str)| -> Arc<dyn PayloadCodec> {
        Arc::new(EnvelopeCodec {
            layout,
            name: name.into(),
            spec: sealed(),
            keys: keys.clone(),
        })
    };
    LAYOUTS.map(codec).into()
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
    /// The data key, as each key wraps it, and where in `data` what it seals begins. `None` where the Payload has another layout.
    fn wrapped(self, payload: &Payload) -> Option<(Vec<WrappedKey>, usize)> {
        match self {
            Layout::AwsMessage => Some((of_aws_message(payload)?, 0)),
            Layout::KeySealed => Some((key_sealed::wrapped(payload)?, 0)),
            Layout::Proxy | Layout::Jwt | Layout::CloudProxy | Layout::Tink => {
                let (wrapped, start) = self.wrapped_once(payload)?;
                Some((vec![wrapped], start))
            }
        }
    }

    fn wrapped_once(self, payload: &Payload) -> Option<(WrappedKey, usize)> {
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
            Layout::Tink | Layout::AwsMessage | Layout::KeySealed => return None,
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
            (None, Layout::Proxy | Layout::Tink | Layout::AwsMessage | Layout::KeySealed) => {
                return None;
            }
        };
        let wrapped = WrappedKey::new(&wrapped_by, &bytes, DataKeyForm::Raw)?;
        Some((wrapped, 0))
    }
}

/// The data key of a message of the AWS Encryption SDK, with the context that it is wrapped under.
fn of_aws_message(payload: &Payload) -> Option<Vec<WrappedKey>> {
    let encoding = payload.encoding()?;
    if !AWS_MESSAGE.contains(&encoding) {
        return None;
    }
    let start = Start::read(&payload.data)?;
    let context = start.context()?;
    let wrapped = start.keys().iter().filter_map(|wrapped| {
        let (by, form) = (wrapped.wrapped_by()?, DataKeyForm::Raw);
        WrappedKey::in_context(&by, wrapped.bytes, form, &context)
    });
    let wrapped: Vec<WrappedKey> = wrapped.collect();
    (!wrapped.is_empty()).then_some(wrapped)
}

/// The wrapped data key of a Payload, as each key wraps it; none where it has none in a layout that is read.
pub fn wrapped_keys(payload: &Payload) -> Vec<WrappedKey> {
    let mut wrapped = LAYOUTS
        .iter()
        .filter_map(|(layout, _)| layout.wrapped(payload));
    wrapped.next().map_or_else(Vec::new, |(wrapped, _)| wrapped)
}

impl EnvelopeCodec {
    /// The data key, as a key wraps it that somebody is set up for: the first that is at hand, else the first that may be asked for.
    fn data_key(&self, wrapped: Vec<WrappedKey>) -> Result<(WrappedKey, SecretKey), CodecError> {
        let mut problem = None;
        for wrapped in wrapped {
            if !self.keys.serves(wrapped.wrapped_by()) {
                continue;
            }
            match self.keys.data_key(&wrapped) {
                Ok(key) => return Ok((wrapped, key)),
                Err(DataKeyProblem::NotAsked) => {
                    let why = DataKeyProblem::NotAsked;
                    let is_first = problem
                        .as_ref()
                        .is_none_or(|(_, before)| *before != DataKeyProblem::NotAsked);
                    if is_first {
                        problem = Some((wrapped, why));
                    }
                }
                Err(why) => problem = problem.or(Some((wrapped, why))),
            }
        }
        Err(match problem {
            Some((wrapped, problem)) => CodecError::DataKey { wrapped, problem },
            // Its user took it away since.
            None => CodecError::Corrupt { codec: self.name() },
        })
    }

    fn open_aws_message(
        &self,
        payload: &Payload,
        id: KeyId,
        key: &SecretKey,
        allowance: &mut Allowance<'_>,
    ) -> Result<Opened, CodecError> {
        let plain = aws_message::open(&payload.data, key.expose(), allowance);
        let mut plain = plain.map_err(|problem| match problem {
            NotOpened::Malformed => CodecError::Corrupt { codec: self.name() },
            NotOpened::Unfit => unfit(&id, key),
            NotOpened::Unauthentic => CodecError::Unauthentic(id.clone()),
            NotOpened::Past(error) => error,
        })?;
        let payload = Payload::from_inner_proto(zeroize_on_drop(std::mem::take(&mut *plain)))?;
        Ok(Opened {
            payload,
            key_id: Some(id),
        })
    }
}

impl PayloadCodec for EnvelopeCodec {
    fn name(&self) -> CodecName {
        CodecName::Sealed(CipherName::AesGcm)
    }

    fn format(&self) -> Option<&Arc<str>> {
        Some(&self.name)
    }

    fn claims(&self, payload: &Payload) -> bool {
        let is_served = |wrapped: &WrappedKey| self.keys.serves(wrapped.wrapped_by());
        self.layout
            .wrapped(payload)
            .is_some_and(|(wrapped, _)| wrapped.iter().any(is_served))
    }

    fn labels(&self) -> Option<Vec<String>> {
        let labels = match self.layout {
            Layout::Proxy | Layout::Jwt | Layout::CloudProxy => &[encodings::BINARY_ENCRYPTED][..],
            Layout::Tink => &[TINK],
            Layout::AwsMessage => &AWS_MESSAGE,
            Layout::KeySealed => &[KEY_SEALED],
        };
        Some(labels.iter().map(|&label| label.to_owned()).collect())
    }

    fn claims_by_metadata(&self) -> bool {
        match self.layout {
            Layout::Proxy | Layout::Jwt | Layout::CloudProxy => true,
            Layout::Tink | Layout::AwsMessage | Layout::KeySealed => false,
        }
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
        let hashed = wrapped
            .iter()
            .map(|key| key.bytes().len() + key.context().len());
        allowance.spend(hashed.sum::<usize>().saturating_mul(2))?;
        let (wrapped, key) = self.data_key(wrapped)?;
        let id = KeyId::new(wrapped.wrapped_by());
        if self.layout == Layout::AwsMessage {
            return self.open_aws_message(payload, id, &key, allowance);
        }
        let mut ring = Keyring::default();
        ring.insert(id, key);
        let codec = SpecCodec::new(&self.spec, &self.name, Arc::new(ring), None)
            .map_err(|_| CodecError::Corrupt { codec: self.name() })?;
        let data = match self.layout {
            Layout::KeySealed => {
                allowance.spend(payload.data.len().saturating_mul(3))?;
                let sealed = key_sealed::sealed(payload);
                sealed
                    .ok_or(CodecError::Corrupt { codec: self.name() })?
                    .into()
            }
            Layout::Proxy
            | Layout::Jwt
            | Layout::CloudProxy
            | Layout::Tink
            | Layout::AwsMessage => payload.data.slice(start..),
        };
        let sealed = Payload {
            data,
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

#[cfg(test)]
mod aws_message_tests;

#[cfg(test)]
mod key_sealed_tests;
