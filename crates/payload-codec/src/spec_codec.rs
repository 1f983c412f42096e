//! The codec that a [`CodecSpec`] describes. It holds no key: keys come from the provider with each use, and what was derived
//! from one is kept inside it.

pub(crate) mod aad;

pub(crate) mod derive;

mod encode;

mod in_place;

pub(crate) mod fresh;

pub(crate) mod versions;

use std::sync::Arc;

use bytes::Bytes;
use temporal_payload::Payload;
use zeroize::{Zeroize as _, Zeroizing};

use crate::budget::{Allowance, TRIAL};
use crate::cipher_name::CipherName;
use crate::codec::{Opened, PayloadCodec};
use crate::codec_name::CodecName;
use crate::compression::by_encoding::CompressionCodec;
use crate::context::{Context, ContextParts};
use crate::error::CodecError;
use crate::key::cipher_cache::CipherCache;
use crate::key::{KeyProvider, SecretKey};
use crate::key_id::KeyId;
use crate::open_in_place::OpenInPlace;
use crate::primitives::cipher::Cipher;
use crate::primitives::zeroize::zeroize_on_drop;
use crate::spec::check::BadSpec;
use crate::spec::frame::{Side, Unframed, moved, unframe};
use crate::spec::parts::Inputs;
use crate::spec::restore::restore;
use crate::spec::{Body, CodecSpec, Derivation, Encoding, Framing};
use crate::spec_codec::aad::aad;
use crate::spec_codec::derive::{cipher, keyless, work_to_make};
use crate::spec_codec::fresh::Fresh;
use crate::spec_codec::versions::Versions;

/// Bytes of tag, version and block that no cipher's framing exceeds: data longer than the limit and this is refused unread.
const OVERHEAD_BYTES: usize = 128;

/// Keys that are tried at most on a Payload that does not say which one sealed it.
const MAX_CANDIDATES: usize = 64;

/// A codec of the format `name`: it decodes what `spec` describes with the keys of `keys`, and encodes with the one that
/// `encode_key` names. Where the spec makes keys from key ids alone, decoding asks for none.
///
/// # Errors
/// [`BadSpec`] where the spec contradicts itself. Whether a key fits is known when it is used:
/// [`CodecError::KeyUnfit`].
pub fn build(
    spec: &CodecSpec,
    name: &str,
    keys: Arc<dyn KeyProvider>,
    encode_key: Option<KeyId>,
) -> Result<Arc<dyn PayloadCodec>, BadSpec> {
    spec.check()?;
    if spec.otherwise.is_none() {
        return Ok(Arc::new(SpecCodec::new(spec, name, keys, encode_key)?));
    }
    let versions = spec
        .versions()
        .map(|spec| SpecCodec::new(spec, name, keys.clone(), encode_key.clone()));
    Ok(Arc::new(Versions(versions.collect::<Result<_, _>>()?)))
}

/// What [`build`] makes.
pub(crate) struct SpecCodec {
    pub(crate) spec: CodecSpec,
    name: Arc<str>,
    pub(crate) keys: Arc<dyn KeyProvider>,
    pub(crate) encode_key: Option<KeyId>,
    /// What must be known of whose Payload it is.
    pub(crate) bound: ContextParts,
    /// Ciphers of keys that nobody holds.
    pub(crate) keyless: CipherCache,
}

impl SpecCodec {
    pub(crate) fn new(
        spec: &CodecSpec,
        name: &str,
        keys: Arc<dyn KeyProvider>,
        encode_key: Option<KeyId>,
    ) -> Result<Self, BadSpec> {
        spec.check()?;
        Ok(SpecCodec {
            spec: spec.clone(),
            bound: spec.one_bound_to(),
            name: name.into(),
            keys,
            encode_key,
            keyless: CipherCache::default(),
        })
    }

    pub(crate) fn find(&self, id: &KeyId) -> Result<Option<SecretKey>, CodecError> {
        let unavailable = |source| CodecError::KeyUnavailable {
            id: id.clone(),
            source,
        };
        self.keys.key(id).map_err(unavailable)
    }

