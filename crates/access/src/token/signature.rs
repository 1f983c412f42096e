//! Signatures of tokens, verified by `ring`, which the `jsonwebtoken` crate is told to use. RSA keys below 2048 bits are refused
//! by it.

use std::sync::Once;

use jsonwebtoken::crypto::{self, CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result, new_error};
use jsonwebtoken::signature::{Error, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::signature::{
    self as ring_signature, RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm,
};

use super::Unverified;
use crate::refusal::Refusal;

/// Whether the key made the token's signature, by the algorithm that the token names.
pub(crate) fn verify(
    token: &Unverified<'_>,
    key: &DecodingKey,
) -> std::result::Result<(), Refusal> {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // There is nothing to do where another part of the process was first: it can only have been this one.
        let _ = RING.install_default();
    });
    // The key's family was compared when it was looked up; this is the second lock on that door.
    if key.family() != token.algorithm.family() {
        return Err(Refusal::AlgorithmNotAllowed);
    }
    match crypto::verify(
        token.signature,
        token.signed.as_bytes(),
        key,
        token.algorithm,
    ) {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(Refusal::SignatureWrong),
    }
}

static RING: CryptoProvider = CryptoProvider {
    signer_factory: no_signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Nothing is ever signed here.
fn no_signer(_: &Algorithm, _: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    Err(new_error(ErrorKind::UnsupportedAlgorithm))
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    if key.family() != algorithm.family() {
        return Err(new_error(ErrorKind::InvalidKeyFormat));
    }
    Ok(Box::new(ByRing {
        algorithm: *algorithm,
        key: key.clone(),
    }))
}

struct ByRing {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl ByRing {
    fn by_rsa(&self, how: &RsaParameters, message: &[u8], signature: &[u8]) -> bool {
        match self.key.kind() {
            DecodingKeyKind::RsaModulusExponent { n, e } => {
                // Leading zeros are usual in the field, and refused by ring.
                let n = without_zeros(n);
                let e = without_zeros(e);
                RsaPublicKeyComponents { n, e }
                    .verify(how, message, signature)
                    .is_ok()
            }
            DecodingKeyKind::SecretOrDer(_) => false,
        }
    }

    fn by_curve(
        &self,
        how: &'static dyn VerificationAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        match self.key.kind() {
            DecodingKeyKind::SecretOrDer(point) => {
                let key = ring_signature::UnparsedPublicKey::new(how, point);
                key.verify(message, signature).is_ok()
            }
            DecodingKeyKind::RsaModulusExponent { .. } => false,
        }
    }
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

impl Verifier<Vec<u8>> for ByRing {
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "what is not listed is not accepted, and the crate's list may grow"
    )]
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        use ring_signature as ring;
        let holds = match self.algorithm {
            Algorithm::RS256 => self.by_rsa(&ring::RSA_PKCS1_2048_8192_SHA256, message, signature),
            Algorithm::RS384 => self.by_rsa(&ring::RSA_PKCS1_2048_8192_SHA384, message, signature),
            Algorithm::RS512 => self.by_rsa(&ring::RSA_PKCS1_2048_8192_SHA512, message, signature),
            Algorithm::PS256 => self.by_rsa(&ring::RSA_PSS_2048_8192_SHA256, message, signature),
            Algorithm::ES256 => self.by_curve(&ring::ECDSA_P256_SHA256_FIXED, message, signature),
            Algorithm::ES384 => self.by_curve(&ring::ECDSA_P384_SHA384_FIXED, message, signature),
            Algorithm::EdDSA => self.by_curve(&ring::ED25519, message, signature),
            _ => false,
        };
        if holds { Ok(()) } else { Err(Error::new()) }
    }
}

impl JwtVerifier for ByRing {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
