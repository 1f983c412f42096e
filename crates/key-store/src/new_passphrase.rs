//! A passphrase that somebody chooses for a file of keys: one rule for every file that is written. What was written before, or
//! by another program, is opened with whatever opens it.
//!
//! Whoever has the file can try as many passphrases as they can pay for, so that it is not enough to be long: `zxcvbn` counts
//! the tries of somebody who begins with what people choose.

/// Characters that a passphrase should have at least.
pub const MIN_PASSPHRASE_CHARACTERS: usize = 10;

/// The least score: more than 10⁸ tries, each of which takes about a second of scrypt.
const ENOUGH: u8 = 3;

/// A passphrase for a file that is to be written.
#[derive(Clone, Copy)]
pub struct NewPassphrase<'a>(&'a str);

/// What a passphrase is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassphraseStrength {
    /// From 0, among the first thousand tries, to 4, after more than ten billion.
    pub score: u8,
    /// What of it falls short.
    pub problem: Option<WeakPassphrase>,
}

/// Why a passphrase is not taken, unless its owner insists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassphrase {
    /// It is too short, whatever it is.
    #[error(
        "a passphrase should have at least {MIN_PASSPHRASE_CHARACTERS} characters; this one has {characters}"
    )]
    Short {
        /// How many it has.
        characters: usize,
    },
    /// It is like what people choose.
    #[error("the passphrase can be guessed by trying what people often choose")]
    Guessable,
}

impl<'a> NewPassphrase<'a> {
    /// A passphrase that holds.
    ///
    /// # Errors
    /// [`WeakPassphrase`].
    pub fn strong(text: &'a str) -> Result<Self, WeakPassphrase> {
        match passphrase_strength(text).problem {
            Some(problem) => Err(problem),
            None => Ok(NewPassphrase(text)),
        }
    }

    /// One of which its owner said that a weak one will do. None at all never does.
    ///
    /// # Errors
    /// [`WeakPassphrase::Short`] where it is empty.
    pub fn although_weak(text: &'a str) -> Result<Self, WeakPassphrase> {
        match text.is_empty() {
            true => Err(WeakPassphrase::Short { characters: 0 }),
            false => Ok(NewPassphrase(text)),
        }
    }

    pub(crate) fn expose(self) -> &'a str {
        self.0
    }
}

/// How a passphrase would hold. Takes the same time for one of any length: what comes after the hundredth character makes none
/// weaker, and is not looked at. The estimate does not overwrite its copies of what it looks at.
pub fn passphrase_strength(text: &str) -> PassphraseStrength {
    let characters = text.chars().count();
    let score = u8::from(zxcvbn::zxcvbn(text, &[]).score());
    let problem = if characters < MIN_PASSPHRASE_CHARACTERS {
        Some(WeakPassphrase::Short { characters })
    } else if score < ENOUGH {
        Some(WeakPassphrase::Guessable)
    } else {
        None
    };
    PassphraseStrength { score, problem }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_choose_is_weak_however_long_and_a_few_words_are_not() {
        let problem = |text| passphrase_strength(text).problem;
        assert_eq!(problem(""), Some(WeakPassphrase::Short { characters: 0 }));
        assert_eq!(
            problem("äöü"),
            Some(WeakPassphrase::Short { characters: 3 })
        );
        for weak in [
            "password123",
            "qwertyuiop",
            "aaaaaaaaaaaaaaaa",
            "1234567890",
            "P@ssw0rd1234",
            "😀😀😀😀😀😀😀😀😀😀",
        ] {
            assert_eq!(problem(weak), Some(WeakPassphrase::Guessable), "{weak}");
            assert!(NewPassphrase::strong(weak).is_err());
            assert!(NewPassphrase::although_weak(weak).is_ok());
        }
        for strong in [
            "correct horse battery",
            "lamp otter ninety violin",
            "Xk4!v9mQ2zLp",
        ] {
            assert_eq!(problem(strong), None, "{strong}");
        }
        assert!(NewPassphrase::although_weak("").is_err());
    }

    #[test]
    fn a_passphrase_of_any_length_is_judged_at_once() {
        let long = "lamp otter ninety violin ".repeat(40_000);
        let start = Instant::now();
        assert_eq!(passphrase_strength(&long).problem, None);
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_judged(text in "\\PC{0,40}") {
            prop_assert!(passphrase_strength(&text).score <= 4);
        }
    }
}
