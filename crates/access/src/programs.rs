//! Tokens of programs: random text with a name, for the CLI and other clients that no provider gives a token. The access file
//! holds their SHA-256 only: 256 random bits cannot be guessed from it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::Zeroizing;

use crate::invalid::InvalidAccess;

/// What every token of a program begins with, so that people, and scanners for secrets, know it for what it is.
const PREFIX: &str = "tcodec_";

/// The token of a program, as the access file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramToken {
    /// What it is called in rules and in Requests.
    pub name: String,
    /// The SHA-256 of the token, as 64 hexadecimal digits.
    pub token_sha256: String,
}

/// A token that has just been made.
pub struct NewProgramToken {
    /// The token itself: `tcodec_` and 43 characters. It is kept nowhere.
    pub token: Zeroizing<String>,
    /// Its line in the access file.
    pub entry: ProgramToken,
}

impl NewProgramToken {
    /// Makes a token of 256 random bits; `None` where the system gives no randomness.
    pub fn make(name: &str) -> Option<Self> {
        let mut bits = Zeroizing::new([0; 32]);
        SystemRandom::new().fill(&mut *bits).ok()?;
        let token = Zeroizing::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(*bits)));
        let entry = ProgramToken {
            name: name.to_owned(),
            token_sha256: hex(&Sha256::digest(token.as_bytes())),
        };
        Some(NewProgramToken { token, entry })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}

/// The programs that are known.
pub(crate) struct Programs(Vec<(String, [u8; 32])>);

impl Programs {
    pub(crate) fn new(entries: &[ProgramToken]) -> Result<Self, InvalidAccess> {
        let mut programs: Vec<(String, [u8; 32])> = Vec::new();
        for entry in entries {
            if programs.iter().any(|(name, _)| *name == entry.name) {
                return Err(InvalidAccess::ProgramTwice(named(entry)));
            }
            let hash = from_hex(&entry.token_sha256)
                .ok_or_else(|| InvalidAccess::ProgramHash(named(entry)))?;
            programs.push((entry.name.clone(), hash));
        }
        Ok(Programs(programs))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of the program whose token it is. All are compared, each in constant time.
    pub(crate) fn named_by(&self, token: &str) -> Option<&str> {
        let hash = Sha256::digest(token.as_bytes());
        let mut found = u64::MAX;
        for (at, (_, known)) in (0..).zip(&self.0) {
            let is_it: Choice = hash.as_slice().ct_eq(known);
            found = u64::conditional_select(&found, &at, is_it);
        }
        let (name, _) = self.0.get(usize::try_from(found).ok()?)?;
        Some(name)
    }
}

/// A program's name as it may be shown: a token that stands in its place is not.
fn named(entry: &ProgramToken) -> String {
    match entry.name.contains(PREFIX) {
        true => "(a token)".to_owned(),
        false => temporal_payload::shown(&entry.name, 120),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_program() {
        let made: Vec<_> = ["cli", "mcp"]
            .map(|name| NewProgramToken::make(name).unwrap())
            .into();
        let entries: Vec<_> = made.iter().map(|made| made.entry.clone()).collect();
        let programs = Programs::new(&entries).unwrap();
        for made in &made {
            assert_eq!(made.token.len(), PREFIX.len() + 43);
            assert_eq!(
                programs.named_by(&made.token),
                Some(made.entry.name.as_str())
            );
            assert_eq!(programs.named_by(&made.token[1..]), None);
            assert_eq!(programs.named_by(&made.entry.token_sha256), None);
        }
        assert_eq!(programs.named_by(""), None);
    }

    #[test]
    fn what_is_no_hash_or_twice_is_refused() {
        let entry = |name: &str, token_sha256: &str| ProgramToken {
            name: name.into(),
            token_sha256: token_sha256.into(),
        };
        for bad in ["", "ab", &"g".repeat(64), &"é".repeat(32)] {
            assert!(Programs::new(&[entry("x", bad)]).is_err(), "{bad}");
        }
        let good = entry("x", &"0".repeat(64));
        assert!(Programs::new(&[good.clone(), good]).is_err());
    }
}
