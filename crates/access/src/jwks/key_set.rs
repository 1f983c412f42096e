//! A JSON Web Key Set (RFC 7517), and the key in it for one token.

use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

use crate::json;
use crate::jwks_problem::{KeysProblem, MAX_KEYS_BYTES};
use crate::refusal::Refusal;

/// More keys than any provider has at once.
const MAX_KEYS: usize = 256;

/// Public keys that verify signatures. Of a set that was read, what cannot do that is left out.
#[derive(Clone, Default)]
pub struct KeySet(Vec<Key>);

#[derive(Clone)]
struct Key {
    id: Option<String>,
    jwk: Jwk,
    key: DecodingKey,
}

impl KeySet {
    /// Reads `{"keys": […]}`. Takes time linear in its length, which is bounded.
    ///
    /// # Errors
    /// [`KeysProblem::TooLarge`], or [`KeysProblem::Garbage`] for what is no set, and for one with a name twice.
    pub fn parse(text: &[u8]) -> Result<Self, KeysProblem> {
        if text.len() > MAX_KEYS_BYTES {
            return Err(KeysProblem::TooLarge);
        }
        let set = json::parse(json::without_bom(text)).map_err(|_| KeysProblem::Garbage)?;
        let keys = set.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or(KeysProblem::Garbage)?;
        if keys.len() > MAX_KEYS {
            return Err(KeysProblem::TooLarge);
        }
        // One key of a kind that is not known must not hide the others (RFC 7517 §5).
        Ok(KeySet(keys.iter().filter_map(key).collect()))
    }

    /// How many keys it has that can verify something.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key for a token that names it; or the only one that fits, for a token that names none.
    pub(crate) fn find(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<&DecodingKey, Refusal> {
        let Some(id) = id else {
            let mut fitting = self.0.iter().filter(|key| key.fits(algorithm));
            return match (fitting.next(), fitting.next()) {
                (Some(only), None) => Ok(&only.key),
                (None, _) => Err(Refusal::KeyUnknown),
                (Some(_), Some(_)) => Err(Refusal::KeyNotNamed),
            };
        };
        let mut named = self.0.iter().filter(|key| key.id.as_deref() == Some(id));
        let mut is_known = false;
        let fitting = named.find(|key| {
            is_known = true;
            key.fits(algorithm)
        });
        match fitting {
            Some(key) => Ok(&key.key),
            // `RS256` turned into `HS256` never comes here; this is an RSA key's id with an elliptic curve's algorithm.
            None if is_known => Err(Refusal::AlgorithmNotAllowed),
            None => Err(Refusal::KeyUnknown),
        }
    }
}

fn key(entry: &Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(entry.clone()).ok()?;
    // A secret among public keys would be believed by whoever can read them.
    if matches!(
        jwk.algorithm,
        AlgorithmParameters::OctetKey(_) | AlgorithmParameters::Other(_)
    ) {
        return None;
    }
    let signs = match &jwk.common.public_key_use {
        Some(PublicKeyUse::Signature) | None => true,
        Some(_) => false,
    };
    let verifies = jwk
        .common
        .key_operations
        .as_ref()
        .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    if !signs || !verifies {
        return None;
    }
    Some(Key {
        id: jwk.common.key_id.clone(),
        key: DecodingKey::from_jwk(&jwk).ok()?,
        jwk,
    })
}

impl Key {
    /// Whether the algorithm is one of this key's: by its kind, and by its own word where it has one.
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "what is not listed is not accepted, and the crate's list may grow"
    )]
    fn fits(&self, algorithm: Algorithm) -> bool {
        let of_its_kind = match &self.jwk.algorithm {
            AlgorithmParameters::RSA(_) => matches!(
                algorithm,
                Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512 | Algorithm::PS256
            ),
            AlgorithmParameters::EllipticCurve(point) => matches!(
                (&point.curve, algorithm),
                (EllipticCurve::P256, Algorithm::ES256) | (EllipticCurve::P384, Algorithm::ES384)
            ),
            AlgorithmParameters::OctetKeyPair(point) => {
                point.curve == EllipticCurve::Ed25519 && algorithm == Algorithm::EdDSA
            }
            _ => false,
        };
        let by_its_word = match self.jwk.common.key_algorithm {
            None => true,
            Some(own) => own == named(algorithm),
        };
        of_its_kind && by_its_word
    }
}

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "what is not listed is not accepted, and the crate's list may grow"
)]
fn named(algorithm: Algorithm) -> KeyAlgorithm {
    match algorithm {
        Algorithm::RS256 => KeyAlgorithm::RS256,
        Algorithm::RS384 => KeyAlgorithm::RS384,
        Algorithm::RS512 => KeyAlgorithm::RS512,
        Algorithm::PS256 => KeyAlgorithm::PS256,
        Algorithm::ES256 => KeyAlgorithm::ES256,
        Algorithm::ES384 => KeyAlgorithm::ES384,
        Algorithm::EdDSA => KeyAlgorithm::EdDSA,
        _ => KeyAlgorithm::UNKNOWN_ALGORITHM,
    }
}