    /// Plaintext, and the key that opened it where it is somebody's.
    fn unseal(
        &self,
        payload: &Payload,
        allowance: &Allowance<'_>,
    ) -> Result<(Vec<u8>, Option<KeyId>), CodecError> {
        // Text is decoded, and what stands in metadata may be hashed, for each key anew.
        let beside: usize = payload.metadata.values().map(Vec::len).sum();
        allowance.spend(payload.data.len() + beside)?;
        let named = self.spec.named_key(payload);
        let truncated = || CodecError::Truncated {
            len: payload.data.len(),
        };
        let framed = unframe(&self.spec, payload).map_err(|unframed| match unframed {
            Unframed::Short => truncated(),
            Unframed::Text => CodecError::Corrupt { codec: self.name() },
        })?;
        let open = |cipher: &Cipher, inputs: Inputs<'_>, secret: &[u8]| {
            let id = inputs.id;
            if framed.sealed.len() < cipher.shortest() {
                return Err(truncated());
            }
            let work = framed.sealed.len().saturating_mul(work(self.spec.cipher));
            allowance.spend(work + beside + self.trial_work())?;
            let aad = aad(&self.spec, inputs, secret);
            if let Some(plain) = cipher.open(&framed.nonce, &aad, &framed.sealed) {
                return Ok(plain);
            }
            if !self.spec.authenticates() && !self.spec.has_placeholder_salt() {
                return Err(CodecError::Unpadded(id.clone()));
            }
            let other_side = self
                .spec
                .reads_tag_on_either_side()
                .then(|| moved(&framed.sealed, Side::Before));
            if let Some(sealed) = other_side.flatten() {
                allowance.spend(work)?;
                if let Some(plain) = cipher.open(&framed.nonce, &aad, &sealed) {
                    return Ok(plain);
                }
            }
            Err(match self.spec.has_placeholder_salt() {
                true => CodecError::PlaceholderSalt(id.clone()),
                false => CodecError::Unauthentic(id.clone()),
            })
        };
        let open_with = |id: &KeyId, key: &SecretKey| {
            // An id that the Payload does not name is the key's own.
            let meant = named.as_ref().filter(|id| !id.as_str().is_empty());
            let meant = meant.unwrap_or(id);
            self.in_each_context(allowance.context(), |context| {
                let inputs = Inputs::of(meant, payload, context);
                allowance.spend(work_to_make(&self.spec, inputs, key.derived()))?;
                let cipher = cipher(&self.spec, key, inputs).ok_or_else(|| unfit(id, key))?;
                open(&cipher, inputs, key.expose())
            })
        };

