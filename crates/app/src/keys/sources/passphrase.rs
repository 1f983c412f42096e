//! Passphrases that somebody chooses for a bundle or for the encrypted file: what they are worth, for people.

use key_store::{NewPassphrase, WeakPassphrase, passphrase_strength};

use super::view::PassphraseView;
use crate::error::{AppError, Code};
use crate::keys::view::SecretText;

/// A passphrase to write a file with.
///
/// # Errors
/// [`Code::Passphrase`] where it is weak and its owner did not say that this will do.
pub(super) fn chosen(
    passphrase: &SecretText,
    although_weak: bool,
) -> Result<NewPassphrase<'_>, AppError> {
    let text = passphrase.expose();
    match although_weak {
        true => NewPassphrase::although_weak(text),
        false => NewPassphrase::strong(text),
    }
    .map_err(|weak| {
        AppError::new(Code::Passphrase, weak.to_string()).hint(match weak {
            WeakPassphrase::Short { characters: 0 } => {
                "Enter a few words that do not belong together."
            }
            WeakPassphrase::Short { .. } | WeakPassphrase::Guessable => {
                "Take a few words that do not belong together, or say that this one will do."
            }
        })
    })
}

/// What a passphrase is worth.
pub(super) fn judged(passphrase: &SecretText) -> PassphraseView {
    let strength = passphrase_strength(passphrase.expose());
    let words = match strength.score {
        0 => "Very easy to guess",
        1 => "Easy to guess",
        2 => "Could be guessed",
        3 => "Hard to guess",
        _ => "Very hard to guess",
    };
    PassphraseView {
        score: strength.score,
        words: words.to_owned(),
        problem: strength.problem.map(|problem| problem.to_string()),
    }
}
