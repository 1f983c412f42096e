//! Makes access tokens: a provider's keys of every kind, with real signatures. Used by the tests of `crates/access` as well.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair, RsaPublicKeyComponents,
};
use serde_json::{Value, json};

/// The algorithms that are accepted.
pub const ALGORITHMS: [&str; 7] = [
    "RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA",
];

/// An RSA key of 2048 bits for tests; `ring` makes none. PKCS #8.
const RSA: &[u8] = include_bytes!("keys/rsa-2048.pk8");

enum Pair {
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Curve(EcdsaKeyPair),
    Edwards(Ed25519KeyPair),
}

/// One key of a provider, with its private half.
pub struct Signer {
    /// Its id.
    pub kid: String,
    /// Its algorithm.
    pub alg: &'static str,
    pair: Pair,
}

impl Signer {
    /// A key for one of [`ALGORITHMS`].
    pub fn new(alg: &'static str, kid: &str) -> Self {
        let curve = |how: &'static EcdsaSigningAlgorithm| {
            let random = SystemRandom::new();
            let made = EcdsaKeyPair::generate_pkcs8(how, &random).expect("a key");
            Pair::Curve(EcdsaKeyPair::from_pkcs8(how, made.as_ref(), &random).expect("a key"))
        };
        let rsa = |how: &'static dyn RsaEncoding| {
            Pair::Rsa(RsaKeyPair::from_pkcs8(RSA).expect("a key"), how)
        };
        let pair = match alg {
            "RS256" => rsa(&RSA_PKCS1_SHA256),
            "RS384" => rsa(&RSA_PKCS1_SHA384),
            "RS512" => rsa(&RSA_PKCS1_SHA512),
            "PS256" => rsa(&RSA_PSS_SHA256),
            "ES256" => curve(&ECDSA_P256_SHA256_FIXED_SIGNING),
            "ES384" => curve(&ECDSA_P384_SHA384_FIXED_SIGNING),
            "EdDSA" => {
                let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
                Pair::Edwards(Ed25519KeyPair::from_pkcs8(made.as_ref()).expect("a key"))
            }
            other => panic!("{other} is not accepted"),
        };
        Signer {
            kid: kid.to_owned(),
            alg,
            pair,
        }
    }

    /// Its public half, as a set lists it.
    pub fn jwk(&self) -> Value {
        let mut jwk = match &self.pair {
            Pair::Rsa(pair, _) => {
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({"kty": "RSA", "n": base64(&public.n), "e": base64(&public.e)})
            }
            Pair::Curve(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let curve = if x.len() == 32 { "P-256" } else { "P-384" };
                json!({"kty": "EC", "crv": curve, "x": base64(x), "y": base64(y)})
            }
            Pair::Edwards(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": base64(pair.public_key().as_ref())})
            }
        };
        jwk["kid"] = json!(self.kid);
        jwk["alg"] = json!(self.alg);
        jwk["use"] = json!("sig");
        jwk
    }

    /// A token with these claims.
    pub fn token(&self, claims: &Value) -> String {
        let header = json!({"typ": "JWT", "alg": self.alg, "kid": self.kid});
        self.token_of(&header.to_string(), &claims.to_string())
    }

    /// A token of exactly these two texts.
    pub fn token_of(&self, header: &str, claims: &str) -> String {
        let signed = format!(
            "{}.{}",
            base64(header.as_bytes()),
            base64(claims.as_bytes())
        );
        let signature = self.sign(signed.as_bytes());
        format!("{signed}.{}", base64(&signature))
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair, how) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(*how, &random, message, &mut signature)
                    .expect("signed");
                signature
            }
            Pair::Curve(pair) => {
                let signature = pair.sign(&random, message).expect("signed");
                signature.as_ref().to_vec()
            }
            Pair::Edwards(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }
}

/// The set of these keys.
pub fn key_set(signers: &[&Signer]) -> Value {
    let keys: Vec<Value> = signers.iter().map(|signer| signer.jwk()).collect();
    json!({ "keys": keys })
}

/// base64url without padding.
pub fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