        if self.spec.takes_no_secret() {
            let id = named.unwrap_or_else(|| KeyId::new(""));
            // Nobody holds such a key, so where it does not open, another one is meant by the same id.
            let not_found = || CodecError::KeyNotFound(id.clone());
            let opened = self.in_each_context(allowance.context(), |context| {
                let inputs = Inputs::of(&id, payload, context);
                allowance.spend(work_to_make(&self.spec, inputs, &self.keyless))?;
                let cipher = keyless(&self.spec, inputs, &self.keyless).ok_or_else(not_found)?;
                open(&cipher, inputs, &[])
            });
            return match opened {
                Ok(plain) => Ok((plain, None)),
                Err(CodecError::Unauthentic(_) | CodecError::OtherContext { .. }) => {
                    Err(not_found())
                }
                Err(error) => Err(error),
            };
        }
        let mut said = None;
        if let Some(id) = named.as_ref().filter(|_| !self.spec.any_key) {
            match self.find(id)? {
                Some(key) => match open_with(id, &key) {
                    // The key with the empty id is not meant where no id stands at all.
                    Err(error @ (CodecError::Unauthentic(_) | CodecError::OtherContext { .. }))
                        if id.as_str().is_empty() && !self.writes_id(payload) =>
                    {
                        said = Some(error);
                    }
                    opened => return Ok((opened?, Some(id.clone()))),
                },
                None if !id.as_str().is_empty() => {
                    return Err(CodecError::KeyNotFound(id.clone()));
                }
                None => {}
            }
        }
        let candidates = self.candidates(named.as_ref())?;
        // Of several keys that do not open it, none is the one that should.
        said = said.filter(|_| candidates.len() == 1);
        for (id, key) in &candidates {
            match open_with(id, key) {
                Ok(plain) => return Ok((plain, Some(id.clone()))),
                Err(
                    error @ (CodecError::Truncated { .. }
                    | CodecError::ContextMissing(_)
                    | CodecError::WorkLimit { .. }
                    | CodecError::Stopped),
                ) => return Err(error),
                Err(error) if candidates.len() == 1 && !self.spec.names_keys() => {
                    said = Some(error);
                }
                Err(_) => {}
            }
        }
        Err(said.unwrap_or_else(|| self.none_opens(payload, named)))
    }

    /// What `open` makes of it in the contexts that it may be in, as far as the format needs to know one: the first that opens it.
    fn in_each_context<T>(
        &self,
        context: &Context,
        open: impl Fn(&Context) -> Result<T, CodecError>,
    ) -> Result<T, CodecError> {
        if self.bound.is_empty() {
            return open(context);
        }
        let missing = context.missing(self.bound);
        if !missing.is_empty() {
            return Err(CodecError::ContextMissing(missing));
        }
        let mut opened = open(context);
        for other in context.alternatives().skip(1) {
            let is_known = other.missing(self.bound).is_empty();
            if is_known && matches!(opened, Err(CodecError::Unauthentic(_))) {
                opened = open(other);
            }
        }
        opened.map_err(|error| {
            if let CodecError::Unauthentic(id) = error {
                let bound = self.bound;
                CodecError::OtherContext { id, bound }
            } else {
                error
            }
        })
    }

    /// Every key, the one that is named first.
    fn candidates(&self, named: Option<&KeyId>) -> Result<Vec<(KeyId, SecretKey)>, CodecError> {
        let mut keys = self
            .keys
            .keys()
            .map_err(|source| CodecError::KeyUnavailable {
                id: named.cloned().unwrap_or_else(|| KeyId::new("")),
                source,
            })?;
        keys.sort_by_key(|(id, _)| Some(id) != named);
        keys.truncate(MAX_CANDIDATES);
        Ok(keys)
    }

    /// Work of a trial beside its bytes.
    fn trial_work(&self) -> usize {
        match self.spec.key {
            Derivation::Secret => TRIAL,
            // A derived cipher may have to be made.
            Derivation::First32
            | Derivation::Sha256
            | Derivation::SecretOrSha256
            | Derivation::Sha256OfId
            | Derivation::Id
            | Derivation::Joined { .. }
            | Derivation::HkdfSha256 { .. }
            | Derivation::Hkdf { .. }
            | Derivation::Pbkdf2 { .. }
            | Derivation::Scrypt { .. }
            | Derivation::X25519 { .. }
            | Derivation::WrappedBesideIt { .. } => 4 * TRIAL,
        }
    }

    fn none_opens(&self, payload: &Payload, named: Option<KeyId>) -> CodecError {
        match named {
            Some(id) if self.writes_id(payload) => CodecError::KeyNotFound(id),
            Some(_) | None => CodecError::KeyIdMissing,
        }
    }

    /// Whether an id stands in the Payload, be it the empty one.
    fn writes_id(&self, payload: &Payload) -> bool {
        match &self.spec.key_id {
            Some(name) => payload.metadata.contains_key(name),
            None => self.spec.names_keys(),
        }
    }
}

impl PayloadCodec for SpecCodec {
    fn name(&self) -> CodecName {
        match (self.spec.cipher, self.spec.compression) {
            (CipherName::None, Some(compression)) => CompressionCodec(compression).name(),
            (cipher, _) => CodecName::Sealed(cipher),
        }
    }

    fn format(&self) -> Option<&Arc<str>> {
        Some(&self.name)
    }

    fn claims(&self, payload: &Payload) -> bool {
        self.spec.claims(payload)
    }

    fn labels(&self) -> Option<Vec<String>> {
        match &self.spec.encoding {
            Encoding::One(encoding) => Some(vec![encoding.clone()]),
            Encoding::AnyOf(encodings) => Some(encodings.clone()),
            Encoding::Marked(_) | Encoding::None => None,
        }
    }

    fn claims_by_metadata(&self) -> bool {
        self.spec.claims_by_metadata()
    }

