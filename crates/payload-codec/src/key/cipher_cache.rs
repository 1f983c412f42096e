//! Ciphers that were derived already. A history's Payloads share their keys, so deriving is paid for once.

use std::sync::{Arc, Mutex, PoisonError};

use crate::cipher_name::CipherName;
use crate::primitives::cipher::Cipher;
use crate::primitives::zeroize_stack::zeroize_stack;
use crate::spec::parts::{Inputs, value};
use crate::spec::{CodecSpec, Derivation, Part};

/// Ciphers that are kept at most; the oldest goes first. A Payload can ask for as many as its sender likes.
const MAX_CIPHERS: usize = 16;

/// Derived ciphers of one key, by what they were made for.
#[derive(Default)]
pub(crate) struct CipherCache(Mutex<Vec<(Recipe, Arc<Cipher>)>>);

impl CipherCache {
    /// The cipher that `spec` makes for a Payload, made where it is not there. `None` where it cannot be made.
    pub(crate) fn get(
        &self,
        spec: &CodecSpec,
        inputs: Inputs<'_>,
        make: impl FnOnce() -> Option<Cipher>,
    ) -> Option<Arc<Cipher>> {
        let inputs = taken(&spec.key, inputs);
        let mut ciphers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut made = ciphers.iter();
        if let Some((_, cipher)) = made.find(|(recipe, _)| recipe.is_of(spec, &inputs)) {
            return Some(cipher.clone());
        }
        let cipher = make().map(Arc::new);
        zeroize_stack();
        let cipher = cipher?;
        if ciphers.len() == MAX_CIPHERS {
            ciphers.remove(0);
        }
        ciphers.push((Recipe::of(spec, inputs), cipher.clone()));
        Some(cipher)
    }
}

impl CipherCache {
    /// Whether that cipher is there.
    pub(crate) fn has(&self, spec: &CodecSpec, inputs: Inputs<'_>) -> bool {
        let inputs = taken(&spec.key, inputs);
        let ciphers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ciphers
            .iter()
            .any(|(recipe, _)| recipe.is_of(spec, &inputs))
    }
}

/// All that a derived cipher depends on beside the secret.
struct Recipe {
    cipher: CipherName,
    nonce_bytes: usize,
    derivation: Derivation,
    inputs: Vec<u8>,
}

impl Recipe {
    fn of(spec: &CodecSpec, inputs: Vec<u8>) -> Self {
        Recipe {
            cipher: spec.cipher,
            nonce_bytes: spec.nonce_bytes(),
            derivation: spec.key.clone(),
            inputs,
        }
    }

    fn is_of(&self, spec: &CodecSpec, inputs: &[u8]) -> bool {
        self.cipher == spec.cipher
            && self.inputs == inputs
            && self.nonce_bytes == spec.nonce_bytes()
            && self.derivation == spec.key
    }
}

/// What a derived key depends on beside the secret and the derivation itself: the id, each part of the context, and each metadata
/// value that it names. Lengths keep one from the next.
fn taken(derivation: &Derivation, inputs: Inputs<'_>) -> Vec<u8> {
    let Inputs { id, payload, .. } = inputs;
    let mut taken = Vec::new();
    let mut add = |bytes: &[u8]| {
        taken.extend(bytes.len().to_be_bytes());
        taken.extend(bytes);
    };
    if derivation.takes_id() {
        add(&id.to_bytes());
    }
    for part in derivation.pieces() {
        if part.of_context().is_some() || matches!(part, Part::Metadata(_)) {
            add(&value(part, inputs));
        }
    }
    for name in derivation.fields() {
        add(payload.metadata.get(name).map_or(&[], Vec::as_slice));
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use temporal_payload::Payload;

    use crate::catalogue::presets::preset;
    use crate::context::{Context, ContextPart, UNKNOWN};
    use crate::key_id::KeyId;

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
            let id = KeyId::new("v1");
            cache.get(&spec, Inputs::of(&id, &payload, &UNKNOWN), || {
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
    /// A key that a Workflow's id goes into is that Workflow's alone.
    #[test]
    fn a_cipher_is_not_used_in_another_context() {
        let cache = CipherCache::default();
        let spec = CodecSpec {
            key: Derivation::HkdfSha256 {
                salt: vec![Part::Namespace],
                info: vec![Part::WorkflowId],
            },
            ..preset("sdk-samples").expect("a preset").spec
        };
        let (id, payload) = (KeyId::new(""), Payload::default());
        let made = |namespace: &str, workflow: &str| {
            let context = Context::default()
                .with(ContextPart::Namespace, namespace)
                .with(ContextPart::WorkflowId, workflow);
            let mut fresh = false;
            cache.get(&spec, Inputs::of(&id, &payload, &context), || {
                fresh = true;
                Some(Cipher::None)
            });
            fresh
        };
        assert!(made("a", "bc") && made("ab", "c") && made("a", "b"));
        assert!(!made("a", "bc") && !made("ab", "c") && !made("a", "b"));
    }
}
