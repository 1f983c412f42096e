//! The token of a program that was just made, until it is copied, forgotten or locked away: it is kept nowhere, and never goes
//! through the window.

use std::sync::{Mutex, MutexGuard, PoisonError};

use access::{NewProgramToken, ProgramToken};
use temporal_payload::shown_name;
use zeroize::Zeroizing;

use crate::core::secret_clipboard::{Question, SecretClipboard};
use crate::error::{AppError, Code};
use crate::keys::forget_port::Forget;

/// The token that was made last.
pub(crate) struct NewToken {
    clipboard: SecretClipboard,
    made: Mutex<Option<Made>>,
}

struct Made {
    name: String,
    token: Zeroizing<String>,
}

impl NewToken {
    pub(crate) fn new(clipboard: SecretClipboard) -> Self {
        NewToken {
            clipboard,
            made: Mutex::default(),
        }
    }

    /// Makes a token, which may be copied once it is [`NewToken::offer`]ed. Returns it with its entry for the settings.
    ///
    /// # Errors
    /// [`Code::Internal`] where the system gives no randomness.
    pub(super) fn make(name: &str) -> Result<(Zeroizing<String>, ProgramToken), AppError> {
        let made = NewProgramToken::make(name)
            .ok_or_else(|| AppError::new(Code::Internal, "the system gives no random numbers"))?;
        Ok((made.token, made.entry))
    }

    /// This token may be copied, and the one before it no longer.
    pub(super) fn offer(&self, name: &str, token: Zeroizing<String>) {
        let name = name.to_owned();
        *self.made() = Some(Made { name, token });
    }

    /// Whether the token of this program may be copied.
    pub(super) fn is_of(&self, name: &str) -> bool {
        self.made().as_ref().is_some_and(|made| made.name == name)
    }

    /// Puts the token on the clipboard, once, after the desktop asked the user. Returns for how many seconds it is there.
    ///
    /// # Errors
    /// [`Code::KeyNotFound`] where it was copied already or is not the one that was made last, [`Code::Cancelled`] where the
    /// user said no, [`Code::Desktop`].
    pub(super) fn copy(&self, name: &str) -> Result<u32, AppError> {
        let fresh = self.made().take_if(|made| made.name == name);
        let fresh = fresh.ok_or_else(|| {
            AppError::new(
                Code::KeyNotFound,
                "a token can be copied once, right after it was made",
            )
            .hint("Make the program another token with “New token” in Access; the one before it is refused then.")
        })?;
        let text = format!(
            "The token of \"{}\" leaves this app. It is on the clipboard for one minute, where other programs can read it. Paste it where that program keeps its secrets, and nowhere else.",
            shown_name(name)
        );
        let question = Question {
            title: "Copy this token?",
            text: &text,
            yes: "Copy token",
            failed: "the token was not copied",
        };
        // Not held while the user thinks about it.
        let copied = self.clipboard.copy(fresh.token.clone(), &question);
        copied.inspect_err(|_| {
            self.made().get_or_insert(fresh);
        })
    }

    /// The token cannot be copied any more.
    pub(super) fn done(&self) {
        *self.made() = None;
    }

    fn made(&self) -> MutexGuard<'_, Option<Made>> {
        // What stands in it is replaced whole.
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Forget for NewToken {
    fn forget(&self) {
        self.done();
        self.clipboard.clear();
    }
}
