//! One JWT, from its text to the claims that are believed. What is asked of it, in this order:
//!
//!  1. **Size**, then **shape**: three parts of base64url, the first two of them JSON objects in which a name stands once.
//!  2. **Algorithm**: one of those that are accepted; `none` and HMAC are told apart, since somebody tries something. **Type**: a JWT
//!     or an access token, where it says what it is.
//!  3. **Issuer**: it chooses whose keys are asked. It is believed only once the signature holds.
//!  4. **Key**: by its id, and of the kind that the algorithm needs.
//!  5. **Signature**.
//!  6. **Audience**, **expiry** and **not before**.
//!
//! Source: RFC 7515 (JWS), RFC 7519 (JWT), RFC 8725 (what to refuse).

mod claims;

mod signature;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use crate::json::{self, NotJson};
use crate::refusal::{MAX_TOKEN_BYTES, Refusal};

pub(crate) use claims::{Claims, Expected};
pub(crate) use signature::verify;

/// A JWT whose signature has not been looked at: nothing in it is to be believed.
pub struct Unverified<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) claims: Map<String, Value>,
    /// `header.claims`: what is signed.
    pub(crate) signed: &'a str,
    /// The signature, as base64url.
    pub(crate) signature: &'a str,
}

impl<'a> Unverified<'a> {
    /// Reads a token: checks 1 and 2. Takes time linear in its length, which is bounded.
    ///
    /// # Errors
    /// The [`Refusal`] for what it is instead.
    pub fn parse(token: &'a str) -> Result<Self, Refusal> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Refusal::TokenTooLarge);
        }
        let mut parts = token.split('.');
        let (Some(header), Some(claims), Some(signature)) =
            (parts.next(), parts.next(), parts.next())
        else {
            return Err(Refusal::TokenOpaque);
        };
        match parts.count() {
            0 => {}
            2 => return Err(Refusal::TokenDamaged("it is encrypted (JWE), not signed")),
            _ => return Err(Refusal::TokenOpaque),
        }
        let header = object(header, "its header is not a JSON object in base64url")?;
        let algorithm = algorithm(&header)?;
        check_type(&header)?;
        if header.contains_key("crit") {
            return Err(Refusal::TokenDamaged("its header asks for an extension"));
        }
        let key_id = match header.get("kid") {
            None => None,
            Some(Value::String(id)) => Some(id.clone()),
            Some(_) => return Err(Refusal::TokenDamaged("its key id is not text")),
        };
        let claims = object(claims, "its claims are not a JSON object in base64url")?;
        let issuer = claims.get("iss").and_then(Value::as_str);
        let signed = &token[..token.len() - signature.len() - 1];
        Ok(Unverified {
            algorithm,
            key_id,
            issuer: issuer.map(str::to_owned),
            claims,
            signed,
            signature,
        })
    }
}

/// What says what it is must say that it is a token of the kinds that are asked for here: a token for something else may be signed
/// with the same key. `application/` in front of it may be left out (RFC 7515 §4.1.9), case does not count, and neither does its
/// absence (RFC 7519 §5.1); `at+jwt` is RFC 9068 §2.1.
fn check_type(header: &Map<String, Value>) -> Result<(), Refusal> {
    const PREFIX: &str = "application/";
    let name = match header.get("typ") {
        None => return Ok(()),
        Some(Value::String(name)) => name.as_str(),
        Some(_) => return Err(Refusal::TokenDamaged("its type is not text")),
    };
    let short = match name.get(..PREFIX.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) => &name[PREFIX.len()..],
        Some(_) | None => name,
    };
    let is_accepted = ["JWT", "at+jwt"]
        .iter()
        .any(|accepted| short.eq_ignore_ascii_case(accepted));
    match is_accepted {
        true => Ok(()),
        false => Err(Refusal::TypeNotAccepted),
    }
}

fn object(part: &str, otherwise: &'static str) -> Result<Map<String, Value>, Refusal> {
    let damaged = Refusal::TokenDamaged(otherwise);
    let Ok(text) = URL_SAFE_NO_PAD.decode(part) else {
        return Err(damaged);
    };
    match json::parse(&text) {
        Ok(Value::Object(object)) => Ok(object),
        Err(NotJson::Twice) => Err(Refusal::DuplicateName),
        Ok(_) | Err(NotJson::Malformed) => Err(damaged),
    }
}

/// What is accepted is listed here, and nowhere else.
fn algorithm(header: &Map<String, Value>) -> Result<Algorithm, Refusal> {
    let Some(Value::String(name)) = header.get("alg") else {
        return Err(Refusal::TokenDamaged("its header names no algorithm"));
    };
    match name.as_str() {
        "RS256" => Ok(Algorithm::RS256),
        "RS384" => Ok(Algorithm::RS384),
        "RS512" => Ok(Algorithm::RS512),
        "PS256" => Ok(Algorithm::PS256),
        "ES256" => Ok(Algorithm::ES256),
        "ES384" => Ok(Algorithm::ES384),
        "EdDSA" => Ok(Algorithm::EdDSA),
        name if name.eq_ignore_ascii_case("none") => Err(Refusal::NotSigned),
        "HS256" | "HS384" | "HS512" => Err(Refusal::SharedSecret),
        _ => Err(Refusal::AlgorithmNotAllowed),
    }
}
