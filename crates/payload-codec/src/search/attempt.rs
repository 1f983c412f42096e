//! One format on one Payload, and the trials of keys on it.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};
use temporal_payload::Payload;
use zeroize::Zeroizing;

use super::limits::{Candidate, SearchLimits};
use crate::budget::Budget;
use crate::cipher_name::CipherName;
use crate::context::Context;
use crate::key_id::KeyId;
use crate::opening::{self, Opening, first_bytes, may_start_payload};
use crate::primitives::cipher::Cipher;
use crate::primitives::detached::TAG_BYTES;
use crate::primitives::zeroize::zeroize_on_drop;
use crate::primitives::zeroize_stack::zeroize_stack;
use crate::spec::frame::{Framed, Side, Unframed, moved, unframe};
use crate::spec::parts::Inputs;
use crate::spec::restore::restore;
use crate::spec::{Body, CodecSpec, Derivation};
use crate::spec_codec::aad::aad;
use crate::spec_codec::derive::{derivation_work, derive};

/// Sealed bytes up to which authenticating costs no more than looking at the start.
const SMALL: usize = 4096;

/// Sealed bytes up to which a layout under a label of its own is authenticated whatever its start: data alone may be sealed.
const SMALL_DATA: usize = 256 << 10;

/// A format on a Payload: nonce and sealed bytes are taken out once, for all keys.
pub(super) struct Attempt<'a> {
    /// Its place among the formats; none for a layout of none of them.
    pub(super) format: Option<usize>,
    pub(super) spec: &'a CodecSpec,
    /// Whether the format's layout is tried under a label that is not its own.
    pub(super) borrowed: bool,
    /// The key id that the Payload names, where it does. It may be empty.
    pub(super) id: Option<KeyId>,
    pub(super) payload: &'a Payload,
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
        format: Option<usize>,
        spec: &'a CodecSpec,
        payload: &'a Payload,
        borrowed: bool,
    ) -> Self {
        Attempt {
            format,
            spec,
            borrowed,
            id: spec.named_key(payload),
            payload,
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
                CipherName::AesCbc | CipherName::None => false,
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

/// Trials on one Payload, within their bounds.
pub(super) struct Search<'a> {
    payload: &'a Payload,
    context: &'a Context,
    keys: &'a [Candidate],
    limits: &'a SearchLimits,
    n_trials: u32,
    authenticated_bytes: usize,
    stopped: bool,
    /// Whether some keys were not made, since that takes too much work.
    passed_over: bool,
    /// What failed, by all that it depends on; and whether it was authenticated, or only looked implausible.
    failed: HashMap<[u8; 32], bool>,
    /// Keys whose making takes work, by what they are made of: several formats make the same.
    made: HashMap<[u8; 32], Option<Zeroizing<Vec<u8>>>>,
    near: Option<Near>,
}

/// A trial that did not open it, and proved something all the same.
pub(super) struct Near {
    pub(super) format: usize,
    /// The layout of that format that was tried.
    pub(super) spec: CodecSpec,
    /// `None` for formats that take no key of ours.
    pub(super) key: Option<usize>,
    pub(super) proven: Proven,
}

/// What a trial proved, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Proven {
    /// Key and nonce are right; additional data or data is not.
    KeyAndNonce,
    /// The tag matches; what is inside does not have the form that the format says.
    Tag,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        payload: &'a Payload,
        context: &'a Context,
        keys: &'a [Candidate],
        limits: &'a SearchLimits,
    ) -> Self {
        Search {
            payload,
            context,
            keys,
            limits,
            n_trials: 0,
            authenticated_bytes: 0,
            stopped: false,
            passed_over: false,
            failed: HashMap::new(),
            made: HashMap::new(),
            near: None,
        }
    }

    pub(super) fn n_trials(&self) -> u32 {
        self.n_trials
    }

    pub(super) fn stopped(&self) -> bool {
        self.stopped || self.passed_over
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
            let opened = named.then(|| self.open(attempt, None, &[], &id)).flatten();
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
                    let (payload, only_data) =
                        self.open(attempt, Some(index), key.key.expose(), id)?;
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

    /// What the key opens, and whether that is data alone against the format's word; in any of the contexts that the Payload may
    /// be in, where the format needs to know that.
    fn open(
        &mut self,
        attempt: &Attempt<'_>,
        index: Option<usize>,
        secret: &[u8],
        id: &KeyId,
    ) -> Option<(Payload, bool)> {
        let bound = attempt.spec.one_bound_to();
        if bound.is_empty() {
            return self.open_in(attempt, index, secret, id, self.context);
        }
        let context = self.context;
        let known = context.alternatives();
        known
            .filter(|context| context.missing(bound).is_empty())
            .find_map(|context| self.open_in(attempt, index, secret, id, context))
    }

    fn open_in(
        &mut self,
        attempt: &Attempt<'_>,
        index: Option<usize>,
        secret: &[u8],
        id: &KeyId,
        context: &Context,
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

        let inputs = Inputs::of(id, self.payload, context);
        let key = self.key(&spec.key, secret, inputs)?;
        let cipher = Cipher::new(spec.cipher, spec.nonce_bytes(), &key)?;
        let aad = aad(spec, inputs, secret);
        let trial = identity(spec.cipher, &key, nonce, &aad, sealed);
        let authenticated = self.failed.get(&trial).copied();
        let small = if attempt.borrowed { SMALL_DATA } else { SMALL };
        let by_start = spec.body == Body::Payload && sealed.len() > small;
        if authenticated == Some(true) || (authenticated == Some(false) && by_start) {
            return None;
        }
        if by_start {
            let starts = |sealed: &[u8]| {
                let start = first_bytes(&cipher, &key, nonce, sealed);
                start.is_none_or(|start| may_start(spec, &start, sealed.len()))
            };
            // With the tag in front, the ciphertext begins behind it.
            let other_side = spec
                .reads_tag_on_either_side()
                .then(|| moved(&sealed[..sealed.len().min(64)], Side::Before))
                .flatten();
            if !starts(sealed) && !other_side.is_some_and(|sealed| starts(&sealed)) {
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
        let plain = match opening::open(spec, &cipher, &key, framed, &aad) {
            Opening::Opened { plain, .. } => plain,
            Opening::KeyIsRight => {
                self.failed.insert(trial, true);
                self.came_near(attempt, index, Proven::KeyAndNonce);
                return None;
            }
            Opening::Nothing => {
                self.failed.insert(trial, true);
                return None;
            }
        };
        if spec.body == Body::Values {
            let mut payload = self.values(spec, &cipher, &aad)?;
            payload.data = zeroize_on_drop(plain);
            return Some((payload, false));
        }
        let budget = Budget::new(u64::MAX);
        let restored = |spec: &CodecSpec, plain| {
            let mut allowance = budget.allow(self.limits.payload_bytes);
            restore(spec, plain, self.payload, &mut allowance).ok()
        };
        if let Some(payload) = restored(spec, plain.clone()) {
            return Some((payload, false));
        }
        // The right key, and not a whole Payload. Another format may say what it is; under a label of its own, it is data.
        let payload = restored(&sealing_data(attempt.spec), plain).filter(|_| attempt.borrowed);
        // Without a tag nothing is proven: bytes that are only compressed or base64 always "open".
        if payload.is_none() && spec.authenticates() {
            self.came_near(attempt, index, Proven::Tag);
        }
        Some((payload?, true))
    }

    /// Remembers the trial that proved the most; the first of those that proved the same.
    fn came_near(&mut self, attempt: &Attempt<'_>, key: Option<usize>, proven: Proven) {
        let Some(format) = attempt.format else { return };
        if self.near.as_ref().is_none_or(|near| near.proven < proven) {
            self.near = Some(Near {
                format,
                spec: attempt.spec.clone(),
                key,
                proven,
            });
        }
    }

    /// The trial that proved the most, where one proved anything.
    pub(super) fn near(self) -> Option<Near> {
        self.near
    }

    /// The cipher's key. A sender may ask for more rounds than are worth waiting for: then the other formats are still tried.
    fn key(
        &mut self,
        derivation: &Derivation,
        secret: &[u8],
        inputs: Inputs<'_>,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let work = derivation_work(derivation, self.payload);
        if work == 0 {
            return derive(derivation, secret, inputs);
        }
        let of_id = if derivation.takes_id() {
            inputs.id.as_str()
        } else {
            ""
        };
        let of_context = match derivation.bound_to().is_empty() {
            true => String::new(),
            false => format!("{:?}", inputs.context),
        };
        let recipe = hashed(&[
            format!("{derivation:?}").as_bytes(),
            of_id.as_bytes(),
            of_context.as_bytes(),
            secret,
        ]);
        if let Some(made) = self.made.get(&recipe) {
            return made.clone();
        }
        let spent = self.authenticated_bytes.saturating_add(work);
        if spent > self.limits.authenticated_bytes {
            self.passed_over = true;
            return None;
        }
        self.authenticated_bytes = spent;
        let key = derive(derivation, secret, inputs);
        self.made.insert(recipe, key.clone());
        key
    }

    /// Every metadata value, each sealed by itself.
    fn values(&self, spec: &CodecSpec, cipher: &Cipher, aad: &[u8]) -> Option<Payload> {
        let opened = self.payload.metadata.iter().map(|(name, value)| {
            let alone = Payload {
                data: value.clone().into(),
                ..Payload::default()
            };
            let framed = unframe(spec, &alone).ok()?;
            let plain = cipher.open(&framed.nonce, aad, &framed.sealed)?;
            Some((name.clone(), plain))
        });
        Some(Payload {
            metadata: opened.collect::<Option<_>>()?,
            ..Payload::default()
        })
    }
}

/// Whether what a format seals can start so.
fn may_start(spec: &CodecSpec, start: &[u8], len: usize) -> bool {
    let is_json = start.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    spec.compression.is_some() || is_json || may_start_payload(start, len)
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
    hashed(&parts)
}

/// A hash of some parts, none of which runs into the next.
fn hashed(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
