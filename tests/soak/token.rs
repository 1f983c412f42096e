//! The token that clients of this run show, where the server asks for one.

use std::sync::Mutex;

/// The token of now; none, until there is one.
#[derive(Default)]
pub(crate) struct Token(Mutex<Option<String>>);

impl Token {
    /// Every request from now on has this one.
    pub(crate) fn set(&self, token: String) {
        *self.0.lock().expect("no panic") = Some(token);
    }

    /// The value of `Authorization`.
    pub(crate) fn header(&self) -> Option<String> {
        let token = self.0.lock().expect("no panic");
        token.as_ref().map(|token| format!("Bearer {token}"))
    }
}
