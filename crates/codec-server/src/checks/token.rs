//! The optional bearer token. It keeps other programs of the same machine out; a Web UI has no way to send one.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::RequestError;

/// A token that every request must carry as `Authorization: Bearer …`. Zeroized on drop; it cannot be printed.
#[derive(Clone)]
pub struct BearerToken(Zeroizing<Vec<u8>>);

/// A token that no header can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token is one or more visible ASCII characters")]
pub struct InvalidToken;

impl BearerToken {
    /// Takes a token over.
    ///
    /// # Errors
    /// [`InvalidToken`] unless it is made of visible ASCII characters: an empty one would let everyone in.
    pub fn new(token: &str) -> Result<Self, InvalidToken> {
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidToken);
        }
        Ok(BearerToken(Zeroizing::new(token.as_bytes().to_vec())))
    }
}

/// Refuses whoever does not carry the token, where one is asked. The comparison takes the same time for every token of the
/// right length.
pub(crate) fn bearer(headers: &HeaderMap, token: Option<&BearerToken>) -> Result<(), RequestError> {
    let Some(BearerToken(token)) = token else {
        return Ok(());
    };
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(RequestError::Unauthenticated);
    };
    let given = value
        .as_bytes()
        .split_first_chunk::<7>()
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"bearer "))
        .map(|(_, given)| given.trim_ascii());
    match given {
        Some(given) if bool::from(given.ct_eq(token)) => Ok(()),
        _ => Err(RequestError::Unauthenticated),
    }
}