    fn in_place(&self) -> Option<&dyn OpenInPlace> {
        self.opens_in_place().then_some(self)
    }

    fn demands(&self) -> usize {
        // What it opens looks like anything, also like a whole Payload that another format sealed.
        if self.spec.loses_encoding() || self.spec.cipher == CipherName::AesCbc {
            0
        } else {
            1 + self.spec.require.len()
        }
    }

    fn authenticates(&self) -> bool {
        self.spec.authenticates()
    }

    fn encode(&self, payload: &Payload) -> Result<Option<Payload>, CodecError> {
        self.encode_within(payload, &Context::default())
    }

    fn bound_to(&self) -> ContextParts {
        self.bound
    }

    fn encode_within(
        &self,
        payload: &Payload,
        context: &Context,
    ) -> Result<Option<Payload>, CodecError> {
        self.encode_fresh(payload, context, &Fresh::of(&self.spec)?)
    }

    fn open(&self, payload: &Payload, allowance: &mut Allowance<'_>) -> Result<Opened, CodecError> {
        if self.spec.body == Body::Values {
            return self.open_values(payload, allowance);
        }
        let as_text = self.spec.framing != Framing::None || self.spec.cipher == CipherName::Fernet;
        let len = payload.data.len();
        // Base64 takes a third more, and Fernet in a text framing does so twice.
        let at_least = if as_text { len / 2 } else { len };
        if at_least > allowance.left().saturating_add(OVERHEAD_BYTES) {
            return Err(allowance.past());
        }
        let (plain, key_id) = self.unseal(payload, allowance)?;
        if let Err(past) = allowance.make(plain.len()) {
            Zeroizing::new(plain).zeroize();
            return Err(past);
        }
        let payload = restore(&self.spec, plain, payload, allowance);
        let payload = payload.map_err(|error| match (error, &key_id) {
            // Without a tag, any key may seem to open it.
            (CodecError::Malformed(_), Some(id))
                if self.spec.has_placeholder_salt() && !self.spec.authenticates() =>
            {
                CodecError::PlaceholderSalt(id.clone())
            }
            (error, _) => error,
        })?;
        Ok(Opened { payload, key_id })
    }
}

impl SpecCodec {
    /// Each value by itself, as if it were the data of a Payload without metadata.
    fn open_values(
        &self,
        payload: &Payload,
        allowance: &mut Allowance<'_>,
    ) -> Result<Opened, CodecError> {
        let mut opened = Payload {
            external_payloads: payload.external_payloads.clone(),
            ..Payload::default()
        };
        let mut key_id = None;
        let mut open = |data: Bytes| {
            let alone = Payload {
                data,
                ..Payload::default()
            };
            let (plain, id) = self.unseal(&alone, allowance)?;
            key_id = id;
            Ok::<_, CodecError>(zeroize_on_drop(plain))
        };
        for (name, value) in &payload.metadata {
            let plain = open(value.clone().into())?;
            opened.metadata.insert(name.clone(), plain.to_vec());
        }
        if !payload.data.is_empty() {
            opened.data = open(payload.data.clone())?;
        }
        let made = opened.metadata.values().map(Vec::len).sum::<usize>() + opened.data.len();
        allowance.make(made)?;
        Ok(Opened {
            payload: opened,
            key_id,
        })
    }
}

/// Work that deciphering a byte takes: measured, as [`Budget`](crate::Budget) counts it, and rounded up.
fn work(cipher: CipherName) -> usize {
    match cipher {
        CipherName::None
        | CipherName::AesGcm
        | CipherName::AesCbc
        | CipherName::Chacha20Poly1305
        | CipherName::Xchacha20Poly1305 => 1,
        CipherName::NaclSecretbox | CipherName::Fernet => 2,
    }
}

pub(crate) fn unfit(id: &KeyId, key: &SecretKey) -> CodecError {
    CodecError::KeyUnfit {
        id: id.clone(),
        bits: key.bits(),
    }
}

#[cfg(test)]
mod context_tests;

#[cfg(test)]
mod header_tests;

#[cfg(test)]
mod placeholder_tests;

#[cfg(test)]
mod tests;
