//! One format on one Payload, and the trials of keys on it.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};
use temporal_payload::{METADATA_ENCODING, Payload};

use super::limits::{Candidate, SearchLimits};
use super::start::{first_bytes, may_start_payload};
use crate::key_id::KeyId;
use crate::primitives::cipher::{Cipher, TAG_BYTES};
use crate::primitives::derive::derive;
use crate::primitives::zeroize_stack::zeroize_stack;
use crate::spec::frame::{Framed, Unframed, aad, unframe};
use crate::spec::restore::filled;
use crate::spec::restore::restore;
use crate::spec::{Body, CipherName, CodecSpec, Encoding};

/// Sealed bytes up to which authenticating costs no more than looking at the start.
const SMALL: usize = 4096;

/// Sealed bytes up to which a layout under a label of its own is authenticated whatever its start: data alone may be sealed.
const SMALL_DATA: usize = 256 << 10;

/// A format on a Payload: nonce and sealed bytes are taken out once, for all keys.
pub(super) struct Attempt<'a> {
    pub(super) format: usize,
    pub(super) spec: &'a CodecSpec,
    /// Whether the format's layout is tried under a label that is not its own.
    pub(super) borrowed: bool,
    /// The key id that the Payload names, where it does and it is text. It may be empty.
    pub(super) id: Option<KeyId>,
    framed: Result<Framed<'a>, Unframed>,
}

/// What a key opened.
pub(super) struct Hit {
    /// `None` for formats that take no key of ours.
    pub(super) key: Option<usize>,
    /// The key id that went into it.
    pub(super) id: KeyId,
    pub(super) payload: Payload,
    /// Whether it is sealed data, although the format seals whole Payloads.
    pub(super) only_data: bool,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(
        format: usize,
        spec: &'a CodecSpec,
        payload: &'a Payload,
        borrowed: bool,
    ) -> Self {
        let id = spec.key_id.as_ref().map(|name| {
            let value = payload.metadata.get(name).map_or(&b""[..], Vec::as_slice);
            std::str::from_utf8(value).ok().map(KeyId::new)
        });
        Attempt {
            format,
            spec,
            borrowed,
            id: id.flatten(),
            framed: unframe(spec, payload),
        }
    }

    /// The key id, where it is not empty.
    pub(super) fn named(&self) -> Option<&KeyId> {
        self.id.as_ref().filter(|id| !id.as_str().is_empty())
    }

    /// Whether there is less than a nonce and a tag.
    pub(super) fn is_too_short(&self) -> bool {
        match &self.framed {
            Err(Unframed::Short) => true,
            Err(Unframed::Text) => false,
            Ok(framed) => match self.spec.cipher {
                CipherName::None => false,
                // A token of nothing has 73 bytes, and 98 characters without padding.
                CipherName::Fernet => framed.sealed.len() < 98,
                CipherName::AesGcm
                | CipherName::Chacha20Poly1305
                | CipherName::Xchacha20Poly1305
                | CipherName::NaclSecretbox => framed.sealed.len() < TAG_BYTES,
            },
        }
    }
}

/// In words, where the match rule of a format does not fit a Payload.
pub(crate) fn mismatches(spec: &CodecSpec, payload: &Payload) -> Vec<String> {
    let mut found = Vec::new();
    let expected = match &spec.encoding {
        Encoding::One(encoding) => std::slice::from_ref(encoding),
        Encoding::AnyOf(encodings) => encodings,
        Encoding::None => {
            if !payload.metadata.is_empty() {
                found.push("the Payload has metadata, and the format writes none".to_owned());
            }
            return found;
        }
    };
    match payload.encoding() {
        Some(encoding) if expected.iter().any(|expected| expected == encoding) => {}
        Some(encoding) => {
            let encoding: String = encoding.chars().take(64).collect();
            found.push(format!("encoding is \"{encoding}\""));
        }
        None => found.push(format!("no \"{METADATA_ENCODING}\" in metadata")),
    }
    let missing = spec.require.iter().filter(|name| !filled(payload, name));
    found.extend(missing.map(|name| format!("no \"{name}\" in metadata")));
    let forbidden = spec.forbid.iter().filter(|name| filled(payload, name));
    found.extend(forbidden.map(|name| format!("\"{name}\" is in metadata")));
    found
}

