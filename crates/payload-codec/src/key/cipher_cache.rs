//! Ciphers that were derived already. A history's Payloads share their keys, so deriving is paid for once.

use std::sync::{Arc, Mutex, PoisonError};

use temporal_payload::Payload;

use crate::cipher_name::CipherName;
use crate::key_id::KeyId;
use crate::primitives::cipher::Cipher;
use crate::primitives::zeroize_stack::zeroize_stack;
use crate::spec::{CodecSpec, Derivation};

/// Ciphers that are kept at most; the oldest goes first. A Payload can ask for as many as its sender likes.
const MAX_CIPHERS: usize = 16;

/// Derived ciphers of one key, by what they were made for.
#[derive(Default)]
pub(crate) struct CipherCache(Mutex<Vec<(Recipe, Arc<Cipher>)>>);

impl CipherCache {
    /// The cipher of this recipe, made where it is not there. `None` where it cannot be made.
    pub(crate) fn get(
        &self,
        recipe: Recipe,
        make: impl FnOnce() -> Option<Cipher>,
    ) -> Option<Arc<Cipher>> {
        let mut ciphers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cipher)) = ciphers.iter().find(|(made_for, _)| *made_for == recipe) {
            return Some(cipher.clone());
        }
        let cipher = make().map(Arc::new);
        zeroize_stack();
        let cipher = cipher?;
        if ciphers.len() == MAX_CIPHERS {
            ciphers.remove(0);
        }
        ciphers.push((recipe, cipher.clone()));
        Some(cipher)
    }
}

impl CipherCache {
    /// Whether the cipher of this recipe is there.
    pub(crate) fn has(&self, recipe: &Recipe) -> bool {
        let ciphers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ciphers.iter().any(|(made_for, _)| made_for == recipe)
    }
}

/// All that a derived cipher depends on beside the secret.
#[derive(PartialEq, Eq)]
pub(crate) struct Recipe {
    cipher: CipherName,
    nonce_bytes: usize,
    inputs: Vec<u8>,
}

impl Recipe {
    /// What `spec` makes for a Payload that names `id`.
    pub(crate) fn of(spec: &CodecSpec, id: &KeyId, payload: &Payload) -> Self {
        Recipe {
            cipher: spec.cipher,
            nonce_bytes: spec.nonce_bytes(),
            inputs: inputs(&spec.key, id, payload),
        }
    }
}

/// What a derived key depends on beside the secret: the derivation itself, the id, and each metadata value that it names.
/// Lengths keep one from the next.
fn inputs(derivation: &Derivation, id: &KeyId, payload: &Payload) -> Vec<u8> {
    let mut inputs = format!("{derivation:?}").into_bytes();
    let mut add = |bytes: &[u8]| {
        inputs.extend(bytes.len().to_be_bytes());
        inputs.extend(bytes);
    };
    if derivation.takes_id() {
        add(&id.to_bytes());
    }
    for name in derivation.metadata() {
        add(payload.metadata.get(name).map_or(&[], Vec::as_slice));
    }
    inputs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::presets::preset;

    /// A sender may name as many workspaces as it likes; each derives a key of its own.
    #[test]
    fn keeps_the_newest_ciphers_and_makes_none_twice() {
        let cache = CipherCache::default();
        let spec = preset("tracecat").expect("a preset").spec;
        let made = |workspace: usize| {
            let name = "tracecat_workspace_id".to_owned();
            let payload = Payload {
                metadata: [(name, workspace.to_string().into_bytes())].into(),
                ..Payload::default()
            };
            let mut fresh = false;
            let recipe = Recipe::of(&spec, &KeyId::new("v1"), &payload);
            cache.get(recipe, || {
                fresh = true;
                Some(Cipher::None)
            });
            fresh
        };
        for workspace in 0..100 {
            assert!(made(workspace));
            assert!(!made(workspace), "it was made a moment ago");
        }
        let kept = cache.0.lock().expect("not poisoned").len();
        assert_eq!(kept, MAX_CIPHERS);
        assert!(!made(99) && made(0));
    }
}
