//! Who may have Payloads decoded: access tokens and what verifies them, programs with tokens of their own, and the rules that
//! decide.
//!
//! **Architecture invariant:** a token is looked at and forgotten: no token, and no claim but the name in use, is in an error, a
//! log or anything that is kept; and nothing is believed of a token before its signature and its claims have been checked.
//!
//! An [`Access`] is made of an access file ([`AccessFile`]). It is asked once for each request ([`Access::decide`]) with the two
//! headers in which a Web UI passes tokens: `Authorization: Bearer` (the access token) and `Authorization-Extras` (the raw
//! ID token). What a token has to pass is listed at the top of `token/mod.rs`.

#![forbid(unsafe_code)]

mod access;

mod asked;

mod rules;

pub mod file;

mod one_or_many;

mod invalid;

mod pattern;

mod permissions;

mod programs;

mod token;

mod jwks;

mod jwks_problem;

mod provider;

mod json;

mod refusal;

mod certificate;

mod client;

mod authority;

pub use access::{Access, Decision};
pub use asked::{Asked, Operation};
pub use authority::{AUTHORITY_NAME, AuthorityError, LocalAuthority, LoopbackCertificate};
pub use certificate::{Certificate, InvalidCertificate};
pub use client::trusting_clients;
pub use file::AccessFile;
pub use invalid::{InvalidAccess, MAX_FILE_BYTES};
pub use jwks::KeySet;
pub use jwks_problem::{KeysProblem, MAX_KEYS_BYTES};
pub use one_or_many::OneOrMany;
pub use pattern::star_matches;
pub use permissions::Role;
pub use programs::{NewProgramToken, ProgramToken};
pub use refusal::{MAX_TOKEN_BYTES, Refusal};
pub use rules::{ClaimIs, Client, Rule, Verdict, When};
pub use token::Unverified;

#[cfg(test)]
#[path = "../../../tests/support/tokens.rs"]
#[allow(unreachable_pub, reason = "shared with the integration tests")]
mod signers;

#[cfg(test)]
mod tests;