/// Trials on one Payload, within their bounds.
pub(super) struct Search<'a> {
    payload: &'a Payload,
    keys: &'a [Candidate],
    limits: &'a SearchLimits,
    n_trials: u32,
    authenticated_bytes: usize,
    stopped: bool,
    /// What failed, by all that it depends on; and whether it was authenticated, or only looked implausible.
    failed: HashMap<[u8; 32], bool>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        payload: &'a Payload,
        keys: &'a [Candidate],
        limits: &'a SearchLimits,
    ) -> Self {
        Search {
            payload,
            keys,
            limits,
            n_trials: 0,
            authenticated_bytes: 0,
            stopped: false,
            failed: HashMap::new(),
        }
    }

    pub(super) fn n_trials(&self) -> u32 {
        self.n_trials
    }

    pub(super) fn stopped(&self) -> bool {
        self.stopped
    }

    /// The first format by which some keys open it, with those: the keys that are named are tried first by every format.
    pub(super) fn run<'b>(
        &mut self,
        attempts: &'b [Attempt<'b>],
    ) -> Option<(&'b Attempt<'b>, Vec<Hit>)> {
        let found = [true, false].into_iter().find_map(|named| {
            attempts.iter().find_map(|attempt| {
                let opened = self.with_keys(attempt, named);
                (!opened.is_empty()).then_some((attempt, opened))
            })
        });
        // Ciphers were made on the stack.
        zeroize_stack();
        found
    }

    /// Tries the keys that the Payload names, or the others. Several open it where they are the same key.
    fn with_keys(&mut self, attempt: &Attempt<'_>, named: bool) -> Vec<Hit> {
        let keys = self.keys;
        if attempt.spec.takes_no_secret() {
            let id = attempt.id.clone().unwrap_or_else(|| KeyId::new(""));
            let opened = named.then(|| self.open(attempt, &[], &id)).flatten();
            return opened
                .map(|(payload, only_data)| Hit {
                    key: None,
                    id,
                    payload,
                    only_data,
                })
                .into_iter()
                .collect();
        }
        let is_named = |key: &Candidate| match &attempt.id {
            Some(id) => key.ids.contains(id),
            None => false,
        };
        let chosen = keys
            .iter()
            .enumerate()
            .filter(|(_, key)| is_named(key) == named);
        chosen
            .filter_map(|(index, key)| {
                // What the writer derived from is what it named. Where it named nothing, decoding takes the id that the key
                // has here; the writer may have taken the empty one.
                let named = attempt.named();
                let own = named.or(key.ids.first());
                let empty = KeyId::new("");
                let ids = own.into_iter().chain(named.is_none().then_some(&empty));
                ids.into_iter().find_map(|id| {
                    let (payload, only_data) = self.open(attempt, key.key.expose(), id)?;
                    Some(Hit {
                        key: Some(index),
                        id: id.clone(),
                        payload,
                        only_data,
                    })
                })
            })
            .collect()
    }

    /// What the key opens, and whether that is data alone against the format's word.
    fn open(
        &mut self,
        attempt: &Attempt<'_>,
        secret: &[u8],
        id: &KeyId,
    ) -> Option<(Payload, bool)> {
        let spec = attempt.spec;
        let framed = attempt.framed.as_ref().ok()?;
        let (nonce, sealed) = (&framed.nonce[..], &framed.sealed[..]);
        // Base64 takes a third more, a token in a text framing does so twice.
        let is_too_large = sealed.len() > self.limits.payload_bytes.saturating_mul(2);
        if self.stopped || is_too_large || self.n_trials == self.limits.trials {
            self.stopped = true;
            return None;
        }
        self.n_trials += 1;

        let key = derive(&spec.key, secret, id, self.payload)?;
        let cipher = Cipher::new(spec.cipher, spec.nonce_bytes(), &key)?;
        let aad = aad(spec, id, self.payload);
        let trial = identity(spec.cipher, &key, nonce, &aad, sealed);
        let authenticated = self.failed.get(&trial).copied();
        let small = if attempt.borrowed { SMALL_DATA } else { SMALL };
        let by_start = spec.body == Body::Payload && sealed.len() > small;
        if authenticated == Some(true) || (authenticated == Some(false) && by_start) {
            return None;
        }
        if by_start {
            let start = first_bytes(&cipher, &key, nonce, sealed);
            if !start.is_none_or(|start| may_start_payload(&start, sealed.len())) {
                self.failed.insert(trial, false);
                return None;
            }
        }
        let authenticated = self.authenticated_bytes.saturating_add(sealed.len());
        if authenticated > self.limits.authenticated_bytes {
            self.stopped = true;
            return None;
        }
        self.authenticated_bytes = authenticated;
        let Some(plain) = cipher.open(nonce, &aad, sealed) else {
            self.failed.insert(trial, true);
            return None;
        };
        if let Ok(payload) = restore(spec, plain.clone(), self.payload) {
            return Some((payload, false));
        }
        // The right key, and not a whole Payload. Another format may say what it is; under a label of its own, it is data.
        let payload = restore(&sealing_data(attempt.spec), plain, self.payload);
        Some((payload.ok().filter(|_| attempt.borrowed)?, true))
    }
}

/// The same format sealing only data.
pub(super) fn sealing_data(spec: &CodecSpec) -> CodecSpec {
    CodecSpec {
        body: Body::Data {
            original_encoding: None,
            remove: Vec::new(),
            leave_empty: false,
        },
        ..spec.clone()
    }
}

/// All that an authenticated decryption depends on, hashed: several formats come to the same trial. The sealed bytes come from
/// one Payload, so their length and ends tell one way of taking them out from another.
fn identity(cipher: CipherName, key: &[u8], nonce: &[u8], aad: &[u8], sealed: &[u8]) -> [u8; 32] {
    let ends = sealed.len().min(32);
    let parts = [
        cipher.as_str().as_bytes(),
        key,
        nonce,
        aad,
        &sealed.len().to_le_bytes(),
        &sealed[..ends],
        &sealed[sealed.len() - ends..],
    ];
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
